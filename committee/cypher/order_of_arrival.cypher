// asks: In which order do personas join groups?
// grain: one persona
// for: analyst
// maturity: stable
// unpictured: it compares numbers over all groups
// returns: persona, groups, came_first, mean_days
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[m:MEMBER_OF]->(g:BuyingGroup)
WHERE g.run_id = run.run_id AND m.persona <> 'unknown'
WITH g, m.persona AS persona, min(m.first_at) AS joined_at
WITH persona, count(g) AS groups, sum(CASE WHEN joined_at <= g.formed_at THEN 1 ELSE 0 END) AS came_first,
     avg(joined_at - g.formed_at) / 86400000 AS mean_days
RETURN persona AS persona, groups AS groups, came_first AS came_first, round(mean_days, 1) AS mean_days
ORDER BY mean_days, persona
