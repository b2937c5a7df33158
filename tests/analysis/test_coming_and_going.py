"""Months of a group against a day-by-day walk through the same touches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from committee.analysis.coming_and_going import months_of

PERSONAS = {"ann": "scientific", "bo": "scientific", "cy": "finance", "di": "unknown"}
SEATS = {"scientific": 1, "finance": 1, "executive": 1}
FIRST = datetime(2025, 11, 3, tzinfo=UTC)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_months_tell_who_came_who_went_dark_and_who_came_back():
    touches = [
        (ms("2026-01-05"), "ann"),
        (ms("2026-01-20"), "cy"),
        (ms("2026-03-10"), "ann"),
        (ms("2026-03-11"), "bo"),
    ]
    january, february, march = months_of(touches, PERSONAS, SEATS, as_of=ms("2026-03-15"), dark_days=30)
    assert (january.month, january.touches, january.active, january.joined) == (
        "2026-01",
        2,
        ("ann", "cy"),
        ("ann", "cy"),
    )
    assert (january.went_dark, january.taken, january.awake) == ((), 2, 2)
    assert (february.touches, february.active, february.went_dark) == (0, (), ("ann", "cy"))
    assert (february.dark, february.taken, february.awake) == (("ann", "cy"), 2, 0)
    assert (march.joined, march.came_back, march.went_dark) == (("bo",), ("ann",), ())
    assert (march.dark, march.taken, march.awake) == (("cy",), 2, 1)  # two scientists take one seat


def test_dark_begins_with_the_last_millisecond_of_the_silence():
    at, day = ms("2026-01-05"), 86_400_000
    dark = [months_of([(at, "ann")], {}, {}, as_of=at + 30 * day + more, dark_days=30)[-1].dark for more in (-1, 0)]
    assert dark == [(), ("ann",)]
    again = months_of([(at, "ann"), (at + 30 * day, "ann")], {}, {}, as_of=at + 31 * day, dark_days=30)
    assert not any(month.went_dark or month.came_back for month in again)  # seen again in time


def test_nothing_later_is_looked_at_and_nothing_gives_no_month():
    assert months_of([], {}, {}, as_of=ms("2026-03-15"), dark_days=30) == []
    assert months_of([(ms("2026-03-16"), "ann")], {}, {}, as_of=ms("2026-03-15"), dark_days=30) == []


touched = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(sorted(PERSONAS))), min_size=1, max_size=15)


@given(touched, st.integers(0, 220), st.integers(1, 60))
def test_each_month_is_what_a_walk_from_day_to_day_sees(drawn, until, silence):
    touches = [(round((FIRST + timedelta(days=day)).timestamp() * 1000), who) for day, who in drawn]
    end = FIRST + timedelta(days=until)
    found = months_of(touches, PERSONAS, SEATS, as_of=round(end.timestamp() * 1000), dark_days=float(silence))
    seen: dict[str, int] = {}
    months: dict[str, dict[str, set[str]]] = {}
    for day in range(until + 1):
        for who, last in seen.items():
            if day - last == silence and (day, who) not in drawn:
                at = (FIRST + timedelta(days=day)).strftime("%Y-%m")
                months.setdefault(at, {}).setdefault("dark", set()).add(who)
        for who in {who for when, who in drawn if when == day}:
            here = months.setdefault((FIRST + timedelta(days=day)).strftime("%Y-%m"), {})
            here.setdefault("active", set()).add(who)
            if who not in seen:
                here.setdefault("joined", set()).add(who)
            elif day - seen[who] > silence:
                here.setdefault("back", set()).add(who)
            seen[who] = day
    for month in found:
        here = months.get(month.month, {})
        assert (set(month.active), set(month.joined)) == (here.get("active", set()), here.get("joined", set()))
        assert (set(month.went_dark), set(month.came_back)) == (here.get("dark", set()), here.get("back", set()))
    if found:
        assert set(found[-1].dark) == {who for who, last in seen.items() if until - last >= silence}
        assert found[-1].taken == ("ann" in seen or "bo" in seen) + ("cy" in seen)
    else:
        assert not seen
