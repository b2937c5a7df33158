// asks: Which programs has nobody formed a group for?
// grain: one program
// for: BD lead
// maturity: stable
// param phase text = : Only programs of this phase
// returns: program_id, account, program, therapeutic_area, modality, phase, status
OPTIONAL MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (p:Program)-[:RUN_BY]->(a:Account)
WHERE NOT coalesce(p.deleted, false) AND ($phase = '' OR p.phase = $phase)
  AND NOT EXISTS { MATCH (g:BuyingGroup)-[:BUYS_FOR]->(p) WHERE g.run_id = run.run_id }
RETURN p.program_id AS program_id, a.name AS account, p.name AS program, p.therapeutic_area AS therapeutic_area,
       p.modality AS modality, p.phase AS phase, p.status AS status
ORDER BY account, program_id
