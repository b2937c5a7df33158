// asks: Which groups still lack a persona, such as procurement?
// grain: one buying group of the current run
// for: BD lead
// maturity: stable
// param persona persona = procurement: The persona that is looked for
// param status statuses = : Only groups of these statuses, joined by ;
// returns: group_id, account, program, need, status, personas, known_there
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND (size($status) = 0 OR g.status IN $status) AND NOT $persona IN coalesce(g.personas, [])
WITH a, collect(g) AS groups
WITH a, groups, size(COLLECT {
       MATCH (c:Contact)-[w:WORKS_AT]->(a)
       WHERE w.to_on IS NULL AND coalesce(c.persona, c.mapped_persona) = $persona AND c.is_now IS NULL
       RETURN DISTINCT c.contact_id
     }) AS known_there
UNWIND groups AS g
OPTIONAL MATCH (g)-[:BUYS_FOR]->(p:Program)
RETURN g.group_id AS group_id, a.name AS account, p.name AS program, g.need AS need, g.status AS status,
       g.personas AS personas, known_there AS known_there
ORDER BY known_there DESC, group_id
