"""Columns on their way to the graph and back: Arrow arrays as lists of plain values, and what stands for "nothing".

Values travel as columns, never as rows. ``collect`` drops nulls, so an absent value is read as a stand-in that cannot occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["NOTHING", "array_of", "collected", "column_of", "plain_column", "plain_values", "sent"]

# Parameters of every reading statement. Control characters are refused in cells, and NaN never enters.
NOTHING: dict[str, Any] = {
    "no_text": "\x1f",
    "no_whole": -(2**63),
    "no_number": float("nan"),
    "no_words": ["\x1f"],
    "no_yes": -1,
}


def _stand_in(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind) or pa.types.is_integer(kind):
        return "no_whole"
    if pa.types.is_floating(kind):
        return "no_number"
    if pa.types.is_boolean(kind):
        return "no_yes"
    return "no_words" if pa.types.is_list(kind) else "no_text"


def collected(expression: str, kind: pa.DataType) -> str:
    """Return the Cypher that collects an expression of this type with a stand-in where it is null."""
    return f"collect(coalesce({expression}, ${_stand_in(kind)}))"


def array_of(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return the Arrow array of a collected column."""
    if pa.types.is_list(kind):
        nothing = NOTHING["no_words"]
        return pa.array([None if words == nothing else words for words in values], kind)
    if pa.types.is_boolean(kind):
        numbers = np.array(values, dtype=np.int8)
        return pa.array(numbers == 1, mask=numbers == -1)
    if pa.types.is_floating(kind):
        floats = np.array(values, dtype=np.float64)
        return pa.array(floats, mask=np.isnan(floats))
    if pa.types.is_integer(kind) or pa.types.is_timestamp(kind):
        wholes = np.array(values, dtype=np.int64)
        return pa.array(wholes, mask=wholes == NOTHING["no_whole"]).cast(kind)
    texts = pa.array(values, pa.string())
    texts = pc.if_else(pc.equal(texts, NOTHING["no_text"]), pa.scalar(None, pa.string()), texts)
    return pc.dictionary_encode(texts) if pa.types.is_dictionary(kind) else texts


def column_of(chunks: Iterable[pa.Array], kind: pa.DataType) -> pa.ChunkedArray:
    """Return one column of the chunks; dictionaries of the chunks become one."""
    column = pa.chunked_array(list(chunks), kind)
    return column.unify_dictionaries() if pa.types.is_dictionary(kind) else column


def plain_column(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as one array, texts without a dictionary."""
    kind = pa.string() if pa.types.is_dictionary(column.type) else column.type
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    return column.cast(kind)


def plain_values(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """Return a column as plain values a driver takes: instants as epoch milliseconds, absent values as None."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(column, pa.ChunkedArray):  # combining no chunks
        return []
    kind = column.type
    if pa.types.is_dictionary(kind):
        words = np.array([*column.dictionary.to_pylist(), None], dtype=object)
        codes = column.indices.fill_null(len(column.dictionary)).to_numpy(zero_copy_only=False)
        return words[codes].tolist()  # type: ignore[no-any-return]
    if pa.types.is_timestamp(kind):
        return plain_values(column.cast(pa.int64()))
    if pa.types.is_integer(kind):
        if not column.null_count:
            return column.to_numpy().tolist()  # type: ignore[no-any-return]
        return column.to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_floating(kind):
        return [None if value is None or value != value else value for value in column.to_pylist()]
    if pa.types.is_string(kind):
        return column.to_numpy(zero_copy_only=False).tolist()  # type: ignore[no-any-return]
    return column.to_pylist()  # type: ignore[no-any-return]


def sent(table: pa.Table, names: Iterable[str], *, nulls: bool) -> tuple[dict[str, str], dict[str, Any]]:
    """Return how the columns of a batch are written: for each name the Cypher expression of row ``i``, and the parameters.

    A column that says the same in every row is sent once. One that says nothing is left out, or written as null where
    ``nulls`` asks for it.
    """
    expressions: dict[str, str] = {}
    parameters: dict[str, Any] = {}
    for name in names:
        column = table.column(name)
        if column.null_count == len(column):
            if nulls:
                expressions[name] = "null"
            continue
        parameter = f"c_{name}"
        values = plain_values(column)
        first = values[0]
        if len(values) > 1 and values[-1] == first and all(value == first for value in values):
            expressions[name], parameters[parameter] = f"${parameter}", first
        else:
            expressions[name], parameters[parameter] = f"${parameter}[i]", values
    return expressions, parameters
