// asks: What did a person do that makes them a member of a group?
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact)-[:MADE]->(e:Engagement)-[:EVIDENCE_FOR]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id AND e.contact_id = $contact_id
OPTIONAL MATCH read = (e)-[:WITH]->(:Content)
RETURN path, read
ORDER BY e.occurred_at, e.engagement_id
LIMIT 60
