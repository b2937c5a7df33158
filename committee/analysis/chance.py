"""How often luck alone would raise a flag: every person's touches shifted in time, together, by a random offset.

A shift keeps how much each person reads and in what rhythm, and breaks only what people have in common. Times wrap round
within the stretch the person is observed.

Few of the shifted touches fall into a flag. Each person's offsets are sorted, and those that bring a touch into a flag are
looked up; what falls elsewhere is never laid out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from committee.analysis.codes import Flags, Ints, distinct, runs
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS, Scoped, Windows, qualifying

__all__ = ["Shifts", "expected_by_chance", "observed_since", "share_flagged_by_chance"]

_CELLS_AT_ONCE = 2_000_000  # offsets held at a time
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
    return np.minimum(since, _own_first(touches))


def _own_first(touches: Touches) -> Ints:
    """First touch of each touch's person for its account. Touches come by account and time."""
    first = np.full(len(touches.contact_ids) + 1, -1, np.int64)
    first[touches.contact[::-1]] = np.arange(len(touches))[::-1]  # of equal places the last one written stays
    own = touches.first[first[touches.contact]]
    moved = np.flatnonzero(touches.account[first[touches.contact]] != touches.account)
    if len(moved):
        order = moved[np.lexsort((moved, touches.contact[moved], touches.account[moved]))]
        person = runs(touches.account[order] * (len(touches.contact_ids) + 1) + touches.contact[order])
        own[order] = np.repeat(touches.first[order[person[:-1]]], np.diff(person))
    return own


