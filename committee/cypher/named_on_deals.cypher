// asks: Who is named on a deal, and in which groups do they sit?
// grain: one person on one deal
// for: BD lead
// maturity: stable
// returns: opportunity_id, deal, account, contact_id, name, role, groups, do_not_contact
MATCH (:Head)-[:CURRENT]->(run:Run)
MATCH (c:Contact)-[r:NAMED_ON]->(o:Opportunity)-[:HELD_WITH]->(a:Account)
WHERE NOT coalesce(o.deleted, false)
RETURN o.opportunity_id AS opportunity_id, o.name AS deal, a.name AS account, c.contact_id AS contact_id, c.name AS name, r.role AS role,
       COLLECT { MATCH (c)-[:MEMBER_OF]->(g:BuyingGroup) WHERE g.run_id = run.run_id RETURN g.group_id ORDER BY g.group_id } AS groups,
       coalesce(c.suppressed, false) OR coalesce(c.deleted, false) OR EXISTS { (:Contact {suppressed: true})-[:SAME_AS]->(c) } AS do_not_contact
ORDER BY opportunity_id, contact_id
