"""What was read in many accounts at once: mailings, webinars, conferences, news.

The context of a market is how many people of all accounts touched a piece in a bin of some days. For one account, the
people of the others are what is left when its own are taken out. What is usual - how long the history is, how many people
read each piece - is its *baseline*. It can be kept while the data grow: then only the bins that changed change anything.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Flags, Ints, codes_in, distinct, named, runs, sorted_ids
from committee.analysis.episodes.ground import DAY_MS, Floats, Ground, added, starts
from committee.analysis.episodes.kernels import people_around
from committee.analysis.touches import Touches
from committee.errors import BadFile
from committee.records import digest
from committee.settings import MassSettings

__all__ = ["MarketContext", "Passing", "context_of", "mass_events"]

_VERSION = 2


@dataclass(frozen=True)
class MarketContext:
    """People of all accounts by piece and bin, and what is usual.

    Attributes
    ----------
    first, until : int
        Epoch milliseconds: the history that says what is usual.
    bin_days : float
    content_ids : tuple of str
        Pieces that anybody touched, sorted.
    usual : bool array
        Pieces that had been touched by ``until``; for the others level and reach are what they are now.
    level : float array
        Usual number of people of each piece in two bins.
    reach : float array
        People of each piece, all bins together.
    readers : int
        People of the market who touched anything.
    piece, bin, people : int arrays
        Sorted by piece and bin; bins count from 1970.
    """

    first: int
    until: int
    bin_days: float
    content_ids: tuple[str, ...]
    usual: Flags
    level: Floats
    reach: Floats
    readers: int
    piece: Ints
    bin: Ints
    people: Ints

    @property
    def days(self) -> float:
        """Length of the history that says what is usual."""
        return max((self.until - self.first) / DAY_MS, 1.0)

    @property
    def baseline(self) -> str:
        """Name of what is usual: contexts of equal baselines differ by what was read since."""
        kept = np.flatnonzero(self.usual).tolist()
        facts = [self.first, self.until, self.bin_days, self.readers]
        return digest(
            [
                "baseline",
                json.dumps(facts),
                *(json.dumps([self.content_ids[one], self.level[one], self.reach[one]]) for one in kept),
            ]
        )

    def as_json(self) -> str:
        """Return the context as JSON text, the same bytes for the same context."""
        facts: dict[str, Any] = {
            "version": _VERSION,
            "first": self.first,
            "until": self.until,
            "bin_days": self.bin_days,
            "content_ids": list(self.content_ids),
            "usual": self.usual.astype(int).tolist(),
            "level": self.level.tolist(),
            "reach": self.reach.tolist(),
            "readers": self.readers,
        }
        facts |= {name: getattr(self, name).tolist() for name in ("piece", "bin", "people")}
        return json.dumps(facts, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a context back.

        Raises
        ------
        BadFile
            The text is no context, or of another version.
        """
        try:
            facts = json.loads(text)
            if facts["version"] != _VERSION:
                raise ValueError(f"it has version {facts['version']}, this product reads version {_VERSION}")
            piece, bins, people = (np.array(facts[name], np.int64) for name in ("piece", "bin", "people"))
            level, reach = (np.array(facts[name], float) for name in ("level", "reach"))
            found = cls(
                int(facts["first"]),
                int(facts["until"]),
                float(facts["bin_days"]),
                tuple(facts["content_ids"]),
                np.array(facts["usual"], bool),
                level,
                reach,
                int(facts["readers"]),
                piece,
                bins,
                people,
            )
            found._refuse_nonsense()
            return found
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise BadFile(
                f"this is no market context of this version: {error}", "Build it again: committee detect"
            ) from None

    def _refuse_nonsense(self) -> None:
        pieces = len(self.content_ids)
        if not len(self.usual) == len(self.level) == len(self.reach) == pieces:
            raise ValueError("its columns differ in length")
        if not len(self.piece) == len(self.bin) == len(self.people):
            raise ValueError("its bins differ in length")
        if len(self.piece) and not 0 <= self.piece.min() <= self.piece.max() < pieces:
            raise ValueError("a bin is of no piece")
        numbers = np.concatenate([self.level, self.reach, self.people.astype(float)])
        if not (np.isfinite(numbers).all() and (numbers >= 0).all() and self.readers >= 0):
            raise ValueError("a number that must be 0 or more is not")
        if not (math.isfinite(self.bin_days) and self.bin_days > 0 and self.until >= self.first):
            raise ValueError("its stretch of time is none")


