"""What a run says of itself: luck, and evidence that was not there."""

from __future__ import annotations

import pytest

from committee.benchmark.detectors.absent import EVIDENCE
from committee.reports.run_notes import lacking_notes, luck_notes
from committee.settings import word_list


def luck(**more):
    told = {"groups": 31, "expected": 0.4, "found": 2, "accounts": 40, "worlds": 5}
    return {"groups": {"luck": {**told, **more}}}


def test_luck_is_told_as_a_share_of_the_groups():
    (said,) = luck_notes(luck())
    assert said == (
        "31 groups; where what no group claims is shifted in time, person by person, 0.4 appeared "
        "(5 such worlds of 40 accounts): about 1 in 78 may be luck"
    )


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({"expected": 0.0, "found": 0}, "none appeared (5 such worlds of 40 accounts)"),
        ({"groups": 3, "expected": 4.0}, "all of them may be luck"),
        ({"expected": None, "accounts": 10, "worlds": 0}, "cannot be told from 10 accounts"),
    ],
)
def test_where_luck_made_nothing_or_everything_or_cannot_be_told_it_says_so(more, end):
    (said,) = luck_notes(luck(**more))
    assert said.endswith(end)


def test_flags_are_told_beside_shifted_ones():
    window = {"window": {"flagged": 4, "share_flagged": 0.12, "share_by_chance": 0.03}}
    assert luck_notes(window) == ["12 % of the scopes are flagged; where touches are shifted, 3 %"]
    assert luck_notes({}) == []


def test_evidence_that_was_not_there_is_told_with_what_it_costs_and_the_command_that_measured_it():
    evidence = word_list("evidence")
    lost = evidence["lost"]["no topics"]
    first, last = lacking_notes({"groups": {"without": ["no topics: one need for everything"]}})
    assert f"{lost['bcubed_f1']:.2f} of BCubed F1" in first
    assert evidence["command"] in last
    assert lacking_notes({"groups": {"without": ["no touches"]}}) == ["Groups were looked for with no touches"]


def test_every_figure_is_of_a_row_of_the_command_that_made_it():
    rows = {one["evidence"] for one in word_list("evidence")["lost"].values()}
    assert rows <= set(EVIDENCE)
