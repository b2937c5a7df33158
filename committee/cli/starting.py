"""A folder to start from: commented settings and empty tables."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from committee.records import LOADED, Record, fields_of
from committee.records.tables import write_atomically
from committee.settings import Settings

__all__ = ["settings_files", "start_folder"]

_NOT_BY_HAND = {"aliases", "employments"}  # written by the loaders of other systems


def start_folder(folder: Path) -> Iterator[str]:
    """Write the files that are not there yet; yields a sentence for each."""
    yield _write_new(folder / "committee.toml", _settings())
    for record in LOADED:
        if record.table not in _NOT_BY_HAND:
            yield _write_new(folder / "exports" / f"{record.table}.csv", _header(record))
    yield f"Fill in the tables, or put your exports beside them, then: committee load {folder / 'exports'} --store {folder / 'store'}"


def _write_new(path: Path, text: str) -> str:
    if path.exists():
        return f"Kept {path}, which was there"
    write_atomically(path, text.encode())
    return f"Wrote {path}"


def _header(record: type[Record]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([spec.name for spec in fields_of(record) if not spec.derived])
    return line.getvalue()


def _settings() -> str:
    head = "# Settings of this folder. Take away the mark in front of a line to change it; what is marked is the default.\n"
    return head + "".join(f"\n{_marked(text)}" for text in settings_files().values())


def settings_files() -> dict[str, str]:
    """Return the shipped files of default settings by name, with the comments that say what each setting means."""
    folder = files("committee") / "defaults"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    texts = {entry.name.removesuffix(".toml"): entry.read_text(encoding="utf-8") for entry in found}
    return {name: text for name, text in texts.items() if tomllib.loads(text).keys() <= Settings.model_fields.keys()}


def _marked(text: str) -> str:
    return "".join(
        line if not line.strip() or line.startswith(("#", "[")) else f"# {line}"
        for line in text.splitlines(keepends=True)
    )
