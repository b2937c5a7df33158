"""The gap and the window rule topic by topic, on cases worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from analysis.small_markets import FAMILIES, World, day, touch
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from committee.analysis.baselines import topic_gap, topic_window

SHORT = 1 / 86_400_000  # a millisecond, in days
CONTENT = {
    "paper": {"topic": ["biomarker"]},
    "other": {"topic": ["safety"]},
    "both": {"topic": ["biomarker", "safety"]},
}
PEOPLE = {
    "ann": {"persona": "scientific"},
    "bob": {"persona": "finance"},
    "cid": {"persona": "procurement"},
    "dan": {"persona": "scientific"},
}


def gaps(world: World, **more: Any) -> list[dict[str, Any]]:
    rule = {"days": 14.0, "people": 3, "personas": 2, "least_share": 0.0, **more}
    return seen(topic_gap.find_groups(world.touches(), FAMILIES, **rule))


def windows(world: World, **more: Any) -> list[dict[str, Any]]:
    rule = {"scope": "account", "days": 14.0, "people": 3, "personas": 3, "least_share": 0.0, **more}
    return seen(topic_window.find_groups(world.touches(), FAMILIES, **rule))


def seen(tables: dict[str, pa.Table]) -> list[dict[str, Any]]:
    """Groups by account, need and start, each with its people."""
    people: dict[str, list[str]] = {}
    for row in tables["memberships"].to_pylist():
        people.setdefault(row["group_id"], []).append(row["contact_id"])
    rows = [{**row, "who": sorted(people[row["group_id"]])} for row in tables["groups"].to_pylist()]
    return sorted(rows, key=lambda row: (row["account_id"], row["need"], row["formed_at"]))


def test_a_gap_of_exactly_so_many_days_keeps_a_group_and_a_longer_one_ends_it() -> None:
    def rows(gap: float) -> list[dict[str, Any]]:
        return [touch("ann", 0), touch("bob", 1), touch("cid", 1 + gap), touch("ann", 30 + gap), touch("bob", 31 + gap)]

    assert [group["who"] for group in gaps(World(PEOPLE, rows(14)))] == [["ann", "bob", "cid"]]
    assert gaps(World(PEOPLE, rows(14 + SHORT))) == []


def test_two_people_or_one_persona_are_no_group() -> None:
    rows = [touch("ann", 0), touch("dan", 1), touch("eve", 2)]
    same = World({**PEOPLE, "eve": {"persona": "scientific"}}, rows)
    assert gaps(same) == []
    assert len(gaps(same, personas=1)) == 1
    unknown = World({**PEOPLE, "eve": {}}, rows)
    assert gaps(unknown) == []  # a person of no persona is a person, and no persona
    assert gaps(World(PEOPLE, [touch("ann", 0), touch("bob", 1)])) == []


def test_topics_and_accounts_are_walked_apart() -> None:
    people = {**PEOPLE, "eve": {"persona": "finance", "account_id": "beta"}}
    rows = [touch("ann", 0), touch("eve", 0.5), touch("bob", 1, content_id="other"), touch("cid", 2), touch("dan", 3)]
    assert gaps(World(people, rows, CONTENT)) != []  # ann, cid, dan on biomarker
    found = gaps(World(people, rows, CONTENT))
    assert [(group["account_id"], group["need"], group["who"]) for group in found] == [
        ("acme", "biomarker", ["ann", "cid", "dan"])
    ]


def test_a_piece_about_two_topics_counts_for_both() -> None:
    rows = [touch(name, at, content_id="both") for at, name in enumerate(("ann", "bob", "cid"))]
    assert [group["need"] for group in gaps(World(PEOPLE, rows, CONTENT))] == ["biomarker", "safety"]


def test_a_group_tells_its_first_and_last_touch_its_people_and_personas() -> None:
    rows = [touch("ann", 3), touch("bob", 1), touch("cid", 9), touch("bob", 9.5)]
    (group,) = gaps(World(PEOPLE, rows))
    assert (group["formed_at"], group["last_active_at"]) == (day(1), day(9.5))
    assert (group["people"], group["engagements"]) == (3, 4)
    assert group["personas"] == ["finance", "procurement", "scientific"]
    assert group["families"] == ["commercial", "scientific"]


def test_the_people_of_a_group_elect_its_program() -> None:
    programs = {"P1": {}, "P2": {}}
    rows = [touch("ann", 0, program_id="P1"), touch("ann", 1, program_id="P1"), touch("ann", 2, program_id="P1")]
    rows += [touch("bob", 3, program_id="P2"), touch("cid", 4, program_id="P2"), touch("dan", 5)]
    world = World(PEOPLE, rows, programs=programs)
    assert [group["program_id"] for group in gaps(world)] == ["P2"]  # two people against one who touched it three times
    assert [group["program_id"] for group in gaps(world, least_share=0.5)] == ["P2"]
    assert [group["program_id"] for group in gaps(world, least_share=0.51)] == [None]


def test_a_window_holds_three_personas_and_both_of_its_ends() -> None:
    def rows(last: float) -> list[dict[str, Any]]:
        return [touch("ann", 0), touch("dan", 2), touch("bob", 5), touch("cid", last)]

    assert [group["who"] for group in windows(World(PEOPLE, rows(14)))] == [["ann", "bob", "cid", "dan"]]
    assert [group["who"] for group in windows(World(PEOPLE, rows(14 + SHORT)))] == [["bob", "cid", "dan"]]
    assert windows(World(PEOPLE, rows(16 + SHORT))) == []


def test_the_same_personas_on_two_topics_are_no_window() -> None:
    rows = [touch("ann", 0), touch("bob", 1, content_id="other"), touch("cid", 2)]
    assert windows(World(PEOPLE, rows, CONTENT)) == []


def test_in_program_scope_people_of_two_programs_are_no_window() -> None:
    programs = {"P1": {}, "P2": {}}
    rows = [
        touch("ann", 0, program_id="P1"),
        touch("bob", 1, program_id="P1"),
        touch("cid", 2, program_id="P2"),
        touch("cid", 20, program_id="P1"),
    ]
    world = World(PEOPLE, rows, programs=programs)
    assert len(windows(world)) == 1
    assert windows(world, scope="program") == []
    assert [group["program_id"] for group in windows(world, scope="program", days=30.0)] == ["P1"]


@pytest.mark.parametrize("find", [gaps, windows])
def test_a_market_without_touches_has_no_group(find: Any) -> None:
    assert find(World({}, [], {})) == []
    assert find(World(PEOPLE, [], {})) == []
    assert find(World({"ann": {"persona": "finance"}}, [touch("ann", 1)])) == []


@told(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob", "cid", "dan"]),
            st.integers(0, 60),
            st.sampled_from(["paper", "other", "both"]),
        ),
        max_size=25,
    )
)
def test_the_gap_rule_agrees_with_a_walk_by_hand(drawn: list[tuple[str, int, str]]) -> None:
    rows = [touch(name, at, content_id=piece) for name, at, piece in drawn]
    expected = []
    for topic in ("biomarker", "safety"):
        walk = sorted(((at, name) for name, at, piece in drawn if topic in CONTENT[piece]["topic"]))
        stretch: list[tuple[int, str]] = []
        for at, name in [*walk, (10_000, "ann")]:
            if stretch and at - stretch[-1][0] > 14:
                who = sorted({person for _, person in stretch})
                if len(who) >= 3 and len({PEOPLE[person]["persona"] for person in who}) >= 2:
                    expected.append((topic, day(stretch[0][0]), who))
                stretch = []
            stretch.append((at, name))
    found = gaps(World(PEOPLE, rows, CONTENT))
    # bursts and crawlers cannot occur: the touches are web views, a few a day
    assert [(group["need"], group["formed_at"], group["who"]) for group in found] == expected


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [
        touch(name, at, content_id=piece)
        for at, (name, piece) in enumerate(
            [("ann", "paper"), ("bob", "both"), ("cid", "both"), ("dan", "other"), ("bob", "other")]
        )
    ]
    numbered = [{**row, "engagement_id": f"e{number}"} for number, row in enumerate(rows)]
    shuffled = [numbered[place] for place in np.random.default_rng(1).permutation(len(rows)).tolist()]
    assert gaps(World(PEOPLE, numbered, CONTENT)) == gaps(World(PEOPLE, shuffled, CONTENT))
    assert windows(World(PEOPLE, numbered, CONTENT)) == windows(World(PEOPLE, shuffled, CONTENT))
