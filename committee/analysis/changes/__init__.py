"""What happened between two runs: told to people with its causes, and exactly, so that it can be applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from committee.analysis.changes.causes import Cause, Grounds, settings_that_differ
from committee.analysis.changes.rows import RowChanges, row_changes, with_row_changes
from committee.analysis.changes.states import KINDS, StateChange, state_changes
from committee.findings import Findings, Run

__all__ = [
    "KINDS",
    "Cause",
    "Difference",
    "Grounds",
    "StateChange",
    "applied",
    "diff",
    "settings_that_differ",
]


@dataclass(frozen=True)
class Difference:
    """What leads from one run to another.

    Attributes
    ----------
    before, after : Run or None
    changes : tuple of StateChange
        What a reader sees happen.
    rows : mapping of table to RowChanges
        What is exactly different; tables without a difference are left out.
    """

    before: Run | None
    after: Run | None
    changes: tuple[StateChange, ...]
    rows: Mapping[str, RowChanges]


def diff(
    before: Findings, after: Findings, continues: Mapping[str, str] | None = None, *, least_credit: float = 0.0
) -> Difference:
    """Compare two runs.

    Parameters
    ----------
    before, after : Findings
    continues : mapping, optional
        Group of the later run -> group of the earlier one that it continues; by default groups of the same id.
    least_credit : float
        Credit that moves by less is not told of.
    """
    if continues is None:
        old = set(before.groups.column("group_id").to_pylist())
        continues = {group: group for group in after.groups.column("group_id").to_pylist() if group in old}
    rows = {record.table: row_changes(record, before[record.table], after[record.table]) for record in Findings.records}
    told = state_changes(before, after, continues, rows, least_credit=least_credit)
    return Difference(before.run, after.run, told, {name: one for name, one in rows.items() if len(one)})


def applied(before: Findings, difference: Difference) -> Findings:
    """Return the later run: `diff` of two runs applied to the first gives the second.

    Raises
    ------
    ValueError
        The difference starts from another run.
    """
    if before.run != difference.before:
        raise ValueError("the difference starts from another run")
    tables = {
        record.table: with_row_changes(record, before[record.table], difference.rows[record.table])
        if record.table in difference.rows
        else before[record.table]
        for record in Findings.records
    }
    return Findings(tables, difference.after)
