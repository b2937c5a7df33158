// asks: Which programs have this id, or a name like it?
// grain: one program
// for: commands
// maturity: stable
// param text text = : The beginning of an id, or a part of a name; empty = all
// unpictured: it finds ids
// returns: id, name, account_id
MATCH (n:Program)
WHERE n.program_id STARTS WITH $text OR toLower(coalesce(n.name, '')) CONTAINS toLower($text)
RETURN n.program_id AS id, n.name AS name, n.account_id AS account_id
ORDER BY CASE WHEN n.program_id = $text OR toLower(coalesce(n.name, '')) = toLower($text) THEN 0 ELSE 1 END, id
