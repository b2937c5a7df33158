"""Cells of text to a record's typed table, and a reject for every cell that cannot be read: once, for all sources.

It is longer than most modules because the order of its steps is its idea: read, time, require, name the source, refuse.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.loaders.tables.cells import Fault, judge
from committee.loaders.tables.how import How
from committee.loaders.tables.refusals import rejects_of
from committee.loaders.tables.times import Moments, read_moments
from committee.records import FieldSpec, Record, fields_of, public_id
from committee.records.fields import CATEGORY, DAY, INSTANT, TEXT
from committee.records.parsing import Reading

__all__ = ["Column", "Typed", "one_array", "typed"]

_TIMES = {"engagements": ("occurred_at", "occurred_until")}  # read together
_THREADS = os.cpu_count() or 1


@dataclass(frozen=True)
class Column:
    """Cells of text and the name their column has in the file."""

    header: str
    cells: Any


@dataclass(frozen=True)
class Typed:
    """What a table's rows became.

    Attributes
    ----------
    table : pyarrow Table
        The record's fields, free columns, ``line`` and ``updated_at`` of the rows that could be read.
    rejects : pyarrow Table
        line, field, value, reason, detail; sorted by line and field.
    notes : tuple of str
    kept : numpy array of bool
        Of each row given, whether it could be read.
    """

    table: pa.Table
    rejects: pa.Table
    notes: tuple[str, ...]
    kept: np.ndarray[Any, np.dtype[np.bool_]]


@dataclass
class _Work:
    """The columns read so far and what was refused."""

    lines: np.ndarray[Any, np.dtype[np.int64]]
    values: dict[str, pa.Array] = field(default_factory=dict)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, header: str, faults: Iterable[Fault], note: str) -> None:
        self.faults.extend((header, fault) for fault in faults)
        if note:
            self.notes.append(note)

    def refuse(
        self, header: str, rows: np.ndarray[Any, Any], reason: str, detail: str, column: Column | None = None
    ) -> None:
        """Refuse rows; where a cell holds a word for nothing, such as null, the reject shows it."""
        for cell, those in _by_cell(rows, column):
            said = f"{header} is '{cell}', a word for nothing (load.empty_words)" if cell else detail
            self.faults.append((header, Fault(those, cell, reason, said)))


def _by_cell(rows: np.ndarray[Any, Any], column: Column | None) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """The rows by what stands in their cell."""
    if not len(rows) or column is None:
        return [("", rows)] if len(rows) else []
    cells = pc.fill_null(one_array(column.cells).take(pa.array(rows)).cast(pa.string()), "")
    encoded = pc.utf8_trim_whitespace(cells).dictionary_encode()
    indices = np.asarray(encoded.indices)
    return [(cell, rows[indices == place]) for place, cell in enumerate(encoded.dictionary.to_pylist())]


def typed(
    record: type[Record],
    columns: Mapping[str, Column],
    lines: np.ndarray[Any, np.dtype[np.int64]],
    how: How,
    source: str,
    free: Mapping[str, Column] | None = None,
) -> Typed:
    """Read columns of text as a table of a record class.

    Parameters
    ----------
    record : type of Record
    columns : mapping of field name to Column
        Fields of the record, and ``updated_at``.
    lines : numpy array of int64
        The line each row starts in.
    how : How
    source : str
        Ids of sources other than the canonical folder get its name before them.
    free : mapping of free name to Column, optional

    Notes
    -----
    A row is refused when one of its cells cannot be read, when a field that must be there is empty, or when it names
    nobody. A free cell that cannot be read is left out, and counted.
    """
    work = _Work(np.asarray(lines, np.int64))
    specs = {spec.name: spec for spec in fields_of(record) if not spec.derived}
    plain = {name: column for name, column in columns.items() if name not in _TIMES.get(record.table, ())}
    with ThreadPoolExecutor(_THREADS) as pool:  # the work is Arrow's and numpy's: columns are read side by side
        jobs = {name: pool.submit(_read, record, specs.get(name), column, how) for name, column in plain.items()}
        times = {name: pool.submit(_moments, columns[name], how.moments) for name in columns if name not in plain}
        for name in plain:
            values, faults, note = jobs[name].result()
            work.values[name] = values
            work.take(plain[name].header, faults, note)
        if times:
            _engagement_times(work, columns, {name: time.result() for name, time in times.items()}, how.moments)
    _require(work, record, columns)
    for name, column in sorted((free or {}).items()):
        work.values[name] = _free(work, name, column, how)
    _name_source(work, specs.values(), source)
    kept = np.ones(len(work.lines), np.bool_)
    for _, fault in work.faults:
        kept[fault.rows] = False
    work.values["line"] = pa.array(work.lines)
    table = pa.table(work.values)
    if not kept.all():
        table = table.filter(pa.array(kept))
    return Typed(table, rejects_of(work.lines, work.faults), tuple(work.notes), kept)


def one_array(column: Any) -> pa.Array:
    """Return a column as one array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    if not column.num_chunks:
        return pa.array([], column.type)
    if not pa.types.is_dictionary(column.type):
        return pa.concat_arrays(column.chunks)
    chunks = (
        column.unify_dictionaries().chunks
    )  # faster than joining them as they are: one dictionary, then numbers only
    return pa.DictionaryArray.from_arrays(pa.concat_arrays([chunk.indices for chunk in chunks]), chunks[0].dictionary)


