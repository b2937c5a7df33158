// asks: At which accounts are programs left for which no group has formed and no deal was won?
// grain: one account
// for: BD lead
// maturity: stable
// param least whole = 1: Least programs left
// returns: account_id, account, programs, with_group, won, left, program_ids
OPTIONAL MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (p:Program)-[:RUN_BY]->(a:Account)
WHERE NOT coalesce(p.deleted, false)
WITH a, p, EXISTS { MATCH (g:BuyingGroup)-[:BUYS_FOR]->(p) WHERE g.run_id = run.run_id } AS has_group,
     EXISTS { MATCH (o:Opportunity)-[:FOR_PROGRAM]->(p) WHERE o.is_won = true } AS is_won
WITH a, count(p) AS programs, sum(CASE WHEN has_group THEN 1 ELSE 0 END) AS with_group, sum(CASE WHEN is_won THEN 1 ELSE 0 END) AS won,
     collect(CASE WHEN has_group OR is_won THEN null ELSE p.program_id END) AS open
WHERE size(open) >= $least
RETURN a.account_id AS account_id, a.name AS account, programs AS programs, with_group AS with_group, won AS won, size(open) AS left,
       COLLECT { UNWIND open AS one RETURN one ORDER BY one } AS program_ids
ORDER BY left DESC, account_id
