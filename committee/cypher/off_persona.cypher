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
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND NOT coalesce(e.deleted, false) AND NOT coalesce(e.kind, '') IN $machine_kinds
MATCH (c:Contact)-[:MADE]->(e)-[:WITH]->(x:Content)
WHERE x.persona IS NOT NULL
WITH c, coalesce(c.persona, c.mapped_persona, 'unknown') AS persona, x.persona AS reader, count(e) AS times
WITH c, persona, collect([times, reader]) AS by_reader, sum(times) AS engagements,
     sum(CASE WHEN reader <> persona THEN times ELSE 0 END) AS written_for_others
WHERE engagements >= $least AND 2 * written_for_others > engagements
RETURN c.contact_id AS contact_id, c.name AS name, c.title AS title, persona AS persona, engagements AS engagements,
       written_for_others AS written_for_others,
       COLLECT { UNWIND by_reader AS one WITH one WHERE one[1] <> persona RETURN one[1] ORDER BY one[0] DESC, one[1] LIMIT 1 }[0] AS mostly_for,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) AS do_not_contact
ORDER BY written_for_others DESC, contact_id
