// asks: Which engagements raised a flag, and which of them decide?
// grain: one engagement
// for: BD lead
// maturity: stable
// param flag_id text: Id of the flag
// returns: engagement_id, occurred_at, contact_id, name, persona, kind, content, in_witness, decides, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MADE]->(e:Engagement)-[:TRIPPED]->(f:Flag {flag_id: $flag_id})
WHERE f.run_id = run.run_id
OPTIONAL MATCH (e)-[:WITH]->(x:Content)
RETURN e.engagement_id AS engagement_id, e.occurred_at AS occurred_at, c.contact_id AS contact_id, c.name AS name,
       coalesce(c.persona, c.mapped_persona, 'unknown') AS persona, e.kind AS kind, x.title AS content,
       e.engagement_id IN coalesce(f.witness_ids, []) AS in_witness, e.engagement_id IN coalesce(f.removal_ids, []) AS decides,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY occurred_at, engagement_id
