// asks: Which groups changed, and what were they before?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (earlier:Run)
WHERE earlier.place < run.place AND earlier.known_at = ''
WITH group_id, before_group_id, run, earlier ORDER BY earlier.place DESC
WITH group_id, before_group_id, run, collect(earlier.run_id)[0] AS earlier_id
MATCH home = (g:BuyingGroup)-[:FORMED_IN]->(:Account)
WHERE (g.group_id = group_id AND g.run_id = run.run_id) OR (group_id IS NULL AND g.group_id = before_group_id AND g.run_id = earlier_id)
OPTIONAL MATCH before = (g)-[:CONTINUES]->(b:BuyingGroup)-[:FORMED_IN]->(:Account)
WHERE b.group_id = before_group_id
RETURN home, before
LIMIT 60
