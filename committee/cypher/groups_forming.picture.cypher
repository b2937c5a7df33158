// asks: Which groups began lately, for which program, and who is in them?
// first: 15
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH home = (g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)
WHERE g.run_id = run.run_id
OPTIONAL MATCH goal = (g)-[:BUYS_FOR]->(:Program)
OPTIONAL MATCH member = (c:Contact)-[:MEMBER_OF]->(g)
WHERE c.contact_id IN members
RETURN home, goal, member
LIMIT 220
