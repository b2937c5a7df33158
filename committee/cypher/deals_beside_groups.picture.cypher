// asks: Which groups stand beside a deal of their account?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)<-[:HELD_WITH]-(:Opportunity {key: opportunity_id})
WHERE g.run_id = run.run_id
RETURN path
LIMIT 90
