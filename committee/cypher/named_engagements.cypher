// asks: Which engagements have an id that begins so?
// grain: one engagement
// for: commands
// maturity: stable
// param text text = : The beginning of an id; empty = all
// unpictured: it finds ids
// returns: id, name, account_id
MATCH (n:Engagement)
WHERE n.key STARTS WITH $text
RETURN n.engagement_id AS id, n.kind AS name, n.account_id AS account_id
ORDER BY n.key
