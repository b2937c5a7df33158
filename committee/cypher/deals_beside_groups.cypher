// asks: Which groups have a deal, open or closed?
// grain: one deal beside one group
// for: BD lead
// maturity: stable
// returns: group_id, account, need, opportunity_id, deal, stage, is_won, same_program
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)<-[:HELD_WITH]-(o:Opportunity)
WHERE g.run_id = run.run_id AND NOT coalesce(o.deleted, false)
RETURN g.group_id AS group_id, a.name AS account, g.need AS need, o.opportunity_id AS opportunity_id, o.name AS deal,
       o.stage AS stage, o.is_won AS is_won, coalesce(o.program_id = g.program_id, false) AS same_program
ORDER BY group_id, opportunity_id
