"""What an export would write, as rows: one a record, its new cells beside those they replace, and what is left out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from committee.exports.crm.system import System
from committee.exports.crm.what_changes import Diff

__all__ = ["Shown", "shown"]

_THINGS = {"person": "people", "group": "groups", "deal": "deals"}


@dataclass(frozen=True)
class Shown:
    """An answer: column names, one list a row in their order, and sentences that belong under the rows."""

    columns: list[str]
    rows: list[list[str]]
    notes: list[str]


def shown(diff: Diff, system: System) -> Shown:
    """Return a diff as rows, in the order of its files."""
    rows = []
    for (action, kind, record), cells in groupby(diff.changes, key=lambda one: (one.action, one.object, one.record)):
        said = [f"{one.column} {f'{one.before} → ' if one.before else ''}{one.after or 'empty'}" for one in cells]
        rows.append([action, kind, record, "; ".join(said)])
    notes = [f"{_counted(len(diff.roles), 'role')} and {_counted(len(diff.groups), 'group')} to write"]
    for (thing, reason), number in sorted(diff.left_out.items()):
        notes.append(f"Not written: {_counted(number, thing)}: {reason}")
    if diff.roles and system.role_holders == "contact":
        notes.append(
            f"{system.title} keeps one role a person: where contacts were loaded without {system.role_columns['role']}, "
            "import so that values which are there stay"
        )
    return Shown(["action", "object", "record", "cells"], rows, notes)


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing if number == 1 else _THINGS.get(thing, f'{thing}s')}"
