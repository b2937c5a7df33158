// asks: Who engaged for the first time lately?
// grain: one person
// for: SDR
// maturity: stable
// param days whole = 30: Days before the current run
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// returns: contact_id, name, title, persona, account_id, account, first_at, engagements, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND NOT coalesce(e.deleted, false)
  AND NOT coalesce(e.kind, '') IN $machine_kinds
MATCH (c:Contact)-[:MADE]->(e)
WITH c, min(e.occurred_at) AS first_at, count(e) AS engagements
WHERE NOT EXISTS { MATCH (c)-[:MADE]->(b:Engagement) WHERE b.occurred_at < first_at AND NOT coalesce(b.deleted, false) AND NOT coalesce(b.kind, '') IN $machine_kinds }
OPTIONAL MATCH (a:Account {key: c.account_id})
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, coalesce(c.persona, c.mapped_persona, 'unknown') AS persona,
       c.account_id AS account_id, a.name AS account, first_at AS first_at, engagements AS engagements,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY first_at DESC, contact_id
