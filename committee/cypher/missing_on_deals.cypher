// asks: Who sits in a group for the program of an open deal, and is not named on the deal?
// grain: one person and one deal
// for: BD lead
// maturity: stable
// returns: opportunity_id, deal, account, group_id, contact_id, name, persona, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (o:Opportunity)-[:FOR_PROGRAM]->(:Program)<-[:BUYS_FOR]-(g:BuyingGroup)-[:FORMED_IN]->(a:Account)
WHERE g.run_id = run.run_id AND o.is_won IS NULL AND NOT coalesce(o.deleted, false)
MATCH (c:Contact)-[m:MEMBER_OF]->(g)
WHERE NOT EXISTS { (c)-[:NAMED_ON]->(o) }
RETURN o.opportunity_id AS opportunity_id, o.name AS deal, a.name AS account, g.group_id AS group_id, c.contact_id AS contact_id,
       c.name AS name, m.persona AS persona, coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY opportunity_id, group_id, contact_id
