// asks: Which programs does an account run, and which groups buy for them?
// first: 40
OPTIONAL MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (p:Program {key: program_id})-[:RUN_BY]->(:Account)
OPTIONAL MATCH bought = (g:BuyingGroup)-[:BUYS_FOR]->(p)
WHERE g.run_id = run.run_id
RETURN path, bought
LIMIT 140
