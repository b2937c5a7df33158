"""A folder to start from: commented settings and empty tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from committee.cli.output import write_new
from committee.records import LOADED, fields_of

__all__ = ["start_folder"]

_NOT_BY_HAND = {"aliases", "employments"}  # written by the loaders of other systems


def start_folder(folder: Path) -> Iterator[str]:
    """Write the files that are not there yet; yields a sentence for each."""
    yield write_new(folder / "committee.toml", _settings())
    for record in LOADED:
        if record.table not in _NOT_BY_HAND:
            yield write_new(folder / "exports" / f"{record.table}.csv", _header(record))
    yield f"Fill in the tables, or put your exports beside them, then: committee load {folder / 'exports'} --store {folder / 'store'}"


def _header(record: type) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([spec.name for spec in fields_of(record) if not spec.derived])
    return line.getvalue()


def _settings() -> str:
    head = "# Settings of this folder. Take away the mark in front of a line to change it; what is marked is the default.\n"
    from committee.settings import SECTION_FILES

    parts = [(files("committee") / "defaults" / f"{name}.toml").read_text(encoding="utf-8") for name in SECTION_FILES]
    return head + "\n" + "\n".join(_marked(line) for part in parts for line in part.splitlines()) + "\n"


def _marked(line: str) -> str:
    return line if not line or line.startswith(("#", "[")) else f"# {line}"
