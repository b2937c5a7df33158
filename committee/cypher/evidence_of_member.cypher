// asks: What did a person do that makes them a member of a group?
// grain: one engagement of the person that speaks for the group
// for: SDR
// maturity: stable
// param group_id text: Id of the group
// param contact_id text: Id of the person
// returns: engagement_id, occurred_at, kind, channel, content, responsibility, reasons
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)-[v:EVIDENCE_FOR]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id AND e.contact_id = $contact_id
OPTIONAL MATCH (e)-[:WITH]->(x:Content)
RETURN e.engagement_id AS engagement_id, e.occurred_at AS occurred_at, e.kind AS kind, e.channel AS channel,
       x.title AS content, v.responsibility AS responsibility, v.reasons AS reasons
ORDER BY occurred_at, engagement_id
