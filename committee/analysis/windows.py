"""The window rule: k different personas of one scope within n days raise a flag.

Engagements of a scope (an account, or an account and a program) are walked in time; at each one the rule looks back n
days. A touch known only to the day is an interval [first, last]; the walk takes the moments that suit the rule best, so
that nothing possible is missed, and `committee.analysis.receipts` says which flags hold at the worst moments too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Flags, Ints, distinct, runs
from committee.analysis.touches import Touches

__all__ = ["DAY_MS", "Scoped", "Windows", "flagged_windows", "qualifying", "scoped"]

DAY_MS = 86_400_000
_ROWS_AT_ONCE = 1 << 17  # a chunk that stays in the cache


@dataclass(frozen=True)
class Scoped:
    """The relevant touches of all scopes, sorted by scope, time and id.

    Attributes
    ----------
    touch : int array
        Position of each row in the `Touches`.
    scope : int array
        Number of the scope each row belongs to: 0, 1, 2, ... in order.
    account, program : int arrays
        Codes of each scope; program -1 in account scope.
    persona, first, last : int arrays
        Of each row.
    """

    touch: Ints
    scope: Ints
    account: Ints
    program: Ints
    persona: Ints
    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.touch)


@dataclass(frozen=True)
class Windows:
    """Flags as stretches of a `Scoped`.

    Attributes
    ----------
    start, end : int arrays
        First and last row of each flag; rows between may belong to none (see ``member``).
    raised : int array
        The row that made it: the engagement with which the k-th persona arrived.
    row, flag : int arrays
        The rows that belong to a flag, and to which, in order.
    """

    start: Ints
    end: Ints
    raised: Ints
    row: Ints
    flag: Ints

    def __len__(self) -> int:
        return len(self.start)


def scoped(touches: Touches, scope: str) -> Scoped:
    """Gather the relevant touches by scope.

    Parameters
    ----------
    touches : Touches
    scope : {"account", "program"}
        In program scope a touch without a program is in no scope.
    """
    if scope == "account":
        touch = np.flatnonzero(touches.relevant)
        key = touches.account[touch]
    else:
        touch = np.flatnonzero(touches.relevant & (touches.program >= 0))
        key = touches.account[touch] * (len(touches.program_ids) + 1) + touches.program[touch]
        order = np.argsort(key, kind="stable")  # touches come by account, time, id
        touch, key = touch[order], key[order]
    start = runs(key)[:-1] if len(key) else np.zeros(0, np.int64)
    number = np.zeros(len(key), np.int64)
    number[start[1:]] = 1
    program = touches.program[touch[start]] if scope == "program" else np.full(len(start), -1, np.int64)
    return Scoped(
        touch,
        np.cumsum(number),
        touches.account[touch[start]],
        program,
        touches.persona[touch],
        touches.first[touch],
        touches.last[touch],
    )


def qualifying(scope: Ints, persona: Ints, key: Ints, reach: Ints, *, personas: int, span: int) -> Flags:
    """Say at which rows a look back finds enough personas.

    Parameters
    ----------
    scope, persona : int arrays
        Of each row; a negative persona is unknown and counts as none.
    key : int array
        Milliseconds; rows are sorted by scope and key.
    reach : int array
        Milliseconds; row j is inside the look back of row i when it lies before i (or is i), in the same scope, and
        ``reach[j] >= key[i] - span``. With exact times reach and key are the same.
    personas, span : int
        How many distinct personas, and how far back in milliseconds.

    Returns
    -------
    bool array

    Examples
    --------
    >>> day = np.array([0, 5, 14]) * DAY_MS
    >>> qualifying(np.zeros(3, int), np.array([0, 1, 2]), day, day, personas=3, span=14 * DAY_MS).tolist()
    [False, False, True]
    """
    found = np.zeros(len(key), bool)
    if not len(key):
        return found
    low, stride = _ruler(key, reach, span)
    kinds = distinct(persona[persona >= 0])
    carried = np.zeros(len(kinds), np.int64)
    for start in range(0, len(key), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        shift = scope[part] * stride - low  # a scope's values lie above all values of the scopes before it
        limit, here, who = key[part] + shift - span, reach[part] + shift, persona[part]
        seen = np.zeros(len(who), np.int16)
        for number, kind in enumerate(kinds):
            latest = np.where(who == kind, here, 0)
            latest[0] = max(latest[0], carried[number])
            np.maximum.accumulate(latest, out=latest)
            carried[number] = latest[-1]
            seen += latest >= limit
        found[part] = seen >= personas
    return found


def _ruler(key: Ints, reach: Ints, span: int) -> tuple[int, int]:
    """Zero of a time line on which scopes lie one behind the other, and the length of one scope."""
    low = min(int(key.min()), int(reach.min())) - span - 1
    return low, max(int(key.max()), int(reach.max())) - low + span + 1


def flagged_windows(rows: Scoped, *, personas: int, days: float) -> Windows:
    """Find the flags: qualifying windows, those that overlap taken together.

    Parameters
    ----------
    rows : Scoped
    personas : int
        k.
    days : float
        n: from the first to the last engagement, both ends included.

    Returns
    -------
    Windows
        By scope and time.
    """
    span = round(days * DAY_MS)
    at = np.flatnonzero(qualifying(rows.scope, rows.persona, rows.first, rows.last, personas=personas, span=span))
    if not len(at):
        return Windows(*(np.zeros(0, np.int64) for _ in range(5)))
    low, stride = _ruler(rows.first, rows.last, span)
    shift = rows.scope * stride - low
    line, reach = rows.first + shift, rows.last + shift
    furthest = np.maximum.accumulate(reach)
    begins = np.searchsorted(furthest, line[at] - span)  # the first row inside each window
    fresh = np.ones(len(at), bool)
    fresh[1:] = line[begins[1:]] > line[at[:-1]]
    first = np.flatnonzero(fresh)
    final = np.append(first[1:], len(at)) - 1
    start, end = begins[first], at[final]
    size = end - start + 1
    flag = np.repeat(np.arange(len(start)), size)
    row = np.arange(len(flag)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(start, size)
    follows = at[np.searchsorted(at, row)]  # the window that ends next looks back the furthest of those still to come
    inside = reach[row] >= line[follows] - span
    return Windows(start, end, at[first], row[inside], flag[inside])
