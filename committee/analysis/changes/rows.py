"""How one table of findings becomes another: keys that go, and whole rows that come or replace one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.records import Record, key_of
from committee.records.columns import whole
from committee.records.tables import sorted_by_key, typed_table

__all__ = ["UNIT", "RowChanges", "row_changes", "with_row_changes"]

Flags = npt.NDArray[np.bool_]
UNIT = "\x1f"  # cannot occur in an id


@dataclass(frozen=True)
class RowChanges:
    """The difference of one table.

    Attributes
    ----------
    gone : pyarrow array of text
        Keys of rows that are no more, or say something else now.
    come : pyarrow Table
        Rows that are new, or say something else now.
    """

    gone: pa.Array
    come: pa.Table

    def __len__(self) -> int:
        return max(len(self.gone), int(self.come.num_rows))


def row_changes(record: type[Record], before: pa.Table, after: pa.Table) -> RowChanges:
    """Return the least rows that lead from a table to another.

    A table in which a key stands twice is exchanged as a whole.
    """
    old, new = _keys(record, before), _keys(record, after)
    if pc.count_distinct(old).as_py() < len(old) or pc.count_distinct(new).as_py() < len(new):
        return RowChanges(old, after)
    place = pc.index_in(new, value_set=old) if len(old) else pa.nulls(len(new), pa.int32())
    there = np.asarray(pc.is_valid(place))
    here = np.asarray(place.filter(pa.array(there))).astype(np.int64)
    kept, other = after.filter(pa.array(there)), before.take(pa.array(here))
    same = np.ones(len(here), bool)
    for name in after.column_names:
        same &= _equal(whole(kept.column(name)), whole(other.column(name)))
    stays = np.zeros(len(old), bool)
    stays[here[same]] = True
    changed = ~there
    changed[np.flatnonzero(there)[~same]] = True
    return RowChanges(old.filter(pa.array(~stays)), after.filter(pa.array(changed)))


def with_row_changes(record: type[Record], before: pa.Table, changes: RowChanges) -> pa.Table:
    """Return the table after its changes."""
    if not len(changes):
        return before
    left = before.filter(pc.invert(pc.is_in(_keys(record, before), value_set=changes.gone)))
    tables = [_plain(left), _plain(changes.come)]
    return sorted_by_key(record, typed_table(record, pa.concat_tables(tables)))


def _keys(record: type[Record], table: pa.Table) -> pa.Array:
    """The key of each row as one text."""
    parts: list[Any] = []
    for name in key_of(record):
        part = whole(table.column(name))
        parts.append(part.cast(pa.int64()).cast(pa.string()) if pa.types.is_timestamp(part.type) else part)
    if len(parts) == 1:
        return parts[0].cast(pa.string())
    texts = [pc.fill_null(part.cast(pa.string()), "") for part in parts]
    return pc.binary_join_element_wise(*texts, UNIT)


def _plain(table: pa.Table) -> pa.Table:
    return pa.table({name: whole(table.column(name)) for name in table.column_names})


def _equal(one: pa.Array, other: pa.Array) -> Flags:
    """Whether two cells say the same; two empty ones do, an empty list and no list do not."""
    if pa.types.is_list(one.type):
        return _lists_equal(one, other)
    both = pc.and_(pc.is_null(one), pc.is_null(other))
    if pa.types.is_floating(one.type):
        both = pc.or_(both, pc.and_(pc.fill_null(pc.is_nan(one), False), pc.fill_null(pc.is_nan(other), False)))
    return np.asarray(pc.or_(pc.fill_null(pc.equal(one, other), False), both))


def _lists_equal(one: pa.Array, other: pa.Array) -> Flags:
    sizes = [np.asarray(pc.fill_null(pc.list_value_length(column), -1)) for column in (one, other)]
    same: Flags = sizes[0] == sizes[1]
    rows = np.flatnonzero(same & (sizes[0] > 0))
    places = pa.array(rows)
    words = _equal(one.take(places).flatten(), other.take(places).flatten())
    same[np.repeat(rows, sizes[0][rows])[~words]] = False
    return same
