"""How often luck alone would raise a flag: every person's touches shifted in time, together, by a random offset.

A shift keeps how much each person reads and in what rhythm, and breaks only what people have in common. Times wrap round
within the stretch the person is observed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from committee.analysis.codes import Flags, Ints, runs
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS, Scoped, Windows, qualifying

__all__ = ["expected_by_chance", "observed_since", "share_flagged_by_chance"]

_CELLS_AT_ONCE = 4_000_000  # shifted touches held at a time
_FEWEST = 20  # shifts that even a scope of very many touches gets


def observed_since(touches: Touches) -> Ints:
    """Return for each touch since when its person is observed, in milliseconds.

    That is since the source first had the person, but not before anybody of the account was seen, and not after the
    person's own first touch. It ends with the day of the report.
    """
    if not len(touches):
        return np.zeros(0, np.int64)
    bounds = runs(touches.account)
    opened = np.repeat(touches.first[bounds[:-1]], np.diff(bounds))
    since = np.maximum(opened, touches.contact_since[touches.contact])
    order = np.lexsort((touches.first, touches.contact, touches.account))
    person = runs(touches.contact[order] + touches.account[order] * (len(touches.contact_ids) + 1))
    own = np.empty(len(order), np.int64)
    own[order] = np.repeat(touches.first[order[person[:-1]]], np.diff(person))
    return np.minimum(since, own)


def _people(rows: Scoped, contact: Ints) -> tuple[Ints, npt.NDArray[np.uint64]]:
    """Number each scope's people by their first touch, and name each scope by its first moment, whatever their ids."""
    order = np.lexsort((rows.first, contact, rows.scope))
    starts = runs(rows.scope[order] * (int(contact.max(initial=0)) + 1) + contact[order])[:-1]
    heads = order[starts]
    ranked = heads[np.lexsort((heads, rows.first[heads], rows.scope[heads]))]
    scope_start = runs(rows.scope[ranked])
    rank = np.arange(len(ranked)) - np.repeat(scope_start[:-1], np.diff(scope_start))
    of_head = np.empty(len(rows), np.int64)
    of_head[ranked] = rank
    rank_of = np.empty(len(rows), np.int64)
    rank_of[order] = np.repeat(of_head[heads], np.diff(np.append(starts, len(order))))
    return rank_of, rows.first[runs(rows.scope)[:-1]].astype(np.uint64)[rows.scope]


