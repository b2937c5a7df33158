// asks: Which records name something that is there, and are not linked to it?
// grain: one reference
// for: analyst
// maturity: stable
// unpictured: what is missing is the arrow
// slow: it looks at every engagement, which is the point of a check
// returns: kind, id, field, names
CALL () {
  MATCH (c:Contact) WHERE NOT EXISTS { (c)-[:WORKS_AT]->(:Account) }
  MATCH (a:Account {key: c.account_id})
  RETURN 'contact' AS kind, c.contact_id AS id, 'account_id' AS field, a.account_id AS names
  UNION ALL
  MATCH (p:Program) WHERE NOT EXISTS { (p)-[:RUN_BY]->(:Account) }
  MATCH (a:Account {key: p.account_id})
  RETURN 'program' AS kind, p.program_id AS id, 'account_id' AS field, a.account_id AS names
  UNION ALL
  MATCH (k:Campaign) WHERE NOT EXISTS { (k)-[:AIMED_AT]->(:Program) }
  MATCH (p:Program {key: k.program_id})
  RETURN 'campaign' AS kind, k.campaign_id AS id, 'program_id' AS field, p.program_id AS names
  UNION ALL
  MATCH (e:Engagement) WHERE NOT EXISTS { (:Contact)-[:MADE]->(e) }
  MATCH (c:Contact {key: e.contact_id})
  RETURN 'engagement' AS kind, e.engagement_id AS id, 'contact_id' AS field, c.contact_id AS names
  UNION ALL
  MATCH (e:Engagement) WHERE NOT EXISTS { (e)-[:WITH]->(:Content) }
  MATCH (x:Content {key: e.content_id})
  RETURN 'engagement' AS kind, e.engagement_id AS id, 'content_id' AS field, x.content_id AS names
}
RETURN kind AS kind, id AS id, field AS field, names AS names
ORDER BY kind, field, id
