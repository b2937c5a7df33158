// asks: What changed between the run before and the current one?
// grain: one group that is new, has changed its status or its people, or is gone
// for: ABM manager
// maturity: trial
// returns: change, group_id, before_group_id, account, need, status_before, status_now, people_before, people_now
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (earlier:Run)
WHERE earlier.place < run.place AND earlier.known_at = ''
WITH run, earlier ORDER BY earlier.place DESC LIMIT 1
CALL (run, earlier) {
  MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account) WHERE g.run_id = run.run_id
  OPTIONAL MATCH (g)-[:CONTINUES]->(b:BuyingGroup)
  WITH g, a, b
  WHERE b IS NULL OR b.status <> g.status OR b.people <> g.people
  RETURN CASE WHEN b IS NULL THEN 'new' ELSE 'changed' END AS change, g.group_id AS group_id, b.group_id AS before_group_id,
         a.name AS account, g.need AS need, b.status AS status_before, g.status AS status_now,
         b.people AS people_before, g.people AS people_now
  UNION ALL
  MATCH (b:BuyingGroup)-[:FORMED_IN]->(a:Account) WHERE b.run_id = earlier.run_id
  AND NOT EXISTS { MATCH (g:BuyingGroup)-[:CONTINUES]->(b) WHERE g.run_id = run.run_id }
  RETURN 'gone' AS change, null AS group_id, b.group_id AS before_group_id, a.name AS account, b.need AS need,
         b.status AS status_before, null AS status_now, b.people AS people_before, null AS people_now
}
RETURN change AS change, group_id AS group_id, before_group_id AS before_group_id, account AS account, need AS need,
       status_before AS status_before, status_now AS status_now, people_before AS people_before, people_now AS people_now
ORDER BY change, account, group_id, before_group_id