def _uniform(*parts: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Numbers in [0, 1) that depend on the parts only (splitmix64, Steele, Lea & Flood 2014)."""
    state = np.zeros(np.broadcast_shapes(*(part.shape for part in parts)), np.uint64)
    for part in parts:
        state = (state ^ part) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return (state >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def _shifted(rows: Scoped, since: Ints, contact: Ints, as_of: int, seed: int) -> _Shifter:
    rank, scope_name = _people(rows, contact)
    return _Shifter(rows.first, since, as_of, rank.astype(np.uint64), scope_name, np.uint64(seed))


class _Shifter:
    """Shifted times of rows in numbered worlds."""

    def __init__(
        self,
        first: Ints,
        since: Ints,
        as_of: int,
        rank: npt.NDArray[np.uint64],
        scope: npt.NDArray[np.uint64],
        seed: np.uint64,
    ) -> None:
        self.first, self.since, self.length = first, since, np.maximum(as_of - since, 0) + 1
        self.rank, self.scope, self.seed = rank, scope, seed

    def times(self, rows: Ints, world: Ints) -> Ints:
        seed = np.full(1, self.seed)
        offset = (
            _uniform(seed, self.scope[rows], self.rank[rows], world.astype(np.uint64)) * self.length[rows]
        ).astype(np.int64)
        moved: Ints = (self.first[rows] - self.since[rows] + offset) % self.length[rows]
        return self.since[rows] + moved


def expected_by_chance(
    touches: Touches,
    rows: Scoped,
    windows: Windows,
    *,
    personas: int,
    days: float,
    shifts: int,
    seed: int,
    most_cells: int,
) -> npt.NDArray[np.float64]:
    """Estimate for each flag how often luck would put such a window inside its stretch of time.

    Parameters
    ----------
    touches, rows, windows
        The touches, their scopes, and the flags found.
    personas, days
        The rule.
    shifts : int
        Shifted worlds.
    seed : int
        Together with the scope's own first moment it gives the random numbers: other scopes have no part in them.
    most_cells : int
        A scope with many touches gets fewer worlds (20 at least), so that touches times worlds stay below this.

    Returns
    -------
    float array
        Share of the worlds with a qualifying window between the flag's first and last engagement; NaN without shifts.
    """
    answer = np.full(len(windows), np.nan)
    if not len(windows) or not shifts:
        return answer
    used = rows_of_known(rows, np.unique(rows.scope[windows.start]))
    size = np.bincount(rows.scope[used], minlength=len(rows.account))
    worlds = np.clip(most_cells // np.maximum(size, 1), min(_FEWEST, shifts), shifts)
    shifter = _shifted(rows, observed_since(touches)[rows.touch], touches.contact[rows.touch], touches.as_of, seed)
    hits = np.zeros(len(windows), np.int64)
    cells = worlds[rows.scope[used]]
    start = 0
    ends = np.cumsum(cells)
    span = round(days * DAY_MS)
    scope_ends = runs(rows.scope[used])[1:]
    while start < len(used):
        target = int(np.searchsorted(ends, (ends[start - 1] if start else 0) + _CELLS_AT_ONCE, "right"))
        stop = int(scope_ends[np.searchsorted(scope_ends, max(target, start + 1))]) if target < len(used) else len(used)
        part = np.arange(start, stop)
        row = np.repeat(used[part], cells[part])
        world = np.arange(len(row)) - np.repeat(np.cumsum(cells[part]) - cells[part], cells[part])
        hits += _hits(rows, windows, shifter, row, world, personas, span, shifts)
        start = stop
    share: npt.NDArray[np.float64] = hits / worlds[rows.scope[windows.start]]
    return share


def _hits(
    rows: Scoped, windows: Windows, shifter: _Shifter, row: Ints, world: Ints, personas: int, span: int, shifts: int
) -> Ints:
    """Count for each flag the worlds, of those given, in which a window falls inside it."""
    moment = shifter.times(row, world)
    opens, closes = rows.first[windows.start], rows.first[windows.end]
    flag = _flag_at(rows, windows, rows.scope[row], moment)
    inside = flag >= 0
    inside[inside] = (moment[inside] >= opens[flag[inside]]) & (moment[inside] <= closes[flag[inside]])
    row, world, moment, flag = row[inside], world[inside], moment[inside], flag[inside]
    case = flag * shifts + world
    order = np.lexsort((moment, case))
    case, moment, row = case[order], moment[order], row[order]
    packed = np.cumsum(np.concatenate([[0], (case[1:] != case[:-1]).astype(np.int64)])) if len(case) else case
    until = moment + (rows.last[row] - rows.first[row])
    good = qualifying(packed, rows.persona[row], moment, until, personas=personas, span=span)
    return np.bincount(np.unique(case[good]) // shifts, minlength=len(windows))


def _flag_at(rows: Scoped, windows: Windows, scope: Ints, moment: Ints) -> Ints:
    """The last flag of the scope that begins at or before each moment, -1 = none."""
    low = int(min(rows.first.min(), moment.min(initial=rows.first.min())))
    stride = int(max(rows.first.max(), moment.max(initial=0))) - low + 1
    starts = rows.scope[windows.start] * stride + rows.first[windows.start] - low
    place = np.searchsorted(starts, scope * stride + moment - low, "right") - 1
    return np.where((place >= 0) & (rows.scope[windows.start][place] == scope), place, -1)


def rows_of_known(rows: Scoped, scopes: Ints) -> Ints:
    """Rows of these scopes whose person has a known persona."""
    wanted = np.zeros(len(rows.account), bool)
    wanted[scopes] = True
    return np.flatnonzero(wanted[rows.scope] & (rows.persona >= 0))


def share_flagged_by_chance(touches: Touches, rows: Scoped, *, personas: int, days: float, seed: int) -> float:
    """Return the share of all scopes with a flag in one shifted world; 0 when there is no scope."""
    if not len(rows.account):
        return 0.0
    used = rows_of_known(rows, np.arange(len(rows.account)))
    shifter = _shifted(rows, observed_since(touches)[rows.touch], touches.contact[rows.touch], touches.as_of, seed)
    moment = shifter.times(used, np.zeros(len(used), np.int64))
    order = np.lexsort((moment, rows.scope[used]))
    row, moment = used[order], moment[order]
    until = moment + (rows.last[row] - rows.first[row])
    scope = rows.scope[row]
    flagged: Flags = qualifying(scope, rows.persona[row], moment, until, personas=personas, span=round(days * DAY_MS))
    return float(len(np.unique(scope[flagged])) / len(rows.account))
