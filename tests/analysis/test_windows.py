"""The window rule against a brute force on small random worlds."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from analysis.small_markets import PERSONAS, SETTINGS, World, day, day_touch, settings, touch
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from committee.analysis.chance import observed_since
from committee.analysis.flags import window_flags
from committee.analysis.windows import qualifying

DAY = 86_400_000
PEOPLE = {
    f"p{number}": {"persona": persona, "account_id": "acme" if number < 5 else "beta"}
    for number, persona in enumerate([*PERSONAS[:4], "unknown", *PERSONAS[:3], "scientific"])
}
PROGRAMS = {"P1": {}, "P2": {"account_id": "beta"}}

rows_of_a_world = st.lists(
    st.builds(
        lambda who, at, only_day, program: (
            day_touch(who, int(at), program_id=program) if only_day else touch(who, at, program_id=program)
        ),
        st.sampled_from(sorted(PEOPLE)),
        st.one_of(
            st.integers(0, 45).map(float),
            st.integers(0, 90).map(lambda half: half / 2),
            st.floats(0, 45).map(lambda at: round(at, 3)),
        ),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(["P1", "P1", "P2", None]),
    ),
    max_size=14,
)


def interval(row: dict[str, Any]) -> tuple[int, int]:
    return tuple(
        round(row.get(name, row["occurred_at"]).timestamp() * 1000) for name in ("occurred_at", "occurred_until")
    )


def brute_force(world: World, scope: str, personas: int, days: float) -> list[dict[str, Any]]:
    """The rule as it is told: walk the rows of a scope, look back, take overlapping windows together."""
    span = round(days * DAY)
    scopes: dict[tuple[str, str | None], list[tuple[int, int, str, str, str]]] = {}
    for number, row in enumerate(world.rows):
        program = row.get("program_id") if scope == "program" else None
        if scope == "account" or program:
            first, last = interval(row)
            person = world.people[row["contact_id"]]
            scopes.setdefault((person["account_id"], program), []).append(
                (first, f"e{number:03d}", last, row["contact_id"], person["persona"])
            )
    flags = []
    for (account, program), rows in sorted(scopes.items(), key=str):
        rows.sort()
        open_flag: dict[str, Any] | None = None
        for first, _, _, _, _ in rows:
            window = [row for row in rows if row[0] <= first and row[2] >= first - span]
            if len({row[4] for row in window} - {"unknown"}) < personas:
                continue
            if open_flag is None or window[0][0] > open_flag["end"]:
                open_flag = {
                    "account": account,
                    "program": program,
                    "start": window[0][0],
                    "raised": first,
                    "rows": set(),
                }
                flags.append(open_flag)
            open_flag["end"] = first
            open_flag["rows"] |= set(window)
    for flag in flags:
        flag["ids"] = [row[1] for row in sorted(flag["rows"])]
        flag["certain"] = any(
            stands(some, personas, span, worst=True) for some in combinations(sorted(flag["rows"]), personas)
        )
    return flags


def stands(rows: Any, personas: int, span: int, worst: bool = False) -> bool:
    """Whether some k of these rows, of different personas, lie close enough: at their best moments, or at their worst."""
    for some in combinations(rows, personas):
        if len({row[4] for row in some} - {"unknown"}) < personas:
            continue
        gaps = [(one[2] - other[0]) if worst else (one[0] - other[2]) for one in some for other in some]
        if max(gaps) <= span:
            return True
    return False


@pytest.mark.parametrize("scope", ["account", "program"])
@given(rows=rows_of_a_world, personas=st.sampled_from([1, 2, 3]), days=st.sampled_from([14.0, 7.0, 1.5]))
@effort(max_examples=50, deadline=None)
def test_flags_are_those_of_a_walk_that_looks_back_at_every_engagement(
    scope: str, rows: list[dict[str, Any]], personas: int, days: float
) -> None:
    world = World(PEOPLE, rows, programs=PROGRAMS)
    chosen = settings(window={"scope": scope, "personas": personas, "days": days, "shifts": 0})
    found = window_flags(world.touches(chosen), chosen.window).table.to_pylist()
    expected = brute_force(world, scope, personas, days)
    key = ["account_id", "program_id", "window_start", "window_end", "raised_at", "engagement_ids", "certainty"]
    got = sorted([[str(row[name]) for name in key] for row in found])
    want = sorted(
        [
            [
                flag["account"],
                str(flag["program"]),
                *(str(moment(flag[name])) for name in ("start", "end", "raised")),
                str(flag["ids"]),
                "certain" if flag["certain"] else "possible",
            ]
            for flag in expected
        ]
    )
    assert got == want


def moment(ms: int) -> Any:
    return day(0) + timedelta(milliseconds=ms - round(day(0).timestamp() * 1000))


@given(rows=rows_of_a_world, personas=st.sampled_from([1, 2, 3]), days=st.sampled_from([14.0, 4.0]))
@effort(max_examples=60, deadline=None)
def test_each_flag_has_a_witness_that_raises_it_alone_and_a_removal_set_that_is_just_enough(
    rows: list[dict[str, Any]], personas: int, days: float
) -> None:
    world = World(PEOPLE, rows)
    chosen = settings(window={"scope": "account", "personas": personas, "days": days, "shifts": 0})
    span = round(days * DAY)
    told = {f"e{number:03d}": (*interval(row), row) for number, row in enumerate(rows)}
    full = {
        key: (first, key, last, row["contact_id"], PEOPLE[row["contact_id"]]["persona"])
        for key, (first, last, row) in told.items()
    }
    for flag in window_flags(world.touches(chosen), chosen.window).table.to_pylist():
        members, removal = flag["engagement_ids"], flag["removal_ids"]
        witness = [full[key] for key in flag["witness_ids"]]
        assert len(witness) == personas
        assert set(flag["witness_ids"]) <= set(members)
        assert stands(witness, personas, span, worst=flag["certainty"] == "certain")
        rest = [full[key] for key in members if key not in removal]
        assert not stands(rest, personas, span)
        assert all(stands([*rest, full[key]], personas, span) for key in removal)
        assert removal == sorted(removal, key=lambda key: full[key][:2])


def flags_of(rows: list[dict[str, Any]], people: dict[str, Any] = PEOPLE, **window: Any) -> list[dict[str, Any]]:
    chosen = settings(window={"scope": "account", **window})
    return window_flags(World(people, rows).touches(chosen), chosen.window).table.to_pylist()


def test_exactly_fourteen_days_are_inside_and_one_millisecond_more_is_not() -> None:
    inside = [touch("p0", 0), touch("p1", 3), touch("p2", 14)]
    beyond = [
        touch("p0", 0),
        touch("p1", 3),
        touch(
            "p2",
            14,
            occurred_at=day(14) + timedelta(milliseconds=1),
            occurred_until=day(14) + timedelta(milliseconds=1),
        ),
    ]
    assert len(flags_of(inside)) == 1
    assert flags_of(beyond) == []


def test_two_people_of_one_persona_and_people_without_one_are_no_third_persona() -> None:
    assert flags_of([touch("p0", 0), touch("p1", 1), touch("p4", 2), touch("p0", 3)]) == []


def test_two_accounts_never_complete_one_window() -> None:
    assert flags_of([touch("p0", 0), touch("p1", 1), touch("p7", 2)]) == []


def test_a_date_without_a_time_can_make_a_flag_possible_only() -> None:
    near = flags_of([touch("p0", 0.5), touch("p1", 3), day_touch("p2", 14)])
    sure = flags_of([touch("p0", 0.5), touch("p1", 3), day_touch("p2", 13)])
    assert [flag["certainty"] for flag in near + sure] == ["possible", "certain"]


def test_a_flag_raised_in_the_quiet_period_or_likely_by_chance_is_marked_not_hidden() -> None:
    twice = [touch(who, at + later) for later in (0, 30) for at, who in enumerate(("p0", "p1", "p2"))]
    assert [flag["weak"] for flag in sorted(flags_of(twice, quiet_days=30.0), key=lambda flag: flag["raised_at"])] == [
        None,
        "quiet period",
    ]
    assert {
        flag["weak"]
        for flag in flags_of([touch(who, at) for at in range(200) for who in ("p0", "p1", "p2")], max_chance=0.5)
    } == {"by chance"}


def test_a_flag_is_named_by_what_it_is_made_of_so_other_accounts_change_nothing() -> None:
    own = [touch("p0", 0), touch("p1", 1), touch("p2", 2)]
    others = [touch(who, at / 7) for at in range(90) for who in ("p5", "p6", "p7")]
    alone = flags_of(own)
    together = [flag for flag in flags_of(own + others) if flag["account_id"] == "acme"]
    assert alone == together


def test_chance_is_high_where_people_read_all_the_time_and_low_where_they_met_once() -> None:
    busy = flags_of([touch(who, at) for at in range(0, 360, 4) for who in ("p0", "p1", "p2")])
    once = flags_of([touch("p0", 100), touch("p1", 100.5), touch("p2", 101), touch("p4", 0)])
    assert busy[0]["expected_by_chance"] > 0.95
    assert once[0]["expected_by_chance"] < 0.05


def test_chance_agrees_with_worlds_shifted_by_hand() -> None:
    rows = [touch("p0", 10), touch("p0", 40), touch("p1", 12), touch("p1", 60), touch("p2", 15), touch("p4", 0)]
    chosen = settings(window={"scope": "account", "shifts": 4000, "most_shifted": 10**9})
    flag = window_flags(World(PEOPLE, rows).touches(chosen, as_of=day(100)), chosen.window).table.to_pylist()[0]
    random = np.random.default_rng(7)
    own = {"p0": np.array([10.0, 40.0]), "p1": np.array([12.0, 60.0]), "p2": np.array([15.0])}
    hits = 0
    for _ in range(4000):
        moved = {who: (at + random.uniform(0, 100)) % 100 for who, at in own.items()}
        inside = [[at for at in times if 10 <= at <= 15] for times in moved.values()]
        hits += all(inside)
    assert flag["window_start"] == day(10)
    assert flag["expected_by_chance"] == pytest.approx(hits / 4000, abs=0.01)


def test_the_shipped_rule_is_three_personas_in_fourteen_days_by_program() -> None:
    assert (SETTINGS.window.personas, SETTINGS.window.days, SETTINGS.window.scope) == (3, 14.0, "program")


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.integers(-1, 2), st.integers(0, 12), st.integers(0, 3)), max_size=14
    ).map(sorted),
    chunk=st.sampled_from([1, 2, 3, 100]),
)
@effort(max_examples=150, deadline=None)
def test_the_size_of_the_pieces_the_rule_works_in_does_not_matter(rows: list[tuple[int, ...]], chunk: int) -> None:
    rows.sort(key=lambda row: (row[0], row[2]))
    scope, persona, key, length = np.array(rows, np.int64).reshape(-1, 4).T
    reach = key + length
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("committee.analysis.windows._ROWS_AT_ONCE", chunk)
        found = qualifying(scope, persona, key, reach, personas=2, span=4)
    for place in range(len(rows)):
        inside = [j for j in range(place + 1) if scope[j] == scope[place] and reach[j] >= key[place] - 4]
        assert found[place] == (len({persona[j] for j in inside} - {-1}) >= 2)


def test_beside_a_date_only_touch_an_exact_one_of_that_day_may_be_too_early() -> None:
    flags = flags_of([day_touch("p0", 0), touch("p0", 0.4), touch("p1", 7), touch("p2", 14.5)])
    assert [(flag["engagement_ids"], flag["certainty"]) for flag in flags] == [(["e000", "e002", "e003"], "possible")]


def test_where_some_witness_is_certain_that_one_is_shown() -> None:
    flags = flags_of([touch("p0", 0.5), touch("p1", 3), day_touch("p2", 14), touch("p2", 14.4)])
    assert [(flag["certainty"], flag["witness_ids"]) for flag in flags] == [("certain", ["e000", "e001", "e003"])]


def test_a_later_exact_touch_does_not_hide_how_far_a_date_only_touch_of_the_same_persona_reaches() -> None:
    flags = flags_of([day_touch("p0", 0), touch("p0", 0.1), touch("p1", 5), touch("p2", 12), touch("p2", 14.5)])
    assert [flag["removal_ids"] for flag in flags] == [["e003", "e004"]]


def test_a_person_is_observed_since_the_source_had_them_but_not_later_than_the_first_touch() -> None:
    people = {
        "early": {"persona": "finance", "created_at": day(-500)},
        "late": {"persona": "finance", "created_at": day(50)},
        "busy": {"persona": "finance", "created_at": day(50)},
        "silent": {"persona": "finance"},
    }
    rows = [touch("early", 10), touch("late", 60), touch("busy", 20), touch("silent", 70)]
    seen = World(people, rows).touches()
    since = dict(zip(seen.contact_ids.take(seen.contact).to_pylist(), observed_since(seen).tolist(), strict=True))
    assert {who: moment(at) for who, at in since.items()} == {
        "early": day(10),
        "late": day(50),
        "busy": day(20),
        "silent": day(10),
    }
