"""Where a burst may be: a scan over weeks of each program and need (Kulldorff 1997), against the row's quiet level.

Each person counts once a week, with the share of the program among the account's programs. The quiet level of a program
is the median over the needs of what is read about it, so that one purchase does not raise it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Ints, runs
from committee.analysis.episodes.ground import Floats, Ground, added, expanded, parts_of
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import best_of_rows
from committee.analysis.episodes.odds import reading_odds
from committee.analysis.episodes.tables import Tables, person_is_of_program
from committee.settings import EpisodeSettings, ScanSettings

__all__ = ["Candidates", "best_windows", "candidates", "need_prior"]

_ROWS_AT_ONCE = 1 << 14
_PAIRS_AT_ONCE = 1 << 22
_WEEK = 7.0
_SLACK = 1e-9  # share of a sum, more than rounding can cost


@dataclass(frozen=True)
class Candidates:
    """Bursts: a row of an account, a need, the days of the first and the last week, the log likelihood ratio."""

    row: Ints
    need: Ints
    start: Floats
    end: Floats
    ratio: Floats


def need_prior(ground: Ground, share: float) -> Floats:
    """Probability of each need for each row, shape (rows, needs)."""
    needs = len(ground.words.needs)
    listed = ground.row_needs.sum(axis=1)
    prior = np.where(ground.row_needs, share / np.maximum(listed, 1)[:, None], 0.0) + (1 - share) / needs
    prior[listed == 0] = 1 / needs
    return np.asarray(prior, float)


def candidates(ground: Ground, tables: Tables, homes: Homes, mass: Floats, settings: EpisodeSettings) -> Candidates:
    """Find the bursts of all rows."""
    listed = _found(ground, tables, *_listed(ground, tables, homes, mass, settings), settings.scan, settings.scan.least)
    alone = _found(ground, tables, *_unlisted(ground, mass), settings.scan, settings.scan.least_unlisted)
    joined = [np.concatenate(pair) for pair in zip(listed, alone, strict=True)]
    order = np.lexsort((joined[2], joined[1], joined[0]))
    return Candidates(*(part[order] for part in joined))


def _tagged(ground: Ground) -> tuple[Ints, Ints]:
    """Reading and need, for each tag of what was read."""
    piece, need = np.nonzero(ground.topic_share[:, :-1] > 0)
    start = np.searchsorted(piece, np.arange(len(ground.topic_share) + 1))
    owner, place = expanded(start[ground.content], np.diff(start)[ground.content])
    return owner, need[place]


def _listed(
    ground: Ground, tables: Tables, homes: Homes, mass: Floats, settings: EpisodeSettings
) -> tuple[Ints, Ints, Ints, Floats]:
    """Reading, row, need and weight for programs that are listed."""
    reading, need = _tagged(ground)
    size = (ground.rows_of - 1)[ground.account[reading]]
    with_some = size > 0
    reading, need, size = reading[with_some], need[with_some], size[with_some]
    prior = np.log(need_prior(ground, settings.scan.listed_needs))
    of_program = person_is_of_program(ground, settings)[ground.person_persona]
    found: list[tuple[Ints, Ints, Ints, Floats]] = []
    for part in parts_of(size, _PAIRS_AT_ONCE):
        owner, row = expanded(ground.row_start[:-1][ground.account[reading[part]]], size[part])
        one, about = reading[part][owner], need[part][owner]
        person = ground.person[one]
        home = homes.of(person, row)
        odds = reading_odds(ground, tables, settings, mass, one, row, about, home) + prior[row, about]
        odds += np.where(of_program[person] == 1, np.log(home + settings.home.floor), 0.0)
        first = runs(owner)[:-1]
        weight = np.exp(odds - np.repeat(np.maximum.reduceat(odds, first), size[part]))
        weight /= np.repeat(np.add.reduceat(weight, first), size[part])
        found.append((one, row, about, weight * np.exp(-mass[one])))
    if not found:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing, np.zeros(0)
    reading, row, need = (np.concatenate([part[place] for part in found]) for place in range(3))
    return reading, row, need, np.concatenate([part[3] for part in found])


def _unlisted(ground: Ground, mass: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """Reading, row, need and weight for the stand-in rows."""
    reading, need = _tagged(ground)
    return reading, ground.unlisted[ground.account[reading]], need, np.exp(-mass[reading])


def _found(
    ground: Ground,
    tables: Tables,
    reading: Ints,
    row: Ints,
    need: Ints,
    weight: Floats,
    settings: ScanSettings,
    least: float,
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    needs = len(ground.words.needs)
    usual = max(1, int(np.ceil(ground.span / _WEEK)))
    # Weeks are counted back from the end of the usual history, so that its last one is whole; what came since follows.
    since = max(0, int(np.ceil((ground.end - ground.settled) / _WEEK)))
    weeks = usual + since
    back = np.clip(np.floor((ground.settled - ground.day[reading]) / _WEEK).astype(np.int64) + since, 0, weeks - 1)
    cell = (row * needs + need) * weeks + (weeks - 1 - back)
    order = np.argsort(cell * (ground.people + 1) + ground.person[reading])
    cell, person, weight = cell[order], ground.person[reading][order], weight[order]
    if not len(cell):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(0)
    change = np.flatnonzero(np.diff(cell) | np.diff(person)) + 1
    first = np.concatenate([[0], change])
    once, cell = np.maximum.reduceat(weight, first), cell[first]
    line = cell // weeks
    total = added(line, once, len(ground.row_account) * needs).reshape(-1, needs)
    popular = needs * tables.need_share
    a_year = total / popular / (usual / 52)
    quiet = (np.median(a_year, axis=1)[:, None] + settings.quiet_floor) * popular
    busy = np.flatnonzero(total.ravel() >= settings.least_mass)
    dense_row = np.full(total.size, -1, np.int64)
    dense_row[busy] = np.arange(len(busy))
    out: list[tuple[Ints, Ints, Ints, Floats]] = []
    place = dense_row[line]
    for low in range(0, len(busy), _ROWS_AT_ONCE):
        high = min(len(busy), low + _ROWS_AT_ONCE)
        here = (place >= low) & (place < high)
        counts = added((place[here] - low) * weeks + cell[here] % weeks, once[here], (high - low) * weeks)
        which, start, end, ratio = best_windows(
            counts.reshape(-1, weeks), quiet.ravel()[busy[low:high]] / 52, settings, least, usual
        )
        out.append((busy[low:high][which], start, end, ratio))
    if not out:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0), np.zeros(0), np.zeros(0)
    lines, start, end = (np.asarray(np.concatenate([part[number] for part in out]), np.int64) for number in range(3))
    origin = ground.settled - usual * _WEEK
    ratio = np.concatenate([part[3] for part in out])
    days = np.asarray(origin + start * _WEEK, float), np.asarray(origin + end * _WEEK, float)
    return lines // needs, lines % needs, *days, ratio


def best_windows(
    counts: Floats, expected: Floats, settings: ScanSettings, least: float, longest: int | None = None
) -> tuple[Ints, Ints, Ints, Floats]:
    """Find the windows that stand out of each row, the best first; each found window is blanked before the next.

    Parameters
    ----------
    counts : float array, shape (rows, weeks)
    expected : float array
        A week, of each row.
    settings : ScanSettings
    least : float
        Log likelihood ratio that a window has to exceed.
    longest : int, optional
        Weeks of a window at most; all there are when not given.

    Returns
    -------
    row, start, end : int arrays
        Weeks ``start .. end - 1``.
    ratio : float array
    """
    usable = [length for length in settings.lengths if length <= (longest or counts.shape[1])]
    cost = settings.length_cost * np.log(usable)
    row, _, start, end, ratio = best_of_rows(
        counts.copy(), expected, np.array(usable, np.int64), cost, least, _SLACK, settings.windows
    )
    return row, start, end, ratio
