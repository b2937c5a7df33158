"""Opening a file: what form it has, what its column names are, and what kind of file they say it is."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from committee.errors import BadFile
from committee.loaders.tables.encodings import as_utf8, mended
from committee.loaders.tables.files import SourceFile
from committee.loaders.tables.recognition import Shape, bare, best_shape

__all__ = ["SEPARATORS", "Opening", "endless_cells", "open_file", "refuse_doubles"]

SEPARATORS = (",", ";", "\t", "|")
_HEAD = 1 << 20  # bytes in which the header row must end
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
    content, notes = as_utf8(file, start)
    start = bytes(content.slice(0, min(_HEAD, content.size)))
    if start.lstrip()[:1] in (b"{", b"["):
        return _open_json(file, content, notes)
    return _open_csv(file, content, start, shapes, most_columns, notes)


def _open_csv(
    file: SourceFile, content: pa.Buffer, start: bytes, shapes: Sequence[Shape], most: int, notes: tuple[str, ...]
) -> Opening:
    skipped, told = 0, None
    head = start.decode(errors="ignore")
    if head[:4].lower() == "sep=" and head[5:6] in "\r\n":  # a line that spreadsheets write for themselves
        skipped, told = len(head) - len(head[5:].lstrip("\r\n")), head[4]
    candidates = [_header(head[skipped:], separator) for separator in ((told,) if told else SEPARATORS)]
    fitted = [(*best_shape(names, shapes), names, length) for names, length in candidates]
    best = max(range(len(fitted)), key=lambda i: (fitted[i][1], len(fitted[i][2]), -i))
    shape, _, header, length = fitted[best]
    separator = told or SEPARATORS[best]
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

    with endless_cells():
        names = next((row for row in csv.reader(remembered(), delimiter=separator) if any(map(str.strip, row))), [])
    length = sum(map(len, lines))
    ends = bool(lines) and lines[-1].endswith(("\n", "\r"))
    return tuple(name.strip() for name in names), length if ends else 0


def refuse_doubles(file: SourceFile, header: Sequence[str], shape: Shape) -> None:
    """Refuse a file that gives one field twice: nobody can say which column is meant."""
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
        document = json.loads(bytes(mended(content)[0]))
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


def _line_ends(content: bytes) -> int:
    """Count line ends; a lone carriage return is one."""
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")


class endless_cells:  # noqa: N801 - reads as a statement
    """Lift the CSV module's limit on one cell while reading, and put it back."""

    def __enter__(self) -> None:
        self._before = csv.field_size_limit(sys.maxsize)

    def __exit__(self, *_: object) -> None:
        csv.field_size_limit(self._before)
