// asks: Which flags stand, and which engagements tripped them?
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (f:Flag)-[:RAISED_FOR]->(:Account)
WHERE f.run_id = run.run_id AND f.raised_at > run.as_of_at - $days * 86400000
WITH DISTINCT f ORDER BY f.raised_at DESC, f.flag_id LIMIT 10
MATCH raised = (f)-[:RAISED_FOR]->(:Account)
OPTIONAL MATCH tripped = (:Contact)-[:MADE]->(:Engagement)-[:TRIPPED]->(f)
RETURN raised, tripped
LIMIT 250
