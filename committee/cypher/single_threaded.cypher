// asks: At which accounts does only one person engage?
// grain: one account
// for: SDR
// maturity: stable
// param days whole = 90: Days before the current run
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// returns: account_id, account, contact_id, name, title, engagements, last_at, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MADE]->(e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND e.account_id IS NOT NULL
  AND NOT coalesce(e.deleted, false) AND NOT coalesce(e.kind, '') IN $machine_kinds
WITH e.account_id AS account_id, collect(DISTINCT c) AS people, count(e) AS engagements, max(e.occurred_at) AS last_at
WHERE size(people) = 1
WITH account_id, people[0] AS c, engagements, last_at
OPTIONAL MATCH (a:Account {key: account_id})
RETURN account_id AS account_id, a.name AS account, c.contact_id AS contact_id, c.name AS name, c.title AS title,
       engagements AS engagements, last_at AS last_at, coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY engagements DESC, account_id
