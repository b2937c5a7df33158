"""What is stated of people against who is a member: counts by hand, and on a market whose groups are known."""

from __future__ import annotations

import numpy as np
import pytest

from committee.analysis.episodes.reported import stated as stated_probability
from committee.benchmark.detectors import made_case
from committee.benchmark.detectors.registry import named_detectors
from committee.benchmark.detectors.run import Plan, tables_of
from committee.benchmark.detectors.stated import STATED_COLUMNS, counted, pooled, stated
from committee.benchmark.generator import world
from committee.settings import Settings

SETTINGS = Settings.read(environment={})


def test_a_tenth_belongs_to_the_bin_above_it_and_certainty_to_the_last_one() -> None:
    found = counted(np.array([0.0, 0.1, 0.3, 0.7, 1.0]), np.array([False, True, False, True, True]))
    assert [(row["bin"], row["people"], row["members"]) for row in found] == [
        (0, 1, 0),
        (1, 1, 1),
        (3, 1, 0),
        (7, 1, 1),
        (9, 1, 1),
    ]


def test_counts_of_markets_are_added_before_shares_are_taken() -> None:
    one = counted(np.array([0.6, 0.6, 0.9]), np.array([True, True, True]))
    other = counted(np.array([0.65]), np.array([False]))
    rows = pooled([*one, *other])
    assert [list(row) for row in rows] == [list(STATED_COLUMNS)] * 2
    assert [(row["stated"], row["people"]) for row in rows] == [("0.6 to 0.7", 3), ("0.9 to 1.0", 1)]
    assert rows[0]["mean_stated"] == pytest.approx(1.85 / 3)
    assert rows[0]["members"] == pytest.approx(2 / 3)
    assert rows[0]["difference"] == pytest.approx(2 / 3 - 1.85 / 3)


def test_who_is_given_more_is_a_member_more_often() -> None:
    rows = stated(made_case(world("plain").with_accounts(8), 5, SETTINGS))
    share = {row["bin"]: row["members"] / row["people"] for row in rows}
    assert share[0] < 0.2
    assert share[9] > 0.8


def test_where_nobody_buys_nobody_given_anything_is_a_member() -> None:
    rows = stated(made_case(world("empty").with_accounts(8), 5, SETTINGS))
    assert sum(row["members"] for row in rows) == 0


def test_a_plan_adds_up_its_markets() -> None:
    plan = Plan(named_detectors(["episodes"]), SETTINGS, ["plain"], accounts=3, seeds=(1, 2))
    rows = tables_of(plan, ["stated"])["stated"]
    each = [tables_of(Plan(plan.detectors, SETTINGS, ["plain"], accounts=3, seeds=(one,)), ["stated"])["stated"] for one in (1, 2)]  # fmt: skip
    assert sum(row["people"] for row in rows) == sum(row["people"] for part in each for row in part)
    assert {row["world"] for row in rows} == {"all"}


def test_nobody_is_stated_surer_than_a_group_can_be_and_the_order_stays() -> None:
    held = np.linspace(0, 1, 101)
    said = stated_probability(held, SETTINGS.episodes.groups)
    assert (np.diff(said) > 0).all()
    assert (said[1:50] > held[1:50]).all(), "what the fit rules out is stated less surely"
    assert said[50] == pytest.approx(0.5)
    assert said[-1] == pytest.approx(0.5 + SETTINGS.episodes.groups.certainty / 2)
