// asks: Which groups share people, and who is the bridge?
// grain: one pair of groups
// for: ABM manager
// maturity: stable
// returns: group_id, other_group_id, account, need, other_need, people, bridges
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)<-[:MEMBER_OF]-(c:Contact)-[:MEMBER_OF]->(h:BuyingGroup)
WHERE g.run_id = run.run_id AND h.run_id = run.run_id AND g.group_id < h.group_id
WITH g, h, count(c) AS people, collect(c.contact_id) AS ids
MATCH (g)-[:FORMED_IN]->(a:Account)
RETURN g.group_id AS group_id, h.group_id AS other_group_id, a.name AS account, g.need AS need, h.need AS other_need,
       people AS people, COLLECT { UNWIND ids AS one RETURN one ORDER BY one } AS bridges
ORDER BY people DESC, group_id, other_group_id
