"""The receipt of a flag: what raises it alone, what it cannot do without, and whether its times are certain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Flags, Ints, distinct, runs
from committee.analysis.windows import DAY_MS, Scoped, Windows, qualifying

__all__ = ["Receipts", "receipts"]


@dataclass(frozen=True)
class Receipts:
    """Attributes, each row by flag, then time and id.

    certain : bool array
        One a flag: whether some witness holds at its worst moments.
    witness_row, witness_flag : int arrays
        Rows of the `Scoped` that raise the flag on their own.
    removal_row, removal_flag : int arrays
        Rows without which the flag is gone; with any one of them put back it stands.
    """

    certain: Flags
    witness_row: Ints
    witness_flag: Ints
    removal_row: Ints
    removal_flag: Ints


def receipts(rows: Scoped, windows: Windows, *, personas: int, days: float) -> Receipts:
    """Prove each flag.

    Parameters
    ----------
    rows : Scoped
    windows : Windows
        The flags found among the rows.
    personas, days : int, float
        The rule they were found by.

    Notes
    -----
    A witness is certain when ``last - first`` of its engagements is short enough whatever the moments inside their
    intervals. An interval longer than the window itself is never part of a certain witness.
    """
    span = round(days * DAY_MS)
    member, flag = windows.row, windows.flag
    persona, first, last = rows.persona[member], rows.first[member], rows.last[member]
    possible = _witnesses(flag, persona, first, last, personas, span, len(windows))
    by_end = np.lexsort((member, last, flag))
    certain = _witnesses(flag, persona[by_end], last[by_end], first[by_end], personas, span, len(windows))
    certain = np.where(certain >= 0, np.append(by_end, -1)[certain], -1)
    holds = certain[:, 0] >= 0 if len(windows) else np.zeros(0, bool)
    chosen = np.sort(np.where(holds[:, None], certain, possible), axis=1)
    removed = np.flatnonzero(_removal(flag, persona, first, last, personas, span))
    return Receipts(
        holds,
        member[chosen.ravel()],
        np.repeat(np.arange(len(windows)), personas),
        member[removed],
        flag[removed],
    )


def _witnesses(flag: Ints, persona: Ints, key: Ints, reach: Ints, personas: int, span: int, flags: int) -> Ints:
    """Positions of k rows that qualify, for each flag: those of its first qualifying look back; -1 where there is none."""
    chosen = np.full((flags, personas), -1, np.int64)
    at = np.flatnonzero(qualifying(flag, persona, key, reach, personas=personas, span=span))
    if not len(at):
        return chosen
    at = at[np.unique(flag[at], return_index=True)[1]]
    # The best row of each persona up to there: the one that reaches furthest.
    order = np.lexsort((np.arange(len(reach)), reach, flag))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    kinds = distinct(persona[persona >= 0])
    best = np.empty((len(at), len(kinds)), np.int64)
    for place, kind in enumerate(kinds):
        best[:, place] = np.maximum.accumulate(np.where(persona == kind, rank, -1))[at]
    rows = np.append(order, -1)[best]
    inside = (
        (best >= 0)
        & (np.append(flag, -1)[rows] == flag[at][:, None])
        & (np.append(reach, 0)[rows] >= key[at][:, None] - span)
    )
    chosen[flag[at]] = rows[inside].reshape(len(at), personas)  # the first look back that qualifies holds exactly k
    return chosen


def _removal(flag: Ints, persona: Ints, first: Ints, last: Ints, personas: int, span: int) -> Flags:
    """Walk each flag in time and keep whatever does not complete a window; what would is the removal set."""
    removed = np.zeros(len(flag), bool)
    for start, end in zip((bounds := runs(flag))[:-1].tolist(), bounds[1:].tolist(), strict=True):
        reach: dict[int, int] = {}
        who, begin, until = persona[start:end].tolist(), first[start:end].tolist(), last[start:end].tolist()
        for place, (kind, moment, latest) in enumerate(zip(who, begin, until, strict=True)):
            if kind < 0:
                continue
            limit = moment - span
            others = sum(1 for other, seen in reach.items() if seen >= limit and other != kind)
            if others + 1 >= personas:
                removed[start + place] = True
            elif reach.get(kind, latest) <= latest:
                reach[kind] = latest
    return removed
