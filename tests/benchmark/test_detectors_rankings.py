"""Published scores against their published numbers, and rankings against counts by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from committee.analysis.baselines import ajo, demandbase, influ2
from committee.benchmark.detectors import Case, made_case, named_detectors
from committee.benchmark.detectors.ranking import active_accounts, area_under_curve, average_precision
from committee.benchmark.detectors.scores import SCORES, activities, of_accounts
from committee.benchmark.detectors.table import RANKING_COLUMNS, ranked
from committee.benchmark.generator import world
from committee.benchmark.scorer import Truth
from committee.settings import Settings

SETTINGS = Settings.read(environment={})


@pytest.fixture(scope="module")
def case() -> Case:
    return made_case(world("forming").with_accounts(8), 2, SETTINGS)


# --- AJO B2B --------------------------------------------------------------------------------------------------------


def test_the_worked_example_of_the_engagement_score_is_met() -> None:
    """Role totals 52, 28 and 17 with 41.67 %, 33.33 % and 25 %, the shares of Vital, Important and Normal."""
    weights = {"vital": 100.0, "important": 80.0, "normal": 60.0}
    assert ajo.group_score({"vital": 52, "important": 28, "normal": 17}, weights) == pytest.approx(35.25)
    assert ajo.group_score({}, weights) == 0.0


def test_one_of_three_people_is_a_third_and_more_than_needed_is_still_whole() -> None:
    assert [round(ajo.role_completeness(members, 3), 2) for members in (0, 1, 3, 5)] == [0.0, 0.33, 1.0, 1.0]


def test_a_group_with_three_of_four_roles_is_complete_to_three_quarters() -> None:
    assert ajo.completeness({"a": 2, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 1, "d": 1}) == 0.75
    assert ajo.completeness({"a": 1}, {"a": 3, "b": 1}) == pytest.approx(1 / 6)


def test_a_person_gets_at_most_twenty_of_a_kind_a_day() -> None:
    """25 views one day count as 20, 20 and 5 on two days as 25; weights 40 and 60 become 0 and 1."""
    person = np.repeat([0, 1, 2], [25, 25, 1])
    day = np.concatenate([np.zeros(25, int), np.repeat([0, 1], [20, 5]), [0]])
    kind = np.concatenate([np.ones(50, int), [0]])
    found = ajo.person_scores(person, day, kind, [40.0, 60.0, 30.0], people=4, cap=20)
    assert found == pytest.approx([100 * math.sqrt(20 / 25), 100.0, 0.0, 0.0])


def test_kinds_that_never_occur_do_not_move_the_weights() -> None:
    only = ajo.person_scores(np.array([0, 1]), np.array([0, 0]), np.array([1, 1]), [10.0, 60.0], people=2, cap=20)
    assert only.tolist() == [100.0, 100.0]
    assert ajo.person_scores(*(np.zeros(0, int) for _ in range(3)), [10.0], people=2, cap=20).tolist() == [0.0, 0.0]


# --- Influ2, Demandbase ---------------------------------------------------------------------------------------------


def test_a_click_is_worth_half_after_thirty_days_and_an_impression_after_seven() -> None:
    points, half_life = np.array([2.0, 2.0, 0.1, 0.1]), np.array([30.0, 30.0, 7.0, 7.0])
    assert influ2.faded(points, np.array([0.0, 30.0, 7.0, 28.0]), half_life) == pytest.approx(
        [2.0, 1.0, 0.05, 0.1 / 16]
    )


def test_weights_of_title_and_tier_multiply() -> None:
    assert demandbase.multiplied(1.0, [3.0, 2.0]) == 6.0
    assert demandbase.multiplied(0.1, []) == 0.1
    assert demandbase.multiplied(5.0, [0.0, 2.0]) == 0.0


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("Chief Scientific Officer", "c"),
        ("Senior Vice President, Clinical", "vp"),
        ("SVP Operations", "vp"),
        ("Associate Director, CMC", "director"),
        ("Clinical Project Manager", "manager"),
        ("Scientist II", "other"),
        ("", "other"),
        (None, "other"),
    ],
)
def test_the_level_is_read_off_the_title(title: str | None, level: str) -> None:
    words = {
        "c": ["chief"],
        "vp": ["vice president", "svp"],
        "director": ["director"],
        "manager": ["manager"],
        "other": [],
    }
    assert demandbase.level_of(title, words) == level


def test_scores_are_finite_and_positive_only_where_somebody_did_something(case: Case) -> None:
    done = activities(case)
    silent = np.bincount(done.account, minlength=len(done.account_ids)) == 0
    for name, one in SCORES.items():
        values = of_accounts(one, case, done)
        assert values.shape == (8,)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert not values[silent].any()
        assert values.any(), name
    assert case.market.engagements.num_rows >= len(done.account) > 100


# --- rankings -------------------------------------------------------------------------------------------------------


def test_a_perfect_ranking_a_reversed_one_and_one_without_opinion() -> None:
    wanted = [True, True, False, False]
    assert (average_precision([4, 3, 2, 1], wanted), area_under_curve([4, 3, 2, 1], wanted)) == (1.0, 1.0)
    assert area_under_curve([1, 2, 3, 4], wanted) == 0.0
    assert average_precision([1, 2, 3, 4], wanted) == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert (average_precision([7, 7, 7, 7], wanted), area_under_curve([7, 7, 7, 7], wanted)) == (0.5, 0.5)


def test_without_a_wanted_or_an_unwanted_account_nothing_can_be_told() -> None:
    assert math.isnan(area_under_curve([1, 2], [True, True]))
    assert math.isnan(average_precision([1, 2], [False, False]))
    assert average_precision([1, 2], [True, True]) == 1.0


@told(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=12))
def test_the_area_is_the_share_of_pairs_in_the_right_order(drawn: list[tuple[int, bool]]) -> None:
    good, rest = ([value for value, wanted in drawn if wanted is side] for side in (True, False))
    found = area_under_curve([value for value, _ in drawn], [wanted for _, wanted in drawn])
    if not good or not rest:
        assert math.isnan(found)
    else:
        pairs = [(one > other) + (one == other) / 2 for one in good for other in rest]
        assert found == pytest.approx(sum(pairs) / len(pairs))


def test_an_account_is_active_while_a_group_of_enough_people_was_touched_lately() -> None:
    def rows(group: str, account: str, people: str, joined: str) -> list[tuple[str, str, str, str, pd.Timestamp]]:
        return [
            (group, account, person, ["x", "y"][place % 2], pd.Timestamp(joined)) for place, person in enumerate(people)
        ]

    members = (
        rows("late", "A", "abc", "2026-06-01")
        + rows("old", "B", "def", "2026-01-01")
        + rows("two", "C", "gh", "2026-06-01")
        + rows("edge", "D", "ijk", "2026-05-01")
    )
    ended = {"late": "2026-06-20", "old": "2026-03-01", "two": "2026-06-20", "edge": "2026-06-01 00:00:00"}
    accounts = {"late": "A", "old": "B", "two": "C", "edge": "D"}
    truth = Truth(
        pd.DataFrame(
            {"group_id": list(ended), "account_id": list(accounts.values()), "ended_at": list(ended.values())}
        ),
        pd.DataFrame(members, columns=["group_id", "account_id", "contact_id", "role", "joined_at"]),
        pd.DataFrame(),
        pd.Index(list("ABCD")),
        pd.Timestamp("2026-06-30"),
    )
    assert active_accounts(truth, days=30, people=3, personas=2) == {"A"}
    assert active_accounts(truth, days=31, people=3, personas=2) == {"A", "D"}


def test_scores_and_detectors_rank_the_same_accounts(case: Case) -> None:
    rows = ranked(case, named_detectors(["topic_gap"]))
    assert [row["score"] for row in rows] == ["ajo_score", "ajo_completeness", "influ2", "demandbase", "topic_gap"]
    assert all(tuple(row) == RANKING_COLUMNS for row in rows)
    assert {(row["accounts"], row["active"]) for row in rows} == {(8, rows[0]["active"])}
    assert all(0 <= row["average_precision"] <= 1 and 0 <= row["area_under_curve"] <= 1 for row in rows)


def test_without_an_active_group_there_is_nothing_to_rank() -> None:
    assert ranked(made_case(world("empty").with_accounts(2), 1, SETTINGS), []) == []
