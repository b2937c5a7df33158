"""Ids to integers and back: the analyses count with positions in sorted lists of ids, never with the texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "Flags",
    "Ints",
    "codes_in",
    "distinct",
    "joined_ids",
    "milliseconds",
    "named",
    "plain",
    "runs",
    "sorted_ids",
    "true_cells",
]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Scalar = TypeVar("_Scalar", bound=np.generic)


def plain(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column of text or categories as one array of text."""
    if isinstance(column, pa.ChunkedArray):
        column = (
            pa.concat_arrays(column.unify_dictionaries().chunks) if column.num_chunks else pa.array([], column.type)
        )
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) or pa.types.is_null(column.type) else column


def sorted_ids(*columns: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return the distinct texts of the columns in byte order, without nulls."""
    parts = [pc.unique(_dictionary(column)) for column in columns]
    texts = pc.unique(pc.drop_null(pa.concat_arrays(parts))) if parts else pa.array([], pa.string())
    return texts.take(pc.sort_indices(texts))


def codes_in(column: pa.ChunkedArray | pa.Array, ids: pa.Array) -> Ints:
    """Return for each cell its position in ``ids``; -1 where the cell is empty or not among them."""
    if isinstance(column, pa.ChunkedArray):
        column = (
            pa.concat_arrays(column.unify_dictionaries().chunks) if column.num_chunks else pa.array([], column.type)
        )
    if not pa.types.is_dictionary(column.type) and len(column) > 4 * len(ids):
        column = column.dictionary_encode()
    if pa.types.is_dictionary(column.type):
        place = np.append(_positions(column.dictionary, ids), -1)
        return np.take(place, np.asarray(pc.fill_null(column.indices, len(place) - 1)))
    return _positions(column, ids)


def _positions(values: pa.Array, ids: pa.Array) -> Ints:
    if not len(ids) or not len(values):
        return np.full(len(values), -1, np.int64)
    found = pc.index_in(values.cast(pa.string()), value_set=ids, skip_nulls=True)
    return np.asarray(pc.fill_null(found, -1)).astype(np.int64)


def _dictionary(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The texts that can occur in a column, cheaply where they are listed already."""
    if isinstance(column, pa.ChunkedArray):
        column = (
            pa.concat_arrays(column.unify_dictionaries().chunks) if column.num_chunks else pa.array([], column.type)
        )
    if not pa.types.is_dictionary(column.type):
        return column.cast(pa.string())
    used = pc.unique(pc.drop_null(column.indices))
    return column.dictionary.take(used).cast(pa.string())


def milliseconds(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column of moments as int64 epoch milliseconds, nulls kept."""
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column.cast(pa.int64())


def true_cells(table: pa.Table, name: str) -> Flags:
    """Return where a yes-or-no column says yes; all no when the table has no such column."""
    if name not in table.column_names:
        return np.zeros(table.num_rows, bool)
    return np.asarray(pc.fill_null(table.column(name), False)).astype(bool)


def named(ids: pa.Array | Sequence[str], codes: Ints) -> pa.Array:
    """Return the texts behind codes; empty where the code is -1."""
    texts = ids if isinstance(ids, pa.Array) else pa.array(list(ids), pa.string())
    if not len(texts):
        return pa.nulls(len(codes), pa.string())
    return texts.take(pa.array(np.where(codes < 0, 0, codes), mask=codes < 0))


def distinct(values: npt.NDArray[_Scalar]) -> npt.NDArray[_Scalar]:
    """Return the distinct values of an array in order: sorting is many times faster than numpy's own way by hashes.

    >>> distinct(np.array([4, 1, 4])).tolist()
    [1, 4]
    """
    ordered = np.sort(values, axis=None)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def joined_ids(*parts: Any) -> Ints:
    """Return one integer per distinct combination of the integer arrays given; in the order of the combinations."""
    whole = np.asarray(parts[0], np.int64)
    if not len(whole):
        return whole
    whole = np.unique(whole, return_inverse=True)[1]
    for part in parts[1:]:
        values = np.asarray(part, np.int64)
        low = int(values.min())
        whole = np.unique(whole * (int(values.max()) - low + 1) + (values - low), return_inverse=True)[1]
    return whole.astype(np.int64)


def runs(sorted_values: Ints) -> Ints:
    """Return where each run of equal values starts, with the length of the array as the last entry.

    >>> runs(np.array([4, 4, 7, 7, 7])).tolist()
    [0, 2, 5]
    """
    if not len(sorted_values):
        return np.zeros(1, np.int64)
    change = np.flatnonzero(sorted_values[1:] != sorted_values[:-1]) + 1
    return np.concatenate([[0], change, [len(sorted_values)]]).astype(np.int64)
