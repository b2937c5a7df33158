// asks: Who engages much, and is in no group?
// grain: one person
// for: SDR
// maturity: stable
// param days whole = 90: Days before the current run
// param least whole = 2: Least engagements
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// returns: contact_id, name, title, persona, account_id, engagements, last_at, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND NOT coalesce(e.deleted, false)
  AND NOT coalesce(e.kind, '') IN $machine_kinds
MATCH (c:Contact)-[:MADE]->(e)
WITH run, c, count(e) AS engagements, max(e.occurred_at) AS last_at
WHERE engagements >= $least AND NOT EXISTS { MATCH (c)-[:MEMBER_OF]->(g:BuyingGroup) WHERE g.run_id = run.run_id }
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, coalesce(c.persona, c.mapped_persona, 'unknown') AS persona,
       c.account_id AS account_id, engagements AS engagements, last_at AS last_at,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY engagements DESC, contact_id
