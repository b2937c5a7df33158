// asks: What is in the graph, and how much of it?
// grain: one kind of thing
// for: analyst
// maturity: stable
// unpictured: a picture of everything is a hairball
// returns: thing, amount
CALL () {
  MATCH (n:Account) RETURN 'accounts' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Program) RETURN 'programs' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Contact) RETURN 'contacts' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Content) RETURN 'content' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Campaign) RETURN 'campaigns' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Engagement) RETURN 'engagements' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Signal) RETURN 'signals' AS thing, count(n) AS amount
  UNION ALL MATCH (n:Opportunity) RETURN 'deals' AS thing, count(n) AS amount
  UNION ALL MATCH (:Head)-[:CURRENT]->(run:Run) MATCH (n:BuyingGroup) WHERE n.run_id = run.run_id RETURN 'groups' AS thing, count(n) AS amount
  UNION ALL MATCH (:Head)-[:CURRENT]->(run:Run) MATCH (n:Flag) WHERE n.run_id = run.run_id RETURN 'flags' AS thing, count(n) AS amount
}
RETURN thing AS thing, amount AS amount
ORDER BY thing
