// asks: Who is in a group?
// grain: one member
// for: SDR
// maturity: stable
// param group_id text: Id of the group
// returns: contact_id, name, title, persona, probability, first_at, last_at, engagements, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[m:MEMBER_OF]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, m.persona AS persona, m.probability AS probability,
       m.first_at AS first_at, m.last_at AS last_at, m.engagements AS engagements,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY engagements DESC, contact_id
