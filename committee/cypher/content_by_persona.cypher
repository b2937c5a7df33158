// asks: How many pieces does each persona have at each funnel stage, and how much are they read?
// grain: one cell of the content matrix
// for: marketing operations
// maturity: stable
// unpictured: a row is a cell of a table
// returns: persona, stage, pieces, engagements
MATCH (x:Content)
WHERE NOT coalesce(x.deleted, false)
RETURN coalesce(x.persona, 'nobody in particular') AS persona, coalesce(x.stage, x.tagged_stage, 'unknown') AS stage, count(x) AS pieces,
       sum(COUNT { ()-[:WITH]->(x) }) AS engagements
ORDER BY persona, stage
