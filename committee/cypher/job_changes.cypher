// asks: Who has changed the employer?
// grain: one person
// for: SDR
// maturity: stable
// returns: contact_id, name, title, account_ids, now_at, do_not_contact
MATCH (c:Contact)-[w:WORKS_AT]->(a:Account)
WITH c, collect(DISTINCT a.account_id) AS ids
WHERE size(ids) > 1
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title,
       COLLECT { UNWIND ids AS one RETURN one ORDER BY one } AS account_ids, c.account_id AS now_at,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY contact_id
