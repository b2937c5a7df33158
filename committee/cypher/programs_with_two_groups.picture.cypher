// asks: For which programs have two groups formed, and which?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (g:BuyingGroup)-[:BUYS_FOR]->(:Program {key: program_id})-[:RUN_BY]->(:Account)
WHERE g.run_id = run.run_id AND g.group_id IN groups
RETURN path
LIMIT 90
