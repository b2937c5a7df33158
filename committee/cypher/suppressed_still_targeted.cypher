// asks: Who must not be contacted, and was reached all the same?
// grain: one engagement that the seller caused
// for: marketing operations
// maturity: stable
// param days whole = 90: Days before the current run
// param kinds words = sent;delivered;impression;open;bounce: Kinds that the seller causes; engagements of a campaign count as well
// returns: engagement_id, occurred_at, contact_id, name, account_id, kind, channel, campaign
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MADE]->(e:Engagement)
WHERE (c.suppressed = true OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) }) AND e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at
  AND (e.kind IN $kinds OR e.campaign_id IS NOT NULL)
OPTIONAL MATCH (e)-[:PART_OF]->(k:Campaign)
RETURN e.engagement_id AS engagement_id, e.occurred_at AS occurred_at, c.contact_id AS contact_id, c.name AS name,
       c.account_id AS account_id, e.kind AS kind, e.channel AS channel, k.name AS campaign
ORDER BY occurred_at DESC, engagement_id
