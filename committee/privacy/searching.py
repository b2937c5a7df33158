"""Looks for a person in files: in every text a file may hold, however it is escaped, encoded or packed.

A file is read as UTF-8, as UTF-16 where it has zero bytes, and undone in turn: HTML entities, JSON escapes, percent
signs, quoted-printable, doubled quotes, two of them on one another. Parquet is read with its dictionaries, gz and zip are
unpacked. Files of an engine are searched byte by byte, without looking at what stands before and behind.
It is long because each form a text may take is a few lines here, and nowhere else.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import quopri
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

import pyarrow as pa
import pyarrow.parquet as pq

from committee.erasure import Trace, Traces
from committee.privacy.write_back import is_write_back, their_id

__all__ = ["Found", "byte_forms", "in_bytes", "in_file", "texts_of"]

_PACKED = (b"PAR1", b"\x1f\x8b", b"PK\x03\x04")
_DEPTH = 2  # escapes inside escapes
_NESTED = 4  # archives inside archives
_PEOPLE = {"contact_id", "other_contact_id", "contact_ids", "contact_first", "kept_id", "old_id"}
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\([\"\\/])|\\([bfnrt])")


@dataclass(frozen=True)
class Found:
    """What was found in a file: what kind of text, and how often."""

    kind: str
    says: str
    times: int


def in_file(path: Path, traces: Traces) -> list[Found]:
    """Return what of a person stands in a file.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    counts: dict[tuple[str, str], int] = {}
    for trace in _in_content(path.name, path.read_bytes(), traces, 0):
        key = (trace.kind, trace.says)
        counts[key] = counts.get(key, 0) + 1
    return [Found(kind, says, times) for (kind, says), times in sorted(counts.items())]


def _in_content(name: str, content: bytes, traces: Traces, depth: int) -> Iterator[Trace]:
    if depth < _NESTED:
        for inner, unpacked in _unpacked(name, content):
            yield from _in_content(inner, unpacked, traces, depth + 1)
    if content[:4] == b"PAR1":
        yield from _in_parquet(content, traces)
    if content.startswith(_PACKED):  # what is not inside, such as the statistics of a Parquet file
        yield from _in_packed(content, traces)
        return
    first = True
    for text in texts_of(content):
        found = list(traces.in_text(text))
        if first:
            found += _in_cells(name, text, traces)
        first = False
        if found:
            yield from found
            return


def texts_of(content: bytes) -> Iterator[str]:
    """Yield the texts that bytes may mean."""
    plain = [content.decode("utf-8", errors="replace").removeprefix("\ufeff")]
    if b"\x00" in content:
        plain += [
            content[start:].decode(code, errors="replace") for code in ("utf-16-le", "utf-16-be") for start in (0, 1)
        ]
    seen: set[str] = set()
    wave: list[str] = plain
    for _ in range(_DEPTH + 1):
        fresh = [text for text in dict.fromkeys(wave) if text not in seen]
        seen.update(fresh)
        yield from fresh
        wave = [made for text in fresh for undo in _UNDOING if (made := undo(text)) != text]


def _json_undone(text: str) -> str:
    if "\\" not in text:
        return text
    letters = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
    told = _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2] or letters[m[3]], text)
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _quoted_printable_undone(text: str) -> str:
    return quopri.decodestring(text.encode()).decode("utf-8", "replace") if "=" in text else text


_UNDOING: tuple[Callable[[str], str], ...] = (
    lambda text: html.unescape(text) if "&" in text else text,
    _json_undone,
    lambda text: unquote(text) if "%" in text else text,
    lambda text: unquote_plus(text) if "%" in text or "+" in text else text,
    _quoted_printable_undone,
    lambda text: text.replace('""', '"'),
)


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        if content[:2] == b"\x1f\x8b":
            yield name.removesuffix(".gz"), gzip.decompress(content)
        elif content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for inner in archive.namelist():
                    yield inner, archive.read(inner)
                    yield inner, inner.encode()
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError):
        return  # broken: its bytes are searched as they are


