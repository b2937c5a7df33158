// asks: Which groups buy for no listed program, and where?
// first: 50
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id
RETURN path
LIMIT 100
