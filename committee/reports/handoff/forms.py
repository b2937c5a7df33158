"""The brief in its four forms; each is made from the lines of the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from committee.reports.handoff.document import Brief, Briefs, Header, Line, Section
from committee.reports.rendering import FORMATS, as_csv, as_json, html_page, marked_down, reference_ranges
from committee.reports.words import short
from committee.settings import word_list

__all__ = ["MARK", "header_text", "render"]

MARK = "committee brief"  # begins the comment of a Markdown brief
_COLUMNS = ("group_id", "line", "role", "text", "proof")
_DETAILS = {"did", "concern", "say", "answer"}  # lines that belong to the one above them


def render(page: Brief | Briefs, format: str) -> str:
    """Return one brief, or several as one document, as text in one of ``md``, ``html``, ``json``, ``csv``."""
    briefs = page.briefs if isinstance(page, Briefs) else (page,)
    owner = page.owner if isinstance(page, Briefs) else None
    if format == "html":
        return _html(briefs, owner)
    if format == "json":
        return as_json(page)
    if format == "csv":
        return as_csv(_COLUMNS, [row for brief in briefs for row in _rows(brief)])
    if format == "md":
        return _markdown(briefs, owner)
    raise ValueError(f"format {format} is none of {', '.join(FORMATS)}")


def header_text(header: Header) -> str:
    """Return a header as JSON on one line, with nothing in it that ends a comment or a tag."""
    text = json.dumps(asdict(header), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "-\\u002d")


def _rows(brief: Brief) -> Iterator[tuple[str, ...]]:
    for name, value in _flat(asdict(brief.header)):
        yield brief.group_id, f"header.{name}", "header", value, ""
    for one in brief.lines():
        yield brief.group_id, one.number, one.role, one.text, ";".join(one.proof)


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", "" if value is None else str(value)


def _markdown(briefs: tuple[Brief, ...], owner: str | None) -> str:
    level = "#" if owner is None else "##"
    parts = [] if owner is None else [_contents(briefs, owner)]
    return "\n\n".join([*parts, *(_one_markdown(brief, level) for brief in briefs)]) + "\n"


def _contents(briefs: tuple[Brief, ...], owner: str) -> str:
    lines = [f"# {marked_down(owner)}: {_number(briefs)}", ""]
    return "\n".join([*lines, *(f"{place}. {marked_down(_entry(brief))}" for place, brief in enumerate(briefs, 1))])


def _number(briefs: tuple[Brief, ...]) -> str:
    return f"{len(briefs):,} group" if len(briefs) == 1 else f"{len(briefs):,} groups"


def _entry(brief: Brief) -> str:
    """A brief in one line of the contents: what it is about, and whom to contact first."""
    said = {one.role: one for one in brief.lines("account")}
    need, program = (next(iter(said[role].claims), None) for role in ("need", "program"))
    most = word_list("reports")["limits"]["characters"]
    about = [need.text if need else "", short(program.text if program else said["program"].rest, most)]
    flag = ", flag" if brief.flagged else ""
    first = next((one.text.partition(" ")[2] for one in brief.lines("order") if one.role == "call"), "")
    told = f"{brief.title}: {', '.join(part for part in about if part)} ({brief.status}{flag})"
    return f"{told}; first {first}" if first else told


def _one_markdown(brief: Brief, level: str) -> str:
    lines, numbers = [f"<!-- {MARK} {header_text(brief.header)} -->"], _numbers(brief)
    for section in brief.sections:
        shown = section.lines
        if section.key == "account":
            lines += ["", f"{level} {marked_down(shown[0].text)}", ""]
            shown = shown[1:]
        else:
            lines += ["", f"{level}# {section.title}", ""]
        lines += [_bullet(one, {} if section.key == "receipts" else numbers) for one in shown]
    return "\n".join(lines)


def _numbers(brief: Brief) -> dict[str, int]:
    """The numbers of the engagements that the receipts list, by engagement:ID."""
    return {one.proof[0]: int(one.subject) for one in brief.lines("receipts") if one.role == "engagement"}


def _bullet(one: Line, numbers: Mapping[str, int]) -> str:
    before = "  - " if one.role in _DETAILS else "- "
    subject, rest = one.subject.rstrip(), one.text[len(one.subject.rstrip()) :]
    told = f"**{marked_down(subject)}**{_spaced(rest)}" if subject else marked_down(one.text)
    return f"{before}{told}{_code(one.proof, numbers)}"


def _spaced(text: str) -> str:
    """Text behind a subject, with the blank it begins with."""
    return (" " if text[:1] == " " else "") + marked_down(text)


def _code(proof: tuple[str, ...], numbers: Mapping[str, int]) -> str:
    """The ids behind a line; engagements that the receipts list by their numbers there."""
    runs = reference_ranges(numbers[key] for key in proof if key in numbers)
    listed = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)
    ids = [*([f"[{listed}]"] if listed else []), *(key for key in proof if key not in numbers)]
    return f" ({marked_down(', '.join(ids))})" if ids else ""


def _html(briefs: tuple[Brief, ...], owner: str | None) -> str:
    return html_page(
        "handoff.html",
        sheets=("page.css", "handoff.css"),
        pages=[_Page(brief, place) for place, brief in enumerate(briefs, 1)],
        owner=owner,
        number=_number(briefs),
    )


@dataclass(frozen=True)
class _Person:
    """A member with the lines that follow."""

    who: Line
    did: Line | None
    more: tuple[Line, ...]

    @property
    def cites(self) -> tuple[str, ...]:
        """The engagements behind what the member did."""
        return tuple(key for key in (self.did.proof if self.did else ()) if key.startswith("engagement:"))


class _Page:
    """A brief as the template reads it."""

    def __init__(self, brief: Brief, place: int) -> None:
        self.brief, self.place = brief, place
        self.header = header_text(brief.header)
        self.entry = _entry(brief)
        self.picture = re.sub(
            r"timeline-(title|text)", rf"g{place}-timeline-\1", brief.picture
        )  # ids are of the document
        self.sections: dict[str, Section] = {section.key: section for section in brief.sections}
        self.letters = word_list("reports")["letters"]
        self._numbers = _numbers(brief)
        self._own = f"group:{brief.group_id}"  # stands at the foot of the page

    def lines(self, key: str, *roles: str) -> list[Line]:
        """Return the lines of a section, of some roles where any is named."""
        return [one for one in self.brief.lines(key) if not roles or one.role in roles]

    def title(self, key: str) -> str:
        """Return the title of a section; empty where it is not there."""
        return self.sections[key].title if key in self.sections else ""

    def letter(self, who: Line) -> str:
        """Return the letter of a member's persona, as in the picture."""
        word = next((one.value for one in who.claims if one.field == "persona"), None)
        return str(self.letters.get(str(word), "?"))

    def head_ids(self) -> list[str]:
        """Return the ids of group, account and programs, which stand at the foot."""
        return list(dict.fromkeys([self._own, *(key for one in self.lines("account") for key in one.proof)]))

    def people(self) -> list[_Person]:
        """Return the members, each with the lines that tell of them."""
        found: list[list[Line]] = []
        for one in self.lines("committee"):
            if one.role == "who":
                found.append([one])
            elif found and one.role != "more":
                found[-1].append(one)
        return [
            _Person(
                some[0],
                next((one for one in some if one.role == "did"), None),
                tuple(one for one in some[1:] if one.role != "did"),
            )
            for some in found
        ]

    def ranges(self, proof: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return the engagements of a proof as runs of their numbers on the page."""
        return reference_ranges(self._numbers[key] for key in proof if key in self._numbers)

    def ids(self, proof: tuple[str, ...]) -> list[str]:
        """Return the other ids of a proof, without the group itself."""
        return [key for key in proof if not key.startswith("engagement:") and key != self._own]

    def beyond(self, proof: tuple[str, ...]) -> int:
        """Return how many engagements of a proof are not listed on the page."""
        return sum(key.startswith("engagement:") and key not in self._numbers for key in proof)
