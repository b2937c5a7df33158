// asks: Which groups began lately, and are not closed?
// grain: one buying group of the current run
// for: ABM manager
// maturity: stable
// param days whole = 30: Days before the run
// returns: group_id, account, program, need, status, formed_at, people, personas, members, account_id
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND g.formed_at >= run.as_of_at - $days * 86400000 AND g.status <> 'closed'
OPTIONAL MATCH (g)-[:BUYS_FOR]->(p:Program)
RETURN g.group_id AS group_id, a.name AS account, p.name AS program, g.need AS need, g.status AS status,
       g.formed_at AS formed_at, g.people AS people, g.personas AS personas,
       COLLECT { MATCH (c:Contact)-[:MEMBER_OF]->(g) RETURN c.contact_id ORDER BY c.contact_id } AS members,
       a.account_id AS account_id
ORDER BY formed_at DESC, group_id
