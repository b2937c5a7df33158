"""What is known about names of people: short forms, titles, particles, and how much each likeness counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from committee.identity.spelling import plain_words

__all__ = ["PeopleWords", "people_words"]


@dataclass(frozen=True)
class PeopleWords:
    """The word list, ready to be compared.

    Attributes
    ----------
    nicknames : mapping of first name to frozenset of int
        The lines of the list a form stands in; two forms on one line are one name.
    titles, particles : frozenset of str
    points : mapping of reason to points
    least : float
        Score from which two people are printed for review.
    most_alike : int
        People of one block among whom pairs are looked for.
    """

    nicknames: Mapping[str, frozenset[int]]
    titles: frozenset[str]
    particles: frozenset[str]
    points: Mapping[str, float]
    least: float
    most_alike: int


def people_words(lists: Mapping[str, Any]) -> PeopleWords:
    """Make the word list of ``defaults/people.toml``."""
    lines: dict[str, set[int]] = {}
    for number, forms in enumerate(lists["names"]["nicknames"]):
        for form in forms:
            lines.setdefault("".join(plain_words(form)), set()).add(number)
    return PeopleWords(
        nicknames={form: frozenset(numbers) for form, numbers in lines.items()},
        titles=frozenset(lists["names"]["titles"]),
        particles=frozenset(lists["names"]["particles"]),
        points={name: float(value) for name, value in lists["points"].items()},
        least=float(lists["matching"]["least"]),
        most_alike=int(lists["matching"]["most_alike"]),
    )
