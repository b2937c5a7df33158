// asks: What did several people of a group read?
// grain: one piece of content
// for: SDR
// maturity: stable
// param group_id text: Id of the group
// param least whole = 2: Least readers
// returns: content_id, title, stage, people, readers, engagement_ids
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MADE]->(e:Engagement)-[:EVIDENCE_FOR]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id
MATCH (e)-[:WITH]->(x:Content)
WITH x, collect(DISTINCT c.contact_id) AS readers, collect(e.engagement_id) AS engagements
WHERE size(readers) >= $least
RETURN x.content_id AS content_id, x.title AS title, coalesce(x.stage, x.tagged_stage) AS stage, size(readers) AS people,
       COLLECT { UNWIND readers AS one RETURN one ORDER BY one } AS readers,
       COLLECT { UNWIND engagements AS one RETURN one ORDER BY one } AS engagement_ids
ORDER BY people DESC, content_id
