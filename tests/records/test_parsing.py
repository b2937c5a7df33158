"""How one cell becomes a value."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.records.parsing import (
    Reading,
    join_words,
    parse_day,
    parse_instant,
    parse_interval,
    parse_number,
    parse_text,
    parse_whole,
    parse_yes_no,
    split_words,
)

PLAIN = Reading()


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-02-13T09:30:00Z", at(2026, 2, 13, 9, 30)),
        ("2026-02-13T09:30:00.123456Z", at(2026, 2, 13, 9, 30, 0, 123000)),
        ("2026-02-13T09:30:00+02:00", at(2026, 2, 13, 7, 30)),
        ("2020-12-30 3:15:52", at(2020, 12, 30, 3, 15, 52)),
        ("2020-12-30 03:15", at(2020, 12, 30, 3, 15)),
        ("1577836800000", at(2020, 1, 1)),
        (" 2026-02-13 ", at(2026, 2, 13)),
    ],
)
def test_times_as_systems_write_them(cell, moment):
    assert parse_instant(cell, PLAIN) == moment


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2026-02-30", "bad_time"),
        ("2026-02-13T24:00:00Z", "bad_time"),
        ("2026-02-13T10:00:60Z", "bad_time"),
        ("soon", "bad_time"),
        ("1970-01-01T00:00:00Z", "time_out_of_range"),
        ("2043-01-01T00:00:00Z", "time_out_of_range"),
        ("03/04/2026", "ambiguous_date"),
        ("13/04/2026", "ambiguous_date"),
    ],
)
def test_times_that_are_none_say_why(cell, reason):
    with pytest.raises(ValueError, match=f"^{reason}:"):
        parse_instant(cell, PLAIN)


def test_the_order_of_day_and_month_is_told_never_guessed():
    assert parse_instant("03/04/2026", Reading(date_order="dmy")) == at(2026, 4, 3)
    assert parse_instant("03/04/2026", Reading(date_order="mdy")) == at(2026, 3, 4)
    with pytest.raises(ValueError, match=r"^bad_time:"):
        parse_instant("13/04/2026", Reading(date_order="mdy"))


def test_a_time_without_zone_is_read_in_the_zone_told():
    assert parse_instant("2026-07-01 12:00", Reading(timezone=ZoneInfo("Europe/Berlin"))) == at(2026, 7, 1, 10)


def test_a_date_alone_is_the_interval_of_that_day_in_the_zone_told():
    first, last, zoned = parse_interval("2026-07-01", Reading(timezone=ZoneInfo("Europe/Berlin")))
    assert (first, last, zoned) == (at(2026, 6, 30, 22), at(2026, 7, 1, 21, 59, 59, 999000), False)


def test_noon_and_midnight_on_a_twelve_hour_clock():
    order = Reading(date_order="mdy")
    assert parse_instant("1/2/2026 12:00 AM", order) == at(2026, 1, 2)
    assert parse_instant("1/2/2026 12:00 pm", order) == at(2026, 1, 2, 12)


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026", "2026"), ("2026-2", "2026-02"), ("2026-02-13", "2026-02-13"), ("2026-02-13T23:30:00Z", "2026-02-13")],
)
def test_a_day_keeps_the_precision_it_came_in(cell, day):
    assert parse_day(cell, PLAIN) == day


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\\\x00", exclude_categories=["Cc", "Cs"]), min_size=1)
        .map(str.strip)
        .filter(bool)
    )
)
def test_words_joined_into_a_cell_come_back(words):
    assert split_words(join_words(words)) == words


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999", "twelve"])
def test_what_is_no_finite_number_is_refused(cell):
    with pytest.raises(ValueError, match=r"^bad_number:"):
        parse_number(cell, PLAIN)


def test_numbers_with_thousands_commas_and_currency_signs():
    assert parse_number("$1,250,000.5", PLAIN) == 1250000.5
    assert parse_whole("1,250", PLAIN) == 1250
    with pytest.raises(ValueError, match=r"^bad_number:"):
        parse_whole("1.5", PLAIN)


def test_yes_and_no_are_read_in_any_case_and_nothing_else_is():
    assert [parse_yes_no(cell, PLAIN) for cell in ("TRUE", "yes", "1", "False", "n", "0")] == [True] * 3 + [False] * 3
    with pytest.raises(ValueError, match=r"^bad_yes_no:"):
        parse_yes_no("perhaps", PLAIN)


def test_text_is_trimmed_and_refused_when_it_hides_something():
    assert parse_text("  a 'quoted' 😀 name ", PLAIN) == "a 'quoted' 😀 name"
    with pytest.raises(ValueError, match=r"^control_characters:"):
        parse_text("a\x00b", PLAIN)
    with pytest.raises(ValueError, match=r"^too_long:"):
        parse_text("x" * 11, Reading(longest_text=10))
