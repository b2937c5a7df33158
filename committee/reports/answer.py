"""An answer as rows: what every listing returns, and every command prints."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from committee.reports.lookup import Row

__all__ = ["Rows"]


@dataclass(frozen=True)
class Rows:
    """An answer: column names, one list a row in their order, and sentences that belong under the table.

    `needed` columns, from the left, are shown however narrow the window is; 0 = all of them.
    """

    columns: list[str]
    rows: list[list[Any]]
    notes: list[str] = field(default_factory=list)
    needed: int = 0

    @classmethod
    def of(cls, columns: str, found: list[Row], notes: Collection[str] = (), needed: int = 0) -> Rows:
        """Take mappings, column names parted by blanks."""
        names = columns.split()
        return cls(names, [[row.get(name) for name in names] for row in found], list(notes), needed)

    def noted(self, notes: Collection[str]) -> Rows:
        """Return the answer with further sentences under it."""
        return replace(self, notes=[*self.notes, *notes])

    def column(self, name: str) -> list[Any]:
        """Return the cells of one column."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]
