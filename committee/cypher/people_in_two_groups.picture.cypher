// asks: Who sits in two groups at once, and in which?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact {key: contact_id})-[:MEMBER_OF]->(g:BuyingGroup)-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id AND g.group_id IN groups
RETURN path
LIMIT 80
