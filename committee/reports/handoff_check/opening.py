"""Opens a file that should be a brief: its form, its text, and what its headers say it is."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from committee.records.cells import unguarded
from committee.reports.handoff_check.csv_text import read_csv
from committee.reports.handoff_check.json_text import Cut, Malformed, Value, read_json

__all__ = ["CannotCheck", "Head", "Opened", "open_brief"]

_MARKDOWN = re.compile(r"<!--\s*committee\s+brief\s+(\{.*?\})\s*-->", re.DOTALL)
_META = re.compile(r"<meta\b[^>]*?name\s*=\s*[\"']?committee-brief\b[^>]*>", re.IGNORECASE | re.DOTALL)
_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE | re.DOTALL)
_LEAD = "header."  # of the line of a row that is a part of a header
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class CannotCheck(Exception):
    """A file that is neither right nor wrong: the sentence says why, and what to do."""


@dataclass(frozen=True)
class Head:
    """One header of a file.

    Attributes
    ----------
    fields : mapping
        As it stands there; not checked.
    line : int
    """

    fields: Mapping[str, Any]
    line: int

    def said(self, name: str) -> str:
        """Return a field as text; empty where it is not there."""
        value = self.fields.get(name)
        return "" if value is None else str(value)

    @property
    def options(self) -> Mapping[str, Any]:
        """What was asked for."""
        found = self.fields.get("options")
        return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True)
class Opened:
    """A file as text, with its form and headers.

    Attributes
    ----------
    form : str
        md, html, json or csv.
    text : str
        With line ends as the product writes them.
    heads : tuple of Head
    tree : Value, optional
        Of a JSON file.
    """

    form: str
    text: str
    heads: tuple[Head, ...]
    tree: Value | None = None


def open_brief(content: bytes, name: str) -> Opened:
    """Open a file.

    Raises
    ------
    CannotCheck
        It is empty, no text, no JSON, or ends in the middle of its JSON.
    """
    text = _text(content, name)
    if not text.strip():
        raise CannotCheck(f"{name} is empty: it may have been cut off while it was copied")
    start = text.lstrip()
    if start.startswith("{"):
        return _json(text, name)
    head = start.partition("\n")[0].replace('"', "").lower()
    if re.match(r"group_id[,;\t|]", head):
        return Opened("csv", text, tuple(_of_rows(text)))
    if re.match(r"<(?!!--\s*committee)", start):
        return Opened("html", text, tuple(_of_page(text)))
    return Opened("md", text, tuple(_of_markdown(text)))


def _text(content: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) if encoding == "utf-8" else 0 :].decode(encoding, "replace")
            break
    else:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.end >= len(content) - 1 and error.reason != "invalid start byte":
                text = content[: error.start].decode("utf-8")  # cut in the middle of a letter
            else:
                text = content.decode("cp1252", "replace")  # as an older spreadsheet saves it
    if "\x00" in text:
        raise CannotCheck(f"{name} is a binary file, no brief: committee handoff GROUP --out FILE writes one")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _json(text: str, name: str) -> Opened:
    try:
        tree = read_json(text)
    except Cut as error:
        raise CannotCheck(f"{name} is cut off in line {error.args[1]}: {error.args[0]}; take the whole file") from None
    except Malformed as error:
        raise CannotCheck(f"{name} is not JSON any more, line {error.args[1]}: {error.args[0]}") from None
    return Opened("json", text, tuple(_of_tree(tree)), tree)


def _of_tree(tree: Value) -> Iterator[Head]:
    """Every object named header, from the outside in."""
    for name, value in tree.members.items():
        if name == "header" and value.kind == "object":
            yield Head({key: _said(one) for key, one in value.members.items()}, value.line)
        else:
            yield from _of_tree(value)
    for value in tree.items:
        yield from _of_tree(value)


def _said(value: Value) -> Any:
    if value.kind == "object":
        return {name: _said(one) for name, one in value.members.items()}
    if value.kind == "array":
        return [_said(one) for one in value.items]
    return (
        int(value.scalar) if hasattr(value.scalar, "normalize") and value.scalar == int(value.scalar) else value.scalar
    )


def _of_markdown(text: str) -> Iterator[Head]:
    for found in _MARKDOWN.finditer(text):
        yield _head(found[1], text.count("\n", 0, found.start()) + 1)


def _of_page(text: str) -> Iterator[Head]:
    for found in _META.finditer(text):
        content = _CONTENT.search(found[0])
        if content is not None:
            yield _head(unescape(content[1] or content[2] or ""), text.count("\n", 0, found.start()) + 1)


def _head(said: str, line: int) -> Head:
    try:
        fields = json.loads(" ".join(said.split()))
    except ValueError:
        fields = {}
    return Head(fields if isinstance(fields, dict) else {}, line)


def _of_rows(text: str) -> Iterator[Head]:
    by_group: dict[str, tuple[dict[str, Any], int]] = {}
    rows = read_csv(text)
    for row in rows[1:]:
        if len(row) > 1 and row[1].startswith(_LEAD):
            fields, _ = by_group.setdefault(row[0], ({"group_id": row[0], "options": {}}, row.line))
            path = row[1].removeprefix(_LEAD).split(".")
            value = unguarded(row[3]) if len(row) > 3 else ""
            if path[0] == "options" and len(path) > 1:
                fields["options"][path[1]] = value
            else:
                fields[path[0]] = value
    yield from (Head(fields, line) for fields, line in by_group.values())
