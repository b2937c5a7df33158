"""Tombstones: who was erased and stays away, as keyed hashes, so that a list of them tells nobody's address.

A tombstone is a decision of kind ``erased``; its subject is the HMAC of an id, a mail address or a name under a key that
is kept with the store. Whoever has both can test an address they know, as a load must; nobody can read one off.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.decisions import Decisions
from committee.erasure.person import Person, mail_text, mailbox, name_text
from committee.erasure.traces import REMOVED
from committee.records import digest
from committee.records.columns import encoded

__all__ = ["ERASED", "Tombstones"]

ERASED = "erased"
_MAIL = re.compile(r"[^\s\"'<>(),;:|\[\]\\]+@[^\s\"'<>(),;:|\[\]\\]+")
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
_CELLS = re.compile(r"[,;\t|\"]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_NORMAL: Mapping[str, Callable[[str], str]] = {
    "id": str,
    "mail": mail_text,
    "box": mailbox,
    "name": lambda text: _words(text),
}


def _words(name: str) -> str:
    """The words of a name as they are cut out of a text."""
    return " ".join(_WORD.findall(name_text(name)))


class Tombstones:
    """Who was erased.

    Parameters
    ----------
    key : bytes
        The store's key.
    decisions : Decisions
    """

    def __init__(self, key: bytes, decisions: Decisions | None = None) -> None:
        self._key = key
        self._known: dict[tuple[str, str], bool] = {}
        rows = decisions.decisions.to_pylist() if decisions is not None else []
        rows = [row for row in rows if row["kind"] == ERASED]
        self._since = {row["subject"]: row["decided_at"] for row in rows}
        self._spared: set[tuple[str, ...]] = set()
        self._lengths: set[int] = {length for row in rows if (length := json.loads(row["seen"] or "{}").get("words"))}

    def __bool__(self) -> bool:
        return bool(self._since)

    def subject(self, kind: str, text: str) -> str:
        """Return the subject of the tombstone of an id, a mail or a name."""
        said = f"{kind}\x1f{_NORMAL[kind](text)}".encode(errors="surrogatepass")
        return f"{ERASED}:{hmac.new(self._key, said, 'sha256').hexdigest()}"

    def since(self, kind: str, text: str) -> datetime | None:
        """Return when an id, a mail or a name was erased; None when it was not."""
        return self._since.get(self.subject(kind, text))

    def holds(self, kind: str, text: str | None) -> bool:
        """Whether an id, a mail or a name belongs to somebody erased."""
        if not text or not self._since:
            return False
        if (kind, text) not in self._known:
            kinds = ("mail", "box") if kind == "mail" else (kind,)
            self._known[kind, text] = any(self.subject(one, text) in self._since for one in kinds)
        return self._known[kind, text]

    def held(self, kind: str, column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.bool_]:
        """Return for each cell of a column whether it belongs to somebody erased; each distinct text is hashed once."""
        cells = encoded(column)
        known = [self.holds(kind, text) for text in cells.dictionary.to_pylist()]
        places = np.asarray(pc.fill_null(cells.indices, len(known)))
        return np.take(np.array([*known, False], bool), places)

    def speaks(self, text: str) -> bool:
        """Whether a refused cell, or a whole refused row, names somebody erased."""
        bare = _CONTROL.sub("", text)
        pieces = {piece.strip() for whole in (text, bare) for piece in (whole, *_CELLS.split(whole))}
        mails = {mail.strip(".") for whole in (text, bare) for mail in _MAIL.findall(whole)}
        return any(self.holds("mail", mail) for mail in mails | pieces) or any(
            self.holds(kind, piece) for kind in ("id", "name") for piece in pieces
        )

    def spare(self, names: Iterable[str]) -> None:
        """Take note of names of others: an erased name inside one of them is theirs."""
        longer = {_words(name) for name in names} if self._lengths else set()
        held = [name for name in longer if any(True for _ in self._names_in(list(_WORD.finditer(name))))]
        self._spared = {tuple(name.split(" ")) for name in held if not self.holds("name", name)}

    def without(self, text: str) -> str:
        """Return a text with a mark in place of addresses and names of erased people."""
        if "@" in text:
            text = _MAIL.sub(lambda match: REMOVED if self.holds("mail", match[0].strip(".")) else match[0], text)
        if not self._lengths:
            return text
        words = list(_WORD.finditer(text))
        spared = list(self._spared_in(words))
        cut = len(text)
        for first, last in sorted(self._names_in(words), reverse=True):
            if words[last].end() <= cut and not any(start <= first and last <= end for start, end in spared):
                cut = words[first].start()
                text = text[:cut] + REMOVED + text[words[last].end() :]
        return text

    def _names_in(self, words: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
        """First and last word of each erased name in a text."""
        for length in self._lengths:
            for first in range(len(words) - length + 1):
                if self.holds("name", " ".join(word[0] for word in words[first : first + length])):
                    yield first, first + length - 1

    def _spared_in(self, words: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
        told = [_words(word[0]) for word in words] if self._spared else []
        for name in self._spared:
            for first in range(len(told) - len(name) + 1):
                if tuple(told[first : first + len(name)]) == name:
                    yield first, first + len(name) - 1

    def decisions(self, person: Person, when: datetime, by: str, removed: Mapping[str, int]) -> Decisions:
        """Return the tombstones of a person; the first says how much went, as numbers without a name."""
        said = [("id", one) for one in person.ids]
        said += [("mail", one) for one in person.mails] + [("box", one) for one in person.boxes]
        said += [("name", one) for one in person.names if _words(one)]
        return self._made(said, when, by, removed)

    def learned(self, ids: Iterable[str], when: datetime) -> Decisions:
        """Return tombstones of further ids under which somebody erased came again."""
        return self._made([("id", one) for one in sorted(ids)], when, "", {})

    def _made(self, said: list[tuple[str, str]], when: datetime, by: str, removed: Mapping[str, int]) -> Decisions:
        subjects = list(dict.fromkeys(self.subject(kind, text) for kind, text in said))
        counts = {"removed": dict(sorted(removed.items()))} if removed else {}
        seen: dict[str, dict[str, Any]] = dict.fromkeys(subjects[:1], counts)
        for kind, text in said:
            if kind == "name":  # how many words a text has to be cut into to be compared
                subject = self.subject(kind, text)
                seen[subject] = {**seen.get(subject, {}), "words": len(_words(text).split(" "))}
        return Decisions(
            {
                "decisions": {
                    "decision_id": [digest([subject]) for subject in subjects],
                    "kind": [ERASED] * len(subjects),
                    "subject": subjects,
                    "decided_by": [by or None] * len(subjects),
                    "decided_at": [when] * len(subjects),
                    "seen": [json.dumps(told) if (told := seen.get(one)) else None for one in subjects],
                }
            }
        )
