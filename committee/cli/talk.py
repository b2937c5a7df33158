"""What a command tells beside its answer, on stderr: what was refused, what is old, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.cli.output import Rows, say, sized, spoken
from committee.cypher.catalog import question
from committee.errors import WriteFailed
from committee.graph.store import Store
from committee.history import Change
from committee.intake import Intake
from committee.market import Market
from committee.records.tables import write_atomically, write_csv
from committee.settings import Settings

__all__ = [
    "REJECTS",
    "change_rows",
    "newest_in",
    "newest_in_store",
    "refused",
    "status_rows",
    "tell_age",
    "tell_intake",
    "why_nothing",
]


REJECTS = Path("rejects.csv")  # where they go when no other place is named


def refused(intake: Intake) -> pa.Table:
    """Return the rejects that their owner can mend: not the rows of erased people, who stay away."""
    return intake.rejects.filter(pc.fill_null(pc.not_equal(intake.rejects.column("reason"), "erased"), True))


def tell_intake(intake: Intake, place: Path | None) -> None:
    """Write the rejected rows, for their owner's eyes only, and say where."""
    rejects = refused(intake)
    if rejects.num_rows:
        place = place or REJECTS
        rows = rejects.select(["file", "line"]).group_by(["file", "line"]).aggregate([]).num_rows
        try:
            write_atomically(place, writer=lambda file: write_csv(rejects, file), private=True)
        except WriteFailed as error:
            raise WriteFailed(
                f"everything but {sized(rows, 'row')} was read, but {error.what}",
                "Say with --rejects where they may be listed, and run the command again: what was read stays",
            ) from None
        say(f"{sized(rows, 'row')} could not be read: {place} says which, why, and what to do")


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
    newest: datetime | None = pc.max(market.engagements.column("occurred_at")).as_py()
    return newest


def newest_in_store(store: Store) -> datetime | None:
    """Return when the last engagement in a store happened."""
    ((newest, _),) = store.ask(question("newest_engagement"), {}).rows
    return None if newest is None else datetime.fromtimestamp(newest / 1000, UTC)


def tell_age(newest: datetime | None, moment: datetime, settings: Settings) -> None:
    """Say so when the data end so long before the moment that every group is dormant."""
    if newest is not None and moment - newest > timedelta(days=settings.status.dormant_days):
        say(
            f"The newest engagement is of {spoken(newest)}; to see the state of then, add --as-of {newest.astimezone(UTC).date()}"
        )


def status_rows(store: Store) -> Rows:
    """List the loads of a store, newest first; the notes say what waits, how new the data are, and which run is current."""
    loads = store.loads().to_pylist()
    loads.sort(key=lambda row: (row["file"], row["load_id"]))
    loads.sort(key=lambda row: row["loaded_at"], reverse=True)
    columns = ("load_id", "source", "file", "rows", "loaded_at", "finished")
    return Rows(columns, tuple(loads), tuple(_standing(store, loads)))


def _standing(store: Store, loads: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if unfinished := [row["file"] for row in loads if not row["finished"]]:
        yield f"Interrupted: {', '.join(sorted(unfinished))}; load the same files again"
    for table, rows in sorted(store.waiting().items()):
        yield f"{sized(rows.num_rows, 'row')} of {table} {'waits' if rows.num_rows == 1 else 'wait'} for a record that has not come"
    newest = newest_in_store(store)
    yield f"The newest engagement is of {spoken(newest)}" if newest else "No engagements yet"
    yield from _runs(store)


def _runs(store: Store) -> Iterator[str]:
    runs = store.runs()
    current = next((run for run in runs if run.current), None)
    if current is None:
        yield "No run yet: committee detect makes one"
        return
    since = store.loads_since_run()
    yield f"Current run {current.run_id} as of {spoken(current.as_of)}, one of {sized(len(runs), 'run')}" + (
        f"; {sized(since, 'load')} since: committee detect again" if since else ""
    )


def why_nothing(store: Store) -> str:
    """Return why a store has nothing to answer with: it is empty, or nothing was detected in it; empty = neither."""
    if not store.loads().num_rows:
        return "The store is empty: committee load reads files into it"
    return "" if store.runs() else "There is no run yet: committee detect makes one"
