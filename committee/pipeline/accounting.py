"""What became of the rows that were read, and the loads they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from committee.history import Merge, record_ids
from committee.identity.actors import resolve_people
from committee.intake import Intake, references_that_wait, tally
from committee.loaders import Incoming
from committee.market import Market
from committee.records import TABLES, Load, Waiting
from committee.records.tables import typed_table

__all__ = ["finished_loads", "intake_of", "loads_of", "marked"]


def loads_of(incoming: Incoming, now: datetime, known: Mapping[str, Mapping[str, Any]] | None = None) -> pa.Table:
    """Return the loads that these files make; one that was made before keeps its moment."""
    rows = {report.load_id: report for report in incoming.files if report.load_id}
    return typed_table(
        Load,
        {
            "load_id": list(rows),
            "source": [report.source for report in rows.values()],
            "file": [Path(report.file).name for report in rows.values()],
            "sha256": [report.sha256 for report in rows.values()],
            "loaded_at": [(known or {}).get(load_id, {}).get("loaded_at", now) for load_id in rows],
            "rows": [report.read for report in rows.values()],
            "finished": [True] * len(rows),
        },
    )


def finished_loads(known: Mapping[str, Mapping[str, Any]]) -> pa.Array:
    """Return the ids of the loads all whose rows arrived."""
    return pa.array([load_id for load_id, row in known.items() if row["finished"]], pa.string())


def marked(loads: pa.Table, finished: bool) -> pa.Table:
    """Return the loads, marked as finished or not."""
    return typed_table(
        Load, {name: loads.column(name) for name in loads.column_names} | {"finished": [finished] * loads.num_rows}
    )


def intake_of(incoming: Incoming, merged: Merge, ids: Mapping[str, pa.Array], after: Market) -> Intake:
    """Account for every row that was read, given what it became and what is there now."""
    people = None
    if "engagements" in incoming.tables:
        people = resolve_people(incoming.tables["engagements"], after["contacts"], after["aliases"])
    waiting = references_that_wait(incoming.tables, ids, people)
    rows = [
        {
            "record_table": name,
            "record_id": record_id,
            **{key: part[key] for key in ("field_name", "target_table", "target_id")},
        }
        for name, table in waiting.items()
        for record_id, part in zip(
            record_ids(TABLES[name], incoming.tables[name]).take(table["row"]).to_pylist(),
            table.to_pylist(),
            strict=True,
        )
    ]
    unique = list({(row["record_table"], row["record_id"], row["field_name"]): row for row in rows}.values())
    tables = {
        "rejects": incoming.rejects,
        "waiting": typed_table(Waiting, {name: [row[name] for row in unique] for name in Waiting.model_fields}),
    }
    files = tally(incoming.files, incoming.tables, merged.outcomes, waiting)
    return Intake(tables, files, merged.conflicts, incoming.ignored)
