"""A set of typed tables: what Market, Findings, Decisions and Intake have in common.

Reading, writing, ordering and comparing stand here once. A table is a pyarrow Table with the columns of its record
class, in the class's order, sorted by its key; free columns follow in the order of their names, provenance comes last.
It is long because what is written has to be read back as the same: both ways stand side by side.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from committee.errors import BadFile, WriteFailed
from committee.records.cells import guarded_column, unguarded_column
from committee.records.fields import CATEGORY, INSTANT, TEXT, WORDS, FieldSpec, Kind
from committee.records.parsing import join_words, split_words
from committee.records.record import PROVENANCE, Record, fields_of, key_of, schema_of

__all__ = [
    "TableSet",
    "empty_table",
    "free_columns_of",
    "sorted_by_key",
    "typed_table",
    "write_atomically",
    "write_csv",
    "write_parquet",
]


def _provenance_of(record: type[Record]) -> frozenset[str]:
    return frozenset(spec.name for spec in PROVENANCE) if record.provenance else frozenset()


def empty_table(record: type[Record]) -> pa.Table:
    """Return the record's table with no rows."""
    return schema_of(record).empty_table()


def free_columns_of(record: type[Record], table: pa.Table) -> list[str]:
    """Return the names of the table's columns that neither the class nor the provenance knows."""
    known = {spec.name for spec in fields_of(record)} | _provenance_of(record)
    return sorted(name for name in table.column_names if name not in known)


def typed_table(record: type[Record], columns: Mapping[str, Any] | pa.Table) -> pa.Table:
    """Build a record's table from columns; what is not given is empty, what the class does not know is kept as text.

    Parameters
    ----------
    record : type of Record
    columns : mapping of name to sequence or Arrow array, or a pyarrow Table
    """
    given = (
        {name: columns.column(name) for name in columns.column_names}
        if isinstance(columns, pa.Table)
        else dict(columns)
    )
    rows = len(next(iter(given.values()))) if given else 0
    schema = schema_of(record)
    names, behind = set(schema.names), _provenance_of(record)
    arrays = {field.name: _array(given.get(field.name), field.type, rows) for field in schema}
    for name in sorted(set(given) - names):
        arrays[name] = _array(given[name], pa.string(), rows)
    ordered = [name for name in schema.names if name not in behind]
    ordered += sorted(set(given) - names) + [name for name in schema.names if name in behind]
    return pa.table({name: arrays[name] for name in ordered})


def _array(values: Any, kind: pa.DataType, rows: int) -> pa.ChunkedArray:
    if values is None:
        return pa.chunked_array([pa.nulls(rows, kind)], kind)
    if isinstance(values, pa.Array):
        values = pa.chunked_array([values])
    if not isinstance(values, pa.ChunkedArray):
        text = pa.types.is_dictionary(kind)
        values = pa.chunked_array([pa.array(values, type=pa.string() if text else kind, from_pandas=True)])
    if values.type == kind:
        return values.unify_dictionaries() if pa.types.is_dictionary(kind) else values
    if pa.types.is_dictionary(kind):
        return pa.chunked_array([_encoded(values.cast(pa.string()))], kind)
    return values.cast(kind)


def _encoded(plain: pa.ChunkedArray) -> pa.Array:
    whole = pa.concat_arrays(plain.chunks) if plain.num_chunks else pa.array([], pa.string())
    return whole.dictionary_encode()


def write_parquet(table: pa.Table, file: Any) -> None:
    """Write a table as Parquet into an open binary file, its words numbered by their first row: equal tables are equal bytes."""
    columns = {name: table.column(name) for name in table.column_names}
    for name, column in columns.items():
        if pa.types.is_dictionary(column.type):
            columns[name] = _encoded(_plain(column))
        else:
            columns[name] = column.combine_chunks()
    pq.write_table(pa.table(columns), file)


