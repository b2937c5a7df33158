// asks: Who must not be contacted, and sits in a group?
// grain: one person in one group
// for: marketing operations
// maturity: stable
// returns: contact_id, name, group_id, account, persona
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[m:MEMBER_OF]->(g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND (c.suppressed = true OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) })
RETURN c.contact_id AS contact_id, c.name AS name, g.group_id AS group_id, a.name AS account, m.persona AS persona
ORDER BY account, contact_id, group_id
