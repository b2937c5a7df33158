"""Groups by program, topic and quiet gap, against a brute force."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from analysis.small_markets import FAMILIES, PERSONAS, World, day, settings, touch
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from committee.analysis.baselines.program_topic_gap import find_groups

PEOPLE = {
    f"p{number}": {"persona": persona}
    for number, persona in enumerate([*PERSONAS[:3], "unknown", "unknown", "scientific"])
}
CONTENT = {"paper": {"topic": ["biomarker"]}, "both": {"topic": ["safety", "biomarker"]}, "none": {}}
PROGRAMS = {"P1": {}, "P2": {}}


def found(world: World, **gap: Any) -> dict[str, list[dict[str, Any]]]:
    chosen = settings(gap=gap)
    return {name: table.to_pylist() for name, table in find_groups(world.touches(chosen), chosen.gap, FAMILIES).items()}


@given(
    rows=st.lists(
        st.builds(
            lambda who, at, piece, program: touch(who, at, content_id=piece, program_id=program),
            st.sampled_from(sorted(PEOPLE)),
            st.one_of(st.integers(0, 40).map(lambda n: n * 9.0), st.integers(0, 90).map(float)),
            st.sampled_from(sorted(CONTENT)),
            st.sampled_from(["P1", "P2", None]),
        ),
        max_size=20,
    ),
    without=st.sampled_from(["always", "never"]),
)
@effort(max_examples=100, deadline=None)
def test_groups_are_the_stretches_of_a_program_and_topic_between_quiet_gaps(
    rows: list[dict[str, Any]], without: str
) -> None:
    answer = found(World(PEOPLE, rows, CONTENT, PROGRAMS), without_program=without, early_days=10_000.0)
    told = [(row["occurred_at"], f"e{number:03d}", row) for number, row in enumerate(rows)]
    expected, claims = [], {}
    for program in ("P1", "P2", None):
        for topic in ("biomarker", "safety"):
            mine = sorted(
                (at, key, row["contact_id"])
                for at, key, row in told
                if row["program_id"] == program and topic in CONTENT[row["content_id"]].get("topic", [])
            )
            stretches: list[list[Any]] = []
            for one in mine:
                if stretches and one[0] - stretches[-1][-1][0] <= timedelta(days=30):
                    stretches[-1].append(one)
                else:
                    stretches.append([one])
            for stretch in stretches:
                people = {who for _, _, who in stretch}
                personas = {PEOPLE[who]["persona"] for who in people} - {"unknown"}
                if len(people) >= 3 and len(personas) >= 2 and (program or without == "always"):
                    days = {(who, at.date()) for at, _, who in stretch}
                    expected.append(
                        (
                            program,
                            topic,
                            stretch[0][0],
                            stretch[-1][0],
                            sorted(people),
                            sorted(personas),
                            float(len(days)),
                            len(stretch),
                        )
                    )
                    for _, key, _ in stretch:
                        claims[key] = claims.get(key, 0) + 1
    members: dict[str, list[str]] = {}
    for row in answer["memberships"]:
        members.setdefault(row["group_id"], []).append(row["contact_id"])
    got = [
        (
            row["program_id"],
            row["need"],
            row["formed_at"],
            row["last_active_at"],
            members[row["group_id"]],
            row["personas"],
            row["strength"],
            row["engagements"],
        )
        for row in answer["groups"]
    ]
    assert sorted(got, key=str) == sorted(expected, key=str)
    assert sorted((row["engagement_id"], row["responsibility"]) for row in answer["evidence"]) == sorted(
        (key, int(1e6 / count) / 1e6) for key, count in claims.items() for _ in range(count)
    )
    relevant = {key for _, key, row in told if row["content_id"] != "none"}
    assert {row["engagement_id"] for row in answer["unassigned"]} == relevant - set(claims)


def three(at: float = 0, **more: Any) -> list[dict[str, Any]]:
    return [touch(who, at + place, **more) for place, who in enumerate(("p0", "p1", "p2"))]


def test_a_gap_of_exactly_thirty_days_is_inside_and_one_millisecond_more_is_not() -> None:
    later = touch("p0", 32, program_id="P1")
    apart = touch("p0", 32, program_id="P1", occurred_at=day(32) + timedelta(milliseconds=1))
    inside = found(World(PEOPLE, [*three(program_id="P1"), later], CONTENT, PROGRAMS))
    beyond = found(World(PEOPLE, [*three(program_id="P1"), apart], CONTENT, PROGRAMS))
    assert [row["engagements"] for row in inside["groups"]] == [4]
    assert [row["engagements"] for row in beyond["groups"]] == [3]


@pytest.mark.parametrize(
    ("without", "listed", "groups"),
    [("unlisted", {}, 1), ("unlisted", PROGRAMS, 0), ("always", PROGRAMS, 1), ("never", {}, 0)],
)
def test_touches_without_a_program_form_groups_only_where_the_settings_allow_it(
    without: str, listed: Any, groups: int
) -> None:
    answer = found(World(PEOPLE, three(), CONTENT, listed), without_program=without)
    assert [row["program_id"] for row in answer["groups"]] == [None] * groups
    assert {row["reason"] for row in answer["unassigned"]} == (set() if groups else {"no_program"})


def test_single_people_and_pairs_are_early_not_groups_as_long_as_they_are_recent() -> None:
    rows = [
        touch("p0", 300, program_id="P1"),
        touch("p0", 360, program_id="P1"),
        touch("p1", 300, program_id="P2"),
        touch("p2", 310, program_id="P2"),
        touch("p1", 3, program_id="P2"),
    ]
    answer = found(World(PEOPLE, rows, CONTENT, PROGRAMS), early_days=90.0)
    assert answer["groups"] == []
    assert [
        (row["contact_id"], row["other_contact_id"], row["program_id"], row["engagements"]) for row in answer["early"]
    ] == [("p0", None, "P1", 2), ("p1", "p2", "P2", 2)]
    assert [row["reason"] for row in answer["unassigned"]] == [
        "one_person",
        "one_person",
        "two_people",
        "two_people",
        "one_person",
    ]


def test_three_people_of_one_persona_are_no_group() -> None:
    people = {name: {"persona": "scientific"} for name in ("p0", "p1", "p2")}
    answer = found(World(people, three(program_id="P1"), CONTENT, PROGRAMS))
    assert answer["groups"] == []
    assert {row["reason"] for row in answer["unassigned"]} == {"one_persona"}


def test_a_group_says_which_functions_it_spans_and_leaves_probability_empty() -> None:
    answer = found(World(PEOPLE, three(program_id="P1"), CONTENT, PROGRAMS))
    group, *_ = answer["groups"]
    assert group["families"] == ["commercial", "operational", "scientific"]
    assert {row["probability"] for row in answer["memberships"]} == {None}
    assert {tuple(row["reasons"]) for row in answer["evidence"]} == {("program by engagement", "topic biomarker")}


def test_the_credit_of_an_engagement_about_two_topics_is_shared_by_both_groups() -> None:
    answer = found(World(PEOPLE, three(program_id="P1", content_id="both"), CONTENT, PROGRAMS))
    assert sorted(row["need"] for row in answer["groups"]) == ["biomarker", "safety"]
    assert [row["responsibility"] for row in answer["evidence"]] == [0.5] * 6
