"""Columns of text, whole and as codes: comparing and looking up goes by the few distinct texts, not by the many cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["codes_in", "encoded", "positions_in", "whole"]

Ints = npt.NDArray[np.int64]


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column as one array; categories as text."""
    one = _one(column)
    if not pa.types.is_dictionary(one.type):
        return one.cast(pa.string()) if pa.types.is_null(one.type) else one
    return one.dictionary.take(one.indices) if len(one.dictionary) else pa.nulls(len(one), pa.string())


def encoded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """Return a column of text as one array of codes into its distinct texts."""
    one = _one(column)
    return one if pa.types.is_dictionary(one.type) else one.cast(pa.string()).dictionary_encode()


def codes_in(column: pa.ChunkedArray | pa.Array, ids: pa.Array) -> Ints:
    """Return for each cell its position in ``ids``; -1 where the cell is empty or not among them."""
    cells = encoded(column)
    place = np.append(positions_in(cells.dictionary, ids), -1)
    return np.take(place, np.asarray(pc.fill_null(cells.indices, len(place) - 1)))


def positions_in(texts: pa.Array, ids: pa.Array) -> Ints:
    """Return for each text its position in ``ids``; -1 where it is null or not among them."""
    if not len(ids) or not len(texts):
        return np.full(len(texts), -1, np.int64)
    found = pc.index_in(texts.cast(pa.string()), value_set=ids, skip_nulls=True)
    return np.asarray(pc.fill_null(found, -1)).astype(np.int64)


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    if not column.num_chunks:
        return pa.array([], column.type)
    return pa.concat_arrays(column.unify_dictionaries().chunks)
