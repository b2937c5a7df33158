"""A person's name taken apart, in the order people write it or with the family name first."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import OSA

from committee.identity.people.words import PeopleWords
from committee.identity.spelling import plain_words

__all__ = ["PersonName", "likeness", "read_person"]


@dataclass(frozen=True)
class PersonName:
    """A name as it is compared.

    Attributes
    ----------
    given, family : str
        First name and family name, spelt plainly; one word alone is the family name.
    parts : frozenset of str
        All words; a double family name gives its parts.
    """

    given: str
    family: str
    parts: frozenset[str]

    @property
    def whole(self) -> str:
        """All of it, in the order of the words: what a swap does not change."""
        return " ".join(sorted(self.parts))


def read_person(text: str | None, words: PeopleWords) -> PersonName:
    """Take a name apart.

    "Keller, Dr. Anna" is Anna Keller; ü, ue and u are one letter; particles such as "van der" belong to the family name.
    """
    said = (text or "").strip()
    first, comma, second = said.partition(",")
    if comma and plain_words(second) and not set(plain_words(second)) <= words.titles:
        said = f"{second} {first}"
    elif comma:
        said = first
    found = [_folded(word) for word in plain_words(said) if word not in words.titles]
    kept = [word for word in found if word not in words.particles] or found
    if not kept:
        return PersonName("", "", frozenset())
    family = kept[-1]
    double = _double(said)
    if double:
        parts = [_folded(word) for word in double]
        if parts[-1] == family and len(kept) > len(parts):
            family = "".join(parts)
            kept = [*kept[: -len(parts)], family]
            return PersonName(kept[0], family, frozenset([*kept[:-1], *parts]))
    return PersonName(kept[0] if len(kept) > 1 else "", family, frozenset(kept))


def likeness(one: PersonName, other: PersonName, words: PeopleWords) -> str:
    """Return in which way two names are alike: a key of the points, the strongest that holds; empty = in none."""
    if not one.parts or not other.parts:
        return ""
    if one.given and (one.given, one.family) == (other.given, other.family):
        return "same_name"
    if one.given and other.given and one.whole == other.whole:
        return "swapped"
    same_given = bool(one.given) and one.given == other.given
    if one.family == other.family and one.given and other.given:
        if _short_form(one.given, other.given, words):
            return "nickname"
        if min(len(one.given), len(other.given)) == 1 and one.given[0] == other.given[0]:
            return "initial"
    if same_given and _double_of(one, other):
        return "double_name"
    if one.given and other.given and _one_letter(one, other):
        return "one_letter"
    return "other_family_name" if same_given and len(one.given) > 1 else ""


def _folded(word: str) -> str:
    """A word in which ä, ae and a are one; nothing else changes."""
    for two, single in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        word = word.replace(two, single)
    return word


def _double(said: str) -> list[str]:
    last = said.split()[-1] if said.split() else ""
    parts = [part for part in last.replace("–", "-").split("-") if part]
    return [word for part in parts for word in plain_words(part)] if len(parts) > 1 else []


def _short_form(one: str, other: str, words: PeopleWords) -> bool:
    return one != other and bool(words.nicknames.get(one, frozenset()) & words.nicknames.get(other, frozenset()))


def _double_of(one: PersonName, other: PersonName) -> bool:
    """Whether the family name of one is a part of the other's double name."""
    left, right = one.parts - {one.given}, other.parts - {other.given}
    return left != right and (left < right or right < left)


def _one_letter(one: PersonName, other: PersonName) -> bool:
    left, right = f"{one.given} {one.family}", f"{other.given} {other.family}"
    return bool(OSA.distance(left, right, score_cutoff=1) == 1)
