// asks: Which needs of programs does too little content cover?
// grain: one need
// for: marketing operations
// maturity: stable
// param most whole = 0: Most pieces that still count as too little
// returns: need, programs, accounts, pieces, program_ids
MATCH (p:Program)-[:NEEDS]->(n:Need)
WHERE NOT coalesce(p.deleted, false)
WITH n, collect(DISTINCT p.program_id) AS programs, count(DISTINCT p.account_id) AS accounts
WITH n, programs, accounts, COUNT { MATCH (x:Content)-[:COVERS]->(n) WHERE NOT coalesce(x.deleted, false) } AS pieces
WHERE pieces <= $most
RETURN n.need_id AS need, size(programs) AS programs, accounts AS accounts, pieces AS pieces,
       COLLECT { UNWIND programs AS one RETURN one ORDER BY one } AS program_ids
ORDER BY programs DESC, need
