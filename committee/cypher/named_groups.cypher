// asks: Which groups have this id, or an account, program or need like it?
// grain: one buying group
// for: commands
// maturity: stable
// param text text = : The beginning of an id, or a part of the names; empty = all
// param run_id text = : A kept run; empty = the current one
// unpictured: it finds ids
// returns: id, name, account_id
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)
WHERE g.run_id = CASE WHEN $run_id = '' THEN run.run_id ELSE $run_id END
OPTIONAL MATCH (g)-[:FORMED_IN]->(a:Account)
OPTIONAL MATCH (g)-[:BUYS_FOR]->(p:Program)
WITH g, coalesce(a.name, g.account_id) + coalesce(', ' + p.name, '') + coalesce(', ' + g.need, '') AS name
WHERE g.group_id STARTS WITH $text OR g.lineage_id STARTS WITH $text OR toLower(name) CONTAINS toLower($text)
RETURN g.group_id AS id, name AS name, g.account_id AS account_id
ORDER BY id
