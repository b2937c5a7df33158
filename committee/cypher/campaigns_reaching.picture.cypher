// asks: Which campaigns reach people, and at which programs are they aimed?
// first: 60
MATCH path = (k:Campaign {key: campaign_id})
OPTIONAL MATCH aim = (k)-[:AIMED_AT]->(:Program)
RETURN path, aim
LIMIT 100
