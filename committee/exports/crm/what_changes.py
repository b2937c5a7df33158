"""From what was written before to what should stand in a CRM: what is added and changed, and the same backwards.

A role is only ever added: whoever has one there, keeps it. A group's record is added once and then kept up to date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from committee.exports.crm.system import System
from committee.exports.crm.wanted import Wanted

__all__ = ["Change", "Diff", "changes", "person_mark", "undone"]

_BACK = {"add": "delete", "change": "restore"}
_MARK = 16  # hexadecimal signs; two people of a million share one with a chance of 1 in 10 million


@dataclass(frozen=True)
class Change:
    """One cell that becomes another.

    Attributes
    ----------
    action : str
        ``add`` and ``change``; backwards ``delete`` (the whole record) and ``restore``.
    object : str
        The CRM's name of the kind of record.
    record : str
        Id of the record there; of a role on a deal: deal/person.
    column, before, after : str
    """

    action: str
    object: str
    record: str
    column: str
    before: str
    after: str


@dataclass
class Diff:
    """What an export would write.

    Attributes
    ----------
    roles, groups : list of mapping
        Rows of the files to import: new roles; new and changed groups.
    changes : list of Change
    kept_roles : mapping of (deal, mark of person) to role
    kept_groups : mapping of group to cells
        What the manifest holds afterwards.
    forgotten : set of str
        Marks of people who may no longer stand in the files.
    left_out : mapping of (kind of thing, reason) to number
    """

    roles: list[dict[str, str]] = field(default_factory=list)
    groups: list[dict[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    kept_roles: dict[tuple[str, str], str] = field(default_factory=dict)
    kept_groups: dict[str, dict[str, str]] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    left_out: dict[tuple[str, str], int] = field(default_factory=dict)


def person_mark(system: str, contact: str) -> str:
    """Return what stands for a person in the manifest: it is compared, and leads nobody to them by itself."""
    return hashlib.sha256(f"{system}\x1f{contact}".encode()).hexdigest()[:_MARK]


def changes(
    wanted: Wanted,
    kept_roles: Mapping[tuple[str, str], str],
    kept_groups: Mapping[str, Mapping[str, str]],
    system: System,
) -> Diff:
    """Compare what should stand in the CRM with what was written before.

    Whoever was written before and may not be contacted any more, or is not known any more, is forgotten.
    """
    reachable = {person_mark(system.name, contact) for contact in wanted.reachable}
    found = Diff(left_out={key: len(ids) for key, ids in sorted(wanted.left_out.items())})
    found.kept_groups = {key: dict(cells) for key, cells in kept_groups.items()}
    found.forgotten = {mark for _, mark in kept_roles if mark not in reachable}
    found.kept_roles = {key: role for key, role in kept_roles.items() if key[1] not in found.forgotten}
    _add_roles(found, wanted, system)
    _put_groups(found, wanted, system)
    return found


def _add_roles(found: Diff, wanted: Wanted, system: System) -> None:
    names, other = system.role_columns, 0
    for (deal, contact), cells in sorted(wanted.roles.items()):
        key, role = (deal, person_mark(system.name, contact)), cells[names["role"]]
        if key in found.kept_roles:
            other += found.kept_roles[key] != role
            continue
        found.kept_roles[key] = role
        found.roles.append(cells)
        record = f"{deal}/{contact}" if deal else contact
        action = "add" if system.role_holders == "deal" else "change"  # the person is there, the value is new
        said = [names["role"], names["persona"]]
        found.changes += [
            Change(action, system.objects["roles"], record, name, "", cells[name]) for name in said if name
        ]
    if other:
        found.left_out["person", "was written before with another role"] = other


def _put_groups(found: Diff, wanted: Wanted, system: System) -> None:
    for line, cells in sorted(wanted.groups.items()):
        before = found.kept_groups.get(line)
        if before == cells:
            continue
        if before is None and line in wanted.closed:
            reason = ("group", "closed before it was ever written")
            found.left_out[reason] = found.left_out.get(reason, 0) + 1
            continue
        was = before or {}
        action = "change" if before is not None else "add"
        found.changes += [
            Change(action, system.objects["groups"], line, name, was.get(name, ""), value)
            for name, value in cells.items()
            if was.get(name, "") != value
        ]
        found.groups.append(cells)
        found.kept_groups[line] = cells
    gone = len(set(found.kept_groups) - set(wanted.groups))
    if gone:
        found.left_out["group", "is not found any more: its record stays as it is"] = gone


def undone(changes: Iterable[Change]) -> list[Change]:
    """Return the changes backwards, the last one first: applied to what they made, they give what was before."""
    return [
        replace(one, action=_BACK[one.action], before=one.after, after=one.before) for one in reversed(list(changes))
    ]
