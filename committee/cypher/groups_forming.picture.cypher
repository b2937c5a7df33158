// asks: Which groups began lately, and who is in them?
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id AND g.formed_at >= run.as_of_at - $days * 86400000 AND g.status <> 'closed'
WITH g ORDER BY g.formed_at DESC, g.group_id LIMIT 15
MATCH home = (g)-[:FORMED_IN]->(:Account)
OPTIONAL MATCH goal = (g)-[:BUYS_FOR]->(:Program)
OPTIONAL MATCH member = (:Contact)-[:MEMBER_OF]->(g)
RETURN home, goal, member
LIMIT 250
