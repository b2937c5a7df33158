"""Recognises a person in a text: by mail address, by name, by id, and never by a part of somebody else's.

A mail address counts where it stands on its own: ann@x.org is not in joann@x.org. The words of a name may be parted by
blanks, hyphens, dots and underscores, as in file names and addresses; the last word may come first, before a comma. An id
counts between blanks, brackets, quotes and separators.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from committee.erasure.person import Person

__all__ = ["REMOVED", "Trace", "Traces", "plain_letters"]

REMOVED = "[erased]"
_BETWEEN = r"(?:\s|[._+\-]|%20|&nbsp;)+"
_EDGE = r"\s\"'`,;|()\[\]{}<>=&?#\\/\x00-\x1f\x7f“”‘’"
_SHORT_ID = 4  # bytes: a shorter id may be a word


@dataclass(frozen=True)
class Trace:
    """What was found in a text: its kind (mail, name, id), the text searched for, and where it stands."""

    kind: str
    says: str
    start: int
    end: int


def plain_letters(text: str) -> str:
    """Return a text without the marks on its letters.

    >>> plain_letters("Zoë Müller")
    'Zoe Muller'
    """
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


class Traces:
    """Finds one person.

    Parameters
    ----------
    person : Person
    """

    def __init__(self, person: Person) -> None:
        self.person = person
        found = {mail: ("mail", _mail_pattern(mail)) for mail in person.mails}
        for name in person.names:
            found[name] = ("name", _name_pattern(name))
        self._kinds = {text: kind for text, (kind, _) in found.items()}
        self._texts = list(found)
        self._pattern = _joined([pattern for _, pattern in found.values()], re.IGNORECASE)
        self._ids = list(person.ids)
        self._id_pattern = _joined([_id_pattern(one) for one in person.ids], 0)
        self.sure_ids = frozenset(filter(_says_itself, person.ids))
        self._id_set = frozenset(person.ids)
        self._longer = _joined(
            [rf"(?<![^\W_]){re.escape(normal(text.strip()))}(?![^\W_])" for text in person.longer], re.IGNORECASE
        )

    def in_text(self, text: str, *, about_people: bool = False) -> Iterator[Trace]:
        """Yield what of the person stands in a text.

        Parameters
        ----------
        text : str
        about_people : bool
            Whether an id in the text means a contact; elsewhere only ids of four signs and more count that are neither a
            word nor a number, and ids behind ``contact:``.
        """
        text = normal(text)
        yield from (trace for trace, inside in self._named(text) if not inside)
        if self._id_pattern is not None:
            for match in self._id_pattern.finditer(text):
                says = self._ids[int(match.lastgroup[1:])]  # type: ignore[index]
                told = text[: match.start()].endswith("contact:")
                if about_people or told or says in self.sure_ids:
                    yield Trace("id", says, match.start(), match.end())

    def in_others(self, text: str) -> Iterator[Trace]:
        """Yield what looks like the person in a text, and is a part of somebody else's name or address."""
        yield from (trace for trace, inside in self._named(normal(text)) if inside)

    def _named(self, text: str) -> Iterator[tuple[Trace, bool]]:
        """Names and addresses in a text, and whether they stand inside a longer one of somebody else."""
        if self._pattern is None:
            return
        spans: list[tuple[int, int]] | None = None
        for match in self._pattern.finditer(text):
            says = self._texts[int(match.lastgroup[1:])]  # type: ignore[index]
            if spans is None:
                spans = [one.span() for one in self._longer.finditer(text)] if self._longer else []
            inside = any(start <= match.start() and match.end() <= end for start, end in spans)
            yield Trace(self._kinds[says], says, match.start(), match.end()), inside

    def names(self, contact_id: object) -> bool:
        """Whether an id is the person's."""
        return contact_id in self._id_set

    def without(self, text: str) -> str:
        """Return a text with a mark in place of what names the person; the same text where nothing does."""
        found = sorted(self.in_text(text), key=lambda trace: (trace.start, -trace.end))
        if not found:
            return text
        text, parts, at = normal(text), [], 0
        for trace in found:
            if trace.start >= at:
                parts += [text[at : trace.start], REMOVED]
                at = trace.end
        return "".join([*parts, text[at:]])


def normal(text: str) -> str:
    """Return a text in the form in which all are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _says_itself(one: str) -> bool:
    """Whether an id is neither a word nor a number, so that it means the person wherever it stands."""
    return len(one.encode()) >= _SHORT_ID and not one.isalpha() and not one.replace(".", "").isdigit()


def _joined(patterns: list[str], flags: int) -> re.Pattern[str] | None:
    """One pattern whose groups tell which of them fits."""
    if not patterns:
        return None
    return re.compile("|".join(f"(?P<t{place}>{pattern})" for place, pattern in enumerate(patterns)), flags)


def _mail_pattern(mail: str) -> str:
    return rf"(?<![\w.+\-])(?<!\w['’]){re.escape(normal(mail))}(?![\w\-]|\.\w)"


def _name_pattern(name: str) -> str:
    forms = []
    for form in dict.fromkeys((normal(name), plain_letters(name))):
        words = [re.escape(word) for word in form.split()]
        forms.append(_BETWEEN.join(words))
        if len(words) > 1:
            forms.append(rf"{words[-1]}\s*,\s*{_BETWEEN.join(words[:-1])}")
    return rf"(?<![^\W_])(?:{'|'.join(forms)})(?![^\W_])"


def _id_pattern(one: str) -> str:
    return rf"(?:(?<=contact:)|(?<![^{_EDGE}])){re.escape(normal(one))}(?![^{_EDGE}.])"
