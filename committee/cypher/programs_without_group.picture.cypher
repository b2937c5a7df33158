// asks: Which programs has nobody formed a group for?
// first: 60
MATCH path = (:Program {key: program_id})-[:RUN_BY]->(:Account)
RETURN path
LIMIT 100
