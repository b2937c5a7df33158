"""The rows of a file that was opened: cells of text by column, and the line each row starts in.

Regular files are cut into columns by Arrow's reader. Whatever it cannot cut, or cuts into another number of lines than
the file has, goes to the careful reader, which knows the line of every row and keeps the ragged ones apart. Both stand
in one module since they must agree on every file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from committee.errors import BadFile
from committee.loaders.tables.encodings import mended
from committee.loaders.tables.opening import SEPARATORS, Opening, endless_cells, refuse_doubles

__all__ = ["RaggedRow", "RawTable", "careful_rows", "read_rows"]

_BATCH = 50_000  # rows the careful reader holds as Python texts at a time
_BLOCK = 1 << 20
_ENCODED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True)
class RaggedRow:
    """A row with another number of cells than the header."""

    line: int
    cells: int
    text: str


@dataclass(frozen=True)
class RawTable:
    """Cells of text by column, null where a cell is empty, and the line of each row.

    Attributes
    ----------
    header : tuple of str
    columns : tuple of pyarrow ChunkedArray
        In the order of the header; text, or dictionary-encoded text where asked for.
    lines : numpy array of int64
    ragged : tuple of RaggedRow
    notes : tuple of str
    """

    header: tuple[str, ...]
    columns: tuple[pa.ChunkedArray, ...]
    lines: np.ndarray[Any, np.dtype[np.int64]]
    ragged: tuple[RaggedRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows of the file, the ragged ones among them."""
        return len(self.lines) + len(self.ragged)


def read_rows(opening: Opening, encoded: Collection[int] = ()) -> RawTable:
    """Read the rows of a file that was opened.

    Parameters
    ----------
    opening : Opening
        Of a CSV or Parquet file.
    encoded : collection of int
        Positions of columns with few distinct values: they come dictionary-encoded.

    Raises
    ------
    BadFile
        A known column twice, a quote that never closes, or rows cut by another separator than the header.
    """
    if opening.shape:
        refuse_doubles(opening.file, opening.header, opening.shape)
    if opening.form == "parquet":
        return _parquet_rows(opening)
    if not opening.body.size:
        return _table(opening, [], np.zeros(0, np.int64), ())
    try:
        return _regular_rows(opening, frozenset(encoded)) or careful_rows(opening)
    except pa.ArrowInvalid:
        body, notes = mended(opening.body)
        if notes:
            return read_rows(replace(opening, body=body, notes=(*opening.notes, *notes)), encoded)
        return careful_rows(opening)


def _regular_rows(opening: Opening, encoded: frozenset[int]) -> RawTable | None:
    """Read by Arrow; None when its rows do not account for every line of the file."""
    names = [str(position) for position in range(len(opening.header))]
    kinds = {name: _ENCODED if position in encoded else pa.string() for position, name in enumerate(names)}
    table = pa_csv.read_csv(
        pa.BufferReader(opening.body),
        read_options=pa_csv.ReadOptions(column_names=names, block_size=_BLOCK),
        parse_options=pa_csv.ParseOptions(delimiter=opening.separator, newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            column_types=kinds, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
        ),
    )
    columns = table.columns
    rows = table.num_rows
    wanted = returns = 0
    for block in _blocks(opening.body):
        wanted += int(np.count_nonzero(block == 10))
        returns += int(np.count_nonzero(block == 13))
    if returns and (returns != wanted or _pairs(opening.body) != returns):
        return None  # lone carriage returns: only the careful reader knows what line they are in
    wanted += bytes(opening.body.slice(opening.body.size - 1)) != b"\n"
    lines = np.arange(opening.first_line, opening.first_line + rows, dtype=np.int64)
    if wanted != rows:
        inside = np.zeros(rows, np.int64)
        for column in columns:
            inside += _line_ends_inside(column)
        if wanted != rows + int(inside.sum()):
            return None
        lines[1:] += np.cumsum(inside[:-1])
    return _table(opening, columns, lines, ())


def _blocks(content: pa.Buffer) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    signs = np.frombuffer(content, np.uint8)
    for begin in range(0, len(signs), _BLOCK):
        yield signs[begin : begin + _BLOCK]


def _pairs(content: pa.Buffer) -> int:
    """Count the line ends of two signs, those across the border of two blocks as well."""
    starts = range(0, content.size, _BLOCK)
    return sum(bytes(content.slice(at, min(_BLOCK + 1, content.size - at))).count(b"\r\n") for at in starts)


