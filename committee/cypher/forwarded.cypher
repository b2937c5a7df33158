// asks: Who forwarded what, and who of the account took it up afterwards?
// grain: one forwarding
// for: SDR
// maturity: stable
// param days whole = 180: Days before the current run
// param within whole = 14: Days in which colleagues took it up
// param kinds words = forward: Kinds of engagement that pass something on
// returns: engagement_id, occurred_at, contact_id, name, account, content_id, content, taken_up_by, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (e:Engagement)
WHERE e.occurred_at > run.as_of_at - $days * 86400000 AND e.occurred_at <= run.as_of_at AND e.kind IN $kinds
MATCH (c:Contact)-[:MADE]->(e)-[:WITH]->(x:Content)
OPTIONAL MATCH (a:Account {key: e.account_id})
RETURN e.engagement_id AS engagement_id, e.occurred_at AS occurred_at, c.contact_id AS contact_id, c.name AS name, a.name AS account,
       x.content_id AS content_id, x.title AS content,
       COLLECT {
         MATCH (d:Contact)-[:MADE]->(later:Engagement)
         WHERE later.account_id = e.account_id AND later.occurred_at > e.occurred_at
           AND later.occurred_at <= e.occurred_at + $within * 86400000 AND later.content_id = e.content_id AND d.contact_id <> c.contact_id
         RETURN DISTINCT d.contact_id ORDER BY d.contact_id
       } AS taken_up_by,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY occurred_at DESC, engagement_id
