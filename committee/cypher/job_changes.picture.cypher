// asks: Who has changed the employer, from where to where?
// first: 40
MATCH path = (:Contact {key: contact_id})-[:WORKS_AT]->(a:Account)
WHERE a.account_id IN account_ids
RETURN path
LIMIT 100
