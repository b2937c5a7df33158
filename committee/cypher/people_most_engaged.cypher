// asks: Who engages most?
// grain: one person
// for: SDR
// maturity: stable
// param days whole = 90: Days before the current run
// param account_id text = : Only this account
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// returns: contact_id, name, title, persona, account_id, engagements, pieces, last_at, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at
  AND ($account_id = '' OR e.account_id = $account_id)
  AND NOT coalesce(e.deleted, false) AND NOT coalesce(e.kind, '') IN $machine_kinds
WITH e.contact_id AS contact_id, count(e) AS engagements, count(DISTINCT e.content_id) AS pieces, max(e.occurred_at) AS last_at
MATCH (c:Contact {key: contact_id})
WHERE NOT coalesce(c.deleted, false)
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, coalesce(c.persona, c.mapped_persona, 'unknown') AS persona,
       c.account_id AS account_id, engagements AS engagements, pieces AS pieces, last_at AS last_at,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY engagements DESC, contact_id
