"""What is kept of a person: every record, every finding of every run, every decision, every file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.decisions import Decisions
from committee.erasure import Person, Traces, decisions_without, dropped_engagements, rows_about
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.privacy.searching import in_file
from committee.privacy.written import files_in, here
from committee.progress import SILENT, Progress
from committee.records import COMPUTED, TABLES
from committee.records.columns import whole

__all__ = ["Copy", "copy_of", "engagements_of", "kept_rows", "naming_files"]

Copy = dict[str, list[dict[str, Any]]]
_MOST = 3  # examples that a row of the summary names


def engagements_of(market: Market, person: Person) -> set[str]:
    """Return the ids of all touches of a person, those by mail address among them."""
    return dropped_engagements(market.engagements, person, resolved(market.engagements, market))


def copy_of(store: Store, person: Person, market: Market, progress: Progress = SILENT) -> Copy:
    """Return all that is kept of a person, as the copy they may ask for.

    Returns
    -------
    dict of str to list of dict
        By kind: the person, each loaded table, each computed table (with the run), decisions, nodes and relationships by
        number, files.
    """
    touches = engagements_of(market, person)
    about = {"ids": list(person.ids), "mail_addresses": list(person.mails), "names": list(person.names)}
    found: Copy = {"person": [about | {"shared": [f"{text}: {why}" for text, why in sorted(person.shared.items())]}]}
    for record in Market.records:
        rows = rows_about(market[record.table], person, touches)
        if record.table == "earlier_values":
            rows = _earlier(market, person, touches)
        if rows.num_rows:
            found[record.table] = [_filled(row) for row in rows.to_pylist()]
    for run in store.runs():
        findings = store.findings(run.run_id)
        for record in COMPUTED:
            rows = rows_about(findings[record.table], person, touches)
            if rows.num_rows:
                found.setdefault(record.table, []).extend(
                    {"run_id": run.run_id, **_filled(row)} for row in rows.to_pylist()
                )
    if decided := _decided(store.decisions(), person):
        found["decisions"] = decided
    counted = store.erasing.around({"Contact": list(person.ids), "Engagement": sorted(touches)})
    found["graph"] = [{"what": what, "count": count} for what, count in sorted(counted.items())]
    if files := naming_files(store, person, progress):
        found["files"] = [{"path": str(path), "says": says} for path, says in files.items()]
    return found


def _earlier(market: Market, person: Person, touches: set[str]) -> pa.Table:
    table = market["earlier_values"]
    ids = pa.array(sorted({*person.ids, *touches}), pa.string())
    return table.filter(pc.is_in(whole(table.column("record_id")), value_set=ids))


def _filled(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, [])}


def _decided(decisions: Decisions, person: Person) -> list[dict[str, Any]]:
    """Decisions that are about the person or name them."""
    after, gone = decisions_without(decisions, person)
    kept = {row["decision_id"]: row for row in after.decisions.to_pylist()}
    return [
        _filled(row)
        for row in decisions.decisions.to_pylist()
        if row["decision_id"] in gone or kept[row["decision_id"]] != row
    ]


def naming_files(
    store: Store, person: Person, progress: Progress = SILENT, more: list[Path] | None = None
) -> dict[Path, str]:
    """Return the files in places the product knows that name a person, and what they say; unreadable ones as well."""
    places = [Path(one["path"]) for one in here(store)[0]] + list(more or ())
    traces, found = Traces(person), {}
    paths = list(dict.fromkeys(path for place in places for path in files_in(place) if not _of_a_store(path)))
    with progress.step("files", len(paths)) as step:
        for path in paths:
            try:
                said = [f"{one.kind} {one.says} ({one.times}x)" for one in in_file(path, traces)]
                said += [f"its name says {trace.says}" for trace in traces.in_text(str(path.name))]
            except OSError as error:
                said = [f"cannot be read: {error.strerror}"]
            if said:
                found[path] = ", ".join(said)
            step.advance(1)
    return found


def _of_a_store(path: Path) -> bool:
    """Whether a file is an engine's: a demo keeps its store beside its pages."""
    return any((parent / "databases").is_dir() and (parent / "password").is_file() for parent in path.parents)


def kept_rows(copy: Copy) -> list[dict[str, Any]]:
    """Return the copy in short: a row a kind, how many, how many filled properties, and which."""
    rows = []
    for kind, entries in copy.items():
        if kind == "graph":
            rows += [
                {"kind": f"graph: {one['what']}", "count": one["count"], "properties": None, "which": ""}
                for one in entries
            ]
            continue
        record = TABLES.get(kind)
        key = next(
            (
                name
                for name in ("path", "group_id", "engagement_id", "contact_id", "decision_id")
                if entries and name in entries[0]
            ),
            "",
        )
        names = list(dict.fromkeys(str(entry.get(key, "")) for entry in entries if key))
        which = ", ".join(names[:_MOST]) + (f", and {len(names) - _MOST:,} more" if len(names) > _MOST else "")
        if kind == "person":
            which = "; ".join(str(word) for words in entries[0].values() for word in words)
        rows.append(
            {
                "kind": kind if record is None or not record.bulk else f"{kind} (as columns)",
                "count": len(entries),
                "properties": sum(map(len, entries)),
                "which": which,
            }
        )
    return rows
