// asks: At which accounts does only one person engage, and who?
// first: 60
OPTIONAL MATCH (a:Account {key: account_id})
MATCH person = (c:Contact {key: contact_id})
OPTIONAL MATCH path = (c)-[:WORKS_AT]->(a)
RETURN person, path
LIMIT 100
