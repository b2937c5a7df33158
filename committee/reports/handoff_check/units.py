"""What a file says, piece by piece, each with the line it stands on: what every form of a brief is read into."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["FORMS", "NOTE", "Page", "Unit", "words_of"]

FORMS = ("md", "html", "json", "csv")
NOTE = "note:"  # what a person's own remark begins with


@dataclass(frozen=True)
class Unit:
    """One piece of a brief: a line, a cell, a block of a page; words with the line of each, from 1.

    Attributes
    ----------
    words : tuple of (str, int)
        Blanks and line ends between words say nothing, so they are not kept.
    place : str
        Where it stands, in the words of the form: a section, a column, a path, an element.
    markup : bool
        A stroke of a picture, or what decides how the page looks and where its links lead: no text.
    note : bool
        A person's own remark, marked as one.
    number : str
        Of the line of the brief it belongs to, where the form tells it.
    """

    words: tuple[tuple[str, int], ...]
    place: str = ""
    markup: bool = False
    note: bool = False
    line_if_empty: int = 1
    number: str = ""

    @cached_property
    def text(self) -> str:
        """The words with one blank between."""
        return " ".join(word for word, _ in self.words)

    @cached_property
    def key(self) -> tuple[str, str]:
        """What makes two pieces the same: where a value stands says something where the form names it."""
        return (self.place if self.place.startswith(("@", "<")) else "", self.text)

    @property
    def line(self) -> int:
        """The line of the first word."""
        return self.words[0][1] if self.words else self.line_if_empty

    def line_at(self, place: int) -> int:
        """Return the line of the word at a place; the last one's beyond the end."""
        return self.words[min(place, len(self.words) - 1)][1] if self.words else self.line_if_empty


@dataclass(frozen=True)
class Page:
    """A file as pieces in their order.

    Attributes
    ----------
    form : str
        One of `FORMS`.
    units : tuple of Unit
    whole : bool
        Whether the file ends as its form has to end.
    lines : int
        Lines of the file.
    """

    form: str
    units: tuple[Unit, ...]
    whole: bool = True
    lines: int = field(default=0)


def words_of(text: str, line: int) -> tuple[tuple[str, int], ...]:
    r"""Return the words of a text that begins on a line; letters composed, so that two ways to write one letter are one.

    >>> words_of("a  b\nc", 7)
    (('a', 7), ('b', 7), ('c', 8))
    """
    found = []
    for part in re.finditer(r"\n|[^\s]+", text):
        if part[0] == "\n":
            line += 1
        else:
            found.append((unicodedata.normalize("NFC", part[0]), line))
    return tuple(found)
