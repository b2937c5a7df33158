"""Whether a brief still says what the graph says.

The document is made again and laid beside the file, and every claim of it is looked up anew, by other means than it was
made.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from committee.graph.store import Store
from committee.progress import SILENT, Progress
from committee.reports.handoff import render
from committee.reports.handoff.document import Line
from committee.reports.handoff_check.comparing import Difference, compared_json, compared_rows, compared_units
from committee.reports.handoff_check.csv_text import read_csv
from committee.reports.handoff_check.facts import Facts
from committee.reports.handoff_check.html_text import read_html
from committee.reports.handoff_check.json_text import read_json
from committee.reports.handoff_check.markdown_text import read_markdown
from committee.reports.handoff_check.opening import CannotCheck, Opened, open_brief
from committee.reports.handoff_check.remaking import Remade, remade
from committee.reports.handoff_check.resolving import claims_of, origin
from committee.settings import Settings

__all__ = ["CannotCheck", "Finding", "Verdict", "judged", "verified"]

_UNITS = {"md": read_markdown, "html": read_html}
_SHOWN = 3  # records named as the source of one line
_LEAST_LOST = 2  # pieces missing at the end of a file that is cut off; one alone is a lost line


@dataclass(frozen=True)
class Finding:
    """One line of a file that is not as the graph has it.

    Attributes
    ----------
    line : int
        Of the file.
    place : str
        Where in the brief: number of the line, path, column or section.
    what : str
        changed, lost, added, doubled, moved, markup (no text, but how the page looks); note is a person's own remark; unproven is a line that the file
        has as the product writes it, and that the graph does not bear out.
    brief, graph : str
        What the brief says, and what the graph says; empty = nothing.
    source : str
        Where the graph has it from: record, field, file and line.
    wrong : bool
    """

    line: int
    place: str
    what: str
    brief: str
    graph: str
    source: str
    wrong: bool = True


@dataclass(frozen=True)
class Verdict:
    """What came out of checking a file.

    Attributes
    ----------
    run_id : str
    facts, lines : int
        Numbers, names, dates and words of vocabularies that were looked up, and the lines of the brief they stand in.
    findings : tuple of Finding
        In the order of the file.
    """

    run_id: str
    facts: int
    lines: int
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> int:
        """How many lines are wrong."""
        return sum(one.wrong for one in self.findings)


def verified(content: bytes, name: str, store: Store, settings: Settings, progress: Progress = SILENT) -> Verdict:
    """Check a file against a store.

    Parameters
    ----------
    content : bytes
    name : str
        Of the file, for sentences.
    store : Store
        Only read.
    settings : Settings
        In force while it is checked.

    Raises
    ------
    CannotCheck
        The file is no brief, cut off, of another database, of a run that is not kept, or made with other words.
    """
    opened = open_brief(content, name)
    return judged(opened, remade(store, opened, name, settings, progress), name)


def judged(opened: Opened, again: Remade, name: str) -> Verdict:
    """Compare a file with the document made again, and look up every claim of that; see `verified`."""
    names = {
        word.lower()
        for _, claim in claims_of(again.briefs)
        if claim.kind == "name" and claim.field == "name"
        for word in claim.text.split()
        if len(word) > 2 and word[0].isupper()
    }
    differences = _compared(opened, again, names)
    _refuse_cut(opened, differences, name)
    body = [one for one in differences if one.wrong and "header" not in one.place and "committee brief" not in one.text]
    if again.doubts and any("committee-brief" not in one.place for one in body):
        raise CannotCheck(f"{name} cannot be checked here: {'; '.join(again.doubts)}")
    sources = _Sources(again)
    found = [sources.of(one) for one in differences]
    found += _unproven(opened, again)
    lines = [line for brief in again.briefs for line in brief.lines()]
    facts = sum(len(line.claims) for line in lines)
    return Verdict(again.header.run_id, facts, len(lines), tuple(sorted(found, key=lambda one: (one.line, one.place))))


def _compared(opened: Opened, again: Remade, names: set[str]) -> list[Difference]:
    meant = render(again.document, opened.form)
    if opened.tree is not None:
        return compared_json(opened.tree, read_json(meant), names)
    if opened.form == "csv":
        return compared_rows(read_csv(opened.text), read_csv(meant), names)
    read = _UNITS[opened.form]
    return compared_units(read(opened.text).units, read(meant).units, names)


def _refuse_cut(opened: Opened, differences: Sequence[Difference], name: str) -> None:
    """Raise where all that is wrong is that the end is missing."""
    last = opened.text.rstrip("\n").count("\n") + 1
    wrong = [one for one in differences if one.wrong]
    at_end = [one for one in wrong if one.what in ("lost", "markup") and not one.said and one.line >= last]
    half = [one for one in wrong if one.half and one.line == last and one not in at_end]
    cut = len(at_end) >= _LEAST_LOST or bool(half and (at_end or not opened.text.endswith("\n")))
    if opened.form == "html":
        cut = "</html" not in opened.text.lower() and all(one.line >= last for one in wrong)
    elif len(at_end) + len(half) < len(wrong):
        cut = False
    if cut:
        raise CannotCheck(f"{name} is cut off in line {last}: the end of the brief is missing; take the whole file")


class _Sources:
    """Where what a difference is about stands in the graph."""

    def __init__(self, again: Remade) -> None:
        self._facts: Facts = again.facts
        self._lines = [line for brief in again.briefs for line in brief.lines()]
        self._by_number: dict[str, list[Line]] = {}
        for line in self._lines:
            self._by_number.setdefault(line.number, []).append(line)

    def of(self, one: Difference) -> Finding:
        """Return a difference with where the graph has it from."""
        line = self._line(one)
        source = "" if line is None else self._source(line, one)
        place = line.number if line is not None and line.number not in one.place else ""
        told = " ".join(part for part in (place, one.place.lstrip("@")) if part)
        return Finding(one.line, told, one.what, one.said, one.meant, source, one.wrong)

    def _line(self, one: Difference) -> Line | None:
        some = self._by_number.get(one.number, []) or self._lines
        bare = _bare(one.text)
        fitting = [line for line in some if bare and (_bare(line.text) in bare or bare in _bare(line.text))]
        return max(fitting, key=lambda line: len(line.text), default=some[0] if one.number and len(some) == 1 else None)

    def _source(self, line: Line, one: Difference) -> str:
        changed = {_bare(word) for word in one.text[slice(*one.at)].split()}
        claims = [claim for claim in line.claims if changed & {_bare(word) for word in claim.text.split()}]
        told = list(dict.fromkeys(origin(claim, self._facts) for claim in claims[:_SHOWN]))
        return "; ".join(told) if told else ", ".join(line.proof[:_SHOWN])


def _bare(text: str) -> str:
    """Letters and digits alone."""
    return "".join(char for char in unicodedata.normalize("NFC", text) if char.isalnum()).casefold()


def _unproven(opened: Opened, again: Remade) -> Iterator[Finding]:
    """What the maker of briefs itself got wrong."""
    for one in again.unproven:
        yield Finding(_line_in(opened, one.line), one.line.number, "unproven", one.said, one.meant, one.source)


def _line_in(opened: Opened, line: Line) -> int:
    """The line of the file on which a line of the brief stands; 1 where it is not there."""
    bare = _bare(line.text)
    if opened.form in _UNITS:
        pieces = [(unit.line, unit.text) for unit in _UNITS[opened.form](opened.text).units]
    else:
        pieces = list(enumerate(opened.text.split("\n"), 1))
    return next((place for place, text in pieces if bare in _bare(text)), 1)
