// asks: What happened in public shortly before a group began?
// grain: one signal beside one group
// for: ABM manager
// maturity: trial
// param days whole = 90: Days before the group's first touch
// returns: group_id, account, program, signal_id, kind, occurred_on, title, formed_at
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)<-[:CONCERNS]-(s:Signal)
WHERE g.run_id = run.run_id AND NOT coalesce(s.deleted, false)
WITH g, a, s, datetime(s.occurred_on + 'T00:00:00Z').epochMillis AS happened
WHERE happened <= g.formed_at AND happened > g.formed_at - $days * 86400000 AND (s.program_id IS NULL OR s.program_id = g.program_id)
OPTIONAL MATCH (g)-[:BUYS_FOR]->(p:Program)
RETURN g.group_id AS group_id, a.name AS account, p.name AS program, s.signal_id AS signal_id, s.kind AS kind,
       s.occurred_on AS occurred_on, s.title AS title, g.formed_at AS formed_at
ORDER BY group_id, occurred_on DESC, signal_id
