// asks: Which files were loaded, and when?
// grain: one file
// for: marketing operations
// maturity: stable
// unpictured: a load is a file, and stands beside the graph
// returns: load_id, source, file, loaded_at, rows, finished
MATCH (l:Load)
RETURN l.load_id AS load_id, l.source AS source, l.file AS file, l.loaded_at AS loaded_at, l.rows AS rows, l.finished AS finished
ORDER BY loaded_at DESC, file, load_id
