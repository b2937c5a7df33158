// asks: Who engaged for the first time lately, and where?
// first: 60
MATCH path = (:Contact {key: contact_id})-[:WORKS_AT]->(a:Account {key: account_id})
RETURN path
LIMIT 100
