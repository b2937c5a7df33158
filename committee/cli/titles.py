"""Job titles from a file, mapped; and the personas with what the word lists say of them."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

from committee.cli.output import Rows
from committee.errors import BadFile
from committee.identity.titles import check_lexicon, lexicon_from, map_personas
from committee.settings import Settings, word_list

__all__ = ["mapped_rows", "persona_rows", "remarks"]

_COLUMNS = ("title", "department", "seniority", "persona")
_HEADINGS = {
    "title": "title",
    "job title": "title",
    "jobtitle": "title",
    "department": "department",
    "seniority": "seniority",
    "persona": "persona",
}


def mapped_rows(file: Path, explain: bool) -> Rows:
    """Map every distinct title of a file, most frequent first; ``explain`` adds what decided."""
    cells = _titles(file)
    titles, departments, seniorities, stated = ([cell.get(name) for cell in cells] for name in _COLUMNS)
    found = map_personas(titles, departments, seniorities, stated, lexicon_from(word_list("personas")))
    counted: dict[tuple[Any, ...], dict[Any, Any]] = {}
    for cell, answer in zip(cells, found.to_dict("records"), strict=True):
        key = tuple(cell.get(name) for name in _COLUMNS)
        row = counted.setdefault(key, {"people": 0, **{name: cell.get(name) for name in _COLUMNS[:2]}, **answer})
        row["people"] += 1
    columns = ["people", "title", "department", "persona", "confidence"] + (
        ["rule", "matched", "runner_up"] if explain else []
    )
    ordered = sorted(counted.values(), key=lambda row: (-row["people"], row["title"] or "", row["department"] or ""))
    return Rows(tuple(columns), tuple(ordered))


def _titles(file: Path) -> list[dict[str, str]]:
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{file} cannot be read: {error.strerror}", "Check the path") from None
    except UnicodeDecodeError:
        raise BadFile(f"{file} is no UTF-8 text", "Save it as UTF-8") from None
    if not text.strip():
        raise BadFile(f"{file} is empty", "Give a CSV with the column title, or one title a line")
    header = next(csv.reader([text.splitlines()[0]]), [])
    columns = {
        place: _HEADINGS[name.strip().lower()] for place, name in enumerate(header) if name.strip().lower() in _HEADINGS
    }
    if "title" not in columns.values():
        if len(header) > 1:
            raise BadFile(f"{file} has no column title", "Call the column title, or give one title a line")
        return [{"title": line.strip()} for line in text.splitlines() if line.strip()]
    lines = list(csv.reader(io.StringIO(text)))[1:]
    return [
        {name: line[place].strip() for place, name in columns.items() if place < len(line)} for line in lines if line
    ]


def persona_rows(settings: Settings) -> Rows:
    """List the personas: family, usual time of entry, seats, what each cares about."""
    personas = word_list("personas")["personas"]
    rows = [
        {
            "persona": name,
            "family": facts.get("family"),
            "enters": facts.get("enters"),
            "seats": settings.coverage.seats.get(name),
            "who": facts.get("who"),
            "cares_about": facts.get("cares_about"),
        }
        for name, facts in personas.items()
    ]
    return Rows(("persona", "family", "enters", "seats", "who", "cares_about"), tuple(rows))


def remarks() -> list[str]:
    """Return what is odd about the word lists: words listed twice, rules that can never fire."""
    return check_lexicon(lexicon_from(word_list("personas")))
