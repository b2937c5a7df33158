"""The picture of who engaged when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from committee.reports.timeline import Lane, Mark, timeline

START = datetime(2026, 2, 1, tzinfo=UTC)


def test_a_person_with_one_touch_has_one_mark_and_the_letter_of_the_persona_beside_the_name():
    lane = Lane("Ada", "S", "circle", (Mark(START + timedelta(days=3), flagged=False),))
    drawn = timeline([lane], [], START, START + timedelta(days=9), "Who engaged when", "Ada: 1 touch")
    assert drawn.count("<circle") == 1
    assert drawn.count(">S</text>") == 2
