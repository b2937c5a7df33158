"""What a record was, is, and becomes: merging files into what is known, what was known at a moment, taking a load out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

__all__ = ["Change"]

RESOLVED = pa.schema([("engagement_id", pa.string()), ("contact_id", pa.string()), ("account_id", pa.string())])


@dataclass(frozen=True)
class Change:
    """What one write does to the kept market.

    Attributes
    ----------
    new, changed : mapping of table to pyarrow Table
        Records that were not there; whole rows of records as they are from now on.
    removed : mapping of table to list of str
        Ids of records that go.
    resolved : pyarrow Table
        engagement_id, contact_id, account_id: who did it and where, for each new or changed engagement and for kept
        ones that can be told better now.
    relink : mapping of table to list of str
        Ids of kept records whose reference now finds its target.
    """

    new: Mapping[str, pa.Table] = field(default_factory=dict)
    changed: Mapping[str, pa.Table] = field(default_factory=dict)
    removed: Mapping[str, list[str]] = field(default_factory=dict)
    resolved: pa.Table = field(default_factory=lambda: RESOLVED.empty_table())
    relink: Mapping[str, list[str]] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Whether the write would change nothing."""
        tables = [*self.new.values(), *self.changed.values(), self.resolved]
        return not any(table.num_rows for table in tables) and not any(self.removed.values()) and not any(self.relink.values())
