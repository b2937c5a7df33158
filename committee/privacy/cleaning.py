"""Takes a person out of files that the product wrote: tables lose rows, copies of a store are written anew, pages go.

A page or a file of work can be made again by the command that made it; so it is deleted, not edited, and nothing in it
can be wrong afterwards.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from committee.erasure import Person, Traces, change_without, decisions_without, dropped_engagements, findings_without
from committee.errors import CommitteeError
from committee.findings import Findings
from committee.graph.dump import Dump, KeptRun, read_dump, write_dump
from committee.history import applied
from committee.privacy.write_back import is_write_back, their_id
from committee.records import COMPUTED
from committee.records.tables import write_atomically

__all__ = ["Cleaned", "clean", "dump_without", "intended"]

_REJECTS = ["file", "line", "field", "value", "reason", "detail", "remedy"]
_TABLES = {record.table for record in COMPUTED}


@dataclass(frozen=True)
class Cleaned:
    """What became of a file: the path, what was done, and whether it still stands there as it was."""

    path: Path
    done: str
    left: bool = False


def intended(path: Path, own: bool = True) -> str:
    """Say what erasing does with a file that names the person; ``own`` files are those the product knows it wrote."""
    kind = _kind(path)
    if kind == "page" and not own:
        return "stays: nothing the product can write anew; take the person out, or delete it"
    return {
        "dump": "written anew without the person",
        "answers": "written anew without the person",
        "rejects": "loses the rows that name the person",
        "page": "deleted; it can be made again",
    }[kind]


def _kind(path: Path) -> str:
    if _dump_of(path) is not None:
        return "dump"
    if _answers_of(path) is not None:
        return "answers"
    return "rejects" if _loses_rows(path) else "page"


def clean(paths: Sequence[Path], person: Person, own: Callable[[Path], bool]) -> list[Cleaned]:
    """Take a person out of files that name them; what cannot be written, or is not the product's own, is told as left."""
    done: list[Cleaned] = []
    folders: set[Path] = set()
    for path in paths:
        folder = _dump_of(path) or _answers_of(path)
        try:
            if folder is not None:
                if folder not in folders:
                    folders.add(folder)
                    _rewritten(folder, person)
                    done.append(Cleaned(folder, "written anew"))
            elif _loses_rows(path):
                _thin(path, Traces(person))
                done.append(Cleaned(path, "rows taken out"))
            elif not own(path):
                done.append(Cleaned(path, intended(path, own=False), left=True))
            else:
                path.unlink()
                done.append(Cleaned(path, "deleted"))
        except (OSError, CommitteeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            done.append(Cleaned(folder or path, f"could not be changed: {reason}", left=True))
    return done


def _dump_of(path: Path) -> Path | None:
    """The dump a file is a part of."""
    found = [parent for parent in path.parents if (parent / "manifest.json").is_file() and (parent / "market").is_dir()]
    return found[0] if found else None


def _answers_of(path: Path) -> Path | None:
    """The answers folder a file is a table of."""
    is_table = path.stem in _TABLES and path.suffix in (".csv", ".parquet")
    return path.parent if is_table and (path.parent / "run.json").is_file() else None


def _loses_rows(path: Path) -> bool:
    if path.suffix != ".csv":
        return False
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        header = next(csv.reader(file), [])
    return header == _REJECTS or is_write_back(header)


def _thin(path: Path, traces: Traces) -> None:
    """Take the rows that name the person out of a file of rejects or for a CRM; the others stay byte by byte."""
    text = path.read_bytes().decode("utf-8", "replace")
    kept, start = [], 0
    lines = text.splitlines(keepends=True)
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] = []
    for row in reader:
        header = header or row
        raw = "".join(lines[start : reader.line_num])
        start = reader.line_num
        if not any(True for cell in row for _ in traces.in_text(cell)) and not their_id(header, row, traces):
            kept.append(raw)
    write_atomically(path, "".join(kept).encode(), private=True)


def _rewritten(folder: Path, person: Person) -> None:
    """Write a dump or an answers folder anew, without the person."""
    if (folder / "manifest.json").is_file():
        _exchange(folder, dump_without(read_dump(folder), person))
        return
    findings = Findings.read(folder)
    touches = dropped_engagements_of(findings, person)
    form = "parquet" if (folder / "memberships.parquet").is_file() else "csv"
    findings_without(findings, person, touches).write(folder, form)


def dropped_engagements_of(findings: Findings, person: Person) -> set[str]:
    """Return the touches that findings credit to a person: all that can be known without the market."""
    rows = findings.evidence.select(["engagement_id", "contact_id"]).to_pylist()
    return {row["engagement_id"] for row in rows if row["contact_id"] in person.ids}


def dump_without(dump: Dump, person: Person) -> Dump:
    """Return a dump without a person."""
    touches = dropped_engagements(dump.market.engagements, person, dump.resolved)
    market = applied(dump.market, change_without(dump.market, person, dump.resolved))
    kept = [row["engagement_id"] not in touches for row in dump.resolved.select(["engagement_id"]).to_pylist()]
    runs = [KeptRun(findings_without(run.findings, person, touches), run.lineage, run.load_ids) for run in dump.runs]
    decisions, _ = decisions_without(dump.decisions, person)
    return replace(dump, market=market, resolved=dump.resolved.filter(kept), decisions=decisions, runs=runs)


def _exchange(folder: Path, dump: Dump) -> None:
    """Put a new dump in the place of an old one: beside it first, then by renaming."""
    beside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    try:
        write_dump(dump, beside)
        os.rename(folder, old)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
