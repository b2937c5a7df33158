// asks: Which job titles stand for no persona, and how much engagement is lost by it?
// grain: one title
// for: marketing operations
// maturity: stable
// unpictured: a row is a title, which is no thing of the graph
// returns: title, people, engagements
MATCH (c:Contact)
WHERE coalesce(c.persona, c.mapped_persona, 'unknown') = 'unknown' AND c.is_now IS NULL
RETURN coalesce(c.title, '') AS title, count(c) AS people, sum(COUNT { (c)-[:MADE]->() }) AS engagements
ORDER BY engagements DESC, title
