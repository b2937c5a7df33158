"""The product from top to bottom, as plain calls: the only place where loaders, store, settings and analyses meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee import loaders
from committee.analysis.detect import conclude
from committee.errors import NotFound, UnfinishedLoad
from committee.findings import Findings, Run
from committee.graph.store import Store
from committee.history import Change, Merge, applied, known_at, merge, record_ids, without_load
from committee.identity.actors import resolve_actors, resolve_people
from committee.identity.content_tags import (
    area_of_conditions,
    modality_of_interventions,
    normalise_term,
    tag_content,
    vocabulary_from,
)
from committee.identity.titles import lexicon_from, map_personas
from committee.intake import Intake, references_that_wait, tally
from committee.market import Market
from committee.progress import SILENT, Progress
from committee.records import LOADED, TABLES, Load, Waiting
from committee.records.columns import whole
from committee.records.tables import typed_table
from committee.settings import Settings, word_list

__all__ = ["detect", "detect_store", "load", "moment_now", "read_files", "unload"]

Clock = Callable[[], datetime]


def moment_now() -> datetime:
    """Return the present moment, UTC, to the millisecond: the product's only clock."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


# ---- files to Market -------------------------------------------------------------------------------------------------


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
    incoming = loaders.read([Path(path) for path in paths], settings.load, _words(), lambda load_id: now, progress)
    merged = merge({}, incoming.tables)
    market = applied(Market({"loads": _loads(incoming, now)}), merged.change)
    ids = {record.table: record_ids(record, market[record.table]) for record in LOADED}
    return market, _intake(incoming, merged, ids, _actors(incoming.tables, market))


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
    with store.writing("load"):
        known = {row["load_id"]: row for row in store.loads().to_pylist()}
        incoming = loaders.read(
            [Path(path) for path in paths],
            settings.load,
            _words(),
            lambda load_id: known[load_id]["loaded_at"] if load_id in known else now,
            progress,
        )
        kept = store.market(_needed(incoming.tables), progress=progress)
        merged = merge(kept, incoming.tables)
        after = applied(kept, merged.change)
        change = _complete(store, merged.change, kept, after)
        ids = {record.table: record_ids(record, after[record.table]) for record in LOADED}
        intake = _intake(incoming, merged, ids, _actors(incoming.tables, after))
        begun = _loads(incoming, now, known)
        unfinished = begun.filter(pc.invert(pc.is_in(begun["load_id"], value_set=_finished(known))))
        if unfinished.num_rows:
            store.write(Change(new={"loads": _as_finished(unfinished, False)}))
        if not change.is_empty():
            store.write(change, progress=progress)
        if unfinished.num_rows:
            store.write(Change(changed={"loads": _as_finished(unfinished, True)}))
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
        after = applied(kept, change)
        # The history goes last: an unload that is interrupted finds in it, when run again, what is still to be put back.
        history, records = _split(change, {"loads", "earlier_values"})
        store.write(replace(_derived(records), resolved=_resolved_anew(kept, after, change)), progress=progress)
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
    people_may_move = any(name in tables and tables[name].num_rows for name in ("aliases", "employments", "contacts"))
    engagements = ["engagements"] if people_may_move or "engagements" in tables else []
    return [*small, *engagements, "loads", "earlier_values"]


def _complete(store: Store, change: Change, kept: Market, after: Market) -> Change:
    """Add to a change what follows from it: who did it, what can be linked now, personas and tags for the graph's readers."""
    arrived = {name: record_ids(TABLES[name], table) for name, table in change.new.items()}
    relink: dict[str, list[str]] = {}
    for name, table in store.waiting().items():
        missing_before = references_that_wait(
            {name: table}, {target: record_ids(TABLES[target], kept[target]) for target in arrived if target in TABLES}
        )
        if name in missing_before:
            waits = missing_before[name]
            hit = [
                bool(pc.is_in(pa.scalar(target), value_set=arrived[where]).as_py())
                for where, target in zip(waits["target_table"].to_pylist(), waits["target_id"].to_pylist(), strict=True)
            ]
            rows = sorted({row for row, now_there in zip(waits["row"].to_pylist(), hit, strict=True) if now_there})
            if rows:
                relink[name] = record_ids(TABLES[name], table).take(pa.array(rows)).to_pylist()
    return replace(_derived(change), relink=relink, resolved=_resolved_anew(kept, after, change))


