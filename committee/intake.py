"""Intake: what became of every row that was read. read = loaded + merged + waiting + rejected, file by file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from committee.records import Record, Reject, Waiting
from committee.records.tables import TableSet

__all__ = ["REASONS", "FileReport", "Intake", "Reason"]


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
    "time_out_of_range": Reason("the time lies outside the plausible range", "Correct the time, or widen load.earliest and load.latest"),
    "bad_number": Reason("the cell is no number of the kind needed", "Write plain numbers, such as 1250000.5"),
    "bad_yes_no": Reason("the cell is neither true nor false", "Write true or false"),
    "out_of_bounds": Reason("the number is not possible here", "Correct the number"),
    "too_long": Reason("the text is longer than a cell may be", "Shorten it; ids have at most 500 characters"),
    "control_characters": Reason("the text holds control characters", "Remove them"),
    "ragged_row": Reason("the row has more or fewer cells than the header", "Quote cells that hold the separator"),
    "no_base_row": Reason("the row adds to a record that these files do not hold", "Load it together with the table that holds the record"),
    "no_subject": Reason("the row names neither a person nor a company", "Nothing to do: it cannot tell who did it"),
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

    def with_counts(self, **counts: int) -> FileReport:
        """Return a copy with other counts."""
        return replace(self, **counts)


class Intake(TableSet):
    """What a load brought: the report of each file, the rejected rows, and the references that wait."""

    records: ClassVar[tuple[type[Record], ...]] = (Reject, Waiting)

    def __init__(self, tables: Mapping[str, Any] | None = None, files: Sequence[FileReport] = ()) -> None:
        super().__init__(tables)
        self.files = tuple(sorted(files, key=lambda report: (report.source, report.kind, report.file)))
