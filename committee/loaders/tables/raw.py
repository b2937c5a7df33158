"""Bytes to cells of text: encoding, separator, header, rows and the line each row starts in.

Regular files are cut into columns by Arrow's reader. Whatever it cannot cut, or cuts into another number of lines than
the file has, goes to the careful reader, which knows the line of every row and keeps the ragged ones apart.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from committee.errors import BadFile
from committee.loaders.tables.files import SourceFile
from committee.loaders.tables.recognition import Shape, bare, best_shape

__all__ = ["Opening", "RaggedRow", "RawTable", "open_file", "read_rows"]

_SEPARATORS = (",", ";", "\t", "|")
_HEAD = 1 << 20  # bytes in which the header row must end
_BATCH = 50_000  # rows the careful reader holds as Python texts at a time
_BLOCK = 1 << 20
_ENCODED = pa.dictionary(pa.int32(), pa.string())
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = (
    (b"PK", "is a zip archive or office document", "Unpack it, or save the sheet as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook", "Save the sheet as CSV (UTF-8)"),
    (b"%PDF", "is a PDF", "Export the data as CSV"),
    (b"\x1f\x8b", "is an archive inside an archive", "Unpack it first"),
)


@dataclass(frozen=True)
class Opening:
    """A file whose header is known and whose rows are not read yet.

    Attributes
    ----------
    file : SourceFile
    form : str
        "csv", "json" or "parquet".
    header : tuple of str
        Column names as they stand there, blanks around them taken off.
    shape : Shape or None
        What the names say it is.
    first_line : int
        Line of the first row; the header is line 1.
    body : pyarrow.Buffer
        The rows as UTF-8; for other forms the whole file.
    separator : str
    notes : tuple of str
        How it was encoded, where that is worth saying.
    document : object
        What a JSON file holds.
    whole : pyarrow.Buffer
        Header and rows as UTF-8.
    """

    file: SourceFile
    form: str
    header: tuple[str, ...] = ()
    shape: Shape | None = None
    first_line: int = 2
    body: Any = None
    separator: str = ","
    notes: tuple[str, ...] = ()
    document: Any = None
    whole: Any = None


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


# ---- opening ---------------------------------------------------------------------------------------------------------


def open_file(file: SourceFile, shapes: Sequence[Shape], most_columns: int) -> Opening:
    """Read a file's header and say what kind of file it is.

    Raises
    ------
    BadFile
        The file is empty, binary, broken, or has too many columns.
    """
    start = bytes(file.content.slice(0, min(1 << 16, file.content.size)))
    if not start.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise BadFile(f"{file.name} is empty", "Export it again")
    if start[:4] == b"PAR1":
        return _open_parquet(file, shapes, most_columns)
    for magic, what, remedy in _FOREIGN:
        if start.startswith(magic):
            raise BadFile(f"{file.name} {what}", remedy)
    content, notes = _as_utf8(file, start)
    start = bytes(content.slice(0, min(_HEAD, content.size)))
    if start.lstrip()[:1] in (b"{", b"["):
        return _open_json(file, content, notes)
    return _open_csv(file, content, start, shapes, most_columns, notes)


def _as_utf8(file: SourceFile, start: bytes) -> tuple[pa.Buffer, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            if encoding == "utf-8":
                return _mended_if_needed(file.content.slice(len(mark)), start[len(mark) :])
            return _decoded(file, encoding), (f"read as {encoding.upper()}",)
    if b"\x00" in start:
        for encoding, zeros in (("utf-16-le", start[1::2].count(0)), ("utf-16-be", start[0::2].count(0))):
            if zeros > 0.4 * (len(start) // 2 or 1) and not _is_binary(start.decode(encoding, "ignore").encode()):
                return _decoded(file, encoding), (f"read as {encoding.upper()}",)
    if _is_binary(start):
        raise BadFile(f"{file.name} is a binary file", "Export the data as CSV (UTF-8)")
    return _mended_if_needed(file.content, start)


def _is_binary(start: bytes) -> bool:
    """Whether more than one sign in twenty is a control sign."""
    signs = np.frombuffer(start, np.uint8)
    return bool(np.count_nonzero((signs < 9) | ((signs > 13) & (signs < 32))) * 20 > len(signs))


def _mended_if_needed(content: pa.Buffer, start: bytes) -> tuple[pa.Buffer, tuple[str, ...]]:
    """Look at the beginning only: what stands further down shows when the rows are cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
        return content, ()
    except UnicodeDecodeError:
        return _mended(content)


def _decoded(file: SourceFile, encoding: str) -> pa.Buffer:
    try:
        return pa.py_buffer(bytes(file.content).decode(encoding).encode())
    except UnicodeError:
        raise BadFile(f"{file.name} begins as {encoding.upper()} and does not stay so", "Save it as UTF-8") from None


def _mended(content: pa.Buffer) -> tuple[pa.Buffer, tuple[str, ...]]:
    """Read bytes that are no UTF-8 as Windows-1252, byte by byte: files joined from both have both."""
    whole = bytes(content)
    count = 0

    def foreign(error: UnicodeError) -> tuple[str, int]:
        nonlocal count
        assert isinstance(error, UnicodeDecodeError)
        count += error.end - error.start
        return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end

    codecs.register_error("committee.windows", foreign)
    text = whole.decode(errors="committee.windows")
    if not count:
        return content, ()
    return pa.py_buffer(text.encode()), (f"{count:,} bytes were no UTF-8 and were read as Windows-1252",)


