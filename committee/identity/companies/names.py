"""A company's name taken apart: its key, its stem, its trade, its place, and an owner that the name itself tells."""

from __future__ import annotations

from dataclasses import dataclass

from committee.identity.companies.words import CompanyWords

__all__ = ["CompanyName", "read_name"]

_SEVERAL = (";", " | ")


@dataclass(frozen=True)
class CompanyName:
    """A name as it is compared.

    Attributes
    ----------
    text : str
        As stated.
    key : str
        All words but the legal form; names of one company by public knowledge have one.
    bare : str
        The same before public knowledge is asked.
    stem : tuple of str
        Words that tell the company: without trade and place, where any are left.
    telling : frozenset of str
        Words of the stem that few names have.
    places : frozenset of str
        Places in it.
    distinct : bool
        Whether a word that tells the company is in it at all; names that do not have one are never joined.
    owner : str
        Key of the owner that the name tells; empty = none.
    """

    text: str
    key: str
    bare: str
    stem: tuple[str, ...]
    telling: frozenset[str]
    places: frozenset[str]
    distinct: bool
    owner: str = ""


def read_name(text: str, words: CompanyWords) -> CompanyName:
    """Take a name apart. A cell that lists several companies has a key of its own and no stem."""
    if any(mark in text for mark in _SEVERAL):
        return CompanyName(text, "list:" + text, "list:" + text, (), frozenset(), frozenset(), False)
    owner, name = "", text
    for pattern in words.owners:
        if match := pattern.match(text):
            name, owner = match["name"], words.key(match["parent"])
            break
    said = words.words_of(name)
    told, bare, key = words.keys_of(said)
    kept, places = _without(told, words)
    distinct = bool(kept) and key not in words.ambiguous
    stem = tuple(kept) or tuple(said)
    telling = frozenset(kept) - words.common
    return CompanyName(text, key, bare, stem, telling, places, distinct, "" if owner == key else owner)


def _without(found: list[str], words: CompanyWords) -> tuple[list[str], frozenset[str]]:
    """The words that are neither trade nor place, and the places."""
    kept, places, at = [], set(), 0
    while at < len(found):
        for length in (3, 2, 1):
            some = tuple(found[at : at + length])
            if len(some) == length and (some in words.places or some in words.descriptors):
                if some in words.places:
                    places.add(" ".join(some))
                at += length
                break
        else:
            kept.append(found[at])
            at += 1
    return kept, frozenset(places)
