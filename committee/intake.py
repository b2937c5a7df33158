"""Intake: what became of every row that was read. read = loaded + merged + waiting + rejected, file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.records import TABLES, Record, Reject, Waiting, fields_of
from committee.records.columns import codes_in, encoded, positions_in, whole
from committee.records.tables import TableSet

__all__ = ["REASONS", "FileReport", "Intake", "Reason", "references_that_wait", "tally"]


@dataclass(frozen=True)
class Reason:
    """Why a row is refused, and what its owner can do."""

    meaning: str
    remedy: str


REASONS: dict[str, Reason] = {
    "missing_key": Reason("the cell that names the record is empty", "Fill in the id, or leave the row out"),
    "missing_value": Reason("a cell that must be filled is empty", "Fill in the value"),
    "bad_time": Reason("the cell is no time", "Write times as 2026-02-13T09:30:00Z, dates as 2026-02-13"),
    "ambiguous_date": Reason("day and month cannot be told apart", "Load with --date-order dmy or mdy"),
    "time_out_of_range": Reason(
        "the time lies outside the plausible range", "Correct the time, or widen load.earliest and load.latest"
    ),
    "bad_number": Reason("the cell is no number of the kind needed", "Write plain numbers, such as 1250000.5"),
    "bad_yes_no": Reason("the cell is neither true nor false", "Write true or false"),
    "out_of_bounds": Reason("the number is not possible here", "Correct the number"),
    "too_long": Reason("the text is longer than a cell may be", "Shorten it; ids have at most 500 characters"),
    "control_characters": Reason("the text holds control characters", "Remove them"),
    "ragged_row": Reason("the row has more or fewer cells than the header", "Quote cells that hold the separator"),
    "no_base_row": Reason(
        "the row adds to a record that these files do not hold", "Load it together with the table that holds the record"
    ),
    "no_subject": Reason("the row names neither a person nor a company", "Nothing to do: it cannot tell who did it"),
    "not_used": Reason("the product does not use this table", "Nothing to do"),
    "erased": Reason("the person was erased and stays away", "Nothing to do"),
}


@dataclass(frozen=True)
class FileReport:
    """What became of one file's rows.

    Attributes
    ----------
    file : str
        Name as given to the load.
    source : str
        Source system, such as canonical, ctgov or hubspot.
    kind : str
        What the file was recognised as, such as engagements or "HubSpot email_event".
    load_id : str
    read, loaded, merged, waiting, rejected : int
        Rows; read is the sum of the other four. A row counts as waiting when its record is loaded but points to one
        that has not arrived; as merged when it says nothing new.
    notes : tuple of str
        Unknown columns that were kept, times without a zone, conflicts, rows that joined nothing and why.
    records : mapping of table to (new, changed, unchanged)
        What the rows became; one row may become several records.
    """

    file: str
    source: str
    kind: str
    load_id: str = ""
    sha256: str = ""
    read: int = 0
    loaded: int = 0
    merged: int = 0
    waiting: int = 0
    rejected: int = 0
    notes: tuple[str, ...] = ()
    records: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)

    def adds_up(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.loaded + self.merged + self.waiting + self.rejected


class Intake(TableSet):
    """What a load brought: the report of each file, the rejected rows, and the references that wait."""

    records: ClassVar[tuple[type[Record], ...]] = (Reject, Waiting)

    def __init__(
        self,
        tables: Mapping[str, Any] | None = None,
        files: Sequence[FileReport] = (),
        conflicts: Mapping[str, int] | None = None,
        ignored: Sequence[str] = (),
    ) -> None:
        super().__init__(tables)
        self.files = tuple(sorted(files, key=lambda report: (report.source, report.kind, report.file)))
        self.conflicts = dict(sorted((conflicts or {}).items()))  # "table.field": values of one stamp that differ
        self.ignored = tuple(sorted(set(ignored)))  # files of a folder that are nothing the product knows

    def __repr__(self) -> str:
        total = {
            name: sum(getattr(report, name) for report in self.files)
            for name in ("read", "loaded", "merged", "waiting", "rejected")
        }
        counts = ", ".join(f"{count:,} {name}" for name, count in total.items())
        return f"Intake({len(self.files)} files: {counts})"


def references_that_wait(
    rows: Mapping[str, pa.Table], ids: Mapping[str, pa.Array], people: pa.Array | None = None
) -> dict[str, pa.Table]:
    """Find the references of rows whose target is not there.

    Parameters
    ----------
    rows : mapping of table to pyarrow Table
        Rows of loaded tables.
    ids : mapping of table to text array
        The ids that are there, by target table.
    people : text array, optional
        For the rows of "engagements": who did it, as resolved; null where the row names somebody nobody knows.

    Returns
    -------
    dict of table to pyarrow Table
        row (its position), field_name, target_table, target_id; list references count each missing id.
    """
    found = {}
    for name, table in rows.items():
        parts = []
        for spec in fields_of(TABLES[name]):
            if spec.reference is None or spec.reference.table not in ids:
                continue
            column = table.column(spec.name)
            if name == "engagements" and spec.name == "contact_id" and people is not None:
                column = people
                if pc.any(pc.is_null(people)).as_py():  # an address that nobody has waits for its owner
                    column = pc.coalesce(people, whole(table.column("contact_id")), whole(table.column("email")))
            one, position = whole(column) if pa.types.is_list(column.type) else encoded(column), None
            if pa.types.is_list(one.type):
                position, one = np.asarray(pc.list_parent_indices(one)), encoded(one.flatten())
            unknown = positions_in(one.dictionary, ids[spec.reference.table]) < 0
            if not unknown.any():
                continue  # the distinct texts tell: the many cells need not be looked at
            missing = np.flatnonzero(np.append(unknown, False)[np.asarray(pc.fill_null(one.indices, len(unknown)))])
            if len(missing):
                names = {
                    "field_name": pa.array([spec.name] * len(missing)),
                    "target_table": pa.array([spec.reference.table] * len(missing)),
                }
                rows_of = missing if position is None else position[missing]
                parts.append(pa.table({"row": rows_of, **names, "target_id": whole(one.take(pa.array(missing)))}))
        if parts:
            found[name] = pa.concat_tables(parts)
    return found


def tally(
    files: Sequence[FileReport],
    rows: Mapping[str, pa.Table],
    outcomes: Mapping[str, np.ndarray],
    waiting: Mapping[str, pa.Table],
) -> tuple[FileReport, ...]:
    """Account for every row: complete the files' reports by what became of the rows.

    A row that became several records counts once: as waiting when one of them waits, else as loaded when one of them
    is new or changed, else as merged.
    """
    counts, made = _by_line(rows, outcomes, waiting), _by_record(rows, outcomes)
    complete = []
    for report in files:
        merged, loaded, waits = counts.get(report.load_id, (0, 0, 0))
        mine = made.get(report.load_id, {})
        complete.append(replace(report, merged=report.merged + merged, loaded=loaded, waiting=waits, records=mine))
    return tuple(complete)


def _by_record(
    rows: Mapping[str, pa.Table], outcomes: Mapping[str, np.ndarray]
) -> dict[str, dict[str, tuple[int, int, int]]]:
    """By load and table: records that are new, changed, unchanged."""
    made: dict[str, dict[str, tuple[int, int, int]]] = {}
    for name in sorted(rows):
        loads = encoded(rows[name].column("load_id"))
        counts = np.bincount(
            np.asarray(loads.indices) * 3 + outcomes[name], minlength=3 * len(loads.dictionary)
        ).reshape(-1, 3)
        for load_id, (same, new, changed) in zip(loads.dictionary.to_pylist(), counts.tolist(), strict=True):
            if same or new or changed:
                made.setdefault(load_id, {})[name] = (new, changed, same)
    return made


def _by_line(
    rows: Mapping[str, pa.Table], outcomes: Mapping[str, np.ndarray], waiting: Mapping[str, pa.Table]
) -> dict[str, tuple[int, int, int]]:
    """By load: lines that were merged, were loaded, wait. A line counts by the furthest of its records."""
    names = pa.concat_arrays(
        [encoded(table.column("load_id")).dictionary for table in rows.values()] or [pa.array([], pa.string())]
    )
    names = pc.unique(names)
    lines, furthest = [], []
    for name, table in rows.items():
        what = np.minimum(outcomes[name], 1).astype(np.int64)
        if name in waiting:
            what[np.asarray(waiting[name]["row"])] = 2
        line = np.asarray(pc.fill_null(whole(table.column("line")), 0))
        lines.append((codes_in(table.column("load_id"), names) << 40) + line)
        furthest.append(what)
    key, what = np.concatenate(lines or [np.zeros(0, np.int64)]), np.concatenate(furthest or [np.zeros(0, np.int64)])
    order = np.argsort(key, kind="stable")
    key, what = key[order], what[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.zeros(0, np.int64)
    by_line = np.maximum.reduceat(what, starts) if len(key) else what
    counts = np.bincount((key[starts] >> 40) * 3 + by_line, minlength=3 * len(names)).reshape(-1, 3)
    return {load: (int(m), int(n), int(w)) for load, (m, n, w) in zip(names.to_pylist(), counts.tolist(), strict=True)}
