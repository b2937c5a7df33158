"""Where a burst may be: a scan over weeks of each program and need (Kulldorff 1997), against the row's quiet level.

Each person counts once a week, with the share of the program among the account's programs. The quiet level of a program
is the median over the needs of what is read about it, so that one purchase does not raise it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import Floats, Ground, starts
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import best_of_rows, busy_rows
from committee.analysis.episodes.tables import Tables, person_is_of_program
from committee.settings import EpisodeSettings, ScanSettings

__all__ = ["Candidates", "best_windows", "candidates", "need_prior"]

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


def candidates(
    ground: Ground, tables: Tables, homes: Homes, facts: tuple[Any, ...], settings: EpisodeSettings
) -> Candidates:
    """Find the bursts of all rows: of listed programs, and of what may be for a program that no table lists.

    Parameters
    ----------
    facts : tuple
        What readings are worth, from `reading_facts`.
    """
    rules, own = settings.scan, ground.unlisted
    listed = _found(ground, tables, homes, facts, settings, ground.row_start[:-1], own, rules.least)
    alone = _found(ground, tables, homes, facts, settings, own, own + 1, rules.least_unlisted)
    joined = [np.concatenate(pair) for pair in zip(listed, alone, strict=True)]
    order = np.lexsort((joined[2], joined[1], joined[0]))
    return Candidates(*(part[order] for part in joined))


def _found(
    ground: Ground,
    tables: Tables,
    homes: Homes,
    facts: tuple[Any, ...],
    settings: EpisodeSettings,
    first_row: Ints,
    last_row: Ints,
    least: float,
) -> tuple[Ints, Ints, Floats, Floats, Floats]:
    """Bursts of the rows ``first_row .. last_row - 1`` of each account, which share what is read among them."""
    rules = settings.scan
    row, need, quiet, counts, usual = counted(ground, tables, homes, facts, settings, first_row, last_row)
    line, start, end, ratio = best_windows(counts, quiet, rules, least, usual)
    origin = ground.settled - usual * _WEEK
    days = np.asarray(origin + start * _WEEK, float), np.asarray(origin + end * _WEEK, float)
    return row[line], need[line], *days, ratio


def counted(
    ground: Ground,
    tables: Tables,
    homes: Homes,
    facts: tuple[Any, ...],
    settings: EpisodeSettings,
    first_row: Ints,
    last_row: Ints,
) -> tuple[Ints, Ints, Floats, Floats, int]:
    """Count who read what by week, for the rows and needs of which enough was read.

    Returns
    -------
    row, need : int arrays
    quiet : float array
        Usual weight a week.
    counts : float array, shape (rows and needs, weeks)
    usual : int
        Weeks of the history that says what is usual.
    """
    rules = settings.scan
    usual = max(1, int(np.ceil(ground.span / _WEEK)))
    # Weeks are counted back from the end of the usual history, so that its last one is whole; what came since follows.
    since = max(0, int(np.ceil((ground.end - ground.settled) / _WEEK)))
    weeks = usual + since
    back = np.clip(np.floor((ground.settled - ground.day) / _WEEK).astype(np.int64) + since, 0, weeks - 1)
    piece, need = np.nonzero(ground.topic_share[:, :-1] > 0)
    of_program = person_is_of_program(ground, settings)[ground.person_persona]
    row, about, quiet, counts = busy_rows(
        ground.account_starts[1],
        first_row,
        last_row,
        *ground.readings_by_person,
        weeks - 1 - back,
        weeks,
        starts(piece, len(ground.topic_share)),
        need,
        need_prior(ground, rules.listed_needs),
        len(ground.words.needs) * tables.need_share,
        usual / 52,
        rules.quiet_floor,
        rules.least_mass,
        np.where(of_program == 1, settings.home.floor, -1.0),
        homes.start,
        homes.first_row,
        homes.value,
        *facts,
    )
    return row, about, quiet, counts, usual


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
