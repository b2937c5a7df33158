// asks: Who forwarded what, and who of the account took it up afterwards?
// first: 25
MATCH passed = (c:Contact)-[:MADE]->(:Engagement {key: engagement_id})-[:WITH]->(:Content)
OPTIONAL MATCH works = (c)-[:WORKS_AT]->(a:Account)
OPTIONAL MATCH colleague = (d:Contact)-[:WORKS_AT]->(a)
WHERE d.contact_id IN taken_up_by
RETURN passed, works, colleague
LIMIT 140
