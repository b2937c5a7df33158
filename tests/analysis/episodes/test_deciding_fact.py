"""What a changed answer is worth, and what a piece with another tag says."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pyarrow as pa
import pytest
from analysis.episodes.planted import made

from committee.analysis.episodes import calibrate
from committee.analysis.episodes.deciding_fact import effect_of, retagged
from committee.settings import Settings

RULES = Settings.read(environment={}).questions
WORTH = RULES.model_copy(update={"program": 2.0, "group": 3.0})


def tables(groups, members):
    return {
        "groups": pa.table(
            {
                "group_id": pa.array([row[0] for row in groups], pa.string()),
                "program_id": pa.array([row[1] for row in groups], pa.string()),
                "need": pa.array([row[2] for row in groups], pa.string()),
            }
        ),
        "memberships": pa.table(
            {
                "group_id": pa.array([row[0] for row in members], pa.string()),
                "contact_id": pa.array([row[1] for row in members], pa.string()),
                "probability": pa.array([row[2] for row in members], pa.float64()),
            }
        ),
    }


BEFORE = tables([("a", "P", "lab")], [("a", "ann", 0.9), ("a", "bob", 0.6)])


def test_nothing_changed_is_worth_nothing():
    effect = effect_of(BEFORE, BEFORE, {"a": "a"}, WORTH)
    assert effect.distance == 0
    assert not effect.changes


def test_people_who_move_join_and_leave_count_with_the_change_of_their_probability():
    after = tables([("b", "P", "lab")], [("b", "ann", 0.8), ("b", "cat", 0.7)])
    effect = effect_of(BEFORE, after, {"b": "a"}, WORTH)
    assert effect.distance == pytest.approx(0.1 + 0.6 + 0.7)
    assert effect.joined == (("a", "cat"),)
    assert effect.left == (("a", "bob"),)
    assert effect.changes


def test_another_program_and_groups_that_go_or_appear_have_a_worth_of_their_own():
    moved = tables([("b", "Q", "lab")], [("b", "ann", 0.9), ("b", "bob", 0.6)])
    effect = effect_of(BEFORE, moved, {"b": "a"}, WORTH)
    assert effect.distance == pytest.approx(2.0)
    assert effect.reassigned == (("a", "P", "Q"),)
    gone = effect_of(BEFORE, tables([], []), {}, WORTH)
    assert gone.distance == pytest.approx(3.0 + 0.9 + 0.6)
    assert gone.gone == ("a",)
    assert effect_of(tables([], []), BEFORE, {}, WORTH).appeared == ("a",)


def test_a_new_tag_counts_the_less_the_more_the_readers_of_a_piece_have_taught():
    case, seen = made()
    numbers = calibrate(case.market, seen, case.tags, case.settings)
    piece = next(iter(numbers.topic))
    old, new = numbers.needs[:2]

    def shift(readings: int) -> float:
        again = retagged(numbers, piece, [old], new, readings, 40.0)
        return again.topic[piece][new] - numbers.topic[piece][new]

    whole = log(numbers.tag_ratio[new][new]) - log(numbers.tag_ratio[old][new])
    assert shift(0) == pytest.approx(whole)
    assert shift(40) == pytest.approx(whole / 2)
    assert retagged(replace(numbers, topic={}), piece, [old], new, 3, 40.0).topic == {}
