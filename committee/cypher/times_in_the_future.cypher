// asks: Which engagements lie after the day of the current run?
// grain: one engagement
// for: analyst
// maturity: stable
// unpictured: a list for whoever mends the file; a picture of wrong times tells nothing
// returns: engagement_id, occurred_at, contact_id, account_id, load_id, line
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at
RETURN e.engagement_id AS engagement_id, e.occurred_at AS occurred_at, e.contact_id AS contact_id, e.account_id AS account_id,
       e.load_id AS load_id, e.line AS line
ORDER BY occurred_at, engagement_id
