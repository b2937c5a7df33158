// asks: Which flags have this id, or an account or program like it?
// grain: one flag
// for: commands
// maturity: stable
// param text text = : The beginning of an id, or a part of the names; empty = all
// param run_id text = : A kept run; empty = the current one
// unpictured: it finds ids
// returns: id, name, account_id
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (f:Flag)
WHERE f.run_id = CASE WHEN $run_id = '' THEN run.run_id ELSE $run_id END
OPTIONAL MATCH (a:Account {key: f.account_id})
OPTIONAL MATCH (p:Program {key: f.program_id})
WITH f, coalesce(a.name, f.account_id) + coalesce(', ' + p.name, '') AS name
WHERE f.flag_id STARTS WITH $text OR toLower(name) CONTAINS toLower($text)
RETURN f.flag_id AS id, name AS name, f.account_id AS account_id
ORDER BY id
