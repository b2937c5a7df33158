"""What must not matter, and what must not break, from a market to its findings."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from analysis.small_markets import AS_OF, FAMILIES, PERSONAS, SETTINGS, World, actors, day, settings, touch

from committee.analysis.detect import conclude
from committee.findings import Findings
from committee.market import Market
from committee.records.computed import ContentTag
from committee.records.tables import typed_table


def detect(
    market: Market, personas: pa.Table, chosen: Any = SETTINGS, as_of: Any = AS_OF
) -> tuple[Findings, dict[str, Any]]:
    names = ("content_id", "topic", "therapeutic_area", "modality", "phase", "stage")
    tags = typed_table(ContentTag, {name: market.content.column(name) for name in names})
    tables, rows = conclude(market, actors(market), personas, tags, chosen, as_of, FAMILIES)
    return Findings(tables), rows


def busy_world(seed: int = 3, accounts: int = 4) -> World:
    """Several accounts with programs, campaigns, mail, meetings, date-only rows and a gateway, drawn at random."""
    draw = random.Random(seed)
    content = {
        f"c{number}": {
            "topic": draw.choice([["biomarker"], ["bioanalysis"], ["biomarker", "safety"], None]),
            "therapeutic_area": draw.choice(["oncology", "neurology", None]),
            "phase": draw.choice(["phase 1", "phase 2", "phase 1/2", None]),
            "stage": draw.choice(["top", "middle", "bottom"]),
        }
        for number in range(8)
    }
    people, programs, campaigns, rows = {}, {}, {}, []
    for account in (f"a{number}" for number in range(accounts)):
        for number in range(3):
            programs[f"{account}-P{number}"] = {
                "account_id": account,
                "therapeutic_area": draw.choice(["oncology", "neurology"]),
                "phase": draw.choice(["phase 1", "phase 2"]),
            }
            campaigns[f"{account}-K{number}"] = {"program_id": f"{account}-P{number}"}
        for number in range(9):
            stated = draw.choice([None, f"{account}-P0", f"{account}-P1"])
            people[f"{account}-p{number}"] = {
                "account_id": account,
                "persona": draw.choice([*PERSONAS, "unknown"]),
                "program_id": stated,
            }
        for _ in range(120):
            at = round(draw.choice([20, 60, 61, 300]) + draw.uniform(0, 40), 4)
            more = {
                "channel": draw.choice(["web", "email", "event"]),
                "content_id": draw.choice([*content, None]),
                "kind": draw.choice([None, "click", "meeting", "open"]),
            }
            if draw.random() < 0.2:
                at = float(int(at))
                more["occurred_until"] = day(at + 1) - timedelta(milliseconds=1)
            if draw.random() < 0.2:
                more["campaign_id"] = draw.choice([name for name in campaigns if name.startswith(account)])
            rows.append(touch(draw.choice([who for who in people if who.startswith(f"{account}-")]), at, **more))
        rows += [
            touch(f"{account}-p{number}", 70 + number / 5000, channel="email", content_id="c0") for number in range(5)
        ]
    deals = [
        {"opportunity_id": "d1", "account_id": "a0", "program_id": "a0-P0", "is_won": True, "closed_on": "2026-03-20"}
    ]
    return World(people, rows, content, programs, campaigns, {"opportunities": deals})


def shuffled(market: Market, seed: int) -> dict[str, pa.Table]:
    draw = np.random.default_rng(seed)
    return {name: table.take(pa.array(draw.permutation(table.num_rows))) for name, table in market.items()}


def test_the_world_of_these_tests_shows_every_kind_of_finding() -> None:
    world = busy_world()
    chosen = settings(reading={"least_readers": 1, "least_pieces": 1, "least_probability": 0.2})
    world = replace(
        world,
        content={key: {"persona": PERSONAS[at % 6], **piece} for at, (key, piece) in enumerate(world.content.items())},
    )
    found, rows = detect(world.market, world.personas, chosen)
    assert all(found[name].num_rows for name in found if name != "loads")
    assert set(rows["engagements"]["set_aside"]) == {"machine_click", "machine_made", "not_relevant"}
    assert {"closed", "dormant"} <= set(found.groups.column("status").to_pylist())


def test_the_order_of_rows_does_not_matter() -> None:
    world = busy_world()
    market = world.market
    draw = np.random.default_rng(1)
    again = Market(shuffled(market, 1))
    people = world.personas.take(pa.array(draw.permutation(world.personas.num_rows)))
    assert detect(again, people) == detect(market, world.personas)


def test_accounts_are_judged_alone_so_splitting_the_market_changes_no_finding() -> None:
    world = busy_world()
    market = world.market
    whole, _ = detect(market, world.personas)
    parts = []
    for account in ("a0", "a1", "a2", "a3"):
        of_account = pc.equal(market.contacts.column("account_id"), account)
        mine = market.contacts.filter(of_account)
        rows = market.engagements.filter(
            pc.is_in(
                market.engagements.column("contact_id").cast(pa.string()),
                value_set=mine.column("contact_id").combine_chunks(),
            )
        )
        part = market.with_tables(contacts=mine, engagements=rows)
        parts.append(detect(part, world.personas)[0])
    for name in ("groups", "memberships", "evidence", "flags", "statuses", "coverage", "early", "unassigned"):
        together = sorted(map(str, (row for part in parts for row in part[name].to_pylist())))
        assert together == sorted(map(str, whole[name].to_pylist())), name


def test_other_names_for_the_same_things_give_the_same_findings() -> None:
    """New ids are given in the order of the old ones; random numbers and ties must then fall alike."""
    world = busy_world()
    market = world.market

    def renamed(column: pa.ChunkedArray) -> pa.Array:
        return pa.array(
            [None if text is None else f"x{text}y" for text in column.cast(pa.string()).to_pylist()], pa.string()
        )

    tables = {}
    for name, table in market.items():
        ids = [
            column
            for column in table.column_names
            if column.endswith("_id") and column not in ("load_id", "registry_id")
        ]
        tables[name] = {
            column: renamed(table.column(column)) if column in ids else table.column(column)
            for column in table.column_names
        }
    personas = world.personas.set_column(0, "contact_id", renamed(world.personas.column("contact_id")))
    before, _ = detect(market, world.personas)
    after, _ = detect(Market(tables), personas)

    def bare(found: Findings, name: str, columns: tuple[str, ...]) -> list[str]:
        return sorted(
            str({column: row[column] for column in columns}).replace("'x", "'").replace("y'", "'")
            for row in found[name].to_pylist()
        )

    shown = {
        "flags": (
            "account_id",
            "program_id",
            "window_start",
            "raised_at",
            "contact_ids",
            "engagement_ids",
            "witness_ids",
            "removal_ids",
            "expected_by_chance",
        ),
        "groups": (
            "account_id",
            "program_id",
            "need",
            "status",
            "formed_at",
            "people",
            "personas",
            "engagements",
            "strength",
        ),
        "evidence": ("engagement_id", "contact_id", "responsibility"),
    }
    for name, columns in shown.items():
        assert bare(before, name, columns) == bare(after, name, columns)


def test_what_happens_later_does_not_change_what_was_said_then() -> None:
    world = busy_world()
    market = world.market
    then = day(75)
    known = market.with_tables(
        engagements=market.engagements.filter(pc.less_equal(market.engagements.column("occurred_at"), then))
    )
    now, _ = detect(market, world.personas, as_of=then)
    early, _ = detect(known, world.personas, as_of=then)
    for name in ("groups", "memberships", "evidence", "flags", "statuses", "coverage", "early", "unassigned"):
        assert now[name] == early[name], name


def test_the_market_is_not_changed() -> None:
    world = busy_world()
    market = world.market
    before = market.fingerprint()
    detect(market, world.personas)
    assert market.fingerprint() == before


def test_every_engagement_is_used_or_set_aside_and_every_used_one_is_claimed_or_unassigned() -> None:
    world = busy_world()
    found, rows = detect(world.market, world.personas)
    counts = rows["engagements"]
    assert counts["read"] == counts["used"] + sum(counts["set_aside"].values()) == len(world.rows)
    claimed, free = (
        set(found.evidence.column("engagement_id").to_pylist()),
        set(found.unassigned.column("engagement_id").to_pylist()),
    )
    assert not claimed & free
    assert len(claimed | free) == counts["used"]


def test_the_credit_of_one_engagement_never_exceeds_one() -> None:
    world = busy_world()
    found, _ = detect(world.market, world.personas)
    credit: dict[str, float] = {}
    for row in found.evidence.to_pylist():
        credit[row["engagement_id"]] = credit.get(row["engagement_id"], 0.0) + row["responsibility"]
    assert max(credit.values()) <= 1.0
    assert min(credit.values()) > 0.99


@pytest.mark.parametrize(
    "world",
    [
        World({}, [], {}),
        World({"p": {"persona": "finance"}}, [], {}),
        World({"p": {"persona": "finance"}}, [touch("p", 1)]),
        World({"p": {}, "q": {}}, [touch("p", 1), touch("q", 1)], {}),
        World({f"p{n}": {"persona": PERSONAS[n % 6]} for n in range(12)}, [touch(f"p{n % 12}", 5) for n in range(60)]),
        World({"p": {"persona": "finance"}}, [touch("p", 900)]),
        World({"p": {"persona": "finance", "deleted": True}}, [touch("p", 1)]),
    ],
    ids=[
        "nothing",
        "one person",
        "one engagement",
        "no content",
        "all at one instant",
        "only the future",
        "only the deleted",
    ],
)
@pytest.mark.parametrize("scope", ["program", "account"])
def test_the_smallest_markets_work(world: World, scope: str) -> None:
    found, rows = detect(world.market, world.personas, settings(window={"scope": scope}))
    assert rows["engagements"]["read"] == len(world.rows)
    numbers = [column for table in found.values() for column in table.columns if pa.types.is_floating(column.type)]
    assert not any(pc.any(pc.is_nan(column)).as_py() for column in numbers)


def test_ten_thousand_programs_in_one_account_work() -> None:
    programs = {
        f"P{number:05d}": {"therapeutic_area": "oncology", "modality": f"m{number}"} for number in range(10_000)
    }
    content = {
        "paper": {"topic": ["safety"], "therapeutic_area": "oncology"},
        "exact": {"topic": ["safety"], "modality": "m77"},
    }
    people = {name: {"persona": name} for name in PERSONAS}
    rows = [touch(name, at, content_id=piece) for at, name in enumerate(PERSONAS) for piece in content]
    found, _ = detect(World(people, rows, content, programs).market, World(people, rows).personas)
    assert set(found.groups.column("program_id").to_pylist()) == {"P00077"}


def test_how_many_shifted_touches_are_held_at_a_time_does_not_change_the_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = busy_world()
    before, rows = detect(world.market, world.personas)
    monkeypatch.setattr("committee.analysis.chance._CELLS_AT_ONCE", 50)
    after, again = detect(world.market, world.personas)
    assert before.flags == after.flags
    assert rows == again
    assert 0 < rows["window"]["share_flagged"] <= 1
    assert 0 < rows["window"]["share_by_chance"] <= 1
