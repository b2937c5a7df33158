// asks: Who mostly reads what is written for another persona? Perhaps the title misleads.
// grain: one person
// for: marketing operations
// maturity: trial
// param days whole = 90: Days before the current run
// param least whole = 3: Least engagements with content that is written for somebody
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// unpictured: it weighs what a person reads; ask evidence_of_member or shared_content for what was read
// returns: contact_id, name, title, persona, engagements, written_for_others, mostly_for, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at
  AND NOT coalesce(e.deleted, false) AND NOT coalesce(e.kind, '') IN $machine_kinds
MATCH (e)-[:WITH]->(x:Content)
WITH e.contact_id AS contact_id, collect(x.persona) AS readers
WHERE size(readers) >= $least
MATCH (c:Contact {key: contact_id})
WITH c, coalesce(c.persona, c.mapped_persona, 'unknown') AS persona, readers
WITH c, persona, size(readers) AS engagements, [one IN readers WHERE one <> persona] AS others
WHERE 2 * size(others) > engagements
WITH c, persona, engagements, size(others) AS written_for_others,
     COLLECT { UNWIND others AS one WITH one, count(one) AS times RETURN one ORDER BY times DESC, one LIMIT 1 } AS most
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, persona AS persona, engagements AS engagements,
       written_for_others AS written_for_others, most[0] AS mostly_for,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY written_for_others DESC, contact_id
