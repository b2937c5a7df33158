"""Which program of the account is a person's own: as stated, corrected by what the person reads and the title says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import Floats, Ground, added, expanded
from committee.analysis.episodes.kernels import told_by_reading
from committee.analysis.episodes.tables import Tables
from committee.settings import HomeSettings

__all__ = ["Homes", "homes_of"]


@dataclass(frozen=True)
class Homes:
    """Probability of each row of the account for each person, adding to 1.

    Attributes
    ----------
    start : int array
        Where a person's values begin.
    first_row : int array
        The row that the first of them is for.
    value : float array
    """

    start: Ints
    first_row: Ints
    value: Floats

    def of(self, person: Ints, row: Ints) -> Floats:
        """Return the probability for pairs of a person and a row of the same account."""
        return np.asarray(self.value[self.start[person] + row - self.first_row[person]], float)

    def total(self, ground: Ground, kind: Ints, kinds: int) -> Floats:
        """Sum over the people of each row by a kind of person, shape (rows, kinds)."""
        person, row = self.pairs(ground)
        cells = added(row * kinds + kind[person], self.value, len(ground.row_account) * kinds)
        return cells.reshape(-1, kinds)

    def pairs(self, ground: Ground) -> tuple[Ints, Ints]:
        """Return person and row of each value."""
        return expanded(self.first_row, ground.rows_of[ground.person_account])


def homes_of(ground: Ground, tables: Tables, settings: HomeSettings) -> Homes:
    """Work out everybody's home program."""
    size = ground.rows_of[ground.person_account]
    start = np.cumsum(size) - size
    first_row = ground.row_start[:-1][ground.person_account]
    person, row = expanded(first_row, size)
    listed = ground.row_program[row] >= 0
    programs = (size - 1)[person]
    stated = ground.person_stated[person]
    value = np.where(listed, 1 / np.maximum(programs, 1), settings.unlisted)
    says = stated >= 0
    value[says] = np.where(
        stated[says] == row[says], settings.stated, (1 - settings.stated) / np.maximum(programs[says] - 1, 1)
    )
    value[says & ~listed] = settings.stated_unlisted
    log_value = np.log(value)
    several = np.flatnonzero((programs > 1) & listed)
    area = ground.person_area[person[several]]
    told = (area >= 0) & (ground.row_words[row[several], 0] >= 0)
    same = ground.state[0][area, ground.row_words[row[several], 0]] == 0
    odds = np.where(same, settings.title_agrees, settings.title_contradicts)
    log_value[several] += np.where(told, np.log(odds), 0.0)
    log_value += settings.reading_power * _reading(ground, tables, settings, start, first_row, len(value))
    top = np.maximum.reduceat(log_value, start) if len(start) else log_value
    weight = np.exp(log_value - np.repeat(top, size))
    total = np.add.reduceat(weight, start) if len(start) else weight
    return Homes(start, first_row, weight / np.repeat(total, size))


def _reading(ground: Ground, tables: Tables, settings: HomeSettings, start: Ints, first_row: Ints, cells: int) -> Floats:  # fmt: skip
    """Log-odds of what people read, for each of their rows."""
    programs = (ground.rows_of - 1)[ground.person_account]
    each = np.arange(64)
    ratio = np.zeros(64)
    for place, shift in enumerate((4, 2, 0)):
        ratio += np.append(np.log(tables.own[place] / tables.strangers[place]), 0.0)[(each >> shift) & 3]
    odds = np.log(settings.reading_floor + settings.reading_weight * np.exp(ratio))
    of_piece, of_row, ways = ground.kinds
    return told_by_reading(
        start,
        cells,
        first_row,
        np.where(programs > 1, programs, 0),
        *ground.readings_by_person,
        ground.content,
        np.any(ground.piece_words >= 0, axis=1),
        of_piece,
        of_row,
        ways,
        odds,
    )
