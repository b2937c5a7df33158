"""Erasing: planned, begun in a journal, carried out step by step, each of which may run again.

Tombstones first, so that nothing comes back meanwhile; findings of all runs and decisions; the records themselves; files
the product wrote; last a fresh copy of an embedded store. Whatever is killed on the way is
gone on with from the journal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from committee.erasure import Person, Traces, change_without
from committee.graph.store import Store
from committee.history import applied
from committee.market import Market
from committee.pipeline.clock import Clock, moment_now
from committee.pipeline.consequences import resolved, with_consequences
from committee.pipeline.identifying import identified
from committee.pipeline.staying_away import tombstones_of
from committee.privacy.cleaning import Cleaned, clean, intended
from committee.privacy.showing import copy_of, engagements_of, naming_files
from committee.privacy.written import DUMP, files_in, here
from committee.progress import SILENT, Progress

__all__ = ["Erased", "Plan", "complete", "erase", "plan"]

_ALL_RUNS = 10**9


@dataclass(frozen=True)
class Plan:
    """What goes when a person is erased.

    Attributes
    ----------
    person : Person
    counts : dict of str to int
        Records, findings and decisions, by kind.
    files : dict of Path to str
        What happens to each file that names the person.
    dumps : list of Path
        Copies of the store that are looked at only when they are named.
    elsewhere : list of str
        Files written on other machines, which cannot be looked at from here.
    """

    person: Person
    counts: dict[str, int]
    files: dict[Path, str]
    dumps: list[Path]
    elsewhere: list[str]


@dataclass(frozen=True)
class Erased:
    """What an erasure did: the person, counts without identity, files, those that could not be cleaned among them."""

    person: Person
    counts: dict[str, int]
    files: list[Cleaned] = field(default_factory=list)
    also: tuple[Path, ...] = ()


def plan(store: Store, person: Person, also: Sequence[Path] = (), progress: Progress = SILENT) -> Plan:
    """Say what erasing a person would take away; nothing is changed."""
    market = store.market(progress=progress)
    copy = copy_of(store, person, market, progress)
    skipped = {"person", "graph", "files"}
    counts = {kind: len(rows) for kind, rows in copy.items() if kind not in skipped}
    dumps = [Path(one["path"]) for one in here(store)[0] if one["kind"] == DUMP]
    places = [path for path in dumps if path.resolve() not in {one.resolve() for one in also}]
    naming = naming_files(store, person, progress, list(also))
    own = _own(store)
    files = {path: intended(path, own(path)) for path in naming if not any(_inside(path, dump) for dump in places)}
    left = [dump for dump in places if any(_inside(path, dump) for path in naming)]
    elsewhere = [f"{one['machine']}: {one['path']}" for one in here(store)[1]]
    return Plan(person, counts, files, left, elsewhere)


def _own(store: Store) -> Callable[[Path], bool]:
    """What tells the product's own files, which can be made again, from those that people made."""
    places = [Path(one["path"]) for one in here(store)[0]]
    return lambda path: any(_inside(path, place) for place in places)


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def erase(
    store: Store,
    person: Person,
    by: str = "",
    also: Sequence[Path] = (),
    clock: Clock = moment_now,
    progress: Progress = SILENT,
) -> list[Erased]:
    """Erase a person; the store has to be closed afterwards, which puts a fresh copy in the place of an embedded one.

    Parameters
    ----------
    by : str
        Who erases.
    also : sequence of Path
        Folders that people made, such as dumps: the person is taken out of them too.

    Raises
    ------
    StoreBusy, WriteFailed
        What was begun is gone on with by the next command on the store.
    """
    market = store.market(progress=progress)
    copy = copy_of(store, person, market, progress)
    counts = {kind: len(rows) for kind, rows in copy.items() if kind not in ("person", "graph", "files")}
    journal = {
        "person": person.as_json(),
        "by": by,
        "at": clock().isoformat(),
        "counts": counts,
        "also": [str(Path(path).resolve()) for path in also],
    }
    with store.writing("erase"):
        store.erasing.begin(json.dumps(journal, sort_keys=True, ensure_ascii=False))
        return complete(store, progress)


def complete(store: Store, progress: Progress = SILENT) -> list[Erased]:
    """Carry out every erasure that was begun; the store has to be closed afterwards.

    Raises
    ------
    StoreBusy, WriteFailed
    """
    journals = store.erasing.unfinished()
    if not journals:
        return []
    with store.writing("erase"):
        done = [_carried_out(store, json.loads(journal), progress) for journal in journals]
        store.rebuild(progress)
        if store.erasing.folder is None:
            for journal in journals:
                store.erasing.finish(journal)
    return done


def _carried_out(store: Store, journal: dict[str, Any], progress: Progress) -> Erased:
    person, when = Person.of_json(journal["person"]), datetime.fromisoformat(journal["at"]).astimezone(UTC)
    store.erasing.made_key()
    tombstones = tombstones_of(store)
    store.record(tombstones.decisions(person, when, journal["by"], journal["counts"]))
    store.prune(_ALL_RUNS)  # what a publication that was interrupted left behind
    market = store.market(progress=progress)
    touches = engagements_of(market, person)
    store.erasing.forget(Traces(person), sorted(touches), progress)
    _without(store, market, person, progress)
    also = tuple(Path(path) for path in journal["also"])
    files = _cleaned(store, person, also, progress)
    return Erased(person, journal["counts"], files, also)


def _without(store: Store, market: Market, person: Person, progress: Progress) -> None:
    """Take the records away; touches first, and the person last, so that an interruption forgets nobody."""
    change = change_without(market, person, resolved(market.engagements, market))
    if change.is_empty():
        return
    after = identified(applied(market, change), store.decisions())
    store.write(with_consequences(change, market, after), progress=progress)


def _cleaned(store: Store, person: Person, also: Sequence[Path], progress: Progress) -> list[Cleaned]:
    """Clean what the product wrote here, and folders that were named."""
    mine, _ = here(store)
    dumps = [Path(one["path"]) for one in mine if one["kind"] == DUMP]
    spared = [path for path in dumps if path not in also]
    naming = naming_files(store, person, progress, list(also))
    paths = [path for path in naming if not any(_inside(path, dump) for dump in spared)]
    done = clean(paths, person, _own(store))
    gone = [one for one in mine if not os.path.lexists(one["path"]) or not any(files_in(Path(one["path"])))]
    if gone:
        store.erasing.forget_written(gone)
    return done
