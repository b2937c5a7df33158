"""The mixture as a whole: what it finds, what does not change it, and what it does when something is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from analysis.episodes.planted import made
from analysis.small_markets import AS_OF, FAMILIES, SETTINGS, World, touch

from committee.analysis.episodes import Calibration, MarketContext, calibrate, context_of, degraded, find_groups, score
from committee.analysis.touches import touches
from committee.benchmark.scorer import score as agreement
from committee.errors import BadFile

TABLES = ("groups", "memberships", "evidence", "early", "unassigned")


def everything(found: dict[str, pa.Table]) -> dict[str, list[dict]]:
    return {name: found[name].to_pylist() for name in TABLES}


def purchase(program: str, topic: str, people: list[str], start: float, prefix: str) -> list[dict]:
    """Four touches by each on their own days, on pieces about the topic."""
    return [
        touch(
            person,
            start + 3 * place + 7 * number,
            content_id=f"{topic} {(place + number) % 5}",
            engagement_id=f"{prefix}-{person}-{number}",
        )
        for place, person in enumerate(people)
        for number in range(4)
    ]


def world_of_two() -> World:
    topics = ("biomarker", "regulatory", "safety", "central lab")
    content = {f"{topic} {number}": {"topic": [topic]} for topic in topics for number in range(5)}
    people = {
        **{f"s{number}": {"persona": "scientific", "program_id": f"p{number % 2}"} for number in range(8)},
        **{f"l{number}": {"persona": "program_lead", "program_id": f"p{number % 2}"} for number in range(2)},
        "buyer": {"persona": "procurement"},
        **{f"o{number}": {"persona": "scientific"} for number in range(6)},
    }
    programs = {"p0": {"needs": ["biomarker"]}, "p1": {"needs": ["regulatory"]}}
    rows = [
        *purchase("p0", "biomarker", ["s0", "s2", "l0", "buyer"], 200, "a"),
        *purchase("p1", "regulatory", ["s1", "s3", "l1", "buyer"], 210, "b"),
        *(
            touch(f"o{number}", 20 + 55 * number, content_id=f"{topics[number % 4]} 0", engagement_id=f"n{number}")
            for number in range(6)
        ),
    ]
    return World(people=people, rows=rows, content=content, programs=programs)


def found_in(one: World, **given) -> dict[str, pa.Table]:
    market, actors, personas, tags = one.inputs
    seen = touches(market, actors, personas, tags, window=SETTINGS.window, cleaning=SETTINGS.cleaning, as_of=AS_OF)
    return find_groups(market, seen, tags, SETTINGS, FAMILIES, **given)[0]


def members(found: dict[str, pa.Table]) -> dict[tuple, set[str]]:
    by_group: dict[str, set[str]] = {}
    for row in found["memberships"].to_pylist():
        by_group.setdefault(row["group_id"], set()).add(row["contact_id"])
    return {(row["program_id"], row["need"]): by_group[row["group_id"]] for row in found["groups"].to_pylist()}


def test_two_purchases_at_once_are_two_groups_and_the_buyer_sits_in_both():
    assert members(found_in(world_of_two())) == {
        ("p0", "biomarker"): {"s0", "s2", "l0", "buyer"},
        ("p1", "regulatory"): {"s1", "s3", "l1", "buyer"},
    }


def test_the_order_of_rows_changes_nothing():
    one = world_of_two()
    numbered = [{**row, "engagement_id": row["engagement_id"]} for row in one.rows]
    assert everything(found_in(one)) == everything(found_in(replace(one, rows=numbered[::-1])))


def test_other_names_of_people_and_programs_change_names_only():
    one = world_of_two()
    renamed = {name: f"x{name}" for name in one.people}
    other = replace(
        one,
        people={renamed[name]: facts for name, facts in one.people.items()},
        rows=[{**row, "contact_id": renamed[row["contact_id"]]} for row in one.rows],
    )
    want = {key: {renamed[name] for name in names} for key, names in members(found_in(one)).items()}
    assert members(found_in(other)) == want


def test_with_calibration_and_context_given_an_account_does_not_depend_on_the_others():
    case, seen = made()
    context = context_of(seen, SETTINGS.episodes.mass)
    learned = calibrate(case.market, seen, case.tags, SETTINGS, context)
    whole = score(case.market, seen, case.tags, SETTINGS, case.families, learned, context)
    assert whole["groups"].num_rows > 5
    parts = [
        score(case.market, seen, case.tags, SETTINGS, case.families, learned, context, np.array([account]))
        for account in range(len(seen.account_ids))
    ]
    for name in TABLES:
        alone = sorted((row for part in parts for row in part[name].to_pylist()), key=str)
        assert alone == sorted(whole[name].to_pylist(), key=str), name


def test_a_calibration_and_a_context_survive_being_written_and_give_the_same_groups():
    case, seen = made()
    found, learned, context = find_groups(case.market, seen, case.tags, SETTINGS, case.families)
    again = Calibration.from_json(learned.as_json())
    assert again == learned
    assert again.name == learned.name
    other, _, _ = find_groups(
        case.market, seen, case.tags, SETTINGS, case.families, again, MarketContext.from_json(context.as_json())
    )
    assert everything(other) == everything(found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version": 2', '"version": 99'),
        ('"rate": ', '"rate": -'),
        ('"spurt"', '"sprut"'),
        ('"procurement"', '"procure"'),
    ],
)
def test_a_calibration_edited_wrong_is_refused_in_a_sentence(old: str, new: str):
    case, seen = made()
    text = calibrate(case.market, seen, case.tags, SETTINGS).as_json()
    assert old in text
    if old == '"procurement"':
        text = text.replace('"unknown"', '"nobody"')
    with pytest.raises(BadFile, match="calibration"):
        Calibration.from_json(text.replace(old, new))


def test_groups_of_a_made_market_are_found_with_hardly_a_false_one():
    case, seen = made("plain", 20, 7)
    found, _, _ = find_groups(case.market, seen, case.tags, SETTINGS, case.families)
    groups = found["groups"].to_pandas()
    groups["program_id"] = groups.program_id.fillna("")
    figures = agreement(case.truth, groups, found["memberships"].to_pandas())
    assert figures["group_f1"] > 0.85
    assert figures["bcubed_f1"] > 0.8
    assert figures["false_per_account"] < 0.25


def test_a_market_without_purchases_has_no_groups():
    case, seen = made("empty", 30, 5)
    found, _, _ = find_groups(case.market, seen, case.tags, SETTINGS, case.families)
    assert found["groups"].num_rows <= 1


def test_tables_hold_together():
    case, seen = made()
    found, _, _ = find_groups(case.market, seen, case.tags, SETTINGS, case.families)
    groups, evidence = found["groups"].to_pandas(), found["evidence"].to_pandas()
    assert set(found["memberships"].column("group_id").to_pylist()) == set(groups.group_id) == set(evidence.group_id)
    assert evidence.groupby("engagement_id").responsibility.sum().max() <= 1
    assert groups.people.min() >= 3
    assert groups.personas.map(len).min() >= 2
    claimed, free = set(evidence.engagement_id), set(found["unassigned"].column("engagement_id").to_pylist())
    relevant = set(seen.engagement_ids.take(pa.array(seen.engagement[seen.relevant])).to_pylist())
    assert relevant <= claimed | free
    assert not claimed & free
    for words in evidence.reasons:
        for word in words:
            name, _, value = word.rpartition(":")
            assert name
            assert np.isfinite(float(value))


def without(one: World, table: str, *fields: str) -> World:
    bare = {
        key: {name: value for name, value in facts.items() if name not in fields}
        for key, facts in getattr(one, table).items()
    }
    return replace(one, **{table: bare})


def nothing_is_not_a_number(found: dict[str, pa.Table]) -> None:
    for name in TABLES:
        for column in found[name].columns:
            if pa.types.is_floating(column.type):
                assert not pc.any(pc.is_nan(column)).as_py(), name


SECOND = timedelta(seconds=0)
BARE = {
    "no topics": lambda one: without(one, "content", "topic"),
    "no programs": lambda one: replace(without(one, "people", "program_id"), programs={}),
    "no needs": lambda one: without(one, "programs", "needs"),
    "no personas": lambda one: without(one, "people", "persona"),
    "one engagement": lambda one: replace(one, rows=one.rows[:1]),
    "no engagements": lambda one: replace(one, rows=[]),
    "one person": lambda one: replace(one, rows=[{**row, "contact_id": "s0"} for row in one.rows]),
    "one instant": lambda one: replace(
        one, rows=[{**row, "occurred_at": one.rows[0]["occurred_at"]} for row in one.rows]
    ),
    "a thousand programs": lambda one: replace(
        one, programs={f"p{number}": {"needs": ["safety"]} for number in range(1000)}
    ),
}


@pytest.mark.parametrize("missing", BARE)
def test_what_is_missing_leaves_a_sensible_answer(missing: str):
    found = found_in(BARE[missing](world_of_two()))
    nothing_is_not_a_number(found)
    assert found["groups"].num_rows <= 3


def test_without_a_program_table_a_purchase_is_a_group_without_a_program():
    found = found_in(BARE["no programs"](world_of_two()))
    assert {key[0] for key in members(found)} <= {None}
    assert found["groups"].num_rows >= 1


@pytest.mark.parametrize("part", [("spurt", "chance"), ("forward", "chance"), ("groups", "caution")])
def test_a_part_can_be_switched_off(part: tuple[str, str]):
    section, name = part
    rules = SETTINGS.episodes
    off = getattr(rules, section).model_copy(update={name: 0.0})
    chosen = SETTINGS.model_copy(update={"episodes": rules.model_copy(update={section: off})})
    case, seen = made()
    found, learned, _ = find_groups(case.market, seen, case.tags, chosen, case.families)
    assert found["groups"].num_rows > 5
    assert Calibration.from_json(learned.as_json()) == learned


@pytest.mark.parametrize(("days", "told"), [(1, True), (91, True), (92, False), (400, False)])
def test_a_history_no_longer_than_the_longest_burst_is_told_to_have_no_quiet_level(days: int, told: bool):
    case, seen = made()
    longest = 7 * max(SETTINGS.episodes.scan.lengths)
    assert longest == 91
    at = np.linspace(0, days * 86_400_000 - 1, len(seen)).astype(np.int64)
    lacking = degraded(replace(seen, first=at, last=at), case.market, SETTINGS.episodes)
    assert any(reason.startswith(f"no quiet level: a history of {days} days") for reason in lacking) == told
