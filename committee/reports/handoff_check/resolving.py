"""Resolves every claim of a brief anew: the record is looked up by its id, the value worked out of it, and the text read back.

A brief that its maker got wrong is found here, since nothing of the making is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from committee.records import TABLES, fields_of
from committee.records.fields import INSTANT
from committee.records.record import PROVENANCE
from committee.reports.handoff.document import Brief, Claim, Line
from committee.reports.handoff_check.facts import KINDS, Facts, Row
from committee.reports.handoff_check.wording import says, uncovered
from committee.settings import word_list

__all__ = ["Unproven", "claims_of", "origin", "unproven"]

REMADE = {"tried", "until"}  # only making the brief again tells these
_ROUNDING = 1e-6  # sums are told to so many places
_SHORTEST = 4  # letters of a name that is looked for outside the claims
_INSTANTS = {
    (kind, spec.name)
    for kind, table in KINDS.items()
    for spec in (*fields_of(TABLES[table]), *PROVENANCE)
    if spec.kind is INSTANT
}
_RECOUNTED = {"engagements", "first_at", "last_at"}  # of a membership, worked out of its touches as well


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
    spans = []
    for claim in line.claims:
        at = (claim.at, claim.at + len(claim.text))
        spans.append(at)
        if line.text[slice(*at)] != claim.text:
            yield Unproven(line, at, line.text[slice(*at)], claim.text, _place(claim))
            continue
        meant = _values(claim, facts)
        if meant is None:
            yield Unproven(line, at, claim.text, f"no {claim.record} {_ids(claim)}", _place(claim))
        elif not any(_same(claim.value, value) for value in meant):
            yield Unproven(line, at, claim.text, _told(meant), _place(claim))
        elif not says(claim.kind, claim.text, claim.value):
            yield Unproven(line, at, claim.text, _told([claim.value]), _place(claim))
    for word in uncovered(line.text, spans):
        start = line.text.find(word)
        yield Unproven(line, (start, start + len(word)), word, "no record is named for it", "")
    for name in sorted(names):
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", line.text):
            if not any(start < found.end() and found.start() < end for start, end in spans):
                yield Unproven(line, found.span(), name, "no record is named for it", "")


# --- values ---------------------------------------------------------------------------------------------------------


def _values(claim: Claim, facts: Facts) -> list[Any] | None:
    """The values a claim may have, moments as ISO 8601 text; None where a record of it is not there."""
    if claim.record == "setting":
        return _setting(claim.ids[0], facts)
    if claim.record == "run":
        run = facts.run
        if run is None or claim.ids != (run.run_id,):
            return None
        return [getattr(run, claim.field, None)]
    records = [facts.rows(claim.record, key) for key in claim.ids]
    if not all(records) or (not records and claim.field != "how many"):
        return None
    way, _, rest = claim.field.partition(" ")
    if claim.field == "how many":
        return [len(set(claim.ids))]
    if way in REMADE:
        return [claim.value]
    if way in ("first", "last") and rest:
        moments = [_plain(claim.record, rest, row.get(rest)) for rows in records for row in rows[:1]]
        known = [moment for moment in moments if moment is not None]
        return [min(known) if way == "first" else max(known)] if known else []
    if way == "sum" and rest:
        return [sum(rows[0].get(rest) or 0.0 for rows in records)]
    found: list[Any] = []
    for row in records[0]:
        if way == "len" and rest:
            found.append(len(row.get(rest) or []))
        elif way == "days" and rest:
            first, last = (_plain(claim.record, name, row.get(name)) for name in rest.split())
            found.append((_day(last) - _day(first)).days if first and last else None)
        elif way == "program_alternatives" and rest:
            found += [float(odds) for one, _, odds in map(_parted, row.get(way) or []) if one == rest]
        else:
            value = _plain(claim.record, claim.field, row.get(claim.field, _own_id(claim, row)))
            found += value if isinstance(value, list) else [value]
    found = (
        found[:1] if found and found[0] is not None and not isinstance(records[0][0].get(claim.field), list) else found
    )
    return [*found, *_recounted(claim, facts)] if _agrees(claim, found, facts) else _recounted(claim, facts)


def _parted(place: str) -> tuple[str, str, str]:
    return place.rpartition(":")


def _own_id(claim: Claim, row: Row) -> Any:
    """The id of a record that is named by it."""
    return claim.ids[0] if claim.field == f"{claim.record}_id" else None


def _recounted(claim: Claim, facts: Facts) -> list[Any]:
    """What the touches themselves say of a membership."""
    if claim.record != "membership" or claim.field not in _RECOUNTED:
        return []
    group, _, contact = claim.ids[0].partition("|")
    return [
        _plain("membership", claim.field, row[claim.field])
        for row in facts.people_of(group)
        if row["contact_id"] == contact
    ]


def _agrees(claim: Claim, found: list[Any], facts: Facts) -> bool:
    """Whether a recount, where there is one, says the same as the record."""
    again = _recounted(claim, facts)
    return not again or any(_same(one, other) for one in found for other in again)


def _setting(path: str, facts: Facts) -> list[Any] | None:
    run = facts.run
    for settings in (run.settings if run is not None else {}, word_list("detection")):
        value: Any = settings
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            return [value]
    section, _, rest = path.partition(".")
    try:
        value = word_list(section)
    except Exception:  # no list has that name
        return None
    value = value.get(section, value) if section == "personas" else value
    for part in rest.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if value is None else value if isinstance(value, list) else [value]


def _plain(record: str, field: str, value: Any) -> Any:
    """A value as a claim has it: moments as ISO 8601 text, to the second."""
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if (record, field) in _INSTANTS:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value / 1000, UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def _day(text: str) -> Any:
    return datetime.fromisoformat(text).astimezone(UTC).date()


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _ROUNDING * max(1.0, abs(one), abs(other))
    return _bare(one) == _bare(other)


def _bare(value: Any) -> str:
    """A text on one line, without characters that cannot be seen or that turn the direction."""
    kept = (" " if char.isspace() else char for char in str(value) if char.isspace() or char.isprintable())
    return " ".join("".join(kept).split())


# --- words ----------------------------------------------------------------------------------------------------------


def _told(values: list[Any]) -> str:
    told = [str(value) for value in dict.fromkeys(map(str, values)) if value != "None"]
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
