// asks: Who must not be contacted, and was reached by which campaign?
// first: 40
MATCH made = (c:Contact)-[:MADE]->(e:Engagement {key: engagement_id})
OPTIONAL MATCH part = (e)-[:PART_OF]->(:Campaign)
OPTIONAL MATCH works = (c)-[:WORKS_AT]->(a:Account {key: account_id})
RETURN made, part, works
LIMIT 60
