// asks: What did people say about findings?
// grain: one decision
// for: analyst
// maturity: stable
// param kinds words = : Only these kinds: accepted, dismissed, ...
// unpictured: a decision hangs on the history of a finding, not on an arrow
// returns: decision_id, kind, subject, reason, decided_by, decided_at
MATCH (d:Decision)
WHERE size($kinds) = 0 OR d.kind IN $kinds
RETURN d.decision_id AS decision_id, d.kind AS kind, d.subject AS subject, d.reason AS reason, d.decided_by AS decided_by, d.decided_at AS decided_at
ORDER BY decided_at DESC, decision_id
