// asks: Which groups have formed at an account, and which flags were raised for them?
// first: 40
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH home = (g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id
OPTIONAL MATCH goal = (g)-[:BUYS_FOR]->(:Program)
OPTIONAL MATCH raised = (f:Flag)-[:RAISED_FOR]->(g)
RETURN home, goal, raised
LIMIT 140
