// asks: Which groups are far along, and still lack procurement or another late persona?
// grain: one buying group of the current run
// for: BD lead
// maturity: stable
// param persona persona = procurement: The persona that is looked for
// param late statuses = evaluating: Statuses that count as late; an open deal for the program counts as well
// returns: group_id, account, program, need, status, open_deals, personas, whom_to_bring_in
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND g.status <> 'closed' AND NOT $persona IN coalesce(g.personas, [])
OPTIONAL MATCH (g)-[:BUYS_FOR]->(p:Program)
WITH g, a, p, COUNT { MATCH (o:Opportunity)-[:FOR_PROGRAM]->(p) WHERE o.is_won IS NULL AND NOT coalesce(o.deleted, false) } AS open_deals
WHERE g.status IN $late OR open_deals > 0
RETURN g.group_id AS group_id, a.name AS account, p.name AS program, g.need AS need, g.status AS status, open_deals AS open_deals,
       g.personas AS personas,
       COLLECT {
         MATCH (c:Contact)-[w:WORKS_AT]->(a)
         WHERE w.to_on IS NULL AND coalesce(c.persona, c.mapped_persona) = $persona AND c.is_now IS NULL
           AND NOT coalesce(c.suppressed, false) AND NOT coalesce(c.deleted, false) AND NOT EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) }
         RETURN DISTINCT c.contact_id ORDER BY c.contact_id LIMIT 5
       } AS whom_to_bring_in
ORDER BY open_deals DESC, group_id
