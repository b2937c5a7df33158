"""CSV as pieces, one a cell; what a spreadsheet changes when it saves (quotes, separators, line ends, empty columns) says nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from committee.reports.handoff_check.units import NOTE, words_of

__all__ = ["CsvRow", "read_csv"]

_SEPARATORS = ",;\t|"


class CsvRow(tuple[str, ...]):
    """The cells of one row, and the line it begins on."""

    line: int

    @property
    def note(self) -> bool:
        """Whether a person marked it as a remark of their own."""
        told = " ".join(self).strip().lower()
        return told.startswith(NOTE) or (bool(self) and self[0].strip().lower() == NOTE.rstrip(":"))


def read_csv(text: str) -> list[CsvRow]:
    """Read the rows; rows without any text are left out, and so are empty cells at the end of a row."""
    return list(_rows(text))


def _rows(text: str) -> Iterator[CsvRow]:
    head = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    for cells in reader:
        plain = [" ".join(word for word, _ in words_of(cell, 1)) for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if plain:
            row = CsvRow(plain)
            row.line = before + 1
            yield row
        before = reader.line_num
