// asks: Who is in a group, and what did they read together?
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH member = (c:Contact)-[:MEMBER_OF]->(g:BuyingGroup {group_id: $group_id})
WHERE g.run_id = run.run_id
OPTIONAL MATCH proof = (c)-[:MADE]->(:Engagement)-[:EVIDENCE_FOR]->(g)
RETURN member, proof
LIMIT 120
