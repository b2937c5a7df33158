"""How long it takes until a group is reported, when somebody looks again every so many days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

__all__ = ["Appearance", "appearances", "looks", "median_wait"]


def looks(since: datetime, until: datetime, every: timedelta) -> list[datetime]:
    """Return the moments of a replay, in order: the last one is the end, none lies before the beginning.

    >>> from datetime import UTC
    >>> [one.day for one in looks(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC), timedelta(days=7))]
    [2, 9, 16]
    """
    return [until - every * back for back in range((until - since) // every, -1, -1)]


def median_wait(waited: Sequence[tuple[float, bool]]) -> float:
    """Return the days after which half of the groups are reported, by Kaplan & Meier (1958); NaN when that cannot be told.

    Parameters
    ----------
    waited : sequence of (days, ended)
        How long each group waited, and whether that ended with a report.

    >>> median_wait([(10.0, True), (20.0, True), (30.0, True), (40.0, True)])
    20.0
    >>> median_wait([(10.0, True), (15.0, False), (30.0, True), (40.0, False)])
    30.0
    >>> median_wait([(10.0, True), (80.0, False), (80.0, False)])
    nan
    """
    waiting = 1.0
    for day in sorted({days for days, ended in waited if ended}):
        at_risk = sum(days >= day for days, _ in waited)
        ends = sum(ended and days == day for days, ended in waited)
        waiting *= 1 - ends / at_risk
        if waiting <= 0.5 + 1e-12:
            return day
    return float("nan")


@dataclass(frozen=True)
class Appearance:
    """When a group was reported for the first time.

    Attributes
    ----------
    group_id : str
        Of the last look.
    first : datetime
        The first look at which it was reported.
    before : bool
        It was there at the first look of all: when it appeared is not known.
    looks : int
        Looks at which it was reported.
    first_member, third_member : datetime or None
        When the first, and the third, of its people first touched something that counts; None = it has fewer.
    """

    group_id: str
    first: datetime
    before: bool
    looks: int
    first_member: datetime | None
    third_member: datetime | None

    def days_after(self, moment: datetime | None) -> float | None:
        """Days from a moment to the first report."""
        return None if moment is None else (self.first - moment) / timedelta(days=1)


def appearances(
    memberships: pa.Table, group_ids: Sequence[str], lines: Sequence[tuple[datetime, Mapping[str, str]]]
) -> list[Appearance]:
    """Return for each group of the last look when it appeared, in the order of the ids.

    Parameters
    ----------
    memberships : pyarrow Table
        Of the last look.
    group_ids : sequence of str
        Its groups.
    lines : sequence of (moment, mapping)
        For each look, in order of time, the groups of the last look that it had already, under any id.
    """
    joined: dict[str, list[datetime]] = {}
    for row in memberships.select(["group_id", "first_at"]).to_pylist():
        if row["first_at"] is not None:
            joined.setdefault(row["group_id"], []).append(row["first_at"])
    found = []
    for group in group_ids:
        seen = [moment for moment, line in lines if group in line]
        came = sorted(joined.get(group, []))
        found.append(
            Appearance(
                group,
                seen[0],
                seen[0] == lines[0][0] and len(lines) > 1,
                len(seen),
                came[0] if came else None,
                came[2] if len(came) > 2 else None,
            )
        )
    return found
