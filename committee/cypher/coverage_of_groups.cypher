// asks: How many people of each persona does a group have, of those known at the account?
// grain: one persona of one open group
// for: ABM manager
// maturity: stable
// param account_id text = : Only this account
// unpictured: it compares numbers; ask members_of_group for the people
// returns: group_id, account, need, persona, engaged, known, share
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)<-[w:WORKS_AT]-(c:Contact)
WHERE g.run_id = run.run_id AND g.status <> 'closed' AND ($account_id = '' OR a.account_id = $account_id)
  AND w.to_on IS NULL AND NOT coalesce(c.deleted, false)
WITH DISTINCT g, a, c, coalesce(c.persona, c.mapped_persona, 'unknown') AS persona
WHERE persona <> 'unknown'
WITH g, a, persona, count(c) AS known, sum(CASE WHEN EXISTS { (c)-[:MEMBER_OF]->(g) } THEN 1 ELSE 0 END) AS engaged
RETURN g.group_id AS group_id, a.name AS account, g.need AS need, persona AS persona, engaged AS engaged, known AS known,
       round(1.0 * engaged / known, 2) AS share
ORDER BY group_id, persona
