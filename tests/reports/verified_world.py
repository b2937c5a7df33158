"""Worlds whose briefs are checked: the generator's, with hostile names, public events, deals and decisions added."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markets import AS_OF, on_day, write_small

from committee import pipeline
from committee.graph.store import Store, open_store
from committee.pipeline.briefing import Asker, Material, material
from committee.pipeline.deciding import decide
from committee.reports.handoff import Brief, Options, beside_of, handoff
from committee.settings import Settings

SETTINGS = Settings.read(environment={"COMMITTEE_WINDOW__SHIFTS": "0", "COMMITTEE_QUESTIONS__TRIES": "12"})
HOSTILE = (
    "O'Brien | <b>Ada</b>",
    '=HYPERLINK("x")',
    "Ana Nu\u0301n\u0303ez",
    "Łukasz *Żak* [x](y)",
    "Zoë, the 2nd --> end",
    "note: nobody",
    "A very long name of a person whose parents could not agree on anything at all",
    "12 May 2026",
    "\u202eevil\u202c Smith",
)
KINDS = ("funding_round", "trial_registered", "layoffs", "intent_surge", "partnership")


def season(folder: Path, seed: int) -> None:
    """Give people and pieces hostile names, and add public events and deals."""
    chance = random.Random(seed)
    people, pieces = read(folder / "contacts.csv"), read(folder / "content.csv")
    for row in people:
        if chance.random() < 0.15:
            row["name"] = f"{chance.choice(HOSTILE)} {chance.randrange(99)}"
        if chance.random() < 0.05:
            row["name"] = ""
    for row in pieces:
        if chance.random() < 0.1:
            row["title"] = f"{chance.choice(HOSTILE)} in {chance.randrange(2020, 2027)}"
    write(folder / "contacts.csv", people)
    write(folder / "content.csv", pieces)
    programs = read(folder / "programs.csv")
    write(
        folder / "signals.csv",
        [
            {
                "signal_id": f"s{place}",
                "kind": chance.choice(KINDS),
                "occurred_on": f"2026-{chance.randrange(1, 7):02}{chance.choice(['', f'-{chance.randrange(1, 28):02}'])}",
                "source": "news",
                "account_id": program["account_id"],
                "program_id": chance.choice([program["program_id"], ""]),
                "title": f"{chance.choice(HOSTILE)} of {chance.randrange(1, 900)} million",
            }
            for place, program in enumerate(programs)
        ],
    )
    write(
        folder / "opportunities.csv",
        [
            {
                "opportunity_id": f"o{place}",
                "account_id": program["account_id"],
                "program_id": chance.choice([program["program_id"], ""]),
                "name": chance.choice(HOSTILE),
                "stage": "qualified",
                "amount_usd": chance.randrange(1, 10**7),
                "opened_on": f"2026-0{chance.randrange(1, 7)}-11",
            }
            for place, program in enumerate(programs)
            if place % 2
        ],
    )


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@dataclass(frozen=True)
class World:
    store: Store
    run_id: str
    groups: list[dict[str, Any]]

    def given(self, account_id: str) -> Material:
        return material(self.store, [account_id], self.run_id)


@contextmanager
def a_world(address: str, folder: Path, name: str, accounts: int, seed: int) -> Iterator[World]:
    """Load a world into a store, detect, judge every fifth group, and load once more."""
    exports = write_small(folder / "exports", name=name, accounts=accounts, seed=seed)
    season(exports, seed)
    with open_store(address, SETTINGS.store) as store:
        pipeline.load(store, [exports], SETTINGS, on_day(0))
        pipeline.detect_store(store, AS_OF, SETTINGS)
        groups = store.findings().groups.to_pylist()
        for place, row in enumerate(groups[::5]):
            kind = ("accepted", "dismissed")[place % 2]
            decide(
                store,
                kind,
                "group",
                row["group_id"],
                account_id=row["account_id"],
                reason="call 3 of 4",
                decided_by="Kim | Sato",
                clock=on_day(1),
            )
        yield World(store, next(run.run_id for run in store.runs() if run.current), groups)


def brief_of(given: Material, group_id: str, options: Options) -> Brief:
    asked = Asker(given.market, given.findings).ask(group_id, options.questions)
    return handoff(group_id, given.market, given.findings, options, asked, beside_of(given, group_id))
