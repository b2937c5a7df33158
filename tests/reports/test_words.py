from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.records.cells import unguarded
from committee.reports.rendering import as_csv, cell, marked_down, reference_ranges
from committee.reports.words import (
    because,
    count,
    day,
    in_order,
    listed,
    number,
    percent,
    period,
    plain,
    share,
    short,
    term,
)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 2, 13, 23, 59, tzinfo=UTC), "13 Feb 2026"),
        (datetime(2026, 2, 14, 0, 30, tzinfo=timezone(timedelta(hours=1))), "13 Feb 2026"),
        ("2026-02-03", "3 Feb 2026"),
        ("2026-02", "Feb 2026"),
        ("2026", "2026"),
        (None, "unknown date"),
    ],
)
def test_a_date_is_written_in_the_precision_it_has_and_in_utc(moment, said):
    assert day(moment) == said


def test_a_period_of_one_day_is_that_day():
    morning, evening = datetime(2026, 2, 13, 1, tzinfo=UTC), datetime(2026, 2, 13, 23, tzinfo=UTC)
    assert period(morning, evening) == "13 Feb 2026"
    assert period(morning, evening + timedelta(hours=1)) == "13 Feb 2026 to 14 Feb 2026"


def test_plurals_and_thousands():
    assert [count(n, "touch", "touches") for n in (0, 1, 2, 1204)] == [
        "0 touches",
        "1 touch",
        "2 touches",
        "1,204 touches",
    ]
    assert [number(n) for n in (1250, 24.0, 2.5)] == ["1,250", "24", "2.50"]
    assert listed([]) == ""
    assert [listed("abc"[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def test_a_probability_is_never_rounded_to_certainty():
    assert [share(p) for p in (None, 0.0, 0.004, 0.7, 0.996, 1.0)] == [
        "by rule",
        "0 %",
        "under 1 %",
        "70 %",
        "over 99 %",
        "100 %",
    ]
    assert percent(0.19) == "19 %"


def test_terms_are_written_as_people_write_them():
    assert [term(word) for word in ("trial_registered", "adc", "mrna", "nda/bla", None)] == [
        "trial registered",
        "ADC",
        "mRNA",
        "NDA/BLA",
        "",
    ]


def test_personas_come_in_the_order_of_the_seats_and_others_behind():
    assert in_order(["zoologist", "executive", "scientific", "unknown"]) == [
        "scientific",
        "executive",
        "unknown",
        "zoologist",
    ]


@given(st.text(), st.integers(2, 40))
def test_plain_text_has_one_line_and_a_cut_one_keeps_its_length(text, longest):
    one_line = plain(text)
    assert one_line == plain(one_line)
    assert not set(one_line) & set("\n\r\t\u202e\u2066")
    assert len(short(one_line, longest)) <= longest


@given(st.sets(st.integers(1, 60)))
def test_runs_of_numbers_say_the_same_numbers(numbers):
    runs = reference_ranges(numbers)
    assert {number for first, last in runs for number in range(first, last + 1)} == numbers
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(runs))


@given(st.lists(st.lists(st.one_of(st.text(), st.integers(), st.none(), st.booleans()), min_size=2, max_size=2)))
def test_a_csv_cell_never_starts_like_a_formula(rows):
    import csv
    import io

    read = list(csv.reader(io.StringIO(as_csv(["a", "b"], rows), newline="")))
    for given_row, read_row in zip(rows, read[1:], strict=True):
        for value, text in zip(given_row, read_row, strict=True):
            if isinstance(value, str):
                assert not text.lstrip().startswith(tuple("=+-@"))
                assert unguarded(text) == value
            else:
                assert text == cell(value)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n@x"])
def test_each_way_to_begin_a_formula_is_guarded(cell):
    assert as_csv(["a"], [[cell]]).partition("\n")[2].lstrip('"').startswith("'")


@given(st.text())
def test_markdown_keeps_no_markup_of_strangers(text):
    written = marked_down(text)
    assert "<" not in written
    assert "\n" not in written
    assert not [at for at, char in enumerate(written) if char in "*_`[|" and written[at - 1 : at] != "\\"]


def test_reasons_are_summed_by_name_the_strongest_first_for_and_against():
    odds = ["topic:+1.67", "same subject:-3.63", "timing:+1.45", "topic:+1.95", "off topic:-0.09", "off topic:+0.10"]
    assert because(odds) == "because of topic +3.6 and timing +1.4; against it same subject -3.6 (log-odds)"
    assert because(["program", "topic", "program"]) == "because of program and topic"
    assert because(["campaign:-0.20"]) == "against it campaign -0.2 (log-odds)"
    assert because([]) == because(["timing:+0.01"]) == ""
