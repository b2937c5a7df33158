"""What a command tells beside its answer, on stderr: what was refused, what is old, what to do next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from committee.cli.output import Rows, iso, say, sized
from committee.findings import Findings
from committee.history import Change
from committee.intake import Intake
from committee.market import Market
from committee.records.tables import write_atomically
from committee.settings import Settings

__all__ = ["change_rows", "newest_in", "status_rows", "tell_age", "tell_intake", "tell_run"]


def tell_intake(intake: Intake, rejects: Path | None) -> None:
    """Say which rows were refused, and where they are written; what waits; which files nobody knows."""
    if count := intake["rejects"].num_rows:
        place = rejects or Path("rejects.csv")
        _write_rejects(intake, place)
        say(f"{sized(count, 'cell')} could not be read: see {place}")
    if waiting := intake["waiting"].num_rows:
        say(f"{sized(waiting, 'reference')} {'waits' if waiting == 1 else 'wait'} for a record that has not come; linked when it is loaded")
    for name, count in getattr(intake, "conflicts", {}).items():
        say(f"{name}: {sized(count, 'record')} with two values of the same time; decided by rule")
    for file in getattr(intake, "ignored", ()):
        say(f"Left alone, nothing known is in it: {file}")


def _write_rejects(intake: Intake, place: Path) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        type(intake)({"rejects": intake["rejects"]}).write(folder)
        write_atomically(place, (Path(folder) / "rejects.csv").read_bytes(), private=True)


def change_rows(change: Change) -> Rows:
    """Count what a change does, table by table."""
    tables = sorted({*change.new, *change.changed, *change.removed})
    rows = [
        {
            "table": table,
            "removed": len(change.removed.get(table, ())),
            "changed": change.changed[table].num_rows if table in change.changed else 0,
        }
        for table in tables
    ]
    return Rows(("table", "removed", "changed"), tuple(rows))


def newest_in(market: Market) -> datetime | None:
    """Return when the last engagement of a market happened."""
    import pyarrow.compute as pc

    newest: datetime | None = pc.max(market.engagements.column("occurred_at")).as_py()
    return newest


def tell_age(newest: datetime | None, settings: Settings, as_of: datetime | None) -> None:
    """Say so when nobody chose a moment and all groups are dormant by now: the data are old."""
    if newest is None or as_of is not None:
        return
    newest = newest.astimezone(UTC)
    if datetime.now(UTC) - newest > timedelta(days=settings.status.dormant_days):
        say(f"The newest engagement is of {iso(newest)}; to see the state of then, add --as-of {newest.date()}")


def tell_run(findings: Findings, out: Path | None) -> None:
    """Name the run, and where its files are."""
    if findings.run is not None:
        known = f", known at {findings.run.known_at}" if findings.run.known_at else ""
        say(f"Run {findings.run.run_id} as of {findings.run.as_of}{known}")
    if out is not None:
        say(f"Wrote {out}")


def status_rows(store: Any) -> Rows:
    """List the loads of a store, newest first."""
    loads = sorted(store.loads().to_pylist(), key=lambda row: (row["loaded_at"], row["file"], row["load_id"]), reverse=True)
    columns = ("load_id", "source", "file", "rows", "loaded_at", "finished")
    return Rows(columns, tuple(loads))
