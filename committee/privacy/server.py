"""The steps by which a Neo4j server forgets deleted bytes: what a query cannot do, for its administrator."""

from __future__ import annotations

__all__ = ["steps"]


def steps() -> list[str]:
    """Return the steps, one a line."""
    return [
        "A server keeps deleted values in its transaction logs, and in free places of its files until they are written over.",
        "Logs: set db.tx_log.rotation.retention_policy=keep_none in neo4j.conf and restart; run CALL db.checkpoint(); then set it back.",
        "Free places: committee store dump, stop the server, delete the database's folders under data/databases and data/transactions, start it, committee store restore; then delete the dump.",
        "Backups and replicas that others keep: the same, or wait until they have passed their time.",
    ]