def _stirred(state: npt.NDArray[np.uint64], part: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """One more part of a random number that depends on its parts only (splitmix64, Steele, Lea & Flood 2014)."""
    state = (state ^ part) + np.uint64(0x9E3779B97F4A7C15)
    state ^= state >> np.uint64(30)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(27)
    state *= np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return state


@dataclass(frozen=True)
class Shifts:
    """The people of all scopes, each observed for some time, and their offsets in numbered worlds.

    Attributes
    ----------
    person : int array
        Of each row: its person, numbered by scope and first touch, whatever their ids.
    since, length : int arrays
        Of each person, milliseconds.
    state : uint64 array
        What the random numbers of each person begin with: seed, the scope's own first moment, the person's place in it.
    """

    person: Ints
    since: Ints
    length: Ints
    state: npt.NDArray[np.uint64]

    @classmethod
    def of(cls, touches: Touches, rows: Scoped, seed: int) -> Self:
        """Number the people."""
        contact = touches.contact[rows.touch]
        key = rows.scope * (len(touches.contact_ids) + 1) + contact
        order = np.argsort(key, kind="stable")
        starts = runs(key[order])[:-1] if len(order) else order
        heads = order[starts]  # rows come by scope and time: the first of each run is the person's first touch
        ranked = np.sort(heads)
        number = np.empty(len(rows), np.int64)
        number[ranked] = np.arange(len(ranked))
        person = np.empty(len(rows), np.int64)
        person[order] = np.repeat(number[heads], np.diff(np.append(starts, len(order))))
        bounds = runs(rows.scope[ranked]) if len(ranked) else np.zeros(1, np.int64)
        place = np.arange(len(ranked)) - np.repeat(bounds[:-1], np.diff(bounds))
        opened = rows.first[runs(rows.scope)[:-1]] if len(rows) else rows.first
        since = observed_since(touches)[rows.touch[ranked]]
        state = np.zeros(len(ranked), np.uint64)
        for part in (np.full(1, seed), opened[rows.scope[ranked]], place):
            state = _stirred(state, part.astype(np.uint64))
        return cls(person, since, np.maximum(touches.as_of - since, 0) + 1, state)

    def offsets(self, person: Ints, world: Ints) -> Ints:
        """Return how far people are shifted in worlds, milliseconds below the length of their time."""
        drawn = _stirred(self.state[person], world.astype(np.uint64)) >> np.uint64(11)
        share = drawn.astype(np.float64) / float(1 << 53)
        length = self.length[person]
        offset = (share * length).astype(np.int64)
        return np.where(offset == length, 0, offset)  # a share just below 1 may be rounded up


def expected_by_chance(
    rows: Scoped, windows: Windows, moved: Shifts, *, personas: int, days: float, shifts: int, most_cells: int
) -> npt.NDArray[np.float64]:
    """Estimate for each flag how often luck would put such a window inside its stretch of time.

    Parameters
    ----------
    rows, windows
        The scopes, and the flags found.
    moved : Shifts
        Of the same rows.
    personas, days
        The rule.
    shifts : int
        Shifted worlds.
    most_cells : int
        A scope with many touches gets fewer worlds (20 at least), so that touches times worlds stay below this.

    Returns
    -------
    float array
        Share of the worlds with a qualifying window between the flag's first and last engagement; NaN without shifts.
        Other scopes have no part in it.
    """
    answer = np.full(len(windows), np.nan)
    if not len(windows) or not shifts:
        return answer
    flag_scope = rows.scope[windows.start]
    flagged = np.zeros(len(rows.account), bool)
    flagged[flag_scope] = True
    used = np.flatnonzero(flagged[rows.scope] & (rows.persona >= 0))
    size = np.bincount(rows.scope[used], minlength=len(rows.account))
    worlds = np.clip(most_cells // np.maximum(size, 1), min(_FEWEST, shifts), shifts)
    hits = np.zeros(len(windows), np.int64)
    # A touch of each person stands for its offsets: scopes are taken together until there are enough of them.
    fresh = np.zeros(len(used), bool)
    fresh[np.unique(moved.person[used], return_index=True)[1]] = True
    cells = np.cumsum(fresh * worlds[rows.scope[used]]) // _CELLS_AT_ONCE
    bounds = runs(rows.scope[used])
    cut = np.flatnonzero(np.diff(cells[bounds[:-1]])) + 1
    edges = bounds[np.concatenate([[0], cut, [len(bounds) - 1]])]
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        hits += _hits(
            rows, windows, flag_scope, moved, used[start:stop], worlds, shifts, personas, round(days * DAY_MS)
        )
    share: npt.NDArray[np.float64] = hits / worlds[flag_scope]
    return share


def _hits(
    rows: Scoped,
    windows: Windows,
    flag_scope: Ints,
    moved: Shifts,
    used: Ints,
    worlds: Ints,
    shifts: int,
    personas: int,
    span: int,
) -> Ints:
    """Count for each flag the worlds in which rows of whole scopes put a window into it."""
    row, flag, world, moment = _inside(rows, windows, flag_scope, moved, used, worlds)
    low = int(flag.min(initial=0))
    case = (flag - low) * shifts + world
    likely = _with_enough(case, rows.persona[row], personas)
    row, case, moment = row[likely], case[likely], moment[likely]
    order = np.lexsort((moment, case))
    row, case, moment = row[order], case[order], moment[order]
    packed = np.cumsum(np.concatenate([[0], case[1:] != case[:-1]])) if len(case) else case
    until = moment + (rows.last[row] - rows.first[row])
    good = qualifying(packed, rows.persona[row], moment, until, personas=personas, span=span)
    return np.bincount(distinct(case[good]) // shifts + low, minlength=len(windows))


def _inside(
    rows: Scoped, windows: Windows, flag_scope: Ints, moved: Shifts, used: Ints, worlds: Ints
) -> tuple[Ints, Ints, Ints, Ints]:
    """Row, flag, world and moment of every shifted touch that falls into a flag of its scope."""
    people, local = np.unique(moved.person[used], return_inverse=True)
    head = np.empty(len(people), np.int64)
    head[local[::-1]] = used[::-1]
    times = worlds[rows.scope[head]]
    owner, world = _laid_out(np.zeros(len(people), np.int64), times)
    offset = moved.offsets(people[owner], world)
    stride = int(moved.length.max()) + 1
    line = owner * stride + offset
    order = np.argsort(line)
    line, world, offset = line[order], world[order], offset[order]

    first_flag = np.searchsorted(flag_scope, rows.scope[used], "left")
    flags = np.searchsorted(flag_scope, rows.scope[used], "right") - first_flag
    place, flag = _laid_out(first_flag, flags)
    row, who = used[place], local[place]
    since, length = moved.since[people[who]], moved.length[people[who]]
    at = rows.first[row] - since
    opens = np.maximum(rows.first[windows.start[flag]] - since, 0)
    closes = np.minimum(rows.first[windows.end[flag]] - since, length - 1)
    found = []
    for turn in (0, 1):  # as it is, and once round
        least = np.maximum(opens - at + turn * length, 0)
        most = np.minimum(closes - at + turn * length, length - 1)
        some = np.flatnonzero((least <= most) & (opens <= closes))
        low = np.searchsorted(line, who[some] * stride + least[some], "left")
        high = np.searchsorted(line, who[some] * stride + most[some], "right")
        case, hit = _laid_out(low, high - low)
        found.append((some[case], hit))
    case, hit = (np.concatenate(part) for part in zip(*found, strict=True))
    moment = since[case] + (at[case] + offset[hit]) % length[case]
    return row[case], flag[case], world[hit], moment


def _with_enough(case: Ints, persona: Ints, personas: int) -> Flags:
    """Rows of cases that show so many personas at all, in whatever time."""
    seen = np.zeros(int(case.max(initial=-1)) + 1, np.int64)
    for kind in distinct(persona):
        seen += np.bincount(case[persona == kind], minlength=len(seen)) > 0
    return seen[case] >= personas


def _laid_out(start: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Which range, and the values ``start[i] .. start[i] + size[i] - 1``, of ranges one behind the other."""
    owner = np.repeat(np.arange(len(size)), size)
    return owner, np.arange(len(owner)) + np.repeat(start - (np.cumsum(size) - size), size)


def share_flagged_by_chance(rows: Scoped, moved: Shifts, *, personas: int, days: float) -> float:
    """Return the share of all scopes with a flag in one shifted world; 0 when there is no scope."""
    if not len(rows.account):
        return 0.0
    offset = moved.offsets(np.arange(len(moved.since)), np.zeros(len(moved.since), np.int64))
    used = np.flatnonzero(rows.persona >= 0)
    who = moved.person[used]
    moment = moved.since[who] + (rows.first[used] - moved.since[who] + offset[who]) % moved.length[who]
    low = int(moment.min(initial=0))
    order = np.argsort(rows.scope[used] * (int(moment.max(initial=0)) - low + 1) + moment - low)
    row, moment = used[order], moment[order]
    until = moment + (rows.last[row] - rows.first[row])
    scope = rows.scope[row]
    flagged: Flags = qualifying(scope, rows.persona[row], moment, until, personas=personas, span=round(days * DAY_MS))
    return float(len(distinct(scope[flagged])) / len(rows.account))
