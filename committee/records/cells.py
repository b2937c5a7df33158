"""Cells of the CSV files the product writes: what a spreadsheet would run as a formula, and when a cell stands in quotes.

A text that a spreadsheet would run is written behind an apostrophe, and read back without it. A text that looks as if it
had one already gets another, so that what is read is what was written.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["csv_line", "guarded", "guarded_column", "unguarded", "unguarded_column"]

_FORMULA = (
    r"'*(?:[ \t\r\n\f\v]*[=+\-@＝＋－＠]|[\t\r])"  # the wide signs run as well where people write Chinese or Japanese
)
_GUARD, _UNGUARD = rf"^({_FORMULA})", rf"^'({_FORMULA})"
_SPECIAL = re.compile(r'[",\r\n]|^\s|\s$')


def guarded(text: str) -> str:
    """Return a text as a cell that no spreadsheet runs.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1+1"), guarded("plain")
    ("'=1+1", "''=1+1", 'plain')
    """
    return re.sub(_GUARD, r"'\1", text, count=1)


def unguarded(text: str) -> str:
    """Return what `guarded` was given.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return re.sub(_UNGUARD, r"\1", text, count=1)


def guarded_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of texts, each guarded."""
    return pc.replace_substring_regex(column, _GUARD, r"'\1")


def unguarded_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of cells, each without its guard."""
    return pc.replace_substring_regex(column, _UNGUARD, r"\1")


def csv_line(cells: list[str]) -> str:
    """Return cells as one line of CSV, those in quotes that need them; a lone carriage return needs them, too."""
    return ",".join('"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell for cell in cells) + "\n"
