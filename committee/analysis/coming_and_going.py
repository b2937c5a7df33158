"""A group month by month: who was active, who came, who went dark and came back, and how much of the committee was awake."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from committee.analysis.windows import DAY_MS

__all__ = ["Month", "months_of"]


@dataclass(frozen=True)
class Month:
    """One calendar month, UTC, of a group.

    Attributes
    ----------
    month : str
        2026-02
    touches : int
    active : tuple of str
        Ids of members who did something in it.
    joined, went_dark, came_back : tuple of str
        First touch; silent for so many days; a touch after that.
    dark : tuple of str
        Who was dark when it ended.
    taken, awake : int
        Seats of the usual committee that anybody had taken by the end of the month; of these by somebody not dark then.
    """

    month: str
    touches: int
    active: tuple[str, ...]
    joined: tuple[str, ...]
    went_dark: tuple[str, ...]
    came_back: tuple[str, ...]
    dark: tuple[str, ...]
    taken: int
    awake: int


def months_of(
    touches: Iterable[tuple[int, str]],
    personas: Mapping[str, str],
    seats: Mapping[str, int],
    *,
    as_of: int,
    dark_days: float,
) -> list[Month]:
    """Follow the members of a group from its first touch to a moment.

    Parameters
    ----------
    touches : iterable of (int, str)
        Moment, epoch milliseconds, and contact.
    personas : mapping of contact to persona
    seats : mapping of persona to int
        Seats of the usual committee.
    as_of : int
        Epoch milliseconds; what is later is not looked at.
    dark_days : float
        Whoever did nothing for so many days has gone dark, at that moment.

    Returns
    -------
    list of Month
        Without gaps, the earliest first; empty without touches.
    """
    times: dict[str, list[int]] = {}
    for at, contact in sorted(touches):
        if at <= as_of:
            times.setdefault(contact, []).append(at)
    if not times:
        return []
    silence = round(dark_days * DAY_MS)
    starts = _starts(min(some[0] for some in times.values()), as_of)
    found = []
    for start, following in zip(starts, [*starts[1:], as_of + 1], strict=True):
        end = min(following, as_of + 1)  # the first moment that is not looked at
        inside = {who: bisect_left(some, end) - bisect_left(some, start) for who, some in times.items()}
        there = [who for who, some in times.items() if some[0] < end]
        dark = {who for who in there if _silent_since(times[who], end - 1) + silence < end}
        events = [_events(some, silence, start, end) for some in times.values()]
        found.append(
            Month(
                datetime.fromtimestamp(start / 1000, UTC).strftime("%Y-%m"),
                sum(inside.values()),
                tuple(sorted(who for who, number in inside.items() if number)),
                tuple(sorted(who for who, some in times.items() if start <= some[0] < end)),
                tuple(sorted(who for who, (gone, _) in zip(times, events, strict=True) if gone)),
                tuple(sorted(who for who, (_, back) in zip(times, events, strict=True) if back)),
                tuple(sorted(dark)),
                _taken(there, personas, seats),
                _taken([who for who in there if who not in dark], personas, seats),
            )
        )
    return found


def _starts(first: int, last: int) -> list[int]:
    """First moments of the months from one moment to another."""
    at = datetime.fromtimestamp(first / 1000, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    while (moment := round(at.timestamp() * 1000)) <= last:
        found.append(moment)
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return found


def _silent_since(times: list[int], moment: int) -> int:
    return times[bisect_right(times, moment) - 1]


def _events(times: list[int], silence: int, start: int, end: int) -> tuple[bool, bool]:
    """Whether somebody went dark, and came back, in a stretch."""
    gone = back = False
    for place, at in enumerate(times):
        following = times[place + 1] if place + 1 < len(times) else None
        if following is None or following - at > silence:
            gone |= start <= at + silence < end
            back |= following is not None and start <= following < end
    return gone, back


def _taken(people: Iterable[str], personas: Mapping[str, str], seats: Mapping[str, int]) -> int:
    counted = Counter(personas.get(who, "") for who in people)
    return sum(min(number, counted[persona]) for persona, number in seats.items())
