// asks: Through which channels and in which ways do people engage?
// grain: one channel and kind of engagement
// for: marketing operations
// maturity: stable
// param days whole = 90: Days before the current run
// unpictured: a channel is a word, no thing of the graph
// returns: channel, kind, engagements, people
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND NOT coalesce(e.deleted, false)
RETURN coalesce(e.channel, 'unknown') AS channel, coalesce(e.kind, 'unknown') AS kind, count(e) AS engagements, count(DISTINCT e.contact_id) AS people
ORDER BY engagements DESC, channel, kind
