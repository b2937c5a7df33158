"""What is refused, as rows: where, what stood there, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from committee.loaders.tables.cells import Fault
from committee.loaders.tables.rows import RawTable

__all__ = ["REJECTS", "reject_ragged", "rejects_of"]

REJECTS = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in ("field", "value", "reason", "detail"))])
_LONGEST_VALUE = 200  # characters of a refused cell that are shown


def rejects_of(lines: np.ndarray[Any, Any], faults: Iterable[tuple[str, Fault]]) -> pa.Table:
    """Return one row a refused cell, sorted by line and field; long cells are cut."""
    columns: dict[str, list[Any]] = {name: [] for name in REJECTS.names}
    numbers: list[np.ndarray[Any, Any]] = []
    for header, fault in faults:
        count = len(fault.rows)
        numbers.append(lines[fault.rows])
        values = (header, fault.cell.strip()[:_LONGEST_VALUE], fault.reason, fault.detail)
        for name, value in zip(("field", "value", "reason", "detail"), values, strict=True):
            columns[name] += [value] * count
    columns["line"] = list(np.concatenate(numbers)) if numbers else []
    table = pa.table(columns, schema=REJECTS)
    return table.sort_by([("line", "ascending"), ("field", "ascending")]) if table.num_rows > 1 else table


class Refusing(Protocol):
    """Whoever takes refused cells."""

    def reject(self, rejects: pa.Table) -> None:
        """Take them."""


def reject_ragged(entry: Refusing, raw: RawTable) -> None:
    """Refuse the rows that have another number of cells than the header."""
    width = len(raw.header)
    lines = np.array([row.line for row in raw.ragged], np.int64)
    faults = [
        ("(row)", Fault(np.array([place]), row.text, "ragged_row", f"{row.cells:,} cells, the header has {width:,}"))
        for place, row in enumerate(raw.ragged)
    ]
    entry.reject(rejects_of(lines, faults))
