// asks: Which flags stand at accounts that nobody owns?
// first: 60
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (f:Flag {flag_id: flag_id})-[:RAISED_FOR]->(:Account)
WHERE f.run_id = run.run_id
RETURN path
LIMIT 100
