// asks: Which runs are kept, and which one is current?
// grain: one run
// for: analyst
// maturity: stable
// unpictured: a run is the work of a day, and stands beside the graph
// returns: run_id, as_of_at, version, is_current, groups, flags
MATCH (run:Run)
RETURN run.run_id AS run_id, run.as_of_at AS as_of_at, run.version AS version,
       EXISTS { (:Head)-[:CURRENT]->(run) } AS is_current,
       COUNT { MATCH (g:BuyingGroup) WHERE g.run_id = run.run_id } AS groups,
       COUNT { MATCH (f:Flag) WHERE f.run_id = run.run_id } AS flags
ORDER BY as_of_at DESC, run_id
