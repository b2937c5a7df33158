"""Intake: what became of every row that was read. read = loaded + merged + waiting + rejected, file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from committee.records import TABLES, Record, Reject, Waiting, fields_of
from committee.records.tables import TableSet

__all__ = ["REASONS", "FileReport", "Intake", "Reason", "references_that_wait", "tally"]


@dataclass(frozen=True)
class Reason:
    """Why a row is refused, and what its owner can do."""

    meaning: str
    remedy: str


REASONS: dict[str, Reason] = {
    "missing_key": Reason("the column that names the record is empty", "Fill in the id, or leave the row out"),
    "missing_value": Reason("a column that must be there is empty", "Fill in the value"),
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
        self.ignored = tuple(sorted(ignored))  # files of a folder that are nothing the product knows

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
            column = _whole(table.column(spec.name))
            if name == "engagements" and spec.name == "contact_id" and people is not None:
                column = pc.coalesce(people, column, _whole(table.column("email")))
            position = pa.array(np.arange(len(column)))
            if pa.types.is_list(column.type):
                position, column = pc.list_parent_indices(column).cast(pa.int64()), column.flatten()
            missing = pc.and_(pc.is_valid(column), pc.invert(pc.is_in(column, value_set=ids[spec.reference.table])))
            if pc.any(missing).as_py():
                count = pc.sum(missing).as_py()
                names = {
                    "field_name": pa.array([spec.name] * count),
                    "target_table": pa.array([spec.reference.table] * count),
                }
                parts.append(pa.table({"row": position.filter(missing), **names, "target_id": column.filter(missing)}))
        if parts:
            found[name] = pa.concat_tables(parts)
    return found


def _whole(column: pa.ChunkedArray) -> pa.Array:
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    return pa.concat_arrays(plain.chunks) if plain.num_chunks else pa.array([], plain.type)


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
    parts = []
    for name, table in rows.items():
        what = np.minimum(outcomes[name], 1).astype(np.int8)
        if name in waiting:
            what[np.asarray(waiting[name]["row"])] = 2
        loads = _whole(table.column("load_id")).dictionary_encode()
        frame = pd.DataFrame(
            {"line": np.asarray(pc.fill_null(_whole(table.column("line")), 0)), "what": what, "outcome": outcomes[name]}
        )
        frame["load_id"] = pd.Categorical.from_codes(np.asarray(loads.indices), loads.dictionary.to_pylist())
        frame["table"] = name
        parts.append(frame)
    if not parts:
        return tuple(files)
    lines = pd.concat([part[["load_id", "line", "what"]].astype({"load_id": object}) for part in parts])
    per_line = lines.groupby(["load_id", "line"], sort=False)["what"].max()
    counts = per_line.groupby(level="load_id").value_counts().unstack(fill_value=0)
    made = {
        (load, part["table"].iat[0]): np.bincount(group, minlength=3)
        for part in parts
        for load, group in part.groupby("load_id", observed=True)["outcome"]
    }
    complete = []
    for report in files:
        mine: Mapping[Any, Any] = counts.loc[report.load_id].to_dict() if report.load_id in counts.index else {}
        records = {
            str(table): (int(by[1]), int(by[2]), int(by[0]))
            for (load, table), by in sorted(made.items())
            if load == report.load_id
        }
        merged, loaded, waits = (int(mine.get(code, 0)) for code in (0, 1, 2))
        complete.append(replace(report, merged=report.merged + merged, loaded=loaded, waiting=waits, records=records))
    return tuple(complete)
