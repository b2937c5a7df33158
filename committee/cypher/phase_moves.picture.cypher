// asks: Which trials began or moved a phase, and whose?
// first: 50
MATCH path = (s:Signal {key: signal_id})-[:CONCERNS]->(:Account)
OPTIONAL MATCH moved = (s)-[:CONCERNS]->(:Program)-[:RUN_BY]->(:Account)
RETURN path, moved
LIMIT 90
