"""Worlds in which nobody buys together keep what they should keep, and lose what they should lose."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from analysis.episodes.planted import made as made_world
from analysis.small_markets import AS_OF, FAMILIES, PERSONAS, SETTINGS, World, actors, day, touch

from committee.analysis import episodes
from committee.analysis.baselines import topic_gap
from committee.analysis.structureless import WAYS, Luck, by_luck, expected_groups, without_structure
from committee.analysis.touches import touches
from committee.market import Market
from committee.settings import Settings


def busy_world() -> World:
    """Four accounts with a person of each persona, one with two of finance; their readings, a campaign, a form, and a mail gateway."""
    people = {
        f"{account}-{persona}": {"persona": persona, "account_id": account, "created_at": day(10)}
        for account in ("acme", "beta", "core", "dyne")
        for persona in PERSONAS
    }
    people["acme-finance-2"] = {"persona": "finance", "account_id": "acme", "created_at": day(10)}
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(people):
        rows += [touch(name, 20 + place + 3.1 * step) for step in range(5)]
        rows.append(touch(name, 200, channel="email", kind="click"))  # all of an account at one minute: a gateway
    rows.append(touch("acme-finance", 90, program_id="P1"))
    rows.append(touch("acme-finance", 91, campaign_id="aimed"))
    rows.append(touch("acme-finance", 92, campaign_id="general"))
    programs = {"P1": {"account_id": "acme"}, "P2": {"account_id": "beta"}}
    return World(people, rows, programs=programs, campaigns={"aimed": {"program_id": "P1"}, "general": {}})


WORLD = busy_world()
OPENED = {account: day(20 + 6 * place) for place, account in enumerate(("acme", "beta", "core", "dyne"))}  # first touch
MARKET = WORLD.market
ACTORS = actors(MARKET)
SEEN = WORLD.touches()


def made(way: Any, seed: int = 1, world: int = 0) -> tuple[Market, list[dict[str, Any]]]:
    market, who = without_structure(MARKET, ACTORS, SEEN, way=way, seed=seed, world=world)
    assert market.engagements.column("engagement_id").to_pylist() == who.column("engagement_id").to_pylist()
    return market, market.engagements.to_pylist()


def before() -> dict[str, dict[str, Any]]:
    """The rows of the market, each with the account it was resolved to."""
    told = zip(MARKET.engagements.to_pylist(), ACTORS.to_pylist(), strict=True)
    return {row["engagement_id"]: {**row, "account_id": who["account_id"]} for row, who in told}


@pytest.mark.parametrize("way", WAYS)
def test_what_was_set_aside_stays_out_and_all_else_is_there(way: Any) -> None:
    _, rows = made(way)
    assert {row["engagement_id"] for row in rows} == {
        SEEN.engagement_ids[int(code)].as_py() for code in SEEN.engagement
    }
    assert len(rows) == MARKET.engagements.num_rows - 25  # the gateway's clicks


def test_a_shift_keeps_who_read_what_and_the_rhythm_of_each_person() -> None:
    _, rows = made("shifted")
    was = before()
    gaps: dict[str, list[timedelta]] = defaultdict(list)
    for row in rows:
        old = was[row["engagement_id"]]
        assert {**row, "occurred_at": 0, "occurred_until": 0} == {**old, "occurred_at": 0, "occurred_until": 0}
        gaps[row["contact_id"]].append(row["occurred_at"] - old["occurred_at"])
    offsets = set()
    for person, moves in gaps.items():
        observed = AS_OF - OPENED[person.split("-")[0]] + timedelta(milliseconds=1)
        assert len({move % observed for move in moves}) == 1  # one offset a person, round the time of observation
        offsets.add(moves[0] % observed)
    assert len(offsets) == len(gaps) == 25  # each person another


def test_nothing_moves_before_the_person_is_observed_or_past_the_day_of_the_report() -> None:
    for world in range(20):
        _, rows = made("shifted", world=world)
        assert all(OPENED[row["account_id"]] <= row["occurred_at"] <= row["occurred_until"] <= AS_OF for row in rows)


def test_an_exchange_keeps_the_times_and_gives_each_reader_a_stranger_of_the_same_persona() -> None:
    was = before()
    for world in range(5):
        _, rows = made("exchanged", world=world)
        places: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            old = was[row["engagement_id"]]
            assert (row["occurred_at"], row["content_id"]) == (old["occurred_at"], old["content_id"])
            assert row["contact_id"].split("-")[0] == row["account_id"] != old["account_id"]
            assert row["contact_id"].split("-")[1] == old["contact_id"].split("-")[1]
            places[old["contact_id"]].add(row["contact_id"])
        assert all(len(seats) == 1 for seats in places.values())
        assert len({next(iter(seats)) for seats in places.values()}) == len(places)  # nobody's seat is taken twice


def test_an_exchange_parts_colleagues() -> None:
    """Of two colleagues, one finds the other again as often as any two people meet: one time in so many accounts."""
    people = {
        f"{account:02d}-{persona}-{number}": {"persona": persona, "account_id": f"a{account:02d}"}
        for account in range(12)
        for persona in PERSONAS[:2]
        for number in range(4)
    }
    world = World(people, [touch(name, 1 + place) for place, name in enumerate(people)])
    met = []
    for number in range(10):
        market, _ = without_structure(
            world.market, actors(world.market), world.touches(), way="exchanged", seed=3, world=number
        )
        before = {row["engagement_id"]: row["contact_id"] for row in world.market.engagements.to_pylist()}
        new = {before[row["engagement_id"]]: row["account_id"] for row in market.engagements.to_pylist()}
        met += [new[one] == new[other] for one in new for other in new if one < other and one[:2] == other[:2]]
    assert sum(met) / len(met) == pytest.approx(1 / 11, abs=0.03)


def test_who_comes_from_another_account_brings_no_program_along() -> None:
    for way in ("exchanged", "both"):
        _, rows = made(way)
        assert {row["program_id"] for row in rows} == {None}
        assert Counter(row["campaign_id"] for row in rows)["general"] == 1
        assert Counter(row["campaign_id"] for row in rows)["aimed"] == 0
    _, rows = made("shifted")
    assert Counter(row["program_id"] for row in rows)["P1"] == 1


def test_the_same_seed_gives_the_same_world_and_each_number_another() -> None:
    for way in WAYS:
        assert made(way)[0] == made(way)[0]
        assert made(way)[0] != made(way, world=1)[0]
        assert made(way)[0] != made(way, seed=2)[0]


def test_other_names_of_people_and_accounts_give_the_same_world() -> None:
    def renamed(column: pa.ChunkedArray) -> pa.Array:
        return pa.array(
            [
                None if text is None else f"{chr(ord('z') - ord(text[0]) + ord('a'))}{text}"
                for text in column.cast(pa.string()).to_pylist()
            ],
            pa.string(),
        )

    tables = {}
    for name, table in MARKET.items():
        ids = [column for column in table.column_names if column in ("contact_id", "account_id")]
        tables[name] = {
            column: renamed(table.column(column)) if column in ids else table.column(column)
            for column in table.column_names
        }
    other = Market(tables)
    personas = WORLD.personas.set_column(0, "contact_id", renamed(WORLD.personas.column("contact_id")))
    seen = touches(
        other, actors(other), personas, WORLD.inputs[3], window=SETTINGS.window, cleaning=SETTINGS.cleaning, as_of=AS_OF
    )
    for way in WAYS:
        found, _ = without_structure(other, actors(other), seen, way=way, seed=1)
        plain = {
            row["engagement_id"]: (row["contact_id"][1:], row["account_id"][1:], row["occurred_at"])
            for row in found.engagements.to_pylist()
        }
        assert plain == {
            row["engagement_id"]: (row["contact_id"], row["account_id"], row["occurred_at"]) for row in made(way)[1]
        }


def groups_in(market: Market, who: pa.Table) -> int:
    seen = touches(
        market, who, WORLD.personas, WORLD.inputs[3], window=SETTINGS.window, cleaning=SETTINGS.cleaning, as_of=AS_OF
    )
    return topic_gap.find_groups(seen, FAMILIES, days=14.0, people=3, personas=2, least_share=0.0)["groups"].num_rows


def test_the_expected_number_is_the_mean_over_the_worlds() -> None:
    counts = [
        groups_in(*without_structure(MARKET, ACTORS, SEEN, way="shifted", seed=7, world=world)) for world in range(4)
    ]
    assert expected_groups(groups_in, MARKET, ACTORS, SEEN, way="shifted", worlds=4, seed=7) == sum(counts) / 4


def test_people_who_all_act_in_one_week_no_longer_do_so_in_a_shifted_world() -> None:
    people = {
        f"{name}{account}": {"persona": name, "account_id": f"a{account}"} for account in range(8) for name in PERSONAS
    }
    world = World(
        people,
        [touch(name, 180 + place % 6) for place, name in enumerate(people)] + [touch(name, 1) for name in people],
    )
    market, seen = world.market, world.touches()

    def count(made_market: Market, who: pa.Table) -> int:
        then = touches(
            made_market,
            who,
            world.personas,
            world.inputs[3],
            window=SETTINGS.window,
            cleaning=SETTINGS.cleaning,
            as_of=AS_OF,
        )
        return topic_gap.find_groups(then, FAMILIES, days=2.0, people=5, personas=2, least_share=0.0)["groups"].num_rows

    assert count(market, actors(market)) == 16
    assert expected_groups(count, market, actors(market), seen, way="shifted", worlds=10, seed=1) < 1


@pytest.mark.parametrize("way", WAYS)
def test_an_empty_market_and_one_person_stay_what_they_are(way: Any) -> None:
    for world in (World({}, [], {}), World({"ann": {"persona": "finance"}}, [touch("ann", 5)])):
        market, who = without_structure(world.market, actors(world.market), world.touches(), way=way, seed=1)
        assert market.engagements.num_rows == who.num_rows == len(world.rows)


def test_what_no_group_claims_is_shifted_and_found_again_with_the_numbers_in_force() -> None:
    case, seen = made_world("second_realistic", 24, 2)
    found, calibration, _ = episodes.find_groups(case.market, seen, case.tags, case.settings, case.families)
    rules = case.settings.model_copy(
        update={"chance": case.settings.chance.model_copy(update={"least_accounts": 10, "worlds": 1})}
    )

    def told(chosen: Settings) -> Luck:
        return by_luck(case.market, seen, case.tags, chosen, case.families, found, calibration)

    luck = told(rules)
    assert (luck.groups, luck.accounts, luck.worlds) == (found["groups"].num_rows, 24, 1)
    assert luck.expected == luck.found
    assert 0 < luck.found < luck.groups / 4
    assert told(rules) == luck
    few = rules.model_copy(update={"chance": rules.chance.model_copy(update={"least_accounts": 25})})
    off = rules.model_copy(update={"chance": rules.chance.model_copy(update={"worlds": 0})})
    half = rules.model_copy(update={"chance": rules.chance.model_copy(update={"accounts": 12})})
    assert told(few).expected is told(off).expected is None
    part = told(half)
    assert part.accounts == 12
    assert part.expected == 2 * part.found
