// asks: How many people of each persona does a group have, of those known at the account?
// grain: one persona of one open group
// for: ABM manager
// maturity: stable
// param account_id text = : Only this account
// unpictured: it compares numbers; ask members_of_group for the people
// returns: group_id, account, need, persona, engaged, known, share
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND g.status <> 'closed' AND ($account_id = '' OR a.account_id = $account_id)
// The people of an account are counted once, however many groups it has.
WITH a, collect(g) AS groups
WITH a, groups, COLLECT {
       MATCH (a)<-[w:WORKS_AT]-(c:Contact)
       WHERE w.to_on IS NULL AND c.is_now IS NULL AND NOT coalesce(c.deleted, false)
       WITH coalesce(c.persona, c.mapped_persona, 'unknown') AS persona, collect(DISTINCT c.contact_id) AS there
       WHERE persona <> 'unknown'
       RETURN [persona, there]
     } AS seats
UNWIND groups AS g
WITH a, g, seats, COLLECT { MATCH (c:Contact)-[:MEMBER_OF]->(g) RETURN c.contact_id } AS members
UNWIND seats AS seat
WITH a, g, seat[0] AS persona, size(seat[1]) AS known, size([one IN members WHERE one IN seat[1]]) AS engaged
RETURN g.group_id AS group_id, a.name AS account, g.need AS need, persona AS persona, engaged AS engaged, known AS known,
       round(1.0 * engaged / known, 2) AS share
ORDER BY group_id, persona
