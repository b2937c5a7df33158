"""What was read in many accounts at once: mailings, webinars, conferences, news.

The context of a market is how many people of all accounts touched a piece in a bin of some days. For one account, the
people of the others are what is left when its own are taken out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Ints, codes_in
from committee.analysis.episodes.ground import DAY_MS, Floats, Ground, added
from committee.analysis.touches import Touches
from committee.errors import BadFile
from committee.settings import MassSettings

__all__ = ["MarketContext", "Passing", "context_of", "mass_events"]

_VERSION = 1


@dataclass(frozen=True)
class MarketContext:
    """People of all accounts by piece and bin, and how long the history is.

    Attributes
    ----------
    first : int
        Epoch milliseconds at which the history starts.
    bin_days : float
    content_ids : tuple of str
        Sorted.
    level : float array
        Usual number of people of each piece in two bins.
    reach : float array
        People of each piece, all bins together.
    readers : int
        People of the market who touched anything.
    days : float
        Length of the history.
    piece, bin, people : int arrays
        Sorted by piece and bin; bins count from 1970.
    """

    first: int
    bin_days: float
    content_ids: tuple[str, ...]
    level: Floats
    reach: Floats
    readers: int
    days: float
    piece: Ints
    bin: Ints
    people: Ints

    def as_json(self) -> str:
        """Return the context as JSON text, the same bytes for the same context."""
        facts: dict[str, Any] = {
            "version": _VERSION,
            "first": self.first,
            "bin_days": self.bin_days,
            "content_ids": list(self.content_ids),
            "level": self.level.tolist(),
            "reach": self.reach.tolist(),
            "readers": self.readers,
            "days": self.days,
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
                raise ValueError(f"version {facts['version']} is not {_VERSION}")
            numbers = [np.array(facts[name], np.int64) for name in ("piece", "bin", "people")]
            level, reach = (np.array(facts[name], float) for name in ("level", "reach"))
            return cls(
                int(facts["first"]),
                float(facts["bin_days"]),
                tuple(facts["content_ids"]),
                level,
                reach,
                int(facts["readers"]),
                float(facts["days"]),
                *numbers,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadFile(
                f"this is no market context of this version: {error}", "Build it again: committee detect"
            ) from None


def context_of(touches: Touches, settings: MassSettings) -> MarketContext:
    """Count who touched what when, over all accounts.

    Parameters
    ----------
    touches : Touches
        Of all accounts, not only of those that are scored.
    settings : MassSettings
    """
    first = int(touches.first.min()) if len(touches) else touches.as_of
    width = settings.days * DAY_MS
    rows = np.flatnonzero(touches.content >= 0)
    piece, when = touches.content[rows], np.floor(touches.first[rows] / width).astype(np.int64)
    piece, bins, people = _people(piece, when, touches.contact[rows])
    number = int(touches.as_of // width - first // width) + 1
    level = _usual(piece, people, number, len(touches.content_ids), settings.trimmed)
    return MarketContext(
        first=first,
        bin_days=settings.days,
        content_ids=tuple(touches.content_ids.to_pylist()),
        level=level,
        reach=added(piece, people, len(touches.content_ids)),
        readers=len(np.unique(touches.contact)),
        days=max((touches.as_of - first) / DAY_MS, 1.0),
        piece=piece,
        bin=bins,
        people=people,
    )


def _people(piece: Ints, when: Ints, person: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct people of each piece and bin."""
    if not len(piece):
        return piece, when, piece
    low = int(when.min())
    width = int(when.max()) - low + 1
    cell = piece * width + (when - low)
    stride = int(person.max()) + 1
    distinct = np.unique(cell * stride + person) // stride
    cells, people = np.unique(distinct, return_counts=True)
    return cells // width, cells % width + low, people


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
    pair = account * (len(context.content_ids) + 1) + piece
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
        key = ground.account[rows] * (len(touches.content_ids) + 1) + ground.content[rows]
        order = np.lexsort((ground.person[rows], ground.day[rows], key))
        rows, key = rows[order], key[order]
        at = key * (ground.end + 2 * days + 1) + ground.day[rows]
        # The day counts from the start of the history: a look back may not reach the piece before in the order.
        floor = key * (ground.end + 2 * days + 1)
        earlier = np.arange(len(rows)) - np.searchsorted(at, np.maximum(at - days, floor), "left")
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
    """People of a bin, plus half of those of each neighbour."""
    if not len(key):
        return np.zeros(len(wanted))
    low = min(int(bins.min()), int(when.min())) - 1
    width = max(int(bins.max()), int(when.max())) - low + 2
    cells = key * width + bins - low
    total = np.zeros(len(wanted))
    for step, share in ((0, 1.0), (-1, 0.5), (1, 0.5)):
        asked = wanted * width + when - low + step
        place = np.minimum(np.searchsorted(cells, asked), len(cells) - 1)
        total += share * np.where(cells[place] == asked, people[place], 0)
    return total
