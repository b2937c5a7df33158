"""What the loaders bring: rows by table with where they came from, and an account of every line of every file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from committee.intake import REASONS, FileReport
from committee.loaders.tables import SourceFile, Typed
from committee.records import TABLES, Reject, digest
from committee.records.tables import empty_table, typed_table

__all__ = ["FileEntry", "Gathering", "Incoming", "Words"]

_Lines = np.ndarray[Any, np.dtype[np.int64]]
_KEY = pa.dictionary(pa.int32(), pa.string())


class Words(Protocol):
    """The product's vocabulary, as the loaders ask it."""

    def area(self, conditions: Sequence[str]) -> str | None:
        """Return the therapeutic area of diseases as a source names them."""

    def modality(self, interventions: Sequence[tuple[str, str]]) -> str | None:
        """Return the modality of interventions, each a type and a name."""

    def normalise(self, field: str, value: str) -> str | None:
        """Return the product's word for a value of a field; None when there is none."""


@dataclass(frozen=True)
class Incoming:
    """What a set of files says, before it is merged with anything.

    Attributes
    ----------
    tables : mapping of table to pyarrow Table
        Rows typed by their record class, provenance columns filled; several rows may be about one record.
    files : tuple of FileReport
        read, merged (lines that only added to another line's record) and rejected are counted; what the other lines
        became is known after the merge.
    rejects : pyarrow Table
        Records of class Reject.
    ignored : tuple of str
        Files of folders and archives that are nothing the product knows, each with the reason.
    """

    tables: Mapping[str, pa.Table]
    files: tuple[FileReport, ...]
    rejects: pa.Table
    ignored: tuple[str, ...] = ()


@dataclass
class FileEntry:
    """The account of one file while it is read."""

    file: SourceFile
    source: str
    kind: str
    read: int
    notes: list[str] = field(default_factory=list)
    tables: list[tuple[str, pa.Table]] = field(default_factory=list)
    rejects: list[pa.Table] = field(default_factory=list)
    joined: list[_Lines] = field(default_factory=list)
    passed_over: int = 0

    @property
    def load_id(self) -> str:
        """Hash of the source, the kind and the bytes: the same file is the same load, whatever its name."""
        return digest([self.source, self.kind, self.file.sha256])

    def add(self, table: str, rows: Typed | pa.Table) -> None:
        """Take rows of a table, and what was refused while they were typed."""
        if isinstance(rows, Typed):
            self.reject(rows.rejects)
            self.note(*rows.notes)
            rows = rows.table
        if rows.num_rows:
            self.tables.append((table, rows))

    def reject(self, rejects: pa.Table) -> None:
        """Take refused cells."""
        if rejects.num_rows:
            self.rejects.append(rejects)

    def join(self, lines: Sequence[int] | _Lines) -> None:
        """Say that these lines added to records of other lines."""
        self.joined.append(np.asarray(lines, np.int64))

    def pass_over(self, count: int, why: str) -> None:
        """Say that so many lines were read and are of no use: they are rejected without a row for each."""
        self.passed_over += count
        self.note(why)

    def note(self, *texts: str) -> None:
        """Say something about the file; the same is said once."""
        self.notes.extend(text for text in texts if text not in self.notes)

    def report(self) -> FileReport:
        """Return the account: each line counts once, as loaded before merged before rejected."""
        loaded = _lines([rows["line"] for _, rows in self.tables])
        joined = _lines(self.joined, loaded)
        refused = _lines([rows["line"] for rows in self.rejects], loaded, joined)
        return FileReport(
            self.file.name,
            self.source,
            self.kind,
            self.load_id,
            self.file.sha256,
            self.read,
            merged=int(joined.sum()),
            rejected=int(refused.sum()) + self.passed_over,
            notes=tuple(self.notes),
        )


def _lines(parts: Sequence[Any], *but: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark by line number the lines that occur in the parts, but those marked before."""
    numbers = [np.asarray(part) for part in parts]
    marks = np.zeros(max((int(part.max(initial=0)) for part in numbers), default=0) + 1, np.bool_)
    for part in numbers:
        marks[part] = True
    for other in but:
        size = min(len(marks), len(other))
        marks[:size] &= ~other[:size]
    return marks


class Gathering:
    """Collects what the files say, file by file."""

    def __init__(self) -> None:
        self.entries: list[FileEntry] = []
        self.twins: list[SourceFile] = []  # files with the same bytes as another one

    def begin(self, file: SourceFile, source: str, kind: str, read: int, notes: Sequence[str] = ()) -> FileEntry:
        """Open the account of a file with so many rows."""
        entry = FileEntry(file, source, kind, read, list(notes))
        self.entries.append(entry)
        return entry

    def finish(self, moment_of: Callable[[str], datetime], ignored: Sequence[str] = ()) -> Incoming:
        """Close all accounts: the answer does not depend on the order in which the files came."""
        by_load = sorted(self.entries, key=lambda entry: entry.load_id)
        tables = {}
        for name, record in TABLES.items():
            parts = [
                typed_table(record, _with_provenance(rows, entry, moment_of(entry.load_id)))
                for entry in by_load
                for table, rows in entry.tables
                if table == name
            ]
            if parts:
                tables[name] = typed_table(record, pa.concat_tables(parts, promote_options="default"))
        reports = [entry.report() for entry in self.entries]
        first = {(report.sha256): report for report in reversed(reports)}
        for twin in self.twins:
            like = first[twin.sha256]
            note = f"the same bytes as {like.file}, read once"
            reports.append(
                FileReport(
                    twin.name, like.source, like.kind, "", twin.sha256, like.read, merged=like.read, notes=(note,)
                )
            )
        return Incoming(tables, tuple(reports), _rejects(self.entries), tuple(ignored))


def _with_provenance(rows: pa.Table, entry: FileEntry, loaded_at: datetime) -> dict[str, Any]:
    columns = {name: rows.column(name) for name in rows.column_names}
    columns["source_system"] = _constant(entry.source, rows.num_rows)
    columns["load_id"] = _constant(entry.load_id, rows.num_rows)
    columns["loaded_at"] = pa.repeat(pa.scalar(loaded_at, pa.timestamp("ms", tz="UTC")), rows.num_rows)
    return columns


def _constant(text: str, rows: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([text], pa.string()))


def _rejects(entries: Sequence[FileEntry]) -> pa.Table:
    parts = []
    for entry in entries:
        for rows in entry.rejects:
            remedies = [REASONS[reason].remedy for reason in rows["reason"].to_pylist()]
            columns = {name: rows.column(name) for name in rows.column_names}
            parts.append(typed_table(Reject, columns | {"file": [entry.file.name] * rows.num_rows, "remedy": remedies}))
    return typed_table(Reject, pa.concat_tables(parts)) if parts else empty_table(Reject)