def _line_ends_inside(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    counts = [_counted(chunk) for chunk in column.chunks]
    return np.concatenate(counts) if counts else np.zeros(0, np.int64)


def _counted(chunk: pa.Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    if pa.types.is_dictionary(chunk.type):
        per_value = np.append(_counted(chunk.dictionary), 0)
        counts: np.ndarray[Any, np.dtype[np.int64]] = per_value[
            np.asarray(pc.fill_null(chunk.indices, len(per_value) - 1))
        ]
        return counts
    return np.asarray(pc.fill_null(pc.count_substring(chunk, "\n"), 0), np.int64)


def careful_rows(opening: Opening) -> RawTable:
    """Read row by row: slower, but each row has its line, and a ragged one does not spoil the others."""
    text = bytes(opening.body).decode(errors="replace")
    width = len(opening.header)
    batches: list[list[pa.Array]] = []
    lines: list[int] = []
    ragged: list[RaggedRow] = []
    batch: list[list[str]] = []

    def put_away() -> None:
        cells = list(zip(*batch, strict=True)) if batch else [()] * width
        batches.append([pa.array([cell or None for cell in column], pa.string()) for column in cells])
        batch.clear()

    source = _Lines(text)
    del text
    with endless_cells():
        reader = csv.reader(source, delimiter=opening.separator)
        for row in reader:
            line, source.start = source.start, source.count
            if not any(row):
                continue
            if len(row) > width and not any(row[width:]):
                row = row[:width]
            if len(row) == width:
                batch.append(row)
                lines.append(line)
                if len(batch) == _BATCH:
                    put_away()
            else:
                ragged.append(RaggedRow(opening.first_line + line, len(row), opening.separator.join(row)[:200]))
            if source.count - line > 1 and source.quotes % 2 and source.ended():
                raise BadFile(
                    f"{opening.file.name} opens a quote in line {opening.first_line + line} and never closes it",
                    "Close the quote, or double it where it is meant as a sign",
                )
        put_away()
    _refuse_other_separator(opening, lines, ragged)
    columns = [pa.chunked_array([part[position] for part in batches], pa.string()) for position in range(width)]
    return _table(opening, columns, np.asarray(lines, np.int64) + opening.first_line, tuple(ragged))


class _Lines:
    """The lines of a text, counted as they are handed out; a lone carriage return ends one as well."""

    def __init__(self, text: str) -> None:
        self._stream = io.StringIO(text, newline="")
        self._size = len(text)
        self.count = 0  # lines handed out
        self.start = 0  # lines handed out before the row that is being read
        self.quotes = 0  # quotes in that row so far

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._stream.readline()
        if not line:
            raise StopIteration
        self.quotes = line.count('"') + (self.quotes if self.count > self.start else 0)
        self.count += 1
        return line

    def ended(self) -> bool:
        return self._stream.tell() >= self._size


def _refuse_other_separator(opening: Opening, lines: Sequence[int], ragged: Sequence[RaggedRow]) -> None:
    if lines or not ragged or len(opening.header) < 2 or any(row.cells > 1 for row in ragged):
        return
    others = [sign for sign in SEPARATORS if sign != opening.separator and all(sign in row.text for row in ragged)]
    if others:
        raise BadFile(
            f"{opening.file.name} separates its header by {_named(opening.separator)} and its rows by {_named(others[0])}",
            "Use one separator throughout",
        )


def _named(separator: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(separator, separator)


def _parquet_rows(opening: Opening) -> RawTable:
    try:
        table = pq.read_table(pa.BufferReader(opening.body))
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(f"{opening.file.name} is broken Parquet: {str(error)[:100]}", "Write it again") from None
    lines = np.arange(2, table.num_rows + 2, dtype=np.int64)
    return _table(opening, [_cells(column) for column in table.columns], lines, ())


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write typed cells as the text that means them; moments stay moments."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_string(kind) or kind == _ENCODED:
        return column
    if pa.types.is_list(kind):
        words = [
            None if cell is None else ";".join(str(w).replace(";", "\\;") for w in cell) for cell in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(words, pa.string())])
    if pa.types.is_floating(kind):
        whole = [
            None if v is None else str(int(v)) if v == v and v.is_integer() else repr(v) for v in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(whole, pa.string())])
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.chunked_array([pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())])


def _table(
    opening: Opening, columns: Sequence[pa.ChunkedArray], lines: np.ndarray[Any, Any], ragged: tuple[RaggedRow, ...]
) -> RawTable:
    """Put a raw table together, without the rows that hold nothing at all."""
    notes = list(opening.notes)
    columns = list(columns) or [pa.chunked_array([], pa.string()) for _ in opening.header]
    if columns and columns[0].null_count:
        filled = columns[0].is_valid()
        for column in columns[1:]:
            filled = pc.or_(filled, column.is_valid())
        empty = len(filled) - int(pc.sum(filled).as_py() or 0)
        if empty:
            notes.append(f"{empty:,} empty rows were passed over")
            columns = [column.filter(filled) for column in columns]
            lines = lines[np.asarray(filled)]
    if not len(lines) and not ragged:
        notes.append("the file has a header and no rows")
    return RawTable(opening.header, tuple(columns), lines, ragged, tuple(notes))
