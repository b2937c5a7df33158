"""The forms a report takes: self-contained HTML, Markdown, JSON, CSV. Text of strangers stays text in each of them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from committee.records.cells import csv_line, guarded
from committee.reports import words
from committee.settings import word_list

__all__ = [
    "FORMATS",
    "as_csv",
    "as_json",
    "cell",
    "fragment",
    "html_page",
    "markdown_table",
    "marked_down",
    "reference_ranges",
]

FORMATS = ("md", "html", "json", "csv")


@cache
def _environment() -> Environment:
    folder = files("committee.reports") / "templates"
    environment = Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": words.count,
        "cut": _cut,
        "day": words.day,
        "number": words.number,
        "period": words.period,
        "persona": words.persona,
        "share": words.share,
        "term": words.term,
    }
    return environment


def _cut(text: str, longest: int | None = None) -> Markup:
    """Cut a long text, and keep the whole of it behind the mouse; direction marks of a name end with the name."""
    whole = words.plain(text)
    shown = words.short(whole, longest or word_list("reports")["limits"]["characters"])
    if shown == whole:
        return Markup("<bdi>{}</bdi>").format(whole)
    return Markup('<bdi title="{}">{}</bdi>').format(whole, shown)


def html_page(template: str, sheets: Sequence[str] = ("page.css",), **values: Any) -> str:
    """Fill a template; the page allows no script, no network, and only its own style sheets, which are named by their hash."""
    folder = files("committee.reports") / "templates"
    style = "".join((folder / name).read_text(encoding="utf-8") for name in sheets)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return _environment().get_template(template).render(style=Markup(style), policy=policy, **values)


def fragment(template: str, **values: Any) -> str:
    """Fill a template that is a part of somebody else's page."""
    return _environment().get_template(template).render(**values)


def as_json(value: Any) -> str:
    """Return a report as JSON text: fields in their order, times ISO 8601 Z."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.repr}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, datetime):
        return cell(value)
    return value


def cell(value: Any) -> str:
    """Return a value as the text of one cell: lists joined by ``;``, times ISO 8601 Z, nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, (list, tuple)):
        return ";".join(cell(item).replace(";", "\\;") for item in value)
    return str(value)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV text; what a spreadsheet would run as a formula stands behind an apostrophe."""
    return "".join(csv_line([_guarded(value) for value in line]) for line in (columns, *rows))


def _guarded(value: Any) -> str:
    return guarded(cell(value)) if isinstance(value, (str, list, tuple)) else cell(value)


def marked_down(text: str) -> str:
    """Return text so that Markdown shows it as it is: no markup, no HTML, no table border in it."""
    return re.sub(r"([\\`*_\[\]|~#])", r"\\\1", escape(words.plain(text), quote=False))


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    head, rule, *body = lines
    written = [[marked_down(cell(value)) for value in line] for line in (head, *body)]
    written.insert(1, list(rule))
    return "\n".join(f"| {' | '.join(line)} |" for line in written) + "\n"


def reference_ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as runs, first and last: 1, 2, 3, 5 -> (1, 3), (5, 5)."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
