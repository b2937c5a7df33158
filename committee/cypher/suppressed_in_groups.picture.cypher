// asks: Who must not be contacted, and sits in which group?
// first: 60
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact {key: contact_id})-[:MEMBER_OF]->(g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id
RETURN path
LIMIT 90
