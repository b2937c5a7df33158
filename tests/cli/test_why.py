"""Explanations on the command line: sums that add up, people who are not in, and every form of them."""

from __future__ import annotations

import json
from math import exp
from typing import Any

import pytest
from cli.conftest import Demo


def asked(demo: Demo, *line: str) -> Any:
    answer = demo.asked(*line, "--format", "json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def group(demo: Demo) -> str:
    return str(asked(demo, "groups", "--rank")[0]["group_id"])


def test_the_whole_explanation_of_a_group_adds_up_to_the_probabilities_of_its_members(demo: Demo, group: str) -> None:
    whole = asked(demo, "explain", f"group:{group}")
    stated = {row["contact_id"]: row["probability"] for row in asked(demo, "group", group)}
    members = {person["contact_id"]: person for person in whole["people"] if person["member"]}
    assert members.keys() == stated.keys()
    for key, person in members.items():
        terms = [
            *person["prior"].values(),
            *(odds for touch in person["touches"] for odds in touch["parts"].values()),
            person["touches_expected"],
            person["towards_one_half"],
        ]
        assert 1 / (1 + exp(-sum(terms))) == pytest.approx(stated[key], abs=2e-6)
    assert sum(option["probability"] for option in whole["programs"]) == pytest.approx(1)


def test_of_somebody_who_is_not_in_each_term_is_told_and_what_costs_most(demo: Demo, group: str) -> None:
    whole = asked(demo, "explain", f"group:{group}")
    outside = next(person for person in whole["people"] if not person["member"])
    rows = asked(demo, "explain", group, "--person", outside["contact_id"])
    terms = [row["log_odds"] for row in rows if not row["term"].startswith(" ") and row["term"] != "sum"]
    assert sum(terms) == pytest.approx(rows[-1]["log_odds"], abs=0.01)
    assert rows[-1]["term"] == "sum"
    assert rows[-1]["log_odds"] < 0
    said = demo.asked("explain", group, "--person", outside["contact_id"]).out
    assert "is not in the group" in said
    assert f"What takes away most: {next(iter(outside['costs']))}" in said


def test_a_person_is_told_where_they_stand_with_each_group_of_the_account(demo: Demo, group: str) -> None:
    member = asked(demo, "group", group)[0]["contact_id"]
    stands = [row for row in asked(demo, "explain", f"contact:{member}") if row["part"] in ("in", "not in")]
    assert any(f"group:{group}" in row["proof"] for row in stands if row["part"] == "in")
    assert all("costs most" in row["says"] for row in stands if row["part"] == "not in")


def test_an_engagement_is_told_what_it_is_credited_to_and_the_shares_are_one_whole(demo: Demo, group: str) -> None:
    member = next(row for row in asked(demo, "explain", f"group:{group}")["lines"] if row["part"] == "member")
    engagement = next(key for key in member["proof"] if key.startswith("engagement:"))
    credit = [row["says"] for row in asked(demo, "explain", engagement) if row["part"] == "credit"]
    assert credit[-1].endswith("to what the person reads anyway")
    assert sum(
        float(says.split()[1] if says.startswith(("under", "over")) else says.split()[0]) for says in credit
    ) == pytest.approx(100, abs=3)


def test_the_short_form_of_a_group_is_sentences_and_one_line_a_person(demo: Demo, group: str) -> None:
    answer = demo.asked("explain", f"group:{group}", "--format", "md")
    assert answer.code == 0
    lines = answer.out.splitlines()
    members = len(asked(demo, "group", group))
    table = [line for line in lines if line.startswith("|")]
    assert len(table) >= members + 2
    assert sum(", not in" in line for line in table) == len(table) - 2 - members
    assert any(line.startswith("- program: ") and "next " in line for line in lines)


def test_a_person_of_another_account_and_groups_by_rule_are_refused_in_a_sentence(demo: Demo, group: str) -> None:
    account = asked(demo, "explain", f"group:{group}")["people"][0]["contact_id"]
    elsewhere = next(
        row["contact_id"]
        for other in asked(demo, "groups")
        if other["group_id"] != group
        for row in asked(demo, "group", other["group_id"])
        if row["contact_id"]
        not in {person["contact_id"] for person in asked(demo, "explain", f"group:{group}")["people"]}
    )
    answer = demo.asked("explain", group, "--person", elsewhere)
    assert answer.code in (0, 1)
    assert "Traceback" not in answer.err
    rule = demo.asked(
        "explain", group, "--person", account, "--as-of", "2026-06-30", "--set", "groups.detector=program_topic_gap"
    )
    assert rule.code == 1
    assert "committee:" in rule.err


def test_the_facts_a_group_hangs_on_are_asked_with_what_each_answer_would_do(demo: Demo, group: str) -> None:
    rows = asked(demo, "explain", f"group:{group}", "--questions", "2")
    assert rows
    assert 1 <= len({row["question"] for row in rows}) <= 2
    assert all(0 <= row["probability"] <= 1 and row["would"] for row in rows)
    assert any(row["would"] != "nothing changes" for row in rows)
    both = demo.asked("explain", group, "--questions", "2", "--person", "x")
    assert both.code == 2
    assert "ask one of them" in both.err
