"""What is known about company names: legal forms, words for trades and places, and public knowledge of who is who."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from committee.identity.spelling import plain_words

__all__ = ["CompanyWords", "Known", "company_words"]

_Words = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """A piece of public knowledge about a name: what it leads to, and who says so."""

    to: str
    why: str


@dataclass(frozen=True)
class CompanyWords:
    """The word list, ready to be compared.

    Attributes
    ----------
    glued : tuple of str
        Legal forms that are written without a blank, longest first.
    endings, beginnings : mapping of last (first) word to tuples of words
        Legal forms, longest first.
    descriptors, places : frozenset of tuples of words
    common : frozenset of str
        Words of a kind of house, which alone make no two names alike.
    owners : tuple of patterns
        Sentences inside a name, with the groups ``name`` and ``parent``.
    same : mapping of name key to Known
        Names of one company lead to one key.
    owned : mapping of name key to Known
        A company leads to the name of its owner.
    different : frozenset of pairs of name keys
        Names alike, companies that are not.
    ambiguous : frozenset of str
        Keys that several companies have: their legal form counts.
    least : float
    rare_names, rare_letters, edit_letters : int
        See the word list.
    """

    glued: tuple[str, ...]
    endings: Mapping[str, tuple[_Words, ...]]
    beginnings: Mapping[str, tuple[_Words, ...]]
    descriptors: frozenset[_Words]
    places: frozenset[_Words]
    common: frozenset[str]
    owners: tuple[re.Pattern[str], ...]
    same: Mapping[str, Known]
    owned: Mapping[str, Known]
    different: frozenset[frozenset[str]]
    ambiguous: frozenset[str]
    least: float
    rare_names: int
    rare_letters: int
    edit_letters: int

    def without_legal_form(self, words: list[str]) -> list[str]:
        """Return the words without legal forms at either end; a name that is nothing else stays whole."""
        found = list(words)
        while found:
            ending = next((e for e in self.endings.get(found[-1], ()) if tuple(found[-len(e) :]) == e), None)
            if ending is None or len(ending) >= len(found):
                break
            del found[-len(ending) :]
        while found:
            start = next((b for b in self.beginnings.get(found[0], ()) if tuple(found[: len(b)]) == b), None)
            if start is None or len(start) >= len(found):
                break
            del found[: len(start)]
        return found

    def key(self, name: str) -> str:
        """Return what two names of one company have in common when only the legal form differs.

        Names that public knowledge calls one company have one key.
        """
        return self.key_of(self.words_of(name))

    def words_of(self, name: str) -> list[str]:
        """Return the words of a name; legal forms that are written without a blank are words as well."""
        if not name.isascii():
            for form in self.glued:
                name = name.replace(form, f" {form} ")
        return plain_words(name)

    def key_of(self, words: list[str]) -> str:
        """Return the key of a name in words."""
        return self.keys_of(words)[2]

    def keys_of(self, words: list[str]) -> tuple[list[str], str, str]:
        """Return the words without the legal form; these in one text, which public knowledge is looked up by; the key."""
        bare = self.without_legal_form(words)
        whole, key = "".join(words), "".join(bare)
        if key in self.ambiguous:
            key = whole
        known = self.same.get(whole) or self.same.get(key)
        return bare, key, known.to if known is not None else key


def company_words(lists: Mapping[str, Any]) -> CompanyWords:
    """Make the word list of ``defaults/companies.toml``."""
    legal, matching = lists["legal"], lists["matching"]
    bare = CompanyWords(
        glued=tuple(sorted((form for form in legal["endings"] if not form.isascii()), key=len, reverse=True)),
        endings=_by_word(legal["endings"], -1),
        beginnings=_by_word(legal["beginnings"], 0),
        descriptors=frozenset(tuple(plain_words(word)) for word in lists["descriptors"]["words"]),
        places=frozenset(tuple(plain_words(word)) for word in lists["places"]["words"]),
        common=frozenset(word for text in lists["common"]["words"] for word in plain_words(text)),
        owners=tuple(re.compile(pattern, re.IGNORECASE) for pattern in lists["owners"]["patterns"]),
        same={},
        owned={},
        different=frozenset(),
        ambiguous=frozenset(),
        least=float(matching["least"]),
        rare_names=int(matching["rare_names"]),
        rare_letters=int(matching["rare_letters"]),
        edit_letters=int(matching["edit_letters"]),
    )
    ambiguous = frozenset(bare.key(name) for name in lists["ambiguous"]["names"])
    bare = replace(bare, ambiguous=ambiguous)
    known = replace(bare, same=_same(lists, bare))
    owned = {
        known.key(name): Known(known.key(entry["parent"]), f"owned since {entry['year']} ({entry['source']})")
        for name, entry in lists["owned"].items()
    }
    different = frozenset(
        frozenset((known.key(one), known.key(other)))
        for entry in lists["different"].values()
        for one in entry["names"]
        for other in entry["names"]
        if one != other
    )
    return replace(known, owned=owned, different=different)


def _by_word(forms: Iterable[str], place: int) -> dict[str, tuple[_Words, ...]]:
    found: dict[str, list[_Words]] = {}
    for form in forms:
        words = tuple(plain_words(form))
        found.setdefault(words[place], []).append(words)
    return {word: tuple(sorted(some, key=len, reverse=True)) for word, some in found.items()}


def _same(lists: Mapping[str, Any], words: CompanyWords) -> dict[str, Known]:
    """Names to the key of their company; a chain of new names leads to its end."""
    step: dict[str, Known] = {}

    def leads(name: str, to: str, why: str) -> None:
        for key in {"".join(words.words_of(name)), words.key(name)} - {words.key(to)}:
            step[key] = Known(words.key(to), why)

    for name, entry in lists["names"].items():
        for also in entry["also"]:
            leads(also, name, f"one company ({entry['source']})")
    for name, entry in lists["renamed"].items():
        why = f"renamed {name} to {entry['to']} in {entry['year']} ({entry['source']})"
        leads(name, entry["to"], why)
    final = {}
    for key, known in step.items():
        seen = {key}
        to = known.to
        while to in step and to not in seen:
            seen.add(to)
            to = step[to].to
        if to != key:
            final[key] = Known(to, known.why)
    return final
