// asks: Which content does nobody of a persona read?
// grain: one piece of content that somebody reads
// for: marketing operations
// maturity: stable
// param persona persona = procurement: The persona
// unpictured: pieces that nobody of a persona reads have no arrow to that persona; the list says it all
// returns: content_id, title, stage, topics, engagements
MATCH (c:Contact) WHERE coalesce(c.persona, c.mapped_persona) = $persona
MATCH (c)-[:MADE]->(e:Engagement)
WITH collect(DISTINCT e.content_id) AS read
MATCH (x:Content)
WHERE NOT coalesce(x.deleted, false) AND NOT x.content_id IN read
WITH x, COUNT { ()-[:WITH]->(x) } AS engagements
RETURN x.content_id AS content_id, x.title AS title, coalesce(x.stage, x.tagged_stage) AS stage,
       coalesce(x.topic, x.tagged_topic) AS topics, engagements AS engagements
ORDER BY engagements DESC, content_id
