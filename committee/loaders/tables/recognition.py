"""What a file is: told by its column names alone, in any case and order, never by the file's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Shape", "bare", "best_shape"]


def bare(header: str) -> str:
    """Return a column name without case, blanks, underscores and signs, as names are compared.

    Examples
    --------
    >>> bare(" Record ID - Contact"), bare("engagement_id")
    ('recordidcontact', 'engagementid')
    """
    return "".join(letter for letter in header.casefold() if letter.isalnum()) or header.strip()


@dataclass(frozen=True)
class Shape:
    """The column names by which one kind of file is known.

    Attributes
    ----------
    source, kind : str
    needs : tuple of tuples of str
        Bare names; of each inner tuple one must be there.
    knows : frozenset of str
        Bare names that speak for this kind, the needed ones among them.
    least : int
        So many known names must be there.
    """

    source: str
    kind: str
    needs: tuple[tuple[str, ...], ...]
    knows: frozenset[str]
    least: int = 1

    @classmethod
    def of(cls, source: str, kind: str, needs: Iterable[str], knows: Iterable[str] = (), least: int = 1) -> Shape:
        """Build a shape from names as they are written; ``a|b`` is one or the other."""
        groups = tuple(tuple(bare(name) for name in need.split("|")) for need in needs)
        return cls(source, kind, groups, frozenset({*map(bare, knows), *(n for g in groups for n in g)}), least)

    def fit(self, names: frozenset[str]) -> int:
        """Return how many known names are there; 0 when a needed one is not."""
        if not all(any(name in names for name in group) for group in self.needs):
            return 0
        found = len(self.knows & names)
        return found if found >= self.least else 0


def best_shape(header: Sequence[str], shapes: Sequence[Shape]) -> tuple[Shape | None, int]:
    """Return the shape with the most matching columns, and how many; of equals the one that needs most, then by name."""
    names = frozenset(bare(name) for name in header)
    fits = [(shape.fit(names), len(shape.needs), shape.source, shape.kind, shape) for shape in shapes]
    best = max((fit for fit in fits if fit[0]), key=lambda fit: fit[:4], default=None)
    return (best[4], best[0]) if best else (None, 0)
