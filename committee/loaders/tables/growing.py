"""Tables that are put together one row at a time, by sources whose records are no rows of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from committee.loaders.tables.how import How
from committee.loaders.tables.values import Column, Typed, typed
from committee.records import TABLES

__all__ = ["GrowingRows"]


@dataclass
class GrowingRows:
    """Columns of text that grow row by row, for sources whose records are put together one at a time.

    Examples
    --------
    >>> rows = GrowingRows("account_id name")
    >>> rows.put(2, "A1", "")
    >>> rows.columns()["name"].cells.to_pylist()
    [None]
    """

    names: str
    lines: list[int] = field(default_factory=list)
    rows: list[tuple[str | None, ...]] = field(default_factory=list)

    def put(self, line: int, *cells: str | None) -> None:
        """Add the row that starts in this line; an empty text is no value."""
        self.lines.append(line)
        self.rows.append(tuple(cell or None for cell in cells))

    def columns(self, headers: Mapping[str, str] | None = None) -> dict[str, Column]:
        """Return the columns, under the names they have in the file where these are other ones."""
        names = self.names.split()
        cells = list(zip(*self.rows, strict=True)) if self.rows else [()] * len(names)
        return {
            name: Column((headers or {}).get(name, name), pa.array(column, pa.string()))
            for name, column in zip(names, cells, strict=True)
        }

    def typed(self, table: str, how: How, source: str, headers: Mapping[str, str] | None = None) -> Typed:
        """Read the rows as a table of records."""
        return typed(TABLES[table], self.columns(headers), np.array(self.lines, np.int64), how, source)
