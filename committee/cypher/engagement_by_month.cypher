// asks: How did engagement at an account go, month by month?
// grain: one month
// for: analyst
// maturity: stable
// param account_id text: Id of the account
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// unpictured: numbers by month; committee map draws an account month by month
// returns: month, engagements, people, personas
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MADE]->(e:Engagement)
WHERE e.account_id = $account_id AND e.occurred_at <= run.as_of_at AND NOT coalesce(e.deleted, false)
  AND NOT coalesce(e.kind, '') IN $machine_kinds
WITH c, e, datetime({epochMillis: e.occurred_at}) AS moment
WITH moment.year * 100 + moment.month AS month, count(e) AS engagements, count(DISTINCT c) AS people,
     collect(DISTINCT coalesce(c.persona, c.mapped_persona, 'unknown')) AS personas
RETURN toString(month / 100) + '-' + right('0' + toString(month % 100), 2) AS month, engagements AS engagements, people AS people,
       COLLECT { UNWIND personas AS one WITH one WHERE one <> 'unknown' RETURN one ORDER BY one } AS personas
ORDER BY month
