"""Files of an export for a CRM: known by their header, and whom a row of theirs is about.

Their ids are the CRM's own, often bare numbers, so that only the place of a cell says that it means a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from committee.erasure import Traces
from committee.settings import word_list

__all__ = ["is_write_back", "their_id"]

_CHANGES = ("action", "object", "record", "column", "before", "after")


def is_write_back(header: Sequence[str]) -> bool:
    """Whether a header is that of new roles, of a diff or of an undo."""
    return tuple(header) == _CHANGES or bool(_systems(header))


def their_id(header: Sequence[str], row: Sequence[str | None], traces: Traces) -> str:
    """Return the person's id that a row is about, as the market knows it; empty text for a row about anybody else."""
    cells = dict(zip(header, row, strict=False))
    words = word_list("crm")
    if tuple(header) == _CHANGES:
        systems = [name for name in _all_systems() if words[name]["objects"]["roles"] == cells["object"]]
        contact = (cells["record"] or "").rpartition("/")[2]
    else:
        systems = _systems(header)
        contact = next((cells[words[name]["role_columns"]["contact"]] or "" for name in systems), "")
    known = [contact, *(f"{name}:{contact}" for name in systems)] if systems else []
    return next((one for one in known if traces.names(one)), "")


def _systems(header: Sequence[str]) -> list[str]:
    """The systems whose roles a file holds: it has all their columns, and no other."""
    words = word_list("crm")
    return [name for name in _all_systems() if set(header) == {*words[name]["role_columns"].values()} - {""}]


def _all_systems() -> list[str]:
    return sorted(name for name, told in word_list("crm").items() if "role_columns" in told)
