// asks: Which flags stand, and how likely is each by chance?
// grain: one flag of the current run
// for: BD lead
// maturity: stable
// param days whole = 3650: Days before the run in which it was raised
// returns: flag_id, account, program, scope, certainty, raised_at, personas, people, expected_by_chance, weak, group_id, account_id
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (f:Flag)-[:RAISED_FOR]->(a:Account)
WHERE f.run_id = run.run_id AND f.raised_at > run.as_of_at - $days * 86400000
OPTIONAL MATCH (p:Program {key: f.program_id})
RETURN f.flag_id AS flag_id, a.name AS account, p.name AS program, f.scope AS scope, f.certainty AS certainty,
       f.raised_at AS raised_at, f.personas AS personas, size(coalesce(f.contact_ids, [])) AS people,
       f.expected_by_chance AS expected_by_chance, f.weak AS weak, f.group_id AS group_id,
       a.account_id AS account_id
ORDER BY raised_at DESC, flag_id
