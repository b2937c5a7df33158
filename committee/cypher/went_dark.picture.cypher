// asks: Which members of open groups have fallen silent?
// first: 60
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact {key: contact_id})-[:MEMBER_OF]->(g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id
RETURN path
LIMIT 90
