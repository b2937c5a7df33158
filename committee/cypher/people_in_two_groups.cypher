// asks: Who sits in two groups at once?
// grain: one person
// for: SDR
// maturity: stable
// returns: contact_id, name, title, account, groups, needs, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MEMBER_OF]->(g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id
WITH c, a, collect(g.group_id) AS groups, collect(DISTINCT g.need) AS needs
WHERE size(groups) > 1
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, a.name AS account,
       COLLECT { UNWIND groups AS one RETURN one ORDER BY one } AS groups,
       COLLECT { UNWIND needs AS one RETURN one ORDER BY one } AS needs,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY size(groups) DESC, contact_id
