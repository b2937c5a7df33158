"""Flat-array moves every part of the generator needs: seeded streams, ragged ranges, pools of people, office hours."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["DAY", "Bools", "Floats", "Ints", "Pool", "Streams", "office_hours", "pick_weighted", "ragged"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY = 86_400


@dataclass(frozen=True)
class Streams:
    """Independent random streams by name, so that switching one feature leaves the draws of all others alone."""

    seed: int

    def __call__(self, name: str) -> np.random.Generator:
        """Open the stream of a name, from its beginning."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence([self.seed, zlib.crc32(name.encode())])))


def ragged(counts: Ints) -> tuple[Ints, Ints]:
    """Owner and position of each item when owner i has ``counts[i]`` items.

    Examples
    --------
    >>> owner, position = ragged(np.array([2, 0, 1]))
    >>> owner.tolist(), position.tolist()
    ([0, 0, 2], [0, 1, 0])
    """
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner]


@dataclass(frozen=True)
class Pool:
    """Items sorted by a key, to draw from the items of a key."""

    items: Ints
    first: Ints
    size: Ints

    @classmethod
    def of(cls, keys: Ints, count: int, chosen: Bools | None = None) -> Pool:
        """Sort all items (or those chosen) into a pool, ``keys[i]`` in 0..count-1."""
        items = np.arange(len(keys)) if chosen is None else np.flatnonzero(chosen)
        items = items[np.argsort(keys[items], kind="stable")]
        size = np.bincount(keys[items], minlength=count).astype(np.int64)
        return cls(items, np.cumsum(size) - size, size)

    def draw(self, keys: Ints, rng: np.random.Generator, skew: float = 1.0) -> Ints:
        """One item for each key, -1 where the key has none; ``skew`` above 1 prefers the first items of a key."""
        size = self.size[keys]
        position = np.minimum((rng.random(len(keys)) ** skew * size).astype(np.int64), np.maximum(size - 1, 0))
        if not len(self.items):
            return np.full(len(keys), -1, np.int64)
        found = self.items[np.minimum(self.first[keys] + position, len(self.items) - 1)]
        return np.where(size > 0, found, -1)


def pick_weighted(weights: Floats, rng: np.random.Generator) -> Ints:
    """One column for each row of ``weights``, with probability proportional to it."""
    total = np.cumsum(weights, axis=1)
    column: Ints = (rng.random(len(weights))[:, None] * total[:, -1:] > total).sum(axis=1)
    return column


def office_hours(seconds: Floats, offset: Ints, weekday: int, weekend: float, rng: np.random.Generator) -> Ints:
    """Move moments to the working hours of their place; most weekend ones to the Monday after.

    Parameters
    ----------
    seconds
        Since the first midnight (UTC) of the history.
    offset
        Hours east of UTC of each person's place.
    weekday
        Of the first day, Monday = 0.
    weekend
        Share of weekend moments that stay.
    """
    day = np.floor(seconds / DAY).astype(np.int64)
    of_week = (day + weekday) % 7
    moved = (of_week >= 5) & (rng.random(len(day)) >= weekend)
    day = np.where(moved, day + 7 - of_week, day)
    hour = np.clip(rng.normal(13.5, 2.7, len(day)), 5.0, 23.5) - offset
    return (day * DAY + hour * 3600).astype(np.int64)
