// asks: Which needs of programs does too little content cover?
// first: 20
MATCH path = (p:Program)-[:NEEDS]->(n:Need {key: need})
WHERE p.program_id IN program_ids
RETURN path
LIMIT 200
