// asks: For which programs have two groups formed?
// grain: one program
// for: BD lead
// maturity: stable
// returns: program_id, account, program, groups, needs, people
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:BUYS_FOR]->(p:Program)-[:RUN_BY]->(a:Account)
WHERE g.run_id = run.run_id
WITH p, a, collect(g.group_id) AS groups, collect(DISTINCT g.need) AS needs, sum(g.people) AS people
WHERE size(groups) > 1
RETURN p.program_id AS program_id, a.name AS account, p.name AS program,
       COLLECT { UNWIND groups AS one RETURN one ORDER BY one } AS groups,
       COLLECT { UNWIND needs AS one RETURN one ORDER BY one } AS needs, people AS people
ORDER BY people DESC, program_id
