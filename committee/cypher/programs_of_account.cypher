// asks: Which programs does an account run, and which groups buy for them?
// grain: one program
// for: ABM manager
// maturity: stable
// param account_id text: Id of the account
// returns: program_id, program, phase, status, needs, groups
OPTIONAL MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (p:Program)-[:RUN_BY]->(a:Account {key: $account_id})
WHERE NOT coalesce(p.deleted, false)
RETURN p.program_id AS program_id, p.name AS program, p.phase AS phase, p.status AS status, p.needs AS needs,
       COLLECT { MATCH (g:BuyingGroup)-[:BUYS_FOR]->(p) WHERE g.run_id = run.run_id RETURN g.group_id ORDER BY g.group_id } AS groups
ORDER BY size(groups) DESC, program_id
