// asks: Which programs are run by several companies, and which groups buy for them?
// first: 30
OPTIONAL MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Account {key: partner_id})-[:PARTNERS_IN]->(p:Program {key: program_id})-[:RUN_BY]->(:Account)
OPTIONAL MATCH bought = (g:BuyingGroup)-[:BUYS_FOR]->(p)
WHERE g.run_id = run.run_id AND g.group_id IN groups
RETURN path, bought
LIMIT 150