def sorted_by_key(record: type[Record], table: pa.Table) -> pa.Table:
    """Return the table in the order of its key, compared as text byte by byte."""
    if table.num_rows < 2:
        return table
    keys = pa.table({name: _plain(table.column(name)) for name in key_of(record)})
    if len(keys.column_names) == 1 and _ascending(keys.column(0)):
        return table
    return table.take(pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]))


def _ascending(column: pa.ChunkedArray) -> bool:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return bool(pc.all(pc.less_equal(whole.slice(0, len(whole) - 1), whole.slice(1))).as_py())


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def write_atomically(path: Path, content: bytes | None = None, writer: Any = None, private: bool = False) -> None:
    """Write a file whole or not at all: beside its place first, then moved there.

    Raises
    ------
    WriteFailed
        The disk is full, the folder is read-only, or a size limit was hit; nothing half-written is left.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(content) if content is not None else writer(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        with contextlib.suppress(OSError):  # it may not even lie in a folder
            beside.unlink()
        reason = error.strerror or str(error)
        raise WriteFailed(
            f"{path} could not be written: {reason}",
            "Free some space or choose another folder, then run the command again",
        ) from None


class TableSet(Mapping[str, pa.Table]):
    """Typed tables by name, each sorted by its key. A value: never changed, compared by content."""

    records: ClassVar[tuple[type[Record], ...]]

    def __init__(self, tables: Mapping[str, pa.Table | Mapping[str, Any]] | None = None) -> None:
        given = dict(tables or {})
        unknown = set(given) - {record.table for record in self.records}
        if unknown:
            raise ValueError(f"{type(self).__name__} has no table {sorted(unknown)}")
        self._tables = {
            record.table: sorted_by_key(record, typed_table(record, given[record.table]))
            if record.table in given
            else empty_table(record)
            for record in self.records
        }

    def __getitem__(self, name: str) -> pa.Table:
        return self._tables[name]

    def __getattr__(self, name: str) -> pa.Table:
        if not name.startswith("_") and name in self._tables:
            return self._tables[name]
        raise AttributeError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{table.num_rows:,} {name}" for name, table in self._tables.items() if table.num_rows)
        return f"{type(self).__name__}({sizes or 'empty'})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return all(_same(record, self[record.table], other[record.table]) for record in self.about())

    __hash__ = None  # type: ignore[assignment]

    def with_tables(self, **tables: pa.Table) -> Self:
        """Return a copy with some tables exchanged."""
        return type(self)({**self._tables, **tables})

    @classmethod
    def about(cls) -> tuple[type[Record], ...]:
        """Return the record classes whose tables two equal sets have in common."""
        return cls.records

    def fingerprint(self) -> str:
        """Return a hash of what the tables say: free of provenance, row order and how ids are encoded."""
        hasher = hashlib.sha256()
        for record in self.about():
            for name, column in _said(record, self[record.table]).items():
                hasher.update(f"{record.table}.{name}.{len(column)}".encode())
                _feed(hasher, column)
        return hasher.hexdigest()

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """Read the tables that `write` wrote into a folder, CSV or Parquet; a missing file is an empty table."""
        tables = {}
        for record in cls.records:
            for suffix, reader in ((".parquet", _read_parquet), (".csv", _read_csv)):
                path = Path(folder) / f"{record.table}{suffix}"
                if path.exists():
                    tables[record.table] = reader(record, path)
                    break
        return cls(tables)

    def write(self, folder: str | Path, form: str = "csv", provenance: bool = False) -> list[Path]:
        """Write each table into the folder as ``TABLE.csv`` or ``TABLE.parquet``; returns the files written."""
        written = []
        for record in self.records:
            table = self[record.table]
            if not provenance:
                table = table.drop_columns([name for name in table.column_names if name in _provenance_of(record)])
            path = Path(folder) / f"{record.table}.{form}"
            if form == "csv":
                write_atomically(path, writer=lambda file, table=table: write_csv(table, file))
            else:
                write_atomically(path, writer=lambda file, table=table: write_parquet(table, file))
            written.append(path)
        return written


def _said(record: type[Record], table: pa.Table) -> dict[str, pa.Array]:
    """The columns that say something about the world: without derived fields and provenance."""
    derived = {spec.name for spec in fields_of(record) if spec.derived}
    names = [name for name in table.column_names if name not in derived and name not in _provenance_of(record)]
    return {
        name: pa.concat_arrays(_plain(table.column(name)).chunks) if table.num_rows else pa.array([], pa.string())
        for name in names
    }


def _same(record: type[Record], mine: pa.Table, yours: pa.Table) -> bool:
    left, right = _said(record, mine), _said(record, yours)
    return left.keys() == right.keys() and all(left[name].equals(right[name]) for name in left)


def _feed(hasher: Any, column: pa.Array) -> None:
    valid = np.packbits(np.asarray(pc.is_valid(column)))
    hasher.update(valid.tobytes())
    if pa.types.is_list(column.type):
        hasher.update(np.asarray(pc.fill_null(pc.list_value_length(column), -1)).tobytes())
        _feed(hasher, column.flatten())
    elif pa.types.is_string(column.type):
        text = pc.fill_null(column, "")
        hasher.update(np.asarray(pc.binary_length(text)).tobytes())
        hasher.update(_bytes_of(text))
    elif pa.types.is_boolean(column.type):
        hasher.update(np.asarray(pc.fill_null(column, False)).tobytes())
    else:
        hasher.update(
            np.asarray(
                pc.fill_null(column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column, 0)
            ).tobytes()
        )


def _bytes_of(text: pa.StringArray) -> memoryview:
    """All bytes of the texts, one behind the other, as they lie in memory."""
    _, offsets, data = text.buffers()
    if data is None or not len(text):
        return memoryview(b"")
    bounds = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    return memoryview(data)[bounds[0] : bounds[-1]]


def write_csv(table: pa.Table, file: Any) -> None:
    """Write a table as CSV into an open binary file: times ISO, lists joined, formulas behind an apostrophe."""
    columns = {name: _as_text(table.column(name)) for name in table.column_names}
    options = pa_csv.WriteOptions(quoting_style="needed")
    pa_csv.write_csv(pa.table(columns), file, write_options=options)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _instant_text(column)
    if pa.types.is_list(kind):
        column = pa.chunked_array(
            [pa.array([None if words is None else join_words(words) for words in column.to_pylist()], pa.string())]
        )
    column = _plain(column)
    return guarded_column(column) if pa.types.is_string(column.type) else column


def _instant_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ", locale="C")  # seconds of a ms column carry .000
    return pc.replace_substring(text, ".000Z", "Z")


def _read_parquet(record: type[Record], path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(f"{path} is no readable Parquet file: {error}", "Write the folder again") from None


def _read_csv(record: type[Record], path: Path) -> pa.Table:
    specs: dict[str, FieldSpec] = {spec.name: spec for spec in (*fields_of(record), *PROVENANCE)}
    options = pa_csv.ConvertOptions(
        column_types={}, strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=False
    )
    try:
        with path.open("rb") as file:
            names = pa_csv.read_csv(file, read_options=pa_csv.ReadOptions(block_size=1 << 20)).column_names
        options.column_types = {name: pa.string() for name in names}
        raw = pa_csv.read_csv(path, convert_options=options, parse_options=pa_csv.ParseOptions(newlines_in_values=True))
        bare = {name: unguarded_column(raw.column(name)) for name in raw.column_names}
        return pa.table({name: _from_text(bare[name], specs[name].kind if name in specs else TEXT) for name in bare})
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(f"{path} is not a table this product wrote: {error}", "Write the folder again") from None


def _from_text(column: pa.ChunkedArray, kind: Kind) -> pa.ChunkedArray:
    if kind is WORDS:
        return pa.chunked_array(
            [pa.array([None if cell is None else split_words(cell) for cell in column.to_pylist()], kind.arrow)]
        )
    if kind is INSTANT:
        return column.cast(kind.arrow)
    if kind is CATEGORY:
        return pa.chunked_array([_encoded(column)], kind.arrow)
    return column.cast(kind.arrow)
