// asks: Which programs are run by several companies, and which groups buy for them?
// grain: one partner of one program
// for: BD lead
// maturity: stable
// returns: program_id, program, account_id, account, partner_id, partner, groups
OPTIONAL MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (b:Account)-[:PARTNERS_IN]->(p:Program)-[:RUN_BY]->(a:Account)
WHERE NOT coalesce(p.deleted, false)
RETURN p.program_id AS program_id, p.name AS program, a.account_id AS account_id, a.name AS account, b.account_id AS partner_id, b.name AS partner,
       COLLECT { MATCH (g:BuyingGroup)-[:BUYS_FOR]->(p) WHERE g.run_id = run.run_id RETURN g.group_id ORDER BY g.group_id } AS groups
ORDER BY program_id, partner_id
