"""How answers leave: rows as a table, CSV, JSON or Markdown, and pages as they are. Results go to stdout, talk to stderr.

Nothing else formats a time, a number or a list. A table is drawn by rich on a terminal and is plain text in a pipe; it
cuts long names, as CSV and JSON never do; a narrow window gets fewer columns, or a block a row. Names come from other
people's files: control characters never reach a terminal, a formula never reaches a spreadsheet, Markdown never becomes
a link. It is somewhat long because the four forms of one answer stand together.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from committee.cli.drawing import draw
from committee.cli.options import FORMATS
from committee.records import PROVENANCE, TABLES, fields_of
from committee.records.cells import csv_line, guarded
from committee.records.parsing import join_words
from committee.records.tables import write_atomically
from committee.reports.words import short
from committee.settings import word_list

__all__ = ["FORMATS", "Rows", "iso", "say", "show", "show_page", "sized", "spoken", "write_page"]

_INSTANTS = {
    spec.name for record in TABLES.values() for spec in (*fields_of(record), *PROVENANCE) if spec.kind.name == "instant"
}
_END_OF_DAY = (23, 59, 59, 999000)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NAMES = {"account", "content", "deal", "name", "program", "title"}  # columns of names, which a table may cut


@dataclass(frozen=True)
class Rows:
    """An answer: its columns in order, and one mapping a row.

    Attributes
    ----------
    columns : tuple of str
    rows : tuple of mapping
    notes : tuple of str
        Sentences that belong under the rows: below a table, on stderr beside CSV and JSON.
    needed : int
        How many columns, from the left, a narrow window shows in any case; 0 = all.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()
    needed: int = 0

    @classmethod
    def of(cls, source: Any, columns: Sequence[str] | None = None) -> Rows:
        """Take a sequence of mappings, or an answer with ``columns`` and ``rows`` (lists in their order) and perhaps ``notes``."""
        if hasattr(source, "columns") and hasattr(source, "rows"):
            names, notes = tuple(columns or source.columns), tuple(getattr(source, "notes", ()))
            found = tuple(_by_name(source.columns or names, row) for row in source.rows)
            return cls(names, found, notes, 0 if columns else getattr(source, "needed", 0))
        rows = tuple(source)
        return cls(tuple(columns or dict.fromkeys(name for row in rows for name in row)), rows)

    def __len__(self) -> int:
        return len(self.rows)


