"""Join, keep apart, take back: what people decide about who is who, kept as decisions, and the graph that follows.

A decision is recorded first; the graph is then brought to what follows from all decisions that stand. When that is
interrupted, the next decision or load finishes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from committee.decisions import Decisions
from committee.errors import AlreadyDecided, BadDecision, NotFound
from committee.graph.store import Store
from committee.history import Change
from committee.identity.joining import APART, JOINED, Ruling, Rulings, merged_by_source, one_for_each, rulings
from committee.identity.joining import subject_of_ruling as subject_of
from committee.market import Market
from committee.pipeline.clock import Clock, moment_now
from committee.pipeline.consequences import with_consequences
from committee.pipeline.identifying import identified
from committee.progress import SILENT, Progress
from committee.records import TABLES, digest, key_of
from committee.settings import Settings

__all__ = ["Said", "join", "keep_apart", "settle", "undo"]

_SHORTEST_ID = 4  # shorter beginnings of a decision's id say too little
_COMMAND = {"accounts": "companies", "contacts": "people"}
_ONE = {"accounts": "account", "contacts": "contact"}


@dataclass(frozen=True)
class Said:
    """Who said why."""

    reason: str
    decided_by: str


def join(
    store: Store, table: str, kept: str, other: str, said: Said, clock: Clock = moment_now, progress: Progress = SILENT
) -> str:
    """Join two accounts or two contacts: the first stands for both from now on. Return the id of the decision.

    Raises
    ------
    NotFound
        One of them is not there.
    BadDecision
        They are one id, or were kept apart.
    AlreadyDecided
        They are one already.
    """
    with store.writing("join"):
        market, standing = _looked_up(store, table, kept, other)
        same = identified(market, store.decisions()).same()[table]
        if same.get(kept, kept) == same.get(other, other):
            raise AlreadyDecided(f"{kept} and {other} are one already", "Nothing has to be done")
        made = Ruling(JOINED, table, kept, other)
        _refuse_contradiction(market, table, (*standing, made), made)
        return _decided(store, made, said, clock, progress)


def keep_apart(
    store: Store, table: str, one: str, other: str, said: Said, clock: Clock = moment_now, progress: Progress = SILENT
) -> str:
    """Keep two accounts or contacts apart, whatever speaks for their being one. Return the id of the decision.

    Raises
    ------
    NotFound, AlreadyDecided
    BadDecision
        They are one id, a decision joined them, or their source merged them.
    """
    one, other = sorted((one, other))
    with store.writing("keep apart"):
        market, standing = _looked_up(store, table, one, other)
        made = Ruling(APART, table, one, other)
        if made in standing:
            raise AlreadyDecided(f"{one} and {other} are kept apart already", "Nothing has to be done")
        _refuse_contradiction(market, table, (*standing, made), made)
        return _decided(store, made, said, clock, progress)


def undo(
    store: Store, table: str, decision_id: str, said: Said, clock: Clock = moment_now, progress: Progress = SILENT
) -> Ruling:
    """Take a decision to join or keep apart back: all is as if it had never been made. Return it.

    Raises
    ------
    NotFound
        No such decision about this table.
    AlreadyDecided
        It was taken back before.
    """
    with store.writing("undo"):
        decisions = store.decisions().decisions
        made = [row for row in decisions.to_pylist() if row["kind"] in (JOINED, APART)]
        made = [row for row in made if row["subject"].startswith(f"{_ONE[table]}:")]
        wanted = decision_id.removeprefix("decision:").strip()
        found = [row for row in made if row["decision_id"] == wanted] or [
            row for row in made if len(wanted) >= _SHORTEST_ID and row["decision_id"].startswith(wanted)
        ]
        if len(found) != 1:
            several = "several decisions begin" if found else "no decision to join or keep apart begins"
            raise NotFound(f"{several} with '{wanted}'", f"committee {_COMMAND[table]} decisions lists them")
        row = found[0]
        ruling = next((one for one in rulings(decisions) if one.decision_id == row["decision_id"]), None)
        if ruling is None:
            raise AlreadyDecided(f"decision {row['decision_id']} was taken back before", "Nothing has to be done")
        _keep(store, "undone", f"decision:{ruling.decision_id}", None, said, clock)
        settle(store, progress=progress)
        return ruling


def settle(store: Store, settings: Settings | None = None, progress: Progress = SILENT) -> None:
    """Bring the graph to what follows from what is loaded and decided; doing it twice changes nothing."""
    settings = settings or Settings.read()
    with store.writing("settle"), settings.in_force():
        kept = store.market(progress=progress)
        change = with_consequences(Change(), kept, identified(kept, store.decisions()))
        if not change.is_empty():
            store.write(change, progress=progress)


def _looked_up(store: Store, table: str, one: str, other: str) -> tuple[Market, Rulings]:
    """The market as far as it tells who is who, and the decisions that stand; both ids are in it, and are two."""
    market = store.market(["accounts", "contacts", "aliases"])
    ids = set(market[table].column(key_of(TABLES[table])[0]).to_pylist())
    for each in (one, other):
        if each not in ids:
            raise NotFound(f"no {_ONE[table]} has the id {each}", f"committee {_COMMAND[table]} review lists the pairs")
    if one == other:
        raise BadDecision(f"{one} is one {_ONE[table]}, not two", "Name two of them")
    return market, tuple(ruling for ruling in rulings(store.decisions().decisions) if ruling.table == table)


def _refuse_contradiction(market: Market, table: str, every: Rulings, made: Ruling) -> None:
    """Refuse a decision that would contradict those that stand, or a merge of a source."""
    merged = merged_by_source(market["aliases"], table)
    ids = {one for ruling in every for one in (ruling.kept, ruling.other)} | {one for pair in merged for one in pair}
    joins = [ruling for ruling in every if ruling.kind == JOINED]
    one_of = _together(merged, joins, ids)
    torn = next(
        (r for r in every if r.kind == APART and one_of.get(r.kept, r.kept) == one_of.get(r.other, r.other)), None
    )
    if torn is None:
        return
    names = f"{made.kept} and {made.other}"
    if made.kind == JOINED:
        raise BadDecision(
            f"{names} cannot be joined: {torn.kept} and {torn.other} are kept apart (decision {torn.decision_id})",
            f"committee {_COMMAND[table]} undo {torn.decision_id} takes that back",
        )
    by_source = _together(merged, [], ids)
    if by_source.get(made.kept, made.kept) == by_source.get(made.other, made.other):
        raise BadDecision(f"{names} were merged by their source", "Take the merge back there, then load again")
    whole = one_of.get(made.kept, made.kept)
    some = [join.decision_id for join in joins if one_of.get(join.kept, join.kept) == whole]
    raise BadDecision(
        f"{names} were joined by decision {', '.join(some)}",
        f"committee {_COMMAND[table]} undo {some[0]} takes it back",
    )


def _together(merged: list[tuple[str, str]], joins: list[Ruling], ids: set[str]) -> Mapping[str, str]:
    return one_for_each(merged, joins, [], worth=str, present=ids)


def _decided(store: Store, made: Ruling, said: Said, clock: Clock, progress: Progress) -> str:
    decision_id = _keep(store, made.kind, subject_of(made.table, made.kept), made.other, said, clock)
    settle(store, progress=progress)
    return decision_id


def _keep(store: Store, kind: str, subject: str, other: str | None, said: Said, clock: Clock) -> str:
    now = clock()
    decision_id = digest([kind, subject, other or "", now.isoformat(), said.decided_by, said.reason])
    columns = {
        "decision_id": [decision_id],
        "kind": [kind],
        "subject": [subject],
        "reason": [said.reason],
        "decided_by": [said.decided_by],
        "decided_at": [now],
        "seen": [json.dumps({"with": other}) if other is not None else None],
    }
    store.record(Decisions({"decisions": columns}))
    return decision_id
