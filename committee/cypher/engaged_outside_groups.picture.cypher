// asks: Who engages much without being in a group, and where?
// first: 60
MATCH path = (:Contact {key: contact_id})-[:WORKS_AT]->(a:Account {key: account_id})
RETURN path
LIMIT 100
