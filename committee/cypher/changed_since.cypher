// asks: What happened since a date: groups, members, flags, deals, signals?
// grain: one event
// for: ABM manager
// maturity: stable
// param since instant = : From this moment on; empty = the last seven days before the current run
// unpictured: its rows tell of five kinds of things; ask groups_forming or flags_raised for theirs
// returns: at, what, id, account, about
MATCH (:Head)-[:CURRENT]->(run:Run)
WITH run, coalesce($since, run.as_of_at - 7 * 86400000) AS since
CALL (run, since) {
  MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account)
  WHERE g.run_id = run.run_id AND g.formed_at >= since
  RETURN g.formed_at AS at, 'group began' AS what, g.group_id AS id, a.name AS account, g.need AS about
  UNION ALL
  MATCH (c:Contact)-[m:MEMBER_OF]->(g:BuyingGroup)-[:FORMED_IN]->(a:Account)
  WHERE g.run_id = run.run_id AND m.first_at >= since AND g.formed_at < m.first_at
  RETURN m.first_at AS at, 'person joined' AS what, c.contact_id AS id, a.name AS account, g.need AS about
  UNION ALL
  MATCH (f:Flag)-[:RAISED_FOR]->(a:Account)
  WHERE f.run_id = run.run_id AND f.raised_at >= since
  RETURN f.raised_at AS at, 'flag raised' AS what, f.flag_id AS id, a.name AS account, f.scope AS about
  UNION ALL
  MATCH (s:Signal)-[:CONCERNS]->(a:Account)
  WHERE NOT coalesce(s.deleted, false)
  WITH run, since, s, a, datetime(s.occurred_on + 'T00:00:00Z').epochMillis AS at WHERE at >= since AND at <= run.as_of_at
  RETURN at AS at, 'signal' AS what, s.signal_id AS id, a.name AS account, s.kind AS about
  UNION ALL
  MATCH (o:Opportunity)-[:HELD_WITH]->(a:Account)
  WHERE NOT coalesce(o.deleted, false)
  WITH run, since, o, a, datetime(o.opened_on + 'T00:00:00Z').epochMillis AS at WHERE at >= since AND at <= run.as_of_at
  RETURN at AS at, 'deal opened' AS what, o.opportunity_id AS id, a.name AS account, o.stage AS about
}
RETURN at AS at, what AS what, id AS id, account AS account, about AS about
ORDER BY at DESC, what, about, id
