// asks: Which engagements raised a flag, whose were they, and what was read?
// first: 55
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH tripped = (:Contact)-[:MADE]->(e:Engagement {key: engagement_id})-[:TRIPPED]->(f:Flag {flag_id: $flag_id})
WHERE f.run_id = run.run_id
OPTIONAL MATCH read = (e)-[:WITH]->(:Content)
RETURN tripped, read
LIMIT 55
