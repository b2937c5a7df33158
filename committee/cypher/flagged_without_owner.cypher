// asks: Which flags stand at accounts that nobody owns?
// grain: one flag of the current run
// for: marketing operations
// maturity: stable
// returns: flag_id, account_id, account, scope, raised_at, personas
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (f:Flag)-[:RAISED_FOR]->(a:Account)
WHERE f.run_id = run.run_id AND coalesce(a.owner, '') = ''
  AND NOT EXISTS { MATCH (b:Account)-[:SAME_AS]->(a) WHERE b.owner <> '' }
RETURN f.flag_id AS flag_id, a.account_id AS account_id, a.name AS account, f.scope AS scope, f.raised_at AS raised_at, f.personas AS personas
ORDER BY raised_at DESC, flag_id
