// asks: Which flags stand, for whom, and in which groups?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH raised = (f:Flag {flag_id: flag_id})-[:RAISED_FOR]->(a:Account)
WHERE f.run_id = run.run_id
OPTIONAL MATCH goal = (p:Program {key: f.program_id})-[:RUN_BY]->(:Account)
OPTIONAL MATCH inside = (f)-[:RAISED_FOR]->(:BuyingGroup)-[:FORMED_IN]->(a)
RETURN raised, goal, inside
LIMIT 60
