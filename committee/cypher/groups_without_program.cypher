// asks: Which groups buy for no listed program?
// grain: one buying group of the current run
// for: analyst
// maturity: stable
// returns: group_id, account, need, status, people, program_alternatives
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND NOT EXISTS { (g)-[:BUYS_FOR]->(:Program) }
RETURN g.group_id AS group_id, a.name AS account, g.need AS need, g.status AS status, g.people AS people,
       g.program_alternatives AS program_alternatives
ORDER BY people DESC, group_id
