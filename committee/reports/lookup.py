"""Rows of a table by the value of a column: reports look at a few records of a large market."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Row", "by_id", "one", "rows", "standing"]

Row = dict[str, Any]


def rows(table: pa.Table, column: str, values: Collection[str] | str) -> list[Row]:
    """Return the rows whose column holds one of the values, in the order of the table."""
    wanted = [values] if isinstance(values, str) else sorted(set(values))
    if not wanted or not table.num_rows:
        return []
    cells = table.column(column)
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(pa.string())
    found: list[Row] = table.filter(pc.is_in(cells, pa.array(wanted, pa.string()))).to_pylist()
    return found


def one(table: pa.Table, column: str, value: str | None) -> Row | None:
    """Return the first row whose column holds the value, or None."""
    found = rows(table, column, value) if value else []
    return found[0] if found else None


def by_id(table: pa.Table, column: str, values: Collection[str]) -> dict[str, Row]:
    """Return the rows whose key is one of the values, by that key."""
    return {row[column]: row for row in rows(table, column, values)}


def standing(found: list[Row]) -> list[Row]:
    """Return the rows that their source has not deleted."""
    return [row for row in found if not row.get("deleted")]
