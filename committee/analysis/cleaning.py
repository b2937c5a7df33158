"""Machines among the readers: mail gateways, click bursts, crawlers.

A mail gateway opens every link of every copy of a mail as it arrives; a crawler opens a whole library. Both look like a
whole company reading at once, which is what the window rule waits for.
"""

from __future__ import annotations

import numpy as np

from committee.analysis.codes import Flags, Ints, distinct, joined_ids

__all__ = ["burst_clicks", "crawled", "gateway_clicks"]

_MINUTE, _SECOND, _DAY = 60_000, 1000, 86_400_000


def gateway_clicks(account: Ints, content: Ints, contact: Ints, moment: Ints, *, people: int, minutes: float) -> Flags:
    """Say which mail clicks a gateway made: many people of one account on one piece in one short bin of time.

    Parameters
    ----------
    account, content, contact : int arrays
        Codes of each click, all of one length.
    moment : int array
        Epoch milliseconds of each click.
    people : int
        Distinct people of an account that make a bin a gateway's.
    minutes : float
        Length of a bin. Bins are laid twice, the second time shifted by half a bin, so that a border hides nothing.

    Returns
    -------
    bool array
        True for each click inside such a bin, whoever made it.
    """
    found = np.zeros(len(moment), bool)
    if not len(moment):
        return found
    width = max(1, round(minutes * _MINUTE))
    piece = joined_ids(account, content)
    for phase in (0, width // 2):
        bin_of = joined_ids(piece, (moment + phase) // width)
        order = np.lexsort((contact, bin_of))
        ordered, person = bin_of[order], contact[order]
        fresh = np.ones(len(order), bool)
        fresh[1:] = (ordered[1:] != ordered[:-1]) | (person[1:] != person[:-1])
        crowd = np.bincount(ordered, fresh)
        found |= crowd[bin_of] >= people
    return found


def burst_clicks(contact: Ints, moment: Ints, *, clicks: int, seconds: float) -> Flags:
    """Say which clicks are faster than a person: ``clicks`` by one person inside ``seconds``, ends included.

    >>> burst_clicks(np.array([1, 1, 1, 2]), np.array([0, 9000, 15000, 15000]), clicks=3, seconds=15.0).tolist()
    [True, True, True, False]
    """
    found = np.zeros(len(moment), bool)
    order = np.lexsort((moment, contact))
    starts = np.flatnonzero(_tight(contact[order], moment[order], clicks, seconds * _SECOND))
    for step in range(clicks):
        found[order[starts + step]] = True
    return found


def crawled(contact: Ints, content: Ints, moment: Ints, *, day_pieces: int, pieces: int, days: float) -> Flags:
    """Say which touches a crawler made: more distinct pieces by one person than anybody reads.

    Parameters
    ----------
    contact, content, moment : int arrays
        Code of the person, code of the piece, epoch milliseconds; all of one length.
    day_pieces : int
        Distinct pieces inside any 24 hours that are too many.
    pieces, days : int, float
        Distinct pieces inside so many days that are too many.

    Returns
    -------
    bool array
        True for every touch inside such a stretch. Stretches slide with the touches, both ends included.
    """
    found = np.zeros(len(moment), bool)
    order = np.lexsort((moment, contact))
    person, when = contact[order], moment[order]
    for limit, length in ((day_pieces, float(_DAY)), (pieces, days * _DAY)):
        dense = np.flatnonzero(_tight(person, when, limit, length))
        for busy in distinct(person[dense]).tolist():
            start, end = np.searchsorted(person, [busy, busy + 1])
            rows = order[start:end]
            found[rows] |= _crowded(content[rows], moment[rows], limit, length)
    return found


def _tight(person: Ints, when: Ints, number: int, length: float) -> Flags:
    """Rows, sorted by person and time, with which ``number`` rows of one person begin that lie within ``length`` ms."""
    if len(when) < number:
        return np.zeros(0, bool)
    last = slice(number - 1, None)
    first = slice(None, len(when) - number + 1)
    close: Flags = (person[last] == person[first]) & (when[last] - when[first] <= length)
    return close


def _crowded(content: Ints, moment: Ints, limit: int, length: float) -> Flags:
    """Touches of one person, in time order, inside some stretch of this length with so many distinct pieces."""
    inside = np.zeros(len(moment), bool)
    # Two ends walk along the touches; `seen` counts how often each piece lies between them.
    seen: dict[int, int] = {}
    left = marked = 0
    for right, piece in enumerate(content.tolist()):
        seen[piece] = seen.get(piece, 0) + 1
        while moment[right] - moment[left] > length:
            first = int(content[left])
            seen[first] -= 1
            if not seen[first]:
                del seen[first]
            left += 1
        if len(seen) >= limit:
            inside[max(left, marked) : right + 1] = True
            marked = right + 1
    return inside
