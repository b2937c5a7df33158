// asks: Which fields of which records were changed by later loads?
// grain: one changed field
// for: marketing operations
// maturity: stable
// param since instant = : Replaced at this moment or later; empty = ever
// param tables words = : Only records of these tables, such as contacts;programs
// unpictured: an earlier value stands beside the graph
// returns: record_table, record_id, field_name, value, replaced_at, load_id, replaced_by
MATCH (v:EarlierValue)
WHERE ($since IS NULL OR v.replaced_at >= $since) AND (size($tables) = 0 OR v.record_table IN $tables)
RETURN v.record_table AS record_table, v.record_id AS record_id, v.field_name AS field_name, v.value AS value, v.replaced_at AS replaced_at,
       v.load_id AS load_id, v.replaced_by AS replaced_by
ORDER BY replaced_at DESC, record_table, field_name, record_id
