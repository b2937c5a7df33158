// asks: Which campaigns reach whom, and how much of it speaks for a group?
// grain: one campaign
// for: marketing operations
// maturity: stable
// param days whole = 90: Days before the current run
// returns: campaign_id, campaign, channel, program, engagements, people, personas, evidence
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at
MATCH (c:Contact)-[:MADE]->(e)-[:PART_OF]->(k:Campaign)
WITH k, count(e) AS engagements, count(DISTINCT c) AS people, collect(DISTINCT coalesce(c.persona, c.mapped_persona, 'unknown')) AS personas,
     sum(CASE WHEN EXISTS { MATCH (e)-[:EVIDENCE_FOR]->(g:BuyingGroup) WHERE g.run_id = run.run_id } THEN 1 ELSE 0 END) AS evidence
OPTIONAL MATCH (k)-[:AIMED_AT]->(p:Program)
RETURN k.campaign_id AS campaign_id, k.name AS campaign, k.channel AS channel, p.name AS program, engagements AS engagements, people AS people,
       COLLECT { UNWIND personas AS one WITH one WHERE one <> 'unknown' RETURN one ORDER BY one } AS personas, evidence AS evidence
ORDER BY engagements DESC, campaign_id
