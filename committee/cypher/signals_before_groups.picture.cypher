// asks: What happened in public before which group began?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH path = (:Signal {key: signal_id})-[:CONCERNS]->(:Account)<-[:FORMED_IN]-(g:BuyingGroup {group_id: group_id})
WHERE g.run_id = run.run_id
OPTIONAL MATCH goal = (g)-[:BUYS_FOR]->(:Program)
RETURN path, goal
LIMIT 60
