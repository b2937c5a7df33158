// asks: At which accounts are programs left for which no group has formed and no deal was won?
// first: 15
MATCH path = (p:Program)-[:RUN_BY]->(:Account {key: account_id})
WHERE p.program_id IN program_ids
RETURN path
LIMIT 200
