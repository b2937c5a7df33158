// asks: What did several people of a group read?
// first: 12
MATCH path = (:Contact)-[:MADE]->(e:Engagement)-[:WITH]->(:Content {key: content_id})
WHERE e.engagement_id IN engagement_ids
RETURN path
LIMIT 90
