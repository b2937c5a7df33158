// asks: When was the last engagement?
// grain: one row, empty where there is none
// for: commands
// maturity: stable
// unpictured: one moment
// returns: occurred_at, engagements
MATCH (e:Engagement)
WITH count(e) AS engagements
OPTIONAL MATCH (n:Engagement) WHERE n.occurred_at IS NOT NULL
RETURN max(n.occurred_at) AS occurred_at, engagements AS engagements
