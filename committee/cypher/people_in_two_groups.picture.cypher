// asks: Who sits in two groups at once, and in which?
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[:MEMBER_OF]->(g:BuyingGroup)
WHERE g.run_id = run.run_id
WITH run, c, count(g) AS groups ORDER BY groups DESC, c.contact_id LIMIT 25
WHERE groups > 1
MATCH path = (c)-[:MEMBER_OF]->(h:BuyingGroup)-[:FORMED_IN]->(:Account)
WHERE h.run_id = run.run_id
RETURN path
LIMIT 250
