// asks: At which accounts do several groups form independently?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (g:BuyingGroup)-[:FORMED_IN]->(:Account {key: account_id})
WHERE g.run_id = run.run_id AND g.group_id IN groups
RETURN path
LIMIT 150
