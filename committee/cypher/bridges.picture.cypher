// asks: Which groups share people, and who is the bridge?
// first: 20
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (g:BuyingGroup {group_id: group_id})<-[:MEMBER_OF]-(c:Contact)-[:MEMBER_OF]->(h:BuyingGroup {group_id: other_group_id})
WHERE g.run_id = run.run_id AND h.run_id = run.run_id AND c.contact_id IN bridges
MATCH home = (g)-[:FORMED_IN]->(:Account)
MATCH other = (h)-[:FORMED_IN]->(:Account)
RETURN path, home, other
LIMIT 150
