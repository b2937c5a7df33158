// asks: How much engagement comes from people nobody knows?
// grain: one account and mail address
// for: marketing operations
// maturity: stable
// param days whole = 90: Days before the current run
// unpictured: whom nobody knows is no person of the graph yet
// returns: account_id, account, email, engagements, first_at, last_at
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND NOT EXISTS { (:Contact)-[:MADE]->(e) }
OPTIONAL MATCH (a:Account {key: e.account_id})
RETURN e.account_id AS account_id, a.name AS account, e.email AS email, count(e) AS engagements, min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at
ORDER BY engagements DESC, account_id, email
