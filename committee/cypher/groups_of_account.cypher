// asks: Which groups have formed at an account, and which flags were raised for them?
// grain: one buying group of the current run
// for: ABM manager
// maturity: stable
// param account_id text: Id of the account
// returns: group_id, program, need, status, formed_at, people, personas, flags
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (g:BuyingGroup)-[:FORMED_IN]->(a:Account {key: $account_id})
WHERE g.run_id = run.run_id
OPTIONAL MATCH (g)-[:BUYS_FOR]->(p:Program)
RETURN g.group_id AS group_id, p.name AS program, g.need AS need, g.status AS status, g.formed_at AS formed_at, g.people AS people,
       g.personas AS personas,
       COLLECT { MATCH (f:Flag)-[:RAISED_FOR]->(g) RETURN f.flag_id ORDER BY f.flag_id } AS flags
ORDER BY formed_at DESC, group_id