def _resolved_anew(kept: Market, after: Market, change: Change) -> pa.Table:
    """Who did each engagement that is new, changed, or told better now than before."""
    now = _resolve(after["engagements"], after)
    touched = [
        record_ids(TABLES["engagements"], part["engagements"])
        for part in (change.new, change.changed)
        if "engagements" in part
    ]
    told_anew = (
        pc.is_in(now["engagement_id"], value_set=pa.concat_arrays(touched))
        if touched
        else pa.array([False] * now.num_rows, pa.bool_())
    )
    before = _resolve(kept["engagements"], kept)
    where = pc.index_in(now["engagement_id"], value_set=before["engagement_id"].combine_chunks())
    for name in ("contact_id", "account_id"):
        old, new = (
            before[name].combine_chunks().take(where.combine_chunks() if isinstance(where, pa.ChunkedArray) else where),
            now[name].combine_chunks(),
        )
        same = pc.or_(pc.fill_null(pc.equal(old, new), False), pc.and_(pc.is_null(old), pc.is_null(new)))
        told_anew = pc.or_(told_anew, pc.and_(pc.is_valid(where), pc.invert(same)))
    return now.filter(told_anew)


def _resolve(engagements: pa.Table, market: Market) -> pa.Table:
    return resolve_actors(
        engagements, market["contacts"], market["aliases"], market["employments"], market["earlier_values"]
    )


def _actors(tables: Mapping[str, pa.Table], market: Market) -> pa.Array | None:
    if "engagements" not in tables:
        return None
    return resolve_people(tables["engagements"], market["contacts"], market["aliases"])


