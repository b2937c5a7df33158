// asks: Which records point to something that has not arrived?
// grain: one record
// for: marketing operations
// maturity: stable
// unpictured: what waits points to something that is not there
// returns: kind, id, load_id, line
CALL () {
  MATCH (n:Engagement) WHERE n.waits = true
  RETURN 'engagement' AS kind, n.engagement_id AS id, n.load_id AS load_id, n.line AS line
  UNION ALL
  MATCH (n:Contact) WHERE n.waits = true
  RETURN 'contact' AS kind, n.contact_id AS id, n.load_id AS load_id, n.line AS line
  UNION ALL
  MATCH (n:Program) WHERE n.waits = true
  RETURN 'program' AS kind, n.program_id AS id, n.load_id AS load_id, n.line AS line
  UNION ALL
  MATCH (n:Account) WHERE n.waits = true
  RETURN 'account' AS kind, n.account_id AS id, n.load_id AS load_id, n.line AS line
  UNION ALL
  MATCH (n:Campaign) WHERE n.waits = true
  RETURN 'campaign' AS kind, n.campaign_id AS id, n.load_id AS load_id, n.line AS line
  UNION ALL
  MATCH (n:Signal) WHERE n.waits = true
  RETURN 'signal' AS kind, n.signal_id AS id, n.load_id AS load_id, n.line AS line
  UNION ALL
  MATCH (n:Opportunity) WHERE n.waits = true
  RETURN 'opportunity' AS kind, n.opportunity_id AS id, n.load_id AS load_id, n.line AS line
}
RETURN kind AS kind, id AS id, load_id AS load_id, line AS line
ORDER BY kind, id
