"""Cells of the files the product writes: nothing in them runs, and nothing in them is lost."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from committee.records.cells import csv_line, guarded, guarded_column, unguarded, unguarded_column

SIGNS = st.text(alphabet="'=+-@＝\t\r\n \"',;ab", max_size=8)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", " =1", "\t=1", "\r=1", "\tx", "＝1", "'=1", "''+1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "'tis", "a=1", "2-1", "'"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(SIGNS)
@example("'=1")
def test_what_is_read_back_is_what_was_written(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.lists(SIGNS, min_size=1, max_size=5))
def test_columns_are_guarded_like_single_cells(texts: list[str]) -> None:
    column = pa.chunked_array([pa.array(texts)])
    assert guarded_column(column).to_pylist() == [guarded(text) for text in texts]
    assert unguarded_column(column).to_pylist() == [unguarded(text) for text in texts]


@given(st.lists(SIGNS, min_size=2, max_size=5))
@example(["a\rb", "c"])
def test_any_csv_reader_gets_the_cells_back(cells: list[str]) -> None:
    (line,) = csv.reader(io.StringIO(csv_line(cells), newline=""))
    assert line == cells
