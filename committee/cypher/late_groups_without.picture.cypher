// asks: Which groups are far along without a persona, and who of it is known there?
// first: 25
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH home = (g:BuyingGroup {group_id: group_id})-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id
OPTIONAL MATCH goal = (g)-[:BUYS_FOR]->(:Program)
OPTIONAL MATCH whom = (c:Contact)-[:WORKS_AT]->(a)
WHERE c.contact_id IN whom_to_bring_in
RETURN home, goal, whom
LIMIT 150
