"""Machines among the readers, against a brute force and at the borders."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from analysis.small_markets import World, day, day_touch, settings, touch
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from committee.analysis.cleaning import burst_clicks, crawled, gateway_clicks

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000

clicks = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 2), st.integers(0, 5), st.integers(0, 60).map(lambda n: n * MINUTE // 2)
    ),
    max_size=25,
).map(lambda rows: np.array(rows, np.int64).reshape(-1, 4))


@given(rows=clicks, people=st.sampled_from([2, 3, 4]))
@effort(max_examples=150, deadline=None)
def test_a_gateway_is_many_people_of_one_account_on_one_piece_in_one_bin(rows: Any, people: int) -> None:
    account, content, contact, moment = rows.T
    found = gateway_clicks(account, content, contact, moment, people=people, minutes=15.0)
    width = 15 * MINUTE
    for place, (a, c, _, at) in enumerate(rows.tolist()):
        crowded = False
        for phase in (0, width // 2):
            same = {
                p for b, d, p, t in rows.tolist() if (b, d) == (a, c) and (t + phase) // width == (at + phase) // width
            }
            crowded |= len(same) >= people
        assert found[place] == crowded


@given(
    rows=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50)), max_size=20).map(
        lambda rows: np.array(rows, np.int64).reshape(-1, 2)
    ),
    number=st.sampled_from([2, 3, 4]),
)
@effort(max_examples=150, deadline=None)
def test_a_burst_is_some_clicks_of_one_person_within_some_seconds(rows: Any, number: int) -> None:
    contact, moment = rows[:, 0], rows[:, 1] * SECOND
    found = burst_clicks(contact, moment, clicks=number, seconds=5.0)
    for place in range(len(rows)):
        own = [t for who, t in zip(contact, moment, strict=True) if who == contact[place]]
        # some stretch of 5 s that begins with a click holds this click and enough others
        begins = [t for t in own if t <= moment[place] <= t + 5 * SECOND]
        assert found[place] == any(sum(begin <= t <= begin + 5 * SECOND for t in own) >= number for begin in begins)


@given(
    rows=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6), st.integers(0, 80)), max_size=30).map(
        lambda rows: np.array(rows, np.int64).reshape(-1, 3)
    ),
    day_pieces=st.sampled_from([3, 4, 99]),
    pieces=st.sampled_from([4, 5]),
)
@effort(max_examples=150, deadline=None)
def test_a_crawler_opens_many_distinct_pieces_in_a_day_or_in_some_days(rows: Any, day_pieces: int, pieces: int) -> None:
    contact, content, moment = rows[:, 0], rows[:, 1], rows[:, 2] * HOUR
    found = crawled(contact, content, moment, day_pieces=day_pieces, pieces=pieces, days=2.0)
    for place in range(len(rows)):
        own = [(t, piece) for who, piece, t in zip(contact, content, moment, strict=True) if who == contact[place]]
        expected = False
        for limit, length in ((day_pieces, 24 * HOUR), (pieces, 48 * HOUR)):
            for begin, _ in own:
                if begin <= moment[place] <= begin + length:
                    expected |= len({piece for t, piece in own if begin <= t <= begin + length}) >= limit
        assert found[place] == expected


PEOPLE = {f"p{number}": {"persona": "finance"} for number in range(40)} | {"other": {"account_id": "beta"}}


def mail(who: str, seconds: float, **more: Any) -> dict[str, Any]:
    return touch(who, 10 + seconds / 86_400, **{"channel": "email", **more})


@pytest.mark.parametrize(
    ("rows", "machine"),
    [
        ([mail(f"p{n}", 60 * n) for n in range(4)], 4),
        ([mail(f"p{n}", 60 * n) for n in range(3)], 0),
        ([mail(f"p{n}", 60 * n) for n in range(3)] + [mail("other", 10)], 0),
        ([mail(f"p{n}", 60 * n, channel="web") for n in range(4)], 0),
        ([mail(f"p{n}", 60 * n, kind="form") for n in range(4)], 0),
        ([mail(f"p{n}", 60 * n, kind="click") for n in range(4)], 4),
        ([mail(f"p{n}", 600 * n) for n in range(4)], 0),
        ([mail("p0", 0), mail("p0", 7), mail("p0", 15)], 3),
        ([mail("p0", 0), mail("p0", 7), mail("p0", 16)], 0),
        ([day_touch(f"p{n}", 3, channel="email") for n in range(9)], 0),
        ([day_touch("p0", 3, channel="email") for n in range(9)], 0),
    ],
    ids=[
        "four people",
        "three",
        "two accounts",
        "on the web",
        "a form",
        "click said",
        "half an hour",
        "burst",
        "slower",
        "days, four people",
        "days, one person",
    ],
)
def test_machine_clicks_are_set_aside_and_human_ones_are_kept(rows: list[dict[str, Any]], machine: int) -> None:
    assert list(World(PEOPLE, rows).reasons().values()).count("machine_click") == machine


def test_whoever_reads_25_pieces_in_a_day_is_a_crawler_that_day_only() -> None:
    content = {f"c{number}": {"topic": ["safety"]} for number in range(30)}
    day_of_crawling = [touch("p0", 5 + number / 100, content_id=f"c{number}") for number in range(25)]
    rows = [*day_of_crawling, touch("p0", 30, content_id="c1"), touch("p1", 5, content_id="c1")]
    reasons = World(PEOPLE, rows, content).reasons()
    assert list(reasons.values()) == ["crawler"] * 25
    assert "e025" not in reasons
    assert World(PEOPLE, rows[1:], content).reasons() == {}


def test_rows_say_why_they_do_not_count() -> None:
    people = {"p": {"persona": "finance"}, "gone": {"deleted": True}, "free": {"account_id": None}}
    content = {"paper": {"topic": ["safety"]}, "plain": {}, "old": {"topic": ["safety"], "deleted": True}}
    rows = [
        touch("p", 1),
        touch("p", 400),
        touch("p", 1, deleted=True),
        touch(None, 1, account_id=None),  # type: ignore[arg-type]
        touch(None, 1, account_id="acme"),  # type: ignore[arg-type]
        touch("nobody", 1),
        touch("gone", 1),
        touch("p", 1, kind="Open"),
        touch("free", 1),
        touch("p", 1, content_id="plain"),
        touch("p", 1, content_id=None, kind="meeting"),
        touch("p", 1, content_id="plain", kind="meeting"),
        touch("p", 1, content_id=None),
        touch("p", 1, content_id="old"),
        touch("p", 1, content_id="unheard of"),
    ]
    world = World(people, rows, content)
    assert {name: reason for name, reason in world.reasons().items() if name.startswith("e")} == {
        "e001": "after_as_of",
        "e002": "deleted",
        "e003": "anonymous",
        "e004": "account_level",
        "e005": "no_person",
        "e006": "deleted_contact",
        "e007": "machine_made",
        "e008": "no_account",
        "e009": "not_relevant",
        "e011": "not_relevant",
        "e012": "not_relevant",
        "e013": "not_relevant",
        "e014": "not_relevant",
    }
    assert world.reasons()["gone"] == world.reasons()["old"] == "deleted"
    everything = world.reasons(settings(window={"relevance": "any"}))
    assert "not_relevant" not in everything.values()


def test_suppressed_people_still_count() -> None:
    world = World({"p": {"persona": "finance", "suppressed": True}}, [touch("p", 1)])
    assert world.reasons() == {}


def test_what_began_before_the_moment_counts_and_is_over_by_then() -> None:
    rows = [
        day_touch("p0", 5),
        touch("p0", 5),
        touch("p0", 5, occurred_at=day(5) + timedelta(milliseconds=1), occurred_until=None),
    ]
    seen = World(PEOPLE, rows).touches(as_of=day(5))
    assert (seen.first.tolist(), seen.last.tolist()) == ([seen.as_of] * 2, [seen.as_of] * 2)
