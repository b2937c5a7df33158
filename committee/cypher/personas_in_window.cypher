// asks: Which accounts had so many personas within so many days?
// grain: one account
// for: analyst
// maturity: stable
// param personas whole = @detection.window.personas: Distinct personas
// param days number = @detection.window.days: Days from the first to the last engagement
// param accounts words = : Only these account ids, joined by ;
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// param kinds_without_content words = @detection.window.kinds_without_content: Kinds that count without content
// slow: without --accounts it walks every engagement in time order, as the rule has to
// unpictured: it counts personas; ask receipt_of_flag for the engagements of one window
// returns: account_id, account, first_raised_at, engagements
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MADE]->(e:Engagement)
WHERE e.account_id IS NOT NULL AND (size($accounts) = 0 OR e.account_id IN $accounts)
  AND e.occurred_at <= run.as_of_at AND NOT coalesce(e.deleted, false) AND NOT coalesce(c.deleted, false)
  AND NOT coalesce(e.kind, '') IN $machine_kinds
OPTIONAL MATCH (e)-[:WITH]->(x:Content)
WITH e, ['scientific', 'program_lead', 'procurement', 'finance', 'legal_regulatory', 'executive'] AS known,
     coalesce(c.persona, c.mapped_persona) AS persona, size(coalesce(x.topic, x.tagged_topic, [])) AS topics
WHERE persona IN known AND (topics > 0 OR coalesce(e.kind, '') IN $kinds_without_content)
WITH e.account_id AS account_id, count(e) AS engagements,
     collect([e.occurred_at, [i IN range(0, 5) WHERE known[i] = persona][0]]) AS touches
WITH account_id, engagements, COLLECT { UNWIND touches AS touch RETURN touch ORDER BY touch[0], touch[1] } AS ordered
// One pass in time order; it remembers when each persona was last there. The first six places of the state are these
// times, the seventh is when enough of them first stood within the days.
WITH account_id, engagements, reduce(
       seen = [-1, -1, -1, -1, -1, -1, -1],
       touch IN ordered |
       [i IN range(0, 5) | CASE WHEN i = touch[1] THEN touch[0] ELSE seen[i] END] +
       [CASE
          WHEN seen[6] >= 0 THEN seen[6]
          WHEN size([i IN range(0, 5) WHERE i = touch[1] OR (seen[i] >= 0 AND touch[0] - seen[i] <= $days * 86400000)]) >= $personas
          THEN touch[0]
          ELSE -1
        END]
     ) AS seen
WHERE seen[6] >= 0
OPTIONAL MATCH (a:Account {key: account_id})
RETURN account_id AS account_id, a.name AS account, seen[6] AS first_raised_at, engagements AS engagements
ORDER BY first_raised_at DESC, account_id