def context_of(touches: Touches, settings: MassSettings, kept: MarketContext | None = None) -> MarketContext:
    """Count who touched what when, over all accounts.

    Parameters
    ----------
    touches : Touches
        Of all accounts, not only of those that are scored.
    settings : MassSettings
    kept : MarketContext, optional
        An earlier context of the same market, whose baseline stays. Without it what is usual is told by these touches.
    """
    width = settings.days * DAY_MS
    rows = np.flatnonzero(touches.content >= 0)
    read = distinct(touches.content[rows])
    ids = named(touches.content_ids, read)
    if kept is None:
        first = int(touches.first.min()) if len(touches) else touches.as_of
        until, readers = max(touches.as_of, first), len(distinct(touches.contact))
        here = ids
    else:
        first, until, readers = kept.first, kept.until, kept.readers
        here = sorted_ids(ids, pa.array(np.array(kept.content_ids, object)[kept.usual], pa.string()))
    place = codes_in(ids, here)[np.searchsorted(read, touches.content[rows])]
    when = np.floor(touches.first[rows] / width).astype(np.int64)
    piece, bins, people = _people(place, when, touches.contact[rows])
    number = max(1, int(until // width - first // width) + 1)
    level = _usual(piece, people, number, len(here), settings.trimmed)
    reach = added(piece, people, len(here))
    usual = np.ones(len(here), bool)
    if kept is not None:
        before = codes_in(here, pa.array(kept.content_ids, pa.string()))
        usual = np.append(kept.usual, False)[before]
        level, reach = (
            np.where(usual, np.append(old, 0.0)[before], now) for old, now in ((kept.level, level), (kept.reach, reach))
        )
    return MarketContext(
        first, until, settings.days, tuple(here.to_pylist()), usual, level, reach, readers, piece, bins, people
    )


def _people(piece: Ints, when: Ints, person: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct people of each piece and bin."""
    if not len(piece):
        return piece, when, piece
    low = int(when.min())
    width = int(when.max()) - low + 1
    cell = piece * width + (when - low)
    stride = int(person.max()) + 1
    read = distinct(cell * stride + person) // stride
    bounds = runs(read)
    cells = read[bounds[:-1]]
    return cells // width, cells % width + low, np.diff(bounds)


def _usual(piece: Ints, people: Ints, bins: int, pieces: int, trimmed: float) -> Floats:
    """Twice the lower of the mean over all bins, empty ones too, and the mean without the busiest ones."""
    mean = added(piece, people, pieces) / bins
    left_out = int(trimmed * bins)
    order = np.lexsort((-people, piece))
    start = np.searchsorted(piece[order], np.arange(pieces))
    rank = np.arange(len(order)) - start[piece[order]]
    stays = rank >= left_out
    quiet = added(piece[order][stays], people[order][stays], pieces) / max(1, bins - left_out)
    return np.asarray(2 * np.minimum(mean, quiet), float)


def mass_events(ground: Ground, touches: Touches, context: MarketContext) -> Floats:
    """Log-odds to take away from each reading because other accounts read the same piece at the same time.

    Parameters
    ----------
    ground : Ground
    touches : Touches
        Those the ground was laid out from.
    context : MarketContext

    Returns
    -------
    float array
        0 or more, one value a reading: ``ln((others + 2) / (m + 2 + 2 sqrt(m + .5)))``, where m is the usual level.
    """
    known = pa.array(context.content_ids, pa.string())
    piece = np.append(codes_in(touches.content_ids, known), -1)[ground.content]
    mass = np.zeros(len(piece))
    rows = np.flatnonzero(piece >= 0)
    if not len(rows):
        return mass
    when = np.floor(touches.first[ground.touch[rows]] / (context.bin_days * DAY_MS)).astype(np.int64)
    piece = piece[rows]
    everybody = _around(context.piece, context.bin, context.people, piece, when)
    account = ground.account[rows]
    pair = np.unique(account * (len(context.content_ids) + 1) + piece, return_inverse=True)[1]
    own = _around(*_people(pair, when, ground.person[rows]), pair, when)
    others = np.maximum(everybody - own, 0.0)
    level = context.level[piece]
    mass[rows] = np.maximum(0.0, np.log((others + 2) / (level + 2 + 2 * np.sqrt(level + 0.5))))
    return mass


@dataclass(frozen=True)
class Passing:
    """How much passing-on would raise each reading, for a chance of 1, against the usual intensity of its piece.

    Colleagues who read a piece in the days before may have passed it on: each adds an intensity of
    ``chance / (people of the account * days)``.
    """

    ratio: Floats

    @classmethod
    def of(cls, ground: Ground, touches: Touches, context: MarketContext, days: float) -> Self:
        """Count the colleagues who had read the same piece just before."""
        ratio = np.zeros(len(ground.content))
        rows = np.flatnonzero(~ground.again & (ground.content < len(touches.content_ids)))
        if not len(rows):
            return cls(ratio)
        # Half milliseconds: whole numbers, so that what lies exactly so many days back is so in every account.
        moment = (touches.first + touches.last)[ground.touch]
        back = round(2 * days * DAY_MS)
        key = ground.account[rows] * (len(touches.content_ids) + 1) + ground.content[rows]
        order = np.lexsort((ground.person[rows], moment[rows], key))
        rows, key = rows[order], key[order]
        at = moment[rows] - moment[rows].min()
        size = np.diff(runs(key))
        # Far enough apart that a look back does not reach the piece before in the order.
        line = np.repeat(np.arange(len(size)), size) * (int(at.max()) + back + 1) + at
        earlier = np.arange(len(rows)) - np.searchsorted(line, line - back, "left")
        known = codes_in(touches.content_ids, pa.array(context.content_ids, pa.string()))
        reach = np.append(context.reach, 0.0)[known[ground.content[rows]]]
        usual = (reach + 1) / (max(context.readers, 1) * context.days)
        people = np.bincount(ground.person_account, minlength=ground.accounts)[ground.account[rows]]
        ratio[rows] = earlier / (people * days) / usual
        return cls(ratio)

    def odds(self, chance: float) -> Floats:
        """Log-odds to take away from each reading, 0 or more."""
        return np.asarray(np.log1p(chance * self.ratio), float)


def _around(key: Ints, bins: Ints, people: Ints, wanted: Ints, when: Ints) -> Floats:
    """People of a bin, plus half of those of each neighbour; keys are sorted, and count from 0."""
    start = starts(key, max(int(key.max(initial=-1)), int(wanted.max(initial=-1))) + 1)
    return people_around(start, bins, people.astype(float), wanted, when)
