"""Resolves every claim of a brief anew, and looks for numbers and names in it that no claim stands behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from committee.reports.handoff.document import Brief, Claim, Line
from committee.reports.handoff_check.deriving import same_value, values_of
from committee.reports.handoff_check.facts import KINDS, Facts
from committee.reports.handoff_check.wording import says, uncovered

__all__ = ["Unproven", "claims_of", "origin", "unproven"]

_SHORTEST = 4  # letters of a name that is looked for outside the claims
_PLACED = re.compile(r"(\d+)(?:\. |: )")  # at the start of a line: its place among the lines of its kind
_NUMBERED = {"receipts"}  # sections whose lines name others by their place


@dataclass(frozen=True)
class Unproven:
    """A part of a line that the graph does not bear out.

    Attributes
    ----------
    line : Line
    at : tuple of int
        From where to where in the text of the line.
    said, meant : str
        What the line says, what the graph says.
    source : str
        Record and field.
    """

    line: Line
    at: tuple[int, int]
    said: str
    meant: str
    source: str


def claims_of(briefs: Iterable[Brief]) -> Iterator[tuple[Line, Claim]]:
    """Yield every claim with its line."""
    for brief in briefs:
        for line in brief.lines():
            for claim in line.claims:
                yield line, claim


def unproven(brief: Brief, facts: Facts) -> list[Unproven]:
    """Return what of a brief the graph does not bear out, in the order of the lines."""
    facts.ask_for((claim.record, key) for _, claim in claims_of([brief]) for key in claim.ids)
    names = {
        claim.text
        for _, claim in claims_of([brief])
        if claim.kind == "name" and claim.field == "name" and len(claim.text) >= _SHORTEST
    }
    return [found for line in brief.lines() for found in _of_line(line, names, facts)]


def _of_line(line: Line, names: Iterable[str], facts: Facts) -> Iterator[Unproven]:
    spans = [(claim.at, claim.at + len(claim.text)) for claim in line.claims]
    for claim, at in zip(line.claims, spans, strict=True):
        meant = values_of(claim, facts)
        if line.text[slice(*at)] != claim.text:
            yield Unproven(line, at, line.text[slice(*at)], claim.text, _place(claim))
        elif meant is None:
            yield Unproven(line, at, claim.text, f"no {claim.record} {_ids(claim)}", _place(claim))
        elif not any(same_value(claim.value, value) for value in meant):
            yield Unproven(line, at, claim.text, _told(meant), _place(claim))
        elif not says(claim.kind, claim.text, claim.value):
            yield Unproven(line, at, claim.text, _told([claim.value]), _place(claim))
    for start, word in uncovered(line.text, [*spans, *_places(line)]):
        yield Unproven(line, (start, start + len(word)), word, "no record is named for it", "")
    for name in sorted(names):
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", line.text):
            if not any(start < found.end() and found.start() < end for start, end in spans):
                yield Unproven(line, found.span(), name, "no record is named for it", "")


def _places(line: Line) -> list[tuple[int, int]]:
    """Where a line numbers itself or, in receipts, others: order is compared by making the brief again."""
    found = _PLACED.match(line.text)
    if line.number.partition(".")[0] in _NUMBERED:
        return [one.span() for one in re.finditer(r"(?<![\w.-])\d+(?![\w.-])", line.text)]
    return [found.span(1)] if found else []


def _told(values: list[Any]) -> str:
    told = [word for word in dict.fromkeys(map(str, values)) if word != "None"]
    return " or ".join(told) or "nothing"


def _ids(claim: Claim) -> str:
    return ", ".join(claim.ids[:3]) + (" …" if len(claim.ids) > 3 else "")


def _place(claim: Claim) -> str:
    return f"{claim.record}:{_ids(claim)} {claim.field}"


def origin(claim: Claim, facts: Facts) -> str:
    """Return where a claim is from: record and field, and the file and line that said so."""
    place = _place(claim)
    rows = facts.rows(claim.record, claim.ids[0]) if claim.record in KINDS and claim.ids else []
    if rows and rows[0].get("load_id") and claim.record != "load":
        loads = facts.rows("load", str(rows[0]["load_id"]))
        if loads and rows[0].get("line"):
            return f"{place} ({loads[0]['file']} line {rows[0]['line']})"
    return place
