// asks: Which groups still lack a persona, and where are they?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH home = (g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id
OPTIONAL MATCH goal = (g)-[:BUYS_FOR]->(:Program)
RETURN home, goal
LIMIT 60
