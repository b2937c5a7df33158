"""Markdown as pieces: a heading, an item, a row of a table or a paragraph each; lines that only go on belong to what they go on with."""

from __future__ import annotations

import re
from html import unescape

from committee.reports.handoff_check.units import NOTE, Page, Unit, words_of

__all__ = ["read_markdown"]

_BEGINS = re.compile(r"\s*(?:[-*+] |\d+[.)] |#{1,6} |\||>|---)")
_BULLET = re.compile(r"^(\s*)[*+] ")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_markdown(text: str) -> Page:
    """Read a Markdown file; the same text wrapped anew, with other bullets or line ends, gives the same pieces."""
    lines = text.split("\n")
    units: list[Unit] = []
    block: list[tuple[str, int]] = []
    section, quoted = "", False

    def close() -> None:
        nonlocal section
        if block:
            words = tuple(word for line, number in block for word in words_of(_plain(line), number))
            told = " ".join(word for word, _ in words)
            if told.startswith("#"):
                section = told.lstrip("# ")
            note = told.startswith(">") and told.lstrip("> ").lower().startswith(NOTE)
            units.append(Unit(words, section, note=note))
            block.clear()

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            close()
            quoted = False
            continue
        quote = line.lstrip().startswith(">")
        goes_on = quote and quoted and not line.lstrip("> \t").lower().startswith(NOTE)
        if block and not goes_on and (_BEGINS.match(line) or block[-1][0].lstrip().startswith("#")):
            close()
        block.append((line, number))
        quoted = quote
    close()
    return Page("md", tuple(units), text.endswith("\n"), len(lines))


def _plain(line: str) -> str:
    return _ESCAPED.sub(r"\1", unescape(_BULLET.sub(r"\1- ", line)))
