"""Looks at the past, and when groups appeared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from committee.analysis.delays import appearances, looks


def on(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def test_the_last_look_is_the_end_and_none_lies_before_the_beginning():
    week = timedelta(days=7)
    assert looks(on(1), on(15), week) == [on(1), on(8), on(15)]
    assert looks(on(2), on(15), week) == [on(8), on(15)]
    assert looks(on(15), on(15), week) == [on(15)]


def test_a_group_appears_at_the_first_look_that_had_it_and_the_days_count_from_its_people():
    memberships = pa.table(
        {
            "group_id": ["g", "g", "g", "g", "old"],
            "first_at": [on(4), on(2), on(9), on(6), on(1)],
        }
    )
    lines = [
        (on(1), {"old": "x"}),
        (on(8), {"old": "x"}),
        (on(15), {"old": "old", "g": "h"}),
        (on(22), {"old": "old", "g": "g"}),
    ]
    old, new = appearances(memberships, ["old", "g"], lines)
    assert (old.before, old.looks, old.third_member) == (True, 4, None)
    assert (new.first, new.before, new.looks) == (on(15), False, 2)
    assert new.days_after(new.first_member) == 13
    assert new.days_after(new.third_member) == 9
    assert old.days_after(old.third_member) is None