def _by_name(columns: Sequence[str], row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else dict(zip(columns, row, strict=True))


def show(answer: Any, form: str = "table", *, columns: Sequence[str] | None = None) -> None:
    """Print rows to stdout in one of `FORMATS`; ``columns`` chooses and orders."""
    rows = Rows.of(answer, columns)
    if form == "table" and sys.stdout.isatty():
        _draw(rows)
    else:
        sys.stdout.write({"table": _plain, "csv": _csv, "json": _json, "md": _markdown}[form](rows))
    if not rows.rows and not rows.notes:
        say("Nothing was found")
    for place, note in enumerate(rows.notes):
        if form == "table":
            sys.stdout.write(("" if place else "\n") + _clean(note) + "\n")
        elif form == "md":
            sys.stdout.write(("" if place else "\n") + f"- {_escaped(_clean(note))}\n")
        else:
            say(note)


def show_page(page: str) -> None:
    """Print a page that a report made to stdout."""
    sys.stdout.write(page if page.endswith("\n") else f"{page}\n")


def write_page(path: Path, page: str) -> None:
    """Write a page into a file, whole or not at all, and say where it is."""
    write_atomically(path, page.encode())
    say(f"Wrote {path}")


def say(sentence: str) -> None:
    """Tell the person something that is no result: on stderr."""
    click.echo(_clean(sentence), err=True)


def sized(count: int, thing: str, things: str = "") -> str:
    """Return a count with its word: 1 group, 2,000 groups."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def iso(moment: datetime | int) -> str:
    """Return a moment (or epoch milliseconds) as ISO 8601 in UTC, milliseconds only where there are any."""
    if isinstance(moment, int):
        moment = datetime.fromtimestamp(moment / 1000, UTC)
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return text.replace(".000Z", "Z")


def spoken(moment: datetime | str) -> str:
    """Return a moment as a sentence says it: the day alone where it is the end of that day, else to the second, UTC."""
    moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    text = _by_the_clock(moment)
    return f"{text} UTC" if " " in text else text


def _by_the_clock(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == _END_OF_DAY:
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(" ", timespec="seconds")


# --- values ---------------------------------------------------------------------------------------------------------


def _value(name: str, value: Any) -> Any:
    """The value as JSON can say it: times in ISO, no NaN."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int) and (name in _INSTANTS or name.endswith("_at")):
        return iso(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _value(key, inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_value(name, inner) for inner in value]
    return value


def _exact(name: str, value: Any) -> str:
    """The value as a cell of a file that another program reads."""
    value = _value(name, value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return join_words(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _readable(name: str, value: Any) -> str:
    """The value as a person reads it: times to the second, lists with blanks, numbers with three places at most."""
    if isinstance(value, int) and not isinstance(value, bool) and (name in _INSTANTS or name.endswith("_at")):
        value = datetime.fromtimestamp(value / 1000, UTC)
    if isinstance(value, datetime):
        return _by_the_clock(value)
    value = _value(name, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        near = f"{value:,.3f}".rstrip("0").rstrip(".")
        return {"1": "over 0.999", "0": "under 0.001"}.get(near, near) if 0 < value < 1 else near
    if isinstance(value, list):
        return ", ".join(_readable(name, inner) for inner in value)
    text = _clean(_exact(name, value))
    return short(text, word_list("reports")["limits"]["characters"]) if name in _NAMES else text


def _clean(text: str) -> str:
    """Text on one line that cannot steer a terminal."""
    return _CONTROL.sub("�", re.sub(r"[\t\r\n]+", " ", text))


# --- forms ----------------------------------------------------------------------------------------------------------


def _draw(rows: Rows) -> None:
    cells = {_heading(name): [_readable(name, row.get(name)) for row in rows.rows] for name in rows.columns}
    left_out = draw(cells, {_heading(name) for name in rows.columns if _is_number(rows, name)}, rows.needed)
    if rows.rows and left_out:
        say(f"No room here for {', '.join(left_out)}: a wider window shows them, or --format csv")


def _plain(rows: Rows) -> str:
    cells = [[_heading(name) for name in rows.columns]]
    cells += [[_readable(name, row.get(name)) for name in rows.columns] for row in rows.rows]
    right = [_is_number(rows, name) for name in rows.columns]
    widths = [max(len(line[place]) for line in cells) for place in range(len(rows.columns))]
    return "".join(_line(line, widths, right) for line in cells)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if side else cell.ljust(width) for cell, width, side in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip() + "\n"


def _csv(rows: Rows) -> str:
    lines = [[guarded(name) for name in rows.columns]]
    lines += [[_cell(name, row.get(name)) for name in rows.columns] for row in rows.rows]
    return "".join(map(csv_line, lines))


def _cell(name: str, value: Any) -> str:
    """The value as a cell that no spreadsheet runs; numbers stay numbers."""
    return _exact(name, value) if isinstance(value, int | float) else guarded(_exact(name, value))


def _json(rows: Rows) -> str:
    listed = [{name: _value(name, row.get(name)) for name in rows.columns} for row in rows.rows]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def _markdown(rows: Rows) -> str:
    marks = ("---:" if _is_number(rows, name) else "---" for name in rows.columns)
    lines: list[Iterable[str]] = [map(_heading, rows.columns), marks]
    lines += [[_escaped(_readable(name, row.get(name))) for name in rows.columns] for row in rows.rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(cell: str) -> str:
    return re.sub(r"([\\`*\[\]|])", r"\\\1", cell).replace("&", "&amp;").replace("<", "&lt;")


def _heading(name: str) -> str:
    return name.replace("_", " ")


def _is_number(rows: Rows, name: str) -> bool:
    values = [row.get(name) for row in rows.rows if row.get(name) is not None]
    return bool(values) and all(
        isinstance(_value(name, value), int | float) and not isinstance(value, bool) for value in values
    )
