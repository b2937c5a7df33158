// asks: What stands alone: people without an account, engagements without a person, programs without an account?
// grain: one record
// for: analyst
// maturity: stable
// slow: it looks at every engagement, which is the point of a check
// unpictured: what stands alone has no arrow to draw
// returns: kind, id, lacks, load_id
CALL () {
  MATCH (c:Contact) WHERE c.is_now IS NULL AND NOT EXISTS { (c)-[:WORKS_AT]->(:Account) }
  RETURN 'contact' AS kind, c.contact_id AS id, 'account' AS lacks, c.load_id AS load_id
  UNION ALL
  MATCH (e:Engagement) WHERE NOT EXISTS { (:Contact)-[:MADE]->(e) }
  RETURN 'engagement' AS kind, e.engagement_id AS id, 'person' AS lacks, e.load_id AS load_id
  UNION ALL
  MATCH (p:Program) WHERE NOT EXISTS { (p)-[:RUN_BY]->(:Account) }
  RETURN 'program' AS kind, p.program_id AS id, 'account' AS lacks, p.load_id AS load_id
}
RETURN kind AS kind, id AS id, lacks AS lacks, load_id AS load_id
ORDER BY kind, id
