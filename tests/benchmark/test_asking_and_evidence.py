"""The tables about luck, evidence and questions: what they compare, on small markets."""

from __future__ import annotations

from dataclasses import replace

from analysis.episodes.planted import made

from committee.benchmark.detectors.ablation import WHOLE
from committee.benchmark.detectors.absent import ABSENT_COLUMNS, EVIDENCE, without_evidence
from committee.benchmark.detectors.asking import ASKING_COLUMNS, first_against_random
from committee.benchmark.detectors.luck import LUCK_COLUMNS, told_by_luck


def test_each_sort_of_evidence_is_left_out_of_the_same_market_and_programs_tell_the_program():
    case, _ = made("plain", 3, 3)
    rows = {row["evidence"]: row for row in without_evidence(case)}
    assert list(rows) == [WHOLE, *EVIDENCE]
    assert all(tuple(row) == ABSENT_COLUMNS for row in rows.values())
    assert rows[WHOLE]["lost"] == 0
    for name in EVIDENCE:
        assert rows[name]["lost"] == rows[WHOLE]["bcubed_f1"] - rows[name]["bcubed_f1"]
    assert rows["programs"]["group_and_program_f1"] < rows[WHOLE]["group_and_program_f1"] / 2
    assert rows["all tags"]["lost"] > 0


def test_luck_is_held_against_what_nothing_planted_explains_and_small_markets_do_not_tell():
    case, _ = made("plain", 3, 3)
    (row,) = told_by_luck(case)
    assert tuple(row) == LUCK_COLUMNS
    assert row["expected_by_luck"] is None
    assert 0 <= row["unexplained"] <= row["false_groups"] <= row["groups"]


def test_as_many_random_questions_are_asked_as_first_ones():
    case, _ = made("realistic", 4, 5)
    quick = case.settings.model_copy(
        update={
            "groups": case.settings.groups.model_copy(update={"detector": "episodes"}),
            "window": case.settings.window.model_copy(update={"shifts": 0}),
            "questions": case.settings.questions.model_copy(update={"tries": 10}),
        }
    )

    first, drawn = first_against_random(replace(case, settings=quick), 9)
    assert tuple(first) == tuple(drawn) == ASKING_COLUMNS
    assert (first["questions"], drawn["questions"]) == ("first", "random")
    assert first["asked"] == drawn["asked"] > 0
    assert 0 <= drawn["share"] <= 1
    assert first_against_random(replace(case, settings=quick, made=None), 3) == []