def _blocks(content: pa.Buffer) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    signs = np.frombuffer(content, np.uint8)
    for begin in range(0, len(signs), _BLOCK):
        yield signs[begin : begin + _BLOCK]


def _open_csv(
    file: SourceFile, content: pa.Buffer, start: bytes, shapes: Sequence[Shape], most: int, notes: tuple[str, ...]
) -> Opening:
    skipped, told = 0, None
    head = start.decode(errors="ignore")
    if head[:4].lower() == "sep=" and head[5:6] in "\r\n":  # a line that spreadsheets write for themselves
        skipped, told = len(head) - len(head[5:].lstrip("\r\n")), head[4]
    candidates = [_header(head[skipped:], separator) for separator in ((told,) if told else _SEPARATORS)]
    fitted = [(*best_shape(names, shapes), names, length) for names, length in candidates]
    best = max(range(len(fitted)), key=lambda i: (fitted[i][1], len(fitted[i][2]), -i))
    shape, _, header, length = fitted[best]
    separator = told or _SEPARATORS[best]
    ends = bool(length) or content.size <= _HEAD
    if len(header) > most:
        raise BadFile(
            f"{file.name} has {'' if ends else 'more than '}{len(header):,} columns, {most:,} are allowed",
            "Export the columns that are needed, or raise load.most_columns",
        )
    if not ends:
        raise BadFile(f"{file.name} has no header row: its first line does not end", "Export it with column names")
    consumed = start[: len((head[: skipped + length]).encode())] if length else start
    body = content.slice(len(consumed))
    first_line = 1 + _line_ends(consumed)
    return Opening(file, "csv", header, shape, max(first_line, 2), body, separator, notes, whole=content)


def _header(head: str, separator: str) -> tuple[tuple[str, ...], int]:
    """Return the names in the first row, and how many characters it takes with its line end; 0 when it does not end."""
    stream = io.StringIO(head, newline="")
    lines: list[str] = []

    def remembered() -> Iterator[str]:
        for line in stream:
            lines.append(line)
            yield line

    with _endless_cells():
        names = next((row for row in csv.reader(remembered(), delimiter=separator) if any(map(str.strip, row))), [])
    length = sum(map(len, lines))
    ends = bool(lines) and lines[-1].endswith(("\n", "\r"))
    return tuple(name.strip() for name in names), length if ends else 0


def _refuse_doubles(file: SourceFile, header: Sequence[str], shape: Shape) -> None:
    counts = Counter(bare(name) for name in header)
    for position, name in enumerate(header):
        if counts[bare(name)] > 1 and bare(name) in shape.knows:
            places = [str(i + 1) for i, other in enumerate(header) if bare(other) == bare(name)]
            raise BadFile(
                f"{file.name} has {len(places)} columns named {header[position]} (columns {', '.join(places)})",
                "Keep one of them",
            )


def _open_json(file: SourceFile, content: pa.Buffer, notes: tuple[str, ...]) -> Opening:
    try:
        document = json.loads(bytes(_mended(content)[0]))
    except json.JSONDecodeError as error:
        raise BadFile(f"{file.name} is broken JSON in line {error.lineno}: {error.msg}", "Download it again") from None
    except RecursionError:
        raise BadFile(f"{file.name} is JSON nested beyond reason", "Download it again") from None
    return Opening(file, "json", notes=notes, document=document)


def _open_parquet(file: SourceFile, shapes: Sequence[Shape], most: int) -> Opening:
    try:
        header = tuple(pq.read_schema(pa.BufferReader(file.content)).names)
    except (pa.ArrowInvalid, OSError) as error:
        raise BadFile(f"{file.name} is broken Parquet: {str(error)[:100]}", "Write it again") from None
    if len(header) > most:
        raise BadFile(
            f"{file.name} has {len(header):,} columns, {most:,} are allowed", "Keep the columns that are needed"
        )
    shape, _ = best_shape(header, shapes)
    return Opening(file, "parquet", header, shape, body=file.content)


# ---- rows ------------------------------------------------------------------------------------------------------------


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
        _refuse_doubles(opening.file, opening.header, opening.shape)
    if opening.form == "parquet":
        return _parquet_rows(opening)
    if not opening.body.size:
        return _table(opening, [], np.zeros(0, np.int64), ())
    try:
        return _regular_rows(opening, frozenset(encoded)) or _careful_rows(opening)
    except pa.ArrowInvalid:
        body, notes = _mended(opening.body)
        if notes:
            return read_rows(replace(opening, body=body, notes=(*opening.notes, *notes)), encoded)
        return _careful_rows(opening)


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


def _careful_rows(opening: Opening) -> RawTable:
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
    with _endless_cells():
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
    others = [sign for sign in _SEPARATORS if sign != opening.separator and all(sign in row.text for row in ragged)]
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


def _line_ends(content: bytes) -> int:
    """Count line ends; a lone carriage return is one."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")


class _endless_cells:  # noqa: N801 - reads as a statement
    """Lift the CSV module's limit on one cell while reading, and put it back."""

    def __enter__(self) -> None:
        self._before = csv.field_size_limit(sys.maxsize)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._before)
