"""Account ranking after Demandbase: points by kind of activity; weights, such as that of the person's level, multiply."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["level_of", "multiplied"]


def multiplied(points: float, weights: Iterable[float]) -> float:
    """Return points times all weights: 300 % for a title and 200 % for a tier are 600 %.

    >>> multiplied(1.0, [3.0, 2.0])
    6.0
    """
    return points * math.prod(weights)


def level_of(title: str | None, words: Mapping[str, Sequence[str]]) -> str:
    """Return the first level one of whose words stands in the title; the last level when none does.

    >>> words = {"c": ["chief"], "director": ["director"], "other": []}
    >>> [level_of(title, words) for title in ("Chief Medical Officer", "Senior Director, CMC", "Directorate clerk", None)]
    ['c', 'director', 'other', 'other']
    """
    text = (title or "").lower()
    for level, known in words.items():
        if any(re.search(rf"\b{re.escape(word)}\b", text) for word in known):
            return level
    return list(words)[-1]
