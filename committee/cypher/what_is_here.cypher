// asks: What is in the graph, and how much of it?
// grain: one kind of thing
// for: analyst
// maturity: stable
// unpictured: a picture of everything is a hairball
// returns: thing, amount
CALL () {
  MATCH (n:Account) WHERE n.is_now IS NULL WITH count(n) AS amount RETURN 'accounts' AS thing, amount AS amount
  UNION ALL MATCH (n:Program) WITH count(n) AS amount RETURN 'programs' AS thing, amount AS amount
  UNION ALL MATCH (n:Contact) WHERE n.is_now IS NULL WITH count(n) AS amount RETURN 'contacts' AS thing, amount AS amount
  UNION ALL MATCH (n:Content) WITH count(n) AS amount RETURN 'content' AS thing, amount AS amount
  UNION ALL MATCH (n:Campaign) WITH count(n) AS amount RETURN 'campaigns' AS thing, amount AS amount
  UNION ALL MATCH (n:Engagement) WITH count(n) AS amount RETURN 'engagements' AS thing, amount AS amount
  UNION ALL MATCH (n:Signal) WITH count(n) AS amount RETURN 'signals' AS thing, amount AS amount
  UNION ALL MATCH (n:Opportunity) WITH count(n) AS amount RETURN 'deals' AS thing, amount AS amount
  UNION ALL MATCH (:Head)-[:CURRENT]->(run:Run) MATCH (n:BuyingGroup) WHERE n.run_id = run.run_id RETURN 'groups' AS thing, count(n) AS amount
  UNION ALL MATCH (:Head)-[:CURRENT]->(run:Run) MATCH (n:Flag) WHERE n.run_id = run.run_id RETURN 'flags' AS thing, count(n) AS amount
}
RETURN thing AS thing, amount AS amount
ORDER BY thing
