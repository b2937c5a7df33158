// asks: Which trials began or moved a phase, and did people of the account engage more afterwards?
// grain: one signal
// for: BD lead
// maturity: stable
// param days whole = 60: Days before and after that are compared
// param kinds words = phase_advance;trial_registered: Kinds of signal
// param machine_kinds words = @detection.cleaning.machine_kinds: Kinds that machines make, which do not count
// returns: signal_id, kind, occurred_on, title, account_id, account, program_id, program, people_before, people_after
MATCH (s:Signal)-[:CONCERNS]->(a:Account)
WHERE s.kind IN $kinds AND NOT coalesce(s.deleted, false)
WITH s, a, datetime(s.occurred_on + 'T00:00:00Z').epochMillis AS happened
CALL (a, happened) {
  MATCH (e:Engagement)
  WHERE e.account_id = a.account_id AND e.occurred_at >= happened - $days * 86400000 AND e.occurred_at < happened
    AND NOT coalesce(e.deleted, false) AND NOT coalesce(e.kind, '') IN $machine_kinds
  RETURN count(DISTINCT e.contact_id) AS people_before
}
CALL (a, happened) {
  MATCH (e:Engagement)
  WHERE e.account_id = a.account_id AND e.occurred_at >= happened AND e.occurred_at < happened + $days * 86400000
    AND NOT coalesce(e.deleted, false) AND NOT coalesce(e.kind, '') IN $machine_kinds
  RETURN count(DISTINCT e.contact_id) AS people_after
}
OPTIONAL MATCH (s)-[:CONCERNS]->(p:Program)
RETURN s.signal_id AS signal_id, s.kind AS kind, s.occurred_on AS occurred_on, s.title AS title, a.account_id AS account_id, a.name AS account,
       p.program_id AS program_id, p.name AS program, people_before AS people_before, people_after AS people_after
ORDER BY occurred_on DESC, signal_id
