// asks: What did a person do that makes them a member of a group?
// first: 50
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact)-[:MADE]->(e:Engagement {key: engagement_id})-[:EVIDENCE_FOR]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id
OPTIONAL MATCH read = (e)-[:WITH]->(:Content)
RETURN path, read
LIMIT 50
