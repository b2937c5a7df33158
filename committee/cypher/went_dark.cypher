// asks: Which members of open groups have fallen silent?
// grain: one member of one open group
// for: SDR
// maturity: stable
// param days whole = 30: Days of silence before the current run
// returns: contact_id, name, title, persona, group_id, account, need, last_at, engagements, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[m:MEMBER_OF]->(g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND g.status <> 'closed' AND m.last_at <= run.as_of_at - $days * 86400000
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, m.persona AS persona, g.group_id AS group_id, a.name AS account,
       g.need AS need, m.last_at AS last_at, m.engagements AS engagements,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY last_at DESC, contact_id, group_id
