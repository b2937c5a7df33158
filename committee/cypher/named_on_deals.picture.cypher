// asks: Who is named on a deal, and in which groups do they sit?
// first: 40
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH named = (c:Contact {key: contact_id})-[:NAMED_ON]->(:Opportunity {key: opportunity_id})-[:HELD_WITH]->(:Account)
OPTIONAL MATCH member = (c)-[:MEMBER_OF]->(g:BuyingGroup)
WHERE g.run_id = run.run_id
RETURN named, member
LIMIT 70