def _derived(change: Change) -> Change:
    """Write personas and tags beside contacts and content, for whoever reads the graph; no analysis looks at them."""

    def with_words(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        out = dict(tables)
        if "contacts" in out:
            contacts = out["contacts"]
            found = _personas(contacts)
            columns = {name: contacts.column(name) for name in contacts.column_names}
            columns |= {
                "mapped_persona": found["persona"],
                "mapped_confidence": found["confidence"],
                "mapped_rule": found["rule"],
            }
            out["contacts"] = typed_table(TABLES["contacts"], columns)
        if "content" in out:
            content = out["content"]
            tags = _tags(content)
            by_lexicon = pc.less(tags["confidence"], 1.0)
            nothing = pa.nulls(content.num_rows, tags["topic"].type)
            columns = {name: content.column(name) for name in content.column_names}
            columns |= {
                "tagged_topic": pc.if_else(pc.fill_null(by_lexicon, False), tags["topic"].combine_chunks(), nothing),
                "tagged_stage": tags["stage"],
                "tag_confidence": tags["confidence"],
            }
            out["content"] = typed_table(TABLES["content"], columns)
        return out

    return replace(change, new=with_words(change.new), changed=with_words(change.changed))


def _loads(incoming: loaders.Incoming, now: datetime, known: Mapping[str, Mapping[str, Any]] | None = None) -> pa.Table:
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


def _finished(known: Mapping[str, Mapping[str, Any]]) -> pa.Array:
    return pa.array([load_id for load_id, row in known.items() if row["finished"]], pa.string())


def _as_finished(loads: pa.Table, finished: bool) -> pa.Table:
    return typed_table(
        Load, {name: loads.column(name) for name in loads.column_names} | {"finished": [finished] * loads.num_rows}
    )


def _intake(incoming: loaders.Incoming, merged: Merge, ids: Mapping[str, pa.Array], people: pa.Array | None) -> Intake:
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


# ---- Market to Findings ----------------------------------------------------------------------------------------------


def detect(
    market: Market, as_of: datetime, settings: Settings | None = None, known: datetime | None = None
) -> Findings:
    """Conclude from a market, as of a moment, what groups and flags there are.

    Parameters
    ----------
    market : Market
    as_of : datetime
        What happened after it does not count.
    settings : Settings, optional
        Those in force by default.
    known : datetime, optional
        What was loaded or changed after it is not known.
    """
    settings = settings or Settings.read()
    market = market if known is None else known_at(market, known)
    personas, tags = _personas(market["contacts"]), _tags(market["content"])
    lexicon = word_list("personas")
    actors = _resolve(market["engagements"], market)
    tables, rows = conclude(market, actors, personas, tags, settings, as_of, _families(lexicon))
    run = Run.of(
        market=market.fingerprint(),
        settings=settings.model_dump(mode="json"),
        as_of=_iso(as_of),
        known_at=_iso(known) if known else "",
        version=version("buying-committee"),
        calibration="none",
    )
    return Findings(tables, replace(run, rows=rows))


def detect_store(
    store: Store,
    as_of: datetime,
    settings: Settings | None = None,
    known: datetime | None = None,
    progress: Progress = SILENT,
) -> Findings:
    """Detect in a store and publish the run: readers see the run before or this one, never half of it."""
    with store.writing("detect"):
        unfinished = [row["file"] for row in store.loads().to_pylist() if not row["finished"]]
        if unfinished:
            raise UnfinishedLoad(
                f"the load of {', '.join(sorted(unfinished)[:3])} was interrupted",
                "Load the same files again, then detect",
            )
        findings = detect(store.market(progress=progress), as_of, settings, known)
        store.publish(findings, progress=progress)
    return findings


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _families(lexicon: Mapping[str, Any]) -> dict[str, str]:
    return {persona: facts["family"] for persona, facts in lexicon["personas"].items() if "family" in facts}


def _personas(contacts: pa.Table) -> pa.Table:
    columns = [contacts.column(name).to_pylist() for name in ("title", "department", "seniority", "persona")]
    found = map_personas(*columns, lexicon_from(word_list("personas")))
    return typed_table(
        TABLES["personas"],
        {
            "contact_id": contacts.column("contact_id"),
            **{name: pa.array(found[name], from_pandas=True) for name in found.columns},
        },
    )


def _tags(content: pa.Table) -> pa.Table:
    """Stated tags where there are some; the lexicon's for what a piece does not state."""
    found = tag_content(
        *(content.column(name).to_pylist() for name in ("title", "kind", "url")),
        vocabulary_from(word_list("vocabulary")),
    )
    stated = {name: content.column(name) for name in ("topic", "therapeutic_area", "modality", "phase", "stage")}
    is_stated = pc.is_valid(stated["topic"])
    tagged = {
        name: pa.array(
            found[name].tolist(), TABLES["content_tags"] and pa.list_(pa.string()) if name == "topic" else pa.string()
        )
        for name in stated
    }
    columns = {
        name: pc.coalesce(whole(stated[name]), tagged[name])
        if name != "topic"
        else pc.if_else(whole(is_stated), whole(stated[name]), tagged[name])
        for name in stated
    }
    confidence = pc.if_else(
        whole(is_stated), 1.0, pa.array(found["confidence"].tolist(), pa.float64(), from_pandas=True)
    )
    return typed_table(
        TABLES["content_tags"],
        {
            "content_id": content.column("content_id"),
            **columns,
            "confidence": confidence,
            "matched": pa.array(found["matched"].tolist(), pa.string()),
        },
    )


@dataclass(frozen=True)
class _Words:
    """The vocabulary as the loaders ask it."""

    vocabulary: Any

    def area(self, conditions: Sequence[str]) -> str | None:
        return area_of_conditions(list(conditions), self.vocabulary)

    def modality(self, interventions: Sequence[tuple[str, str]]) -> str | None:
        return modality_of_interventions(list(interventions), self.vocabulary)

    def normalise(self, field: str, value: str) -> str | None:
        return normalise_term(field, value, self.vocabulary)


def _words() -> _Words:
    return _Words(vocabulary_from(word_list("vocabulary")))
