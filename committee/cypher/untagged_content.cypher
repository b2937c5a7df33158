// asks: Which content has no topic, and how much engagement is lost by it?
// grain: one piece of content
// for: marketing operations
// maturity: stable
// unpictured: content without a topic has no arrow to a need
// returns: content_id, title, kind, engagements
MATCH (x:Content)
WHERE NOT coalesce(x.deleted, false) AND size(coalesce(x.topic, x.tagged_topic, [])) = 0
WITH x, COUNT { ()-[:WITH]->(x) } AS engagements
RETURN x.content_id AS content_id, x.title AS title, x.kind AS kind, engagements AS engagements
ORDER BY engagements DESC, content_id
