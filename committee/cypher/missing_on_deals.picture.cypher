// asks: Who sits in a group beside an open deal, without being named on it?
// first: 60
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Contact {key: contact_id})-[:MEMBER_OF]->(g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(:Account)<-[:HELD_WITH]-(:Opportunity {key: opportunity_id})
WHERE g.run_id = run.run_id
RETURN path
LIMIT 70
