"""Files in: read, merged with what is kept, accounted for, written; and a wrong file taken back out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from committee import loaders
from committee.errors import NotFound
from committee.graph.store import Store
from committee.history import Change, applied, merge, record_ids, without_load
from committee.intake import Intake
from committee.market import Market
from committee.pipeline.accounting import finished_loads, intake_of, loads_of, marked
from committee.pipeline.clock import Clock, moment_now
from committee.pipeline.consequences import with_consequences
from committee.pipeline.identifying import identified
from committee.pipeline.staying_away import kept_away, tombstones_of
from committee.pipeline.words import loader_words
from committee.progress import SILENT, Progress
from committee.records import LOADED
from committee.records.loaded import Contact
from committee.records.tables import empty_table
from committee.settings import Settings

__all__ = ["load", "read_files", "unload"]


def read_files(
    paths: Sequence[Path | str],
    settings: Settings | None = None,
    clock: Clock = moment_now,
    progress: Progress = SILENT,
) -> tuple[Market, Intake]:
    """Read files into a Market without any store.

    Returns
    -------
    tuple of Market and Intake
        What the files say, and what became of each of their rows.
    """
    settings, now = settings or Settings.read(), clock()
    with settings.in_force():
        words = loader_words()
    incoming = loaders.read([Path(path) for path in paths], settings.load, words, lambda load_id: now, progress)
    merged = merge({}, incoming.tables)
    with settings.in_force():
        market = identified(applied(Market({"loads": loads_of(incoming, now)}), merged.change))
    ids = {record.table: record_ids(record, market[record.table]) for record in LOADED}
    return market, intake_of(incoming, merged, ids, market)


def load(
    store: Store,
    paths: Sequence[Path | str],
    settings: Settings | None = None,
    clock: Clock = moment_now,
    progress: Progress = SILENT,
) -> Intake:
    """Load files into a store. Loading the same files again changes nothing; an interrupted load is finished by the next.

    Raises
    ------
    BadFile, StoreBusy, StoreUnreachable, WriteFailed
    """
    settings, now = settings or Settings.read(), clock()
    with store.writing("load"), settings.in_force():
        known = {row["load_id"]: row for row in store.loads().to_pylist()}
        incoming = loaders.read(
            [Path(path) for path in paths],
            settings.load,
            loader_words(),
            lambda load_id: known[load_id]["loaded_at"] if load_id in known else now,
            progress,
        )
        tombstones = tombstones_of(store)
        contacts = store.market(["contacts"]).contacts if tombstones else empty_table(Contact)
        incoming, learned = kept_away(incoming, tombstones, contacts)
        if learned:
            store.record(tombstones.learned(learned, now))
        kept = store.market(_needed(incoming.tables), progress=progress)
        merged = merge(kept, incoming.tables)
        after = applied(kept, merged.change)
        if _people_may_move(incoming.tables):
            after = identified(after, store.decisions())
        change = with_consequences(merged.change, kept, after)
        ids = {record.table: record_ids(record, after[record.table]) for record in LOADED}
        intake = intake_of(incoming, merged, ids, after)
        begun = loads_of(incoming, now, known)
        unfinished = begun.filter(pc.invert(pc.is_in(begun["load_id"], value_set=finished_loads(known))))
        if unfinished.num_rows:
            store.write(Change(new={"loads": marked(unfinished, False)}))
        if not change.is_empty():
            store.write(change, progress=progress)
        if unfinished.num_rows:
            store.write(Change(changed={"loads": marked(unfinished, True)}))
    return intake


def unload(store: Store, load_id: str, progress: Progress = SILENT) -> Change:
    """Take a load back out: its records go, fields that it changed get their earlier values back.

    Raises
    ------
    NotFound
        No load has this id.
    """
    with store.writing("unload"):
        if load_id not in store.loads().column("load_id").to_pylist():
            raise NotFound(f"no load has the id {load_id}", "committee status lists the loads")
        kept = store.market(progress=progress)
        change = without_load(kept, load_id)
        after = identified(applied(kept, change), store.decisions())
        # The history goes last: an unload that is interrupted finds in it, when run again, what is still to be put back.
        history, records = _split(change, {"loads", "earlier_values"})
        store.write(with_consequences(records, kept, after), progress=progress)
        store.write(history, progress=progress)
    return change


def _split(change: Change, tables: set[str]) -> tuple[Change, Change]:
    """Part a change in what it does to these tables and what it does to the others."""

    def part(inside: bool) -> Change:
        new, changed = (
            {name: t for name, t in side.items() if (name in tables) is inside} for side in (change.new, change.changed)
        )
        return Change(new, changed, {name: ids for name, ids in change.removed.items() if (name in tables) is inside})

    return part(True), part(False)


def _needed(tables: Mapping[str, pa.Table]) -> list[str]:
    """Tables that merging and resolving have to see: all small ones, and engagements only when a row may touch them."""
    small = [record.table for record in LOADED if record.table != "engagements"]
    return [*small, *(["engagements"] if _people_may_move(tables) else []), "loads", "earlier_values"]


def _people_may_move(tables: Mapping[str, pa.Table]) -> bool:
    """Whether rows of these tables can tell better who did an engagement, and for whom."""
    told = ("accounts", "aliases", "contacts", "employments", "engagements")
    return any(name in tables and tables[name].num_rows for name in told)
