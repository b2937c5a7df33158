"""Markets that are hardly any, or wrong: a sensible answer, and finite numbers in every table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from analysis.episodes.test_detect import purchase, without, world_of_two
from analysis.small_markets import AS_OF, FAMILIES, World, touch

from committee.analysis.detect import conclude
from committee.settings import Settings

SETTINGS = Settings.read(overrides=["window.shifts=20"], environment={})


def concluded(one: World) -> dict[str, pa.Table]:
    market, actors, personas, tags = one.inputs
    return conclude(market, actors, personas, tags, SETTINGS, AS_OF, FAMILIES)[0]


def rows(one: World, **change: Callable[[dict], object]) -> World:
    return replace(one, rows=[{**row, **{name: of(row) for name, of in change.items()}} for row in one.rows])


def nobody() -> World:
    return World(people={}, rows=[], content={}, programs={})


def two_accounts() -> World:
    one = world_of_two()
    people = {**one.people, **{f"z{number}": {"persona": "scientific", "account_id": "other"} for number in range(3)}}
    return replace(one, people=people, rows=[*one.rows, touch("z0", 30, content_id="safety 0", engagement_id="z")])


def of_many_programs() -> World:
    one = world_of_two()
    many = {f"q{number}": {"needs": ["safety"], "therapeutic_area": f"area {number % 40}"} for number in range(10_000)}
    return replace(one, programs={**many, **one.programs})


ODD: dict[str, tuple[Callable[[], World], int, int]] = {
    # what, fewest and most groups that make sense
    "no account, no person, no engagement": (nobody, 0, 0),
    "one account": (world_of_two, 2, 2),
    "two accounts, one of them silent": (two_accounts, 2, 2),
    "no engagement": (lambda: replace(world_of_two(), rows=[]), 0, 0),
    "one engagement": (lambda: replace(world_of_two(), rows=world_of_two().rows[:1]), 0, 0),
    "one program": (lambda: replace(world_of_two(), programs={"p0": {"needs": ["biomarker"]}}), 1, 3),
    "one person": (lambda: World({"s": {"persona": "scientific"}}, [touch("s", day) for day in range(9)]), 0, 0),
    "no program table": (lambda: replace(without(world_of_two(), "people", "program_id"), programs={}), 1, 3),
    "people state programs no table lists": (lambda: replace(world_of_two(), programs={}), 1, 3),
    "all at one instant": (lambda: rows(world_of_two(), occurred_at=lambda _: world_of_two().rows[0]["occurred_at"]), 0, 2),
    "everything by one person": (lambda: rows(world_of_two(), contact_id=lambda _: "s0"), 0, 0),
    "it ends before it begins": (
        lambda: rows(world_of_two(), occurred_until=lambda row: row["occurred_at"] - timedelta(days=3)), 1, 3,
    ),
    "touched before they were known": (
        lambda: replace(world_of_two(), people={name: {**facts, "created_at": AS_OF - timedelta(days=1)} for name, facts in world_of_two().people.items()}), 1, 3,
    ),
    "known only later": (
        lambda: replace(world_of_two(), people={name: {**facts, "created_at": AS_OF + timedelta(days=9)} for name, facts in world_of_two().people.items()}), 1, 3,
    ),
    "a program that ends before it starts": (
        lambda: replace(world_of_two(), programs={name: {**facts, "started_on": "2026-05-01", "ended_on": "2025-01-01"} for name, facts in world_of_two().programs.items()}), 1, 3,
    ),
    "ten thousand programs in one account": (of_many_programs, 1, 3),
    "needs nobody reads about": (
        lambda: replace(world_of_two(), programs={"p0": {"needs": ["levitation"]}, "p1": {"needs": []}}), 1, 3,
    ),
    "phases nobody has heard of": (
        lambda: replace(world_of_two(), programs={"p0": {"needs": ["biomarker"], "phase": "phase 99"}, "p1": {"needs": ["regulatory"], "phase": "?"}}), 1, 3,
    ),
    "no topics, no stages": (lambda: without(world_of_two(), "content", "topic"), 0, 3),
    "no personas": (lambda: without(world_of_two(), "people", "persona"), 0, 0),
    "the same purchase a hundred times": (
        lambda: replace(world_of_two(), rows=[row for number in range(100) for row in purchase("p0", "biomarker", ["s0", "s2", "l0", "buyer"], 3 * number, f"x{number}")]), 0, 6,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_an_odd_market_has_a_sensible_answer_in_finite_numbers(what):
    make, fewest, most = ODD[what]
    tables = concluded(make())
    assert fewest <= tables["groups"].num_rows <= most
    for name, table in tables.items():
        for column in table.column_names:
            if pa.types.is_floating(table.schema.field(column).type):
                numbers = np.array(table.column(column).drop_null().to_pylist(), float)
                assert np.isfinite(numbers).all(), f"{name}.{column}"