def _in_parquet(content: bytes, traces: Traces) -> Iterator[Trace]:
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        texts = [
            name
            for name, kind in zip(file.schema_arrow.names, file.schema_arrow.types, strict=True)
            if pa.types.is_string(kind)
        ]
        table = pq.read_table(pa.BufferReader(content), read_dictionary=texts)
    except (pa.ArrowInvalid, OSError):
        return
    for name in table.column_names:
        for chunk in table.column(name).chunks:
            values = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
            values = values.flatten() if pa.types.is_list(values.type) else values
            if pa.types.is_dictionary(values.type):
                values = values.dictionary
            if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
                for text in values.unique().to_pylist():
                    if text:
                        yield from traces.in_text(text, about_people=name in _PEOPLE)


def _in_packed(content: bytes, traces: Traces) -> Iterator[Trace]:
    person, low = traces.person, content.lower()
    kinds = {
        **dict.fromkeys(person.mails, "mail"),
        **dict.fromkeys(person.names, "name"),
        **dict.fromkeys(traces.sure_ids, "id"),
    }
    for text, kind in kinds.items():
        longer = [other.strip().encode().lower() for other in person.longer if text.lower() in other.lower()]
        if any(_stands_alone(low, form, longer) for form in byte_forms(text)):
            yield Trace(kind, text, 0, 0)


def _in_cells(name: str, text: str, traces: Traces) -> Iterator[Trace]:
    """Ids in columns and keys that hold contacts, where an id of any form means a person."""
    if name.endswith((".csv", ".tsv")):
        try:
            reader = csv.DictReader(io.StringIO(text))
            told = is_write_back(reader.fieldnames or ())
            for row in reader:
                if told and (said := their_id(list(row), list(row.values()), traces)):
                    yield Trace("id", said, 0, 0)
                for column, cell in row.items():
                    if column in _PEOPLE and isinstance(cell, str):
                        yield from _id_in(cell, traces)
        except csv.Error:
            return
    elif name.endswith((".json", ".jsonl")):
        for part in [text] if name.endswith(".json") else text.splitlines():
            try:
                yield from _in_json(json.loads(part), "", traces)
            except ValueError:
                continue


def _in_json(value: Any, key: str, traces: Traces) -> Iterator[Trace]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _in_json(inner, name, traces)
    elif isinstance(value, list):
        for inner in value:
            yield from _in_json(inner, key, traces)
    elif isinstance(value, str) and key in _PEOPLE:
        yield from _id_in(value, traces)


def _id_in(cell: str, traces: Traces) -> Iterator[Trace]:
    for piece in {cell.strip("'"), *cell.split(";")}:
        if traces.names(piece.strip()):
            yield Trace("id", piece.strip(), 0, len(cell))


# --- engine files -----------------------------------------------------------------------------------------------------


def byte_forms(text: str) -> set[bytes]:
    """Return the bytes under which a text may lie in a file: UTF-8, UTF-16, as JSON, percent-encoded; ASCII in lower case."""
    forms: set[bytes] = set()
    for told in (text, text.lower(), text.upper()):
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            forms.add(told.encode(code, "replace").lower())
        forms |= {json.dumps(told)[1:-1].encode().lower(), quote(told, errors="replace").encode().lower()}
    return forms - {b""}


def in_bytes(paths: Iterable[Path], texts: Collection[str], others: Collection[str]) -> dict[Path, list[str]]:
    """Search files byte by byte for texts; what is a part of one of the other texts does not count.

    Parameters
    ----------
    paths : iterable of Path
    texts : collection of str
        What is searched for.
    others : collection of str
        Texts of others that hold one of these inside.

    Returns
    -------
    dict of Path to list of str
        The texts found in each file in which any was.
    """
    found: dict[Path, list[str]] = {}
    longer = {
        text: [other.encode("utf-8", "replace").lower() for other in others if text.lower() in other.lower()]
        for text in texts
    }
    for path in paths:
        content = path.read_bytes().lower()
        mine = [text for text in texts if any(_stands_alone(content, form, longer[text]) for form in byte_forms(text))]
        if mine:
            found[path] = mine
    return found


def _stands_alone(content: bytes, form: bytes, longer: list[bytes]) -> bool:
    at = content.find(form)
    while at >= 0:
        if not any(_covers(content, at, form, other) for other in longer):
            return True
        at = content.find(form, at + 1)
    return False


def _covers(content: bytes, at: int, form: bytes, other: bytes) -> bool:
    """Whether a hit is a part of another text that stands around it."""
    inside = other.find(form)
    while inside >= 0:
        if at >= inside and content[at - inside : at - inside + len(other)] == other:
            return True
        inside = other.find(form, inside + 1)
    return False
