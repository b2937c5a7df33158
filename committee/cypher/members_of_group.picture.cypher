// asks: Who is in a group?
// first: 100
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact {key: contact_id})-[:MEMBER_OF]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id
RETURN path
LIMIT 100
