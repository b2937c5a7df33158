// asks: At which accounts do several groups form independently?
// grain: one account
// for: BD lead
// maturity: stable
// param least whole = 2: Least open groups
// returns: account_id, account, groups, needs, programs, people
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND g.status <> 'closed'
WITH a, collect(g) AS groups WHERE size(groups) >= $least
RETURN a.account_id AS account_id, a.name AS account,
       COLLECT { UNWIND groups AS g RETURN g.group_id ORDER BY g.group_id } AS groups,
       COLLECT { UNWIND groups AS g RETURN DISTINCT g.need AS need ORDER BY need } AS needs,
       size(COLLECT { UNWIND groups AS g MATCH (g)-[:BUYS_FOR]->(p:Program) RETURN DISTINCT p.program_id }) AS programs,
       size(COLLECT { UNWIND groups AS g MATCH (c:Contact)-[:MEMBER_OF]->(g) RETURN DISTINCT c.contact_id }) AS people
ORDER BY people DESC, account_id
