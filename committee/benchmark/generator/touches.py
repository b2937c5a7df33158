"""A touch: one person's session at one moment, with what it was for and why it happened."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.arrays import Ints

__all__ = ["ORIGINS", "Touches", "gather"]

ORIGINS = (
    "group",
    "background",
    "mailing",
    "open",
    "gateway",
    "crawler",
    "forward",
    "conference",
)


@dataclass(frozen=True)
class Touches:
    """Flat arrays, one entry a touch; -1 = none. ``elapsed`` is how much of the group's time had gone, in 1/1000."""

    person: Ints
    at: Ints
    origin: Ints
    program: Ints
    topic: Ints
    area: Ints
    content: Ints  # given beforehand, -1 = the reader picks
    group: Ints
    elapsed: Ints
    mailing: Ints

    def __len__(self) -> int:
        return len(self.person)

    @classmethod
    def of(cls, origin: str, person: Ints, at: Ints, **known: Ints) -> Touches:
        """Touches of one origin; what is not known is -1."""
        nothing = np.full(len(person), -1, np.int64)
        rest = {f.name: nothing for f in dataclasses.fields(cls) if f.name not in ("person", "at", "origin")}
        code = np.full(len(person), ORIGINS.index(origin), np.int64)
        return cls(person=person, at=at, origin=code, **{**rest, **known})

    def take(self, chosen: np.ndarray) -> Touches:
        """Keep the touches chosen by index or mask."""
        return Touches(**{f.name: getattr(self, f.name)[chosen] for f in dataclasses.fields(self)})


def gather(parts: list[Touches]) -> Touches:
    """All touches one after the other."""
    names = [f.name for f in dataclasses.fields(Touches)]
    return Touches(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
