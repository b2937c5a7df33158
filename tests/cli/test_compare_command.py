"""committee compare, and groups ranked by a published score: in every form, and what goes wrong in one line."""

from __future__ import annotations

import csv
import io
import json

import pytest

from committee.cli.options import PUBLISHED


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_accounts_are_listed_with_their_places_in_every_ranking(demo):
    found = rows(demo.asked("compare", "--format", "csv").out)
    accounts = len(found)
    assert accounts == len({row["account_id"] for row in found}) > 5
    for name in ("place", *(f"{one}_place" for one in PUBLISHED)):
        assert sum(float(row[name]) for row in found) == accounts * (accounts + 1) / 2
    for row in found:
        apart = {one: float(row[f"{one}_place"]) - float(row["place"]) for one in PUBLISHED}
        assert float(row["apart"]) == (apart[row["by"]] if row["by"] else 0)


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_what_makes_the_difference_about_an_account_is_told_in_every_form(demo, form):
    answer = demo.asked("compare", "MacroGenics", "--formula", "ajo", "--format", form)
    assert answer.code == 0
    assert "MacroGenics is number" in answer.out + answer.err
    assert "What makes the most difference" in answer.out + answer.err
    assert "influ2" not in answer.out
    if form == "json":
        base, *others = json.loads(answer.out)
        assert base["left_out"] == "nothing"
        assert others
        assert all(one["closer_by"] > 0 for one in others)


def test_all_shows_what_makes_no_difference_too(demo):
    few, every = (demo.asked("compare", "MacroGenics", *more, "--format", "csv").out for more in ((), ("--all",)))
    assert len(rows(few)) < len(rows(every))
    assert {row["left_out"] for row in rows(every)} >= {
        "their rule: cap a day",
        "their rule: min-max normalisation of weights",
    }


def test_groups_are_ranked_by_a_published_score_which_says_what_of_it_is_published(demo):
    for name in PUBLISHED:
        answer = demo.asked("groups", "--rank", name, "--format", "csv")
        scores = [float(row["score"]) for row in rows(answer.out)]
        assert scores == sorted(scores, reverse=True)
        assert max(scores) > 0
        assert f"{name} = " in answer.err
        assert "published: " in answer.err


def test_of_one_account_a_published_score_is_that_of_the_whole_market(demo):
    every = {
        row["group_id"]: row["score"] for row in rows(demo.asked("groups", "--rank", "ajo", "--format", "csv").out)
    }
    some = rows(demo.asked("groups", "--rank", "ajo", "--account", "MacroGenics", "--format", "csv").out)
    assert some
    assert all(every[row["group_id"]] == row["score"] for row in some)


def test_points_add_up_to_their_sum_and_the_rule_for_ties_is_printed(demo):
    answer = demo.asked("groups", "--rank", "--format", "csv")
    for row in rows(answer.out):
        parts = [float(value) for name, value in row.items() if name.startswith("points_for_")]
        assert float(row["points"]) == pytest.approx(sum(parts))
    assert "Equal points: the group touched last comes first, then the lower id" in answer.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["compare", "Nobody Ltd"], "no account is called 'Nobody Ltd'"),
        (["compare", "--formula", "6sense"], "'6sense' is not one of"),
        (["groups", "--rank", "bombora"], "'bombora' is not one of"),
    ],
)
def test_what_cannot_be_compared_is_told(demo, line, said):
    answer = demo.asked(*line)
    assert answer.code in (1, 2)
    assert said in answer.err
