"""The folder of a CRM's exports: a folder for each export, and a manifest of all that was written.

The manifest is what the next export compares with. It holds no id of a person, only marks, and a seal, so that one
edited by hand is seen. An export is there when the manifest names it: what an interrupted one left is written over.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from committee.errors import BadFile, NotFound
from committee.exports.crm.system import System
from committee.exports.crm.what_changes import Change, Diff, person_mark, undone
from committee.findings import Run
from committee.records.cells import csv_line, guarded, unguarded
from committee.records.tables import write_atomically

__all__ = ["Kept", "mark_undone", "read_kept", "write_export"]

_MANIFEST, _DIFF, _UNDO = "manifest.json", "diff.csv", "undo.csv"
_FORMAT = 1
_FIELDS = ("action", "object", "record", "column", "before", "after")
_EXPORT = re.compile(r"export-(\d{3,})")
_ANEW = "Choose a new folder"


@dataclass(frozen=True)
class Kept:
    """What was written before.

    Attributes
    ----------
    exports : tuple of mapping
        One for each export: its folder, its run, how many roles and groups.
    roles : mapping of (deal, mark of person) to role
    groups : mapping of group to cells by column
    """

    exports: tuple[Mapping[str, Any], ...] = ()
    roles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_kept(folder: Path, system: System) -> Kept:
    """Read what was written into a folder before; one that is empty, or not there, holds nothing.

    Raises
    ------
    BadFile
        A file that no export wrote, a manifest of another system, or one that is not as it was written.
    """
    if not folder.exists():
        return Kept()
    path = folder / _MANIFEST
    kept = _manifest(path, system) if path.is_file() else Kept()
    _only_exports(folder, system, len(kept.exports))
    return kept


def _manifest(path: Path, system: System) -> Kept:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        sealed = told["seal"] == _seal(told)
    except (OSError, ValueError, KeyError, TypeError):
        raise BadFile(f"{path} is no manifest of an export for a CRM", _ANEW) from None
    if not sealed:
        raise BadFile(
            f"{path} is not as it was written: it was edited or cut", f"Put it back from a copy. {_ANEW} else"
        )
    if told["format"] != _FORMAT:
        raise BadFile(f"{path} was written by another version (format {told['format']})", _ANEW)
    if told["system"] != system.name:
        raise BadFile(f"{path.parent} holds exports for {told['system']}, not for {system.name}", _ANEW)
    roles = {(row["deal"], row["person"]): row["role"] for row in told["roles"]}
    return Kept(tuple(told["exports"]), roles, {row["group"]: row["cells"] for row in told["groups"]})


def _only_exports(folder: Path, system: System, exports: int) -> None:
    names = {_DIFF, _UNDO, *(_file_of(system, kind) for kind in ("roles", "groups"))}
    for entry in sorted(folder.iterdir()):
        match = _EXPORT.fullmatch(entry.name)
        if match and entry.is_dir() and 1 <= int(match[1]) <= exports + 1:
            foreign = next((one for one in sorted(entry.iterdir()) if one.name not in names), None)
        else:
            foreign = None if entry.name == _MANIFEST else entry
        if foreign is not None:
            raise BadFile(f"{foreign} is no file of an export for {system.title}", f"Move it away. {_ANEW} else")


def _file_of(system: System, kind: str) -> str:
    return f"{system.objects[kind]}.csv"


def _seal(told: Mapping[str, Any]) -> str:
    plain = json.dumps({key: value for key, value in told.items() if key != "seal"}, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def write_export(folder: Path, kept: Kept, diff: Diff, system: System, run: Run | None) -> Path | None:
    """Write what a diff adds and changes, the diff, its undo and the manifest; the same diff gives the same bytes.

    Returns
    -------
    Path or None
        Folder of the export; None when there is nothing to write. People to be forgotten are taken out of the files of
        earlier exports in either case.
    """
    if diff.forgotten:
        _forget(folder, kept, diff.forgotten, system)
    exports = list(kept.exports)
    place = None
    if diff.changes:
        place = folder / f"export-{len(exports) + 1:03d}"
        for left in sorted(place.glob("*.csv")):
            left.unlink()
        for kind, rows in (("roles", diff.roles), ("groups", diff.groups)):
            if rows:
                _write_rows(place / _file_of(system, kind), list(rows[0]), rows)
        for name, listed in ((_DIFF, diff.changes), (_UNDO, undone(diff.changes))):
            _write_rows(place / name, _FIELDS, map(_cells, listed))
        exports.append(
            {
                "folder": place.name,
                "run": run.run_id if run else "",
                "as_of": run.as_of if run else "",
                "roles": len(diff.roles),
                "groups": len(diff.groups),
            }
        )
    if diff.changes or diff.forgotten:
        _write_manifest(folder, exports, diff.kept_roles, diff.kept_groups, system)
    return place


def mark_undone(folder: Path, kept: Kept, system: System) -> tuple[Path, int]:
    """Note that the last export was undone in the CRM: what was written before it is what stands there.

    The next export writes again what should still stand, so whoever does not want it there dismisses its groups first.

    Returns
    -------
    Path and int
        Folder of the export; how many cells of its diff were taken back.

    Raises
    ------
    NotFound
        Nothing was written, or all of it is marked already.
    BadFile
        The diff of the export is not there, or is none.
    """
    last = next((place for place, one in reversed([*enumerate(kept.exports)]) if not one.get("undone")), None)
    if last is None:
        raise NotFound(f"{folder} holds no export that is not marked as undone", "Nothing has to be done")
    place = folder / kept.exports[last]["folder"]
    roles, groups = dict(kept.roles), {line: dict(cells) for line, cells in kept.groups.items()}
    changes = _read_diff(place / _DIFF)
    for one in undone(changes):
        if one.object == system.objects["roles"]:
            deal, _, contact = one.record.rpartition("/")
            roles.pop((deal, person_mark(system.name, contact)), None)
        elif one.action == "delete":
            groups.pop(one.record, None)
        else:
            groups.setdefault(one.record, {})[one.column] = one.after
    exports = [dict(one) | ({"undone": True} if at == last else {}) for at, one in enumerate(kept.exports)]
    _write_manifest(folder, exports, roles, groups, system)
    return place, len(changes)


def _read_diff(path: Path) -> list[Change]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
    except (OSError, ValueError, csv.Error):
        raise BadFile(f"{path} cannot be read", "Put it back from a copy") from None
    if tuple(header) != _FIELDS or any(len(row) != len(_FIELDS) for row in rows):
        raise BadFile(f"{path} is no diff of an export", "Put it back from a copy")
    return [Change(*map(unguarded, row)) for row in rows]


def _cells(change: Change) -> dict[str, str]:
    return {name: getattr(change, name) for name in _FIELDS}


def _write_rows(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    lines = [csv_line(list(columns)), *(csv_line([guarded(row[name]) for name in columns]) for row in rows)]
    write_atomically(path, "".join(lines).encode())


def _write_manifest(
    folder: Path,
    exports: Sequence[Mapping[str, Any]],
    roles: Mapping[tuple[str, str], str],
    groups: Mapping[str, Mapping[str, str]],
    system: System,
) -> None:
    told: dict[str, Any] = {
        "format": _FORMAT,
        "system": system.name,
        "exports": list(exports),
        "roles": [{"deal": deal, "person": mark, "role": role} for (deal, mark), role in sorted(roles.items())],
        "groups": [{"group": line, "cells": dict(cells)} for line, cells in sorted(groups.items())],
    }
    told["seal"] = _seal(told)
    text = json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomically(folder / _MANIFEST, text.encode())


def _forget(folder: Path, kept: Kept, marks: set[str], system: System) -> None:
    """Take the rows of people out of the files of earlier exports."""
    for export in kept.exports:
        for path in sorted((folder / export["folder"]).glob("*.csv")):
            with io.StringIO(path.read_text(encoding="utf-8"), newline="") as text:
                header, *rows = csv.reader(text)
            left = [row for row in rows if person_mark(system.name, _person(header, row, system)) not in marks]
            if len(left) < len(rows):
                write_atomically(path, "".join(map(csv_line, [header, *left])).encode())


def _person(header: list[str], row: list[str], system: System) -> str:
    """The person whom a row is about; empty text for a group."""
    cells = dict(zip(header, row, strict=True))
    if tuple(header) == _FIELDS:
        return cells["record"].rpartition("/")[2] if cells["object"] == system.objects["roles"] else ""
    return cells.get(system.role_columns["contact"], "")
