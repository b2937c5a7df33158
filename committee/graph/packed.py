"""Tables that nobody walks, as columns of many rows in one node: lists without nulls, and what the lists leave out beside them.

A column of texts with nulls becomes the list with stand-ins and the places of the nulls; a column of lists becomes one
flat list and the lengths.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.graph.bolt import Statement
from committee.graph.columns import plain_column, plain_values
from committee.records import Record, run_key

__all__ = ["columns_node", "packed", "unpacked"]

_NULLS = "_nulls"
_LENGTHS = "_lengths"
_FILLERS: dict[str, Any] = {"text": "", "whole": 0, "number": 0.0, "yes": False}


def packed(table: pa.Table) -> dict[str, list[Any]]:
    """Return the properties that hold the rows of a table; a column that says nothing has none."""
    properties: dict[str, list[Any]] = {}
    for name in table.column_names:
        column = plain_column(table.column(name))
        if column.null_count == len(column):
            continue
        if pa.types.is_list(column.type):
            lengths = pc.fill_null(pc.list_value_length(column), -1)
            properties[name + _LENGTHS] = lengths.to_pylist()
            properties[name] = plain_values(pc.list_flatten(column))
            continue
        if pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        if column.null_count:
            properties[name + _NULLS] = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False)).tolist()
        properties[name] = plain_values(pc.fill_null(column, _filler(column.type)))
    return properties


def columns_node(record: type[Record], rows: pa.Table, run_id: str, part: int, name: str) -> Statement:
    """Return the statement that makes the node of some rows of a run's table; ``name`` tells it from its other nodes."""
    properties = packed(rows)
    columns = "".join(f", {column}: $c_{column}" for column in properties)
    text = (
        "CREATE (n:FindingsColumns {key: $key, run_id: $run_id, table_name: $table_name, part: $part, rows: $rows"
        f"{columns}}})"
    )
    about = {"run_id": run_id, "table_name": record.table, "part": part, "rows": rows.num_rows}
    key = run_key(run_id, record.table, name)
    return text, {"key": key, **about, **{f"c_{column}": values for column, values in properties.items()}}


def unpacked(properties: Mapping[str, Any], schema: pa.Schema, rows: int) -> pa.Table:
    """Return the rows that `packed` put into properties."""
    columns = {}
    for field in schema:
        name, kind = field.name, field.type
        plain = pa.string() if pa.types.is_dictionary(kind) else kind
        if name + _LENGTHS in properties:
            lengths = np.array(properties[name + _LENGTHS], dtype=np.int64)
            offsets = np.concatenate([[0], np.cumsum(np.maximum(lengths, 0))])
            lists = pa.ListArray.from_arrays(
                pa.array(offsets, pa.int32()), pa.array(properties.get(name) or [], pa.string())
            )
            columns[name] = pc.if_else(pa.array(lengths >= 0), lists, pa.scalar(None, kind))
        elif name in properties:
            values = properties[name]
            column = (
                pa.array(values, pa.int64()).cast(plain) if pa.types.is_timestamp(kind) else pa.array(values, plain)
            )
            places = np.zeros(rows, dtype=bool)
            places[properties.get(name + _NULLS) or []] = True
            column = pc.if_else(pa.array(places), pa.scalar(None, plain), column)
            columns[name] = column.cast(kind) if not pa.types.is_dictionary(kind) else column.dictionary_encode()
        else:
            columns[name] = pa.nulls(rows, kind)
    return pa.table(columns)


def _filler(kind: pa.DataType) -> Any:
    if pa.types.is_boolean(kind):
        return _FILLERS["yes"]
    if pa.types.is_integer(kind):
        return _FILLERS["whole"]
    return _FILLERS["number"] if pa.types.is_floating(kind) else _FILLERS["text"]
