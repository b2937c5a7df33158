"""The steps by which a Neo4j server forgets deleted bytes: what a query cannot do, for its administrator."""

from __future__ import annotations

__all__ = ["steps"]


def steps() -> list[str]:
    """Return the steps, one a line."""
    return [
        "Queries find nothing any more; the server's files still hold deleted values: its transaction logs (for two days or "
        "2 GB, by db.tx_log.rotation.retention_policy), free places of its store and index files (until they are written over).",
        "To leave no byte: committee store dump --out FOLDER; stop the server; delete data/databases/NAME and "
        "data/transactions/NAME; start it; committee store restore FOLDER; delete FOLDER.",
        "Backups and copies that others keep: the same, or until they have passed their time.",
    ]