def _read(
    record: type[Record], spec: FieldSpec | None, column: Column, how: How
) -> tuple[pa.Array, Sequence[Fault], str]:
    """Read one column; without a field it is the row's own stamp."""
    if spec is None or spec.kind is INSTANT:
        moments = _moments(column, how.moments)
        return moments.column(), moments.faults, _unzoned(column, moments, how.moments)
    cells = one_array(column.cells)
    if pa.types.is_timestamp(cells.type):  # a typed date
        cells = pc.strftime(cells, format="%Y-%m-%d")
    reading = how.days if spec.kind is DAY else how.moments
    is_id = spec.key or (spec.reference is not None and spec.reference.table != "needs")
    longest = how.longest_id if is_id else reading.longest_text
    judged = judge(cells, spec.kind, reading, longest, _bounds(record, spec))
    return judged.values, judged.faults, ""


def _moments(column: Column, reading: Reading) -> Moments:
    return read_moments(one_array(column.cells), reading)


def _unzoned(column: Column, moments: Moments, reading: Reading) -> str:
    zone = getattr(reading.timezone, "key", "UTC")
    return f"{column.header}: times without a zone, read in {zone}: {moments.unzoned:,}" if moments.unzoned else ""


def _bounds(record: type[Record], spec: FieldSpec) -> Callable[[Any], None] | None:
    limits = record.model_fields[spec.name].metadata
    low = next((part.ge for part in limits if hasattr(part, "ge")), None)
    high = next((part.le for part in limits if hasattr(part, "le")), None)
    if low is None and high is None:
        return None

    def inside(value: Any) -> None:
        if low is not None and value < low:
            raise ValueError(f"out_of_bounds: '{value}' is below {low:g}")
        if high is not None and value > high:
            raise ValueError(f"out_of_bounds: '{value}' is above {high:g}")

    return inside


def _engagement_times(
    work: _Work, columns: Mapping[str, Column], times: Mapping[str, Moments], reading: Reading
) -> None:
    """A time is a moment, a date alone the interval of that day."""
    for name, moments in times.items():
        work.take(columns[name].header, moments.faults, _unzoned(columns[name], moments, reading))
    when = times["occurred_at"]
    work.values["occurred_at"] = when.column()
    last = when.column(last=True)
    days = int(np.count_nonzero(when.valid & (when.last > when.first)))
    if days and "occurred_until" not in times:
        work.notes.append(f"{columns['occurred_at'].header}: dates without a time, read as the whole day: {days:,}")
    if "occurred_until" in times:
        until = times["occurred_until"]
        rows = np.flatnonzero(until.valid & when.valid & (until.last < when.first))
        work.refuse(columns["occurred_until"].header, rows, "out_of_bounds", "it ends before it begins")
        last = pc.coalesce(until.column(last=True), last)
    work.values["occurred_until"] = last


# A record of these tables must name somebody: one of these fields.
_SUBJECTS = {
    "engagements": ("contact_id", "email", "account_id"),
    "signals": ("account_id", "account_name", "program_id"),
}


def _require(work: _Work, record: type[Record], columns: Mapping[str, Column]) -> None:
    refused: dict[str, list[np.ndarray[Any, Any]]] = {}
    for header, fault in work.faults:
        refused.setdefault(header, []).append(fault.rows)
    for spec in fields_of(record):
        if spec.required and not spec.derived:
            header = columns[spec.name].header if spec.name in columns else spec.name
            values = work.values.get(spec.name)
            empty = np.ones(len(work.lines), np.bool_) if values is None else np.asarray(values.is_null()).copy()
            for rows in refused.get(header, []):
                empty[rows] = False
            reason = "missing_key" if spec.key else "missing_value"
            work.refuse(header, np.flatnonzero(empty), reason, f"{header} is empty", columns.get(spec.name))
    names = _SUBJECTS.get(record.table, ())
    if names:
        nobody = np.ones(len(work.lines), np.bool_)
        for name in names:
            if name in work.values:
                nobody &= np.asarray(work.values[name].is_null())
            if name in columns:
                for rows in refused.get(columns[name].header, []):
                    nobody[rows] = False
        header = columns[names[0]].header if names[0] in columns else names[0]
        work.refuse(header, np.flatnonzero(nobody), "no_subject", f"{', '.join(names)} are all empty")


def _free(work: _Work, name: str, column: Column, how: How) -> pa.Array:
    cells = one_array(column.cells)
    if pa.types.is_timestamp(cells.type):
        cells = cells.cast(pa.string())
    judged = judge(cells, TEXT, how.moments, how.moments.longest_text)
    lost = sum(len(fault.rows) for fault in judged.faults)
    if lost:
        work.notes.append(f"{column.header}: {lost:,} cells were left out: too long, or with control characters")
    return judged.values


def _name_source(work: _Work, specs: Iterable[FieldSpec], source: str) -> None:
    prefix = public_id(source, "")
    for spec in specs:
        refers = spec.reference is not None and spec.reference.table != "needs"
        if prefix and (spec.key or refers) and spec.name in work.values and spec.kind in (TEXT, CATEGORY):
            values = work.values[spec.name]
            if pa.types.is_dictionary(values.type):
                words = pc.binary_join_element_wise(prefix, values.dictionary, "")
                work.values[spec.name] = pa.DictionaryArray.from_arrays(values.indices, words)
            else:
                work.values[spec.name] = pc.binary_join_element_wise(prefix, values, "")
        elif prefix and refers and spec.name in work.values:
            work.values[spec.name] = _named_words(prefix, work.values[spec.name])


def _named_words(prefix: str, lists: pa.Array) -> pa.Array:
    words = pc.binary_join_element_wise(prefix, lists.flatten(), "")
    ends = np.concatenate([[0], np.cumsum(np.asarray(pc.fill_null(pc.list_value_length(lists), 0)))])
    made = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), words)
    return pc.if_else(lists.is_valid(), made, pa.nulls(len(lists), made.type)) if lists.null_count else made
