"""Whether a printed text says a value: what a page writes is taken, and anything near it is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.reports import words
from committee.reports.handoff_check.wording import says, uncovered

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(-400, 400))
def test_a_printed_day_says_its_moment_and_no_other(day, off):
    moment = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    printed = words.day(moment)
    other = (moment + timedelta(days=off)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert says("date", printed, other) is (off == 0)
    assert says("date", words.day(day.isoformat()[:7]), day.isoformat()[:7])
    assert says("date", words.day(day.isoformat()[:4]), day.isoformat()[:4])
    assert not says("date", words.day(day.isoformat()[:7]), day.isoformat())


@given(st.integers(-10_000_000, 10_000_000), st.integers(-3, 3))
def test_a_printed_whole_number_says_itself_and_no_other(number, off):
    assert says("number", words.number(number), number + off) is (off == 0)


@given(st.floats(0, 1))
def test_a_printed_share_says_its_probability(value):
    assert says("number", words.percent(value), value)


@given(st.floats(0.02, 0.98), st.sampled_from([-0.02, 0.02]))
def test_a_printed_share_does_not_say_one_two_points_away(value, off):
    assert not says("number", words.percent(value), value + off)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("word", "program lead", "program_lead"),
        ("word", "legal or regulatory", "legal_regulatory"),
        ("word", "ADC", "adc"),
        ("word", "recruiting", "RECRUITING"),
        ("name", "ClinicalTrials.gov", "ctgov"),
        ("name", "Ana  Núñez", "Ana Nu\u0301n\u0303ez"),
        ("name", "A very long na…", "A very long name of a firm"),
        ("name", "the last was E1 on 7 Nov 2025", "the last was E1 at 2025-11-07T15:55:00Z"),
        ("name", "procurement joined with E1", "procurement joined with E1 at 2025-11-07T15:55:00Z"),
    ],
)
def test_what_a_page_writes_for_a_value_says_it(kind, text, value):
    assert says(kind, text, value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("name", "Dana Row", "Dana Roe"),
        ("name", "Dаna Roe", "Dana Roe"),  # a Cyrillic a
        ("name", "Dana Roe", "dana roe"),
        ("name", "A very lung na…", "A very long name"),
        ("name", "…", "Dana Roe"),
        ("word", "program leads", "program_lead"),
        ("date", "31 Feb 2026", "2026-02-28"),
        ("date", "soon", "2026-02-28"),
        ("number", "over 99 %", 0.98),
        ("number", "under 1 %", 0.02),
        ("number", "once", 2),
        ("number", "12 of 13", 12),
        ("name", "Dana Roe", None),
    ],
)
def test_what_is_only_near_a_value_does_not_say_it(kind, text, value):
    assert not says(kind, text, value)


def test_numbers_that_no_claim_covers_are_found_with_their_place():
    text = "3 people, 14 days, GLP-1"
    assert uncovered(text, [(0, 1)]) == [(10, "14"), (19, "GLP-1")]
    assert uncovered(text, [(0, 1), (10, 12), (19, 24)]) == []
