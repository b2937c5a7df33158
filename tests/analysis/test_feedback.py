"""Precision by what people said: the interval against scipy, and nothing told from too few answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from committee.analysis.feedback import precision, wilson_interval
from committee.decisions import Decisions

START = datetime(2026, 6, 1, tzinfo=UTC)


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.5, 0.8, 0.95, 0.999]))
def test_the_interval_is_that_of_scipy(trials: int, part: float, confidence: float) -> None:
    successes = round(part * trials)
    expected = binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    assert wilson_interval(successes, trials, confidence) == pytest.approx((expected.low, expected.high), abs=1e-12)


def said(*rows: tuple[str, str, dict]) -> Decisions:
    """Decisions one hour after the other: kind, subject, what was seen."""
    return Decisions(
        {
            "decisions": {
                "decision_id": [f"d{place:03}" for place in range(len(rows))],
                "kind": [kind for kind, _, _ in rows],
                "subject": [subject for _, subject, _ in rows],
                "decided_at": [START + timedelta(hours=place) for place in range(len(rows))],
                "seen": [json.dumps(seen) for _, _, seen in rows],
            }
        }
    )


def shares(decisions: Decisions) -> list[tuple]:
    found = precision(decisions.decisions, least=10, confidence=0.95)
    return [(one.what, one.name, one.accepted, one.answers, one.share) for one in found]


def test_from_nine_answers_nothing_is_told_from_ten_a_share_with_its_interval() -> None:
    nine = [("accepted", f"flag:f{n}", {"rule": "window/1"}) for n in range(9)]
    assert shares(said(*nine)) == [("rule", "window/1", 9, 9, None)]
    (ten,) = precision(said(*nine, ("dismissed", "flag:f9", {"rule": "window/1"})).decisions, least=10, confidence=0.95)
    expected = binomtest(9, 10).proportion_ci(0.95, method="wilson")
    assert (ten.share, ten.low, ten.high) == pytest.approx((0.9, expected.low, expected.high))


def test_rules_and_detectors_are_counted_apart() -> None:
    found = shares(
        said(
            ("accepted", "flag:a", {"rule": "window/1 3 personas in 14 days"}),
            ("accepted", "flag:b", {"rule": "window/1 2 personas in 14 days"}),
            ("dismissed", "group:c", {"detector": "program_topic_gap/1"}),
            ("dismissed", "group:d", {}),
        )
    )
    assert found == [
        ("rule", "window/1 2 personas in 14 days", 1, 1, None),
        ("rule", "window/1 3 personas in 14 days", 1, 1, None),
        ("detector", "program_topic_gap/1", 0, 1, None),
        ("detector", "unknown", 0, 1, None),
    ]


def test_who_changes_their_mind_about_the_same_state_answers_once() -> None:
    seen = {"detector": "d", "people": ["x"], "as_of": "2026-06-01", "window": "w"}
    later = seen | {"as_of": "2026-06-09", "window": "v"}
    assert shares(said(("dismissed", "group:g", seen), ("accepted", "group:g", later))) == [
        ("detector", "d", 1, 1, None)
    ]


def test_a_group_that_came_back_with_something_new_may_be_judged_anew() -> None:
    first, then = {"detector": "d", "people": ["x"]}, {"detector": "d", "people": ["x", "y"]}
    assert shares(said(("dismissed", "group:g", first), ("accepted", "group:g", then))) == [
        ("detector", "d", 1, 2, None)
    ]


def test_what_was_undone_and_what_was_sent_are_no_answers() -> None:
    assert shares(said(("dismissed", "group:g", {"detector": "d"}), ("undone", "decision:d000", {}))) == []
    assert shares(said(("sent", "group:g", {"alert": "a"}), ("joined", "contact:c", {}))) == []
