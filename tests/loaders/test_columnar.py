"""Whole columns are judged as each cell alone would be: the record classes, read by pydantic cell by cell, are the oracle."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from committee.loaders.tables import Column, How, SourceFile, open_file, read_rows, typed
from committee.loaders.tables.cells import without_guard
from committee.loaders.tables.rows import careful_rows
from committee.loaders.tables.times import read_moments
from committee.records import TABLES, fields_of
from committee.records.parsing import Reading, parse_interval

PLAIN = st.text(alphabet="abcé😀 \t\n\u00a0'=-+@;\\0123456789.,x\x00\x1c\x7f", max_size=8)
WORDS_FOR_NOTHING = st.sampled_from(["", " ", "null", " NaN ", "#N/A", "None", "n/a"])
NUMBERS = st.one_of(
    st.integers(-5, 10**7).map(str),
    st.floats(allow_nan=True).map(repr),
    st.sampled_from(["1,234", "1.5", "$ 5", "12,34", "1e3", "-0", "∞", "1_0", "٣", "+7"]),
)
YES_NO = st.sampled_from(["true", "FALSE", "yes", "n", "1", "0", "maybe", " t ", "2"])
NAIVE = partial(datetime, tzinfo=None)
MOMENTS = st.datetimes(NAIVE(1980, 1, 1), NAIVE(2050, 1, 1)).flatmap(
    lambda moment: st.sampled_from(
        [
            f"{moment:%Y-%m-%d}",
            f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            f"{moment:%Y-%m-%d %H:%M:%S}",
            f"{moment:%Y-%m-%d %H:%M}",
            f"{moment:%Y-%m-%dT%H:%M:%S}.123Z",
            f"{moment:%Y-%m-%d %H:%M:%S}.{moment:%f}",
            f"{moment:%Y-%m-%d %H:%M:%S}.{moment:%f} UTC",
            f"{moment:%Y-%m-%dT%H:%M:%S}+02:00",
            f"{moment:%Y-%m-%dT%H:%M:%S}-0530",
            f"{moment.year}-{moment.month}-{moment.day} {moment.hour}:{moment:%M:%S}",
            f"{moment:%d/%m/%Y}",
            f"{moment:%m/%d/%Y %I:%M %p}",
            f"{moment:%d.%m.%Y %H:%M}",
            f"{moment:%Y-%m}",
            f"{moment:%Y}",
            f" {moment:%Y-%m-%d} ",
            f"'{moment:%Y-%m-%d}",
            f"{moment:%Y-%m-%d}T25:00:00Z",
            f"{moment:%Y-%m}-31",
            f"{moment:%Y-%m-%dT%H:%M}:60Z",
            f"{moment.year % 100:02d}-{moment:%m-%d}",
        ]
    )
)
CELLS = {
    "text": st.one_of(PLAIN, WORDS_FOR_NOTHING),
    "category": st.one_of(PLAIN, WORDS_FOR_NOTHING),
    "words": st.one_of(PLAIN, WORDS_FOR_NOTHING),
    "number": st.one_of(NUMBERS, WORDS_FOR_NOTHING, PLAIN),
    "whole": st.one_of(NUMBERS, WORDS_FOR_NOTHING),
    "yes_no": st.one_of(YES_NO, WORDS_FOR_NOTHING),
    "instant": st.one_of(MOMENTS, WORDS_FOR_NOTHING, PLAIN),
    "day": st.one_of(MOMENTS, WORDS_FOR_NOTHING),
}
READINGS = st.builds(
    Reading,
    timezone=st.sampled_from([UTC, ZoneInfo("Europe/Zurich"), ZoneInfo("America/St_Johns")]),
    date_order=st.sampled_from(["ymd", "dmy", "mdy"]),
    longest_text=st.sampled_from([5, 100]),
)
JUDGED = ["accounts", "contacts", "content", "signals", "opportunities", "employments"]


def rows_of(record):
    specs = [spec for spec in fields_of(record) if not spec.derived]
    return st.lists(st.fixed_dictionaries({spec.name: CELLS[spec.kind.name] for spec in specs}), min_size=1, max_size=6)


def names_somebody(table, row):
    names = {"signals": ("account_id", "account_name", "program_id")}.get(table, ())
    return not names or any(getattr(row, name) is not None for name in names)


@pytest.mark.parametrize("table", JUDGED)
@pytest.mark.parametrize("encoded", [False, True])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_row_is_read_as_its_cells_would_be_one_by_one(table, encoded, data):
    record = TABLES[table]
    rows, reading = data.draw(rows_of(record)), data.draw(READINGS)
    columns = {}
    for name in rows[0]:
        cells = pa.array([row[name] or None for row in rows], pa.string())
        columns[name] = Column(name, cells.dictionary_encode() if encoded else cells)
    lines = np.arange(2, len(rows) + 2)
    made = typed(record, columns, lines, How(reading, reading, longest_id=10_000), "canonical")
    expected, refused = [], {}
    for line, row in zip(lines.tolist(), rows, strict=True):
        try:
            one = record.model_validate({name: without_guard(cell) for name, cell in row.items()}, context=reading)
            oversized = [v for v in one.model_dump().values() if isinstance(v, int) and abs(v) >= 2**63]
            if oversized or not names_somebody(table, one):
                raise ValueError
            expected.append((line, one))
        except ValidationError as error:
            refused[line] = {(str(part["loc"][0]) if part["loc"] else "", code(part)) for part in error.errors()}
        except ValueError:
            refused[line] = set()
    assert made.table["line"].to_pylist() == [line for line, _ in expected]
    assert set(made.rejects["line"].to_pylist()) == set(refused)
    for spec in fields_of(record):
        if not spec.derived:
            assert made.table[spec.name].to_pylist() == [getattr(one, spec.name) for _, one in expected], spec.name
    ours = {(r["line"], r["field"], r["reason"]) for r in made.rejects.to_pylist()}
    for line, reasons in refused.items():
        for name, reason in reasons:
            if name:
                assert (line, name, reason) in ours


def code(part):
    if part["type"] in ("greater_than_equal", "less_than_equal"):
        return "out_of_bounds"
    return part["msg"].removeprefix("Value error, ").partition(":")[0]


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(CELLS["instant"], min_size=1, max_size=8), reading=READINGS)
def test_a_moment_is_the_interval_its_cell_means(cells, reading):
    moments = read_moments(pa.array([cell or None for cell in cells], pa.string()), reading)
    unzoned = 0
    for row, cell in enumerate(cells):
        try:
            if reading.is_empty(without_guard(cell)):
                raise ValueError
            first, last, zoned = parse_interval(without_guard(cell), reading)
        except ValueError:
            assert not moments.valid[row]
            continue
        unzoned += first == last and not zoned
        milliseconds = [
            round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000) for moment in (first, last)
        ]
        assert [moments.first[row], moments.last[row]] == milliseconds, cell
    assert moments.unzoned == unzoned


def test_every_day_of_a_century_is_the_day_the_calendar_says():
    days = np.arange("1990-01-01", "2040-01-01", dtype="datetime64[D]")
    moments = read_moments(pa.array([str(day) for day in days]), Reading())
    assert moments.valid.all()
    assert (moments.first == days.astype("datetime64[ms]").astype(np.int64)).all()
    assert (moments.last - moments.first == 86_400_000 - 1).all()


def opened(text):
    content = pa.py_buffer(text.encode())
    file = SimpleNamespace(name="x.csv", content=content, named=True)
    opening = open_file(file, (), 2000)
    return opening


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.text(alphabet='ab",;\n\r é', max_size=5), min_size=3, max_size=3), min_size=1, max_size=8
    ),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_the_fast_and_the_careful_reader_cut_a_file_alike(rows, end, quoting):
    if quoting == csv.QUOTE_MINIMAL:
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    sink = io.StringIO()
    csv.writer(sink, lineterminator=end, quoting=quoting).writerows([["one", "two", "three"], *rows])
    opening = opened(sink.getvalue())
    fast, careful = read_rows(opening), careful_rows(opening)
    assert fast.lines.tolist() == careful.lines.tolist()
    assert [column.to_pylist() for column in fast.columns] == [column.to_pylist() for column in careful.columns]
    wanted = [row for row in rows if any(row)]
    assert [list(row) for row in zip(*(column.to_pylist() for column in fast.columns), strict=True)] == [
        [cell or None for cell in row] for row in wanted
    ]


def test_a_source_file_is_what_the_readers_are_tested_with():
    assert {"name", "content", "named"} <= set(SourceFile.__dataclass_fields__)
