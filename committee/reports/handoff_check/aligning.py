"""Lays the pieces of a file beside those the graph gives, and names what is changed, lost, added, doubled or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["Step", "aligned", "first_difference", "likeness"]

_ALIKE = 0.5  # pieces less alike than this are one that is lost and another that is added
_LARGEST = 40_000  # pairs of pieces that are compared with one another before pieces are paired by their order


@dataclass(frozen=True)
class Step:
    """One piece of the file, one of the graph's, or both where they belong together.

    Attributes
    ----------
    said, meant : int or None
        Place in the file's pieces, and in the graph's.
    before : int
        How many pieces of the file stand before it: where a lost one would stand.
    """

    said: int | None
    meant: int | None
    before: int


def aligned(said: Sequence[Hashable], meant: Sequence[Hashable], alike: Callable[[int, int], float]) -> list[Step]:
    """Return the steps that lead through both sequences; equal pieces are left out.

    Parameters
    ----------
    said, meant : sequence
        What makes a piece of the file, and of the graph, the same as another.
    alike : callable
        How alike the pieces at two places are, 0 to 1.
    """
    steps: list[Step] = []
    for kind, first, last, start, end in SequenceMatcher(None, said, meant, autojunk=False).get_opcodes():
        if kind != "equal":
            steps += _paired(range(first, last), range(start, end), alike)
    return steps


def _paired(said: range, meant: range, alike: Callable[[int, int], float]) -> Iterator[Step]:
    """Pair pieces in their order so that the likeness in all is the greatest."""
    pairs = _best(said, meant, alike) if len(said) * len(meant) <= _LARGEST else list(zip(said, meant, strict=False))
    here, there = said.start, meant.start
    for one, other in [*pairs, (said.stop, meant.stop)]:
        yield from (Step(None, place, here) for place in range(there, other))
        yield from (Step(place, None, place) for place in range(here, one))
        if one < said.stop and other < meant.stop:
            yield Step(one, other, one)
        here, there = one + 1, other + 1


def _best(said: range, meant: range, alike: Callable[[int, int], float]) -> list[tuple[int, int]]:
    if len(said) == len(meant) == 1:
        return [(said.start, meant.start)] if alike(said.start, meant.start) >= _ALIKE else []
    near = [[alike(one, other) for other in meant] for one in said]
    best = [[0.0] * (len(meant) + 1) for _ in range(len(said) + 1)]
    for row in reversed(range(len(said))):
        for column in reversed(range(len(meant))):
            both = near[row][column] + best[row + 1][column + 1] if near[row][column] >= _ALIKE else -1.0
            best[row][column] = max(both, best[row + 1][column], best[row][column + 1])
    pairs, row, column = [], 0, 0
    while row < len(said) and column < len(meant):
        if near[row][column] >= _ALIKE and best[row][column] == near[row][column] + best[row + 1][column + 1]:
            pairs.append((said[row], meant[column]))
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1
    return pairs


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are by the words they share, 0 to 1; by their letters where they are a word or two."""
    left, right = one.split(), other.split()
    if min(len(left), len(right)) <= 3:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()
    shared = sum((Counter(left) & Counter(right)).values())
    return 2 * shared / (len(left) + len(right))


def first_difference(one: Sequence[str], other: Sequence[str]) -> tuple[slice, slice]:
    """Return where the words differ: what is between the words both begin with and those both end with."""
    shorter = min(len(one), len(other))
    start = next((place for place in range(shorter) if one[place] != other[place]), shorter)
    end = next((place for place in range(shorter - start) if one[-1 - place] != other[-1 - place]), shorter - start)
    return slice(start, len(one) - end), slice(start, len(other) - end)
