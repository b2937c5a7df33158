// asks: When was the last engagement?
// grain: one row, empty where there is none
// for: commands
// maturity: stable
// unpictured: one moment
// returns: occurred_at, engagements
MATCH (e:Engagement)
RETURN max(e.occurred_at) AS occurred_at, count(e) AS engagements
