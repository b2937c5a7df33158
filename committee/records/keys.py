"""Ids and keys: the only place that builds them.

A record's *id* is what people and files see: ids of the canonical folder as they are, ids of other systems behind
the system's name (``hubspot:501``), so that 501 of one system is not 501 of another. Its *key* in the graph is the id
behind the workspace, if there is one. A computed record's key also names its run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

__all__ = ["CANONICAL", "digest", "public_id", "run_key", "stored_key"]

CANONICAL = "canonical"
_UNIT = "\x1f"  # cannot occur in an id: parsing refuses control characters


def public_id(source: str, native_id: str) -> str:
    """Return the id people see: ``native_id`` alone for the canonical folder, ``source:native_id`` otherwise."""
    return native_id if source == CANONICAL else f"{source}:{native_id}"


def stored_key(record_id: str, workspace: str = "") -> str:
    """Return the key in the graph of the record with this public id."""
    return f"{workspace}/{record_id}" if workspace else record_id


def run_key(run_id: str, *ids: str) -> str:
    """Return the key in the graph of a computed record of one run."""
    return "|".join((run_id, *ids))


def digest(parts: Iterable[str], length: int = 12) -> str:
    """Return a short hash of texts: the same parts in the same order give the same hexadecimal text."""
    return hashlib.sha256(_UNIT.join(parts).encode()).hexdigest()[:length]
