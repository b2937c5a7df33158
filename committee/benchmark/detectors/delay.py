"""How long a group that begins waits until it is reported, by looking again every week.

The last weeks of the history are replayed: at the end of each, a detector sees what had happened by then. A planted
group counts as reported in the first week in which a found group agrees with the members who had joined by then. Groups
that nobody reported by the end have waited at least so long: the median is that of Kaplan & Meier (1958), so a detector
gains nothing by staying silent about the difficult ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pandas as pd
import pyarrow as pa

from committee.analysis.delays import looks, median_wait
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector
from committee.benchmark.scorer import Truth

__all__ = ["beginning", "first_reported", "median_wait", "waits", "weekly"]

DAY = 86_400.0


def weekly(end: datetime, weeks: int) -> list[datetime]:
    """Return the moments of a replay, in order: one a week, the last one is the end."""
    week = timedelta(weeks=1)
    return looks(end - week * (weeks - 1), end, week)


def beginning(truth: Truth, weeks: int, *, people: int, personas: int) -> pd.Series[pd.Timestamp]:
    """Return when each planted group began that began in the weeks before the end and is large enough by then."""
    end = truth.now + pd.Timedelta(days=1)
    members = truth.members[truth.members.joined_at <= end]
    shown = members.groupby("group_id").agg(people=("contact_id", "nunique"), personas=("role", "nunique"))
    large = shown.index[(shown.people >= people) & (shown.personas >= personas)]
    start = truth.groups.set_index("group_id").started_at
    return start[start.index.isin(large) & (start > end - pd.Timedelta(weeks=weeks))]


def first_reported(
    truth: Truth,
    started: pd.Series[pd.Timestamp],
    answers: Sequence[tuple[datetime, Mapping[str, pa.Table]]],
    *,
    match_at: float,
) -> dict[str, pd.Timestamp]:
    """Return for each group that was reported at all when it was first.

    Parameters
    ----------
    truth : Truth
    started : series
        Beginning of each group, by its id.
    answers : sequence of (moment, Findings tables)
        What was found at each moment, in the order of time.
    match_at : float
        Least Jaccard of a found group with the members who had joined by the moment.
    """
    reported: dict[str, pd.Timestamp] = {}
    members = truth.members[truth.members.group_id.isin(started.index)]
    for moment, tables in answers:
        now = pd.Timestamp(moment).tz_convert(None)
        found = tables["memberships"].select(["group_id", "contact_id"]).to_pandas().drop_duplicates()
        true = members.loc[members.joined_at <= now, ["group_id", "contact_id"]].drop_duplicates()
        size, crowd = found.groupby("group_id").size(), true.groupby("group_id").size()
        both = found.merge(true, on="contact_id", suffixes=("_found", "_true"))
        shared = both.groupby(["group_id_found", "group_id_true"]).size()
        for (one, other), count in shared.items():
            whole = size[one] + crowd[other] - count
            if count >= match_at * whole:
                reported.setdefault(other, now)
    return reported


def waits(
    truth: Truth, started: pd.Series[pd.Timestamp], reported: Mapping[str, pd.Timestamp]
) -> list[tuple[float, bool]]:
    """Return for each group how many days it waited, and whether that ended with a report."""
    end = truth.now + pd.Timedelta(days=1)
    return [
        ((reported.get(group, end) - start).total_seconds() / DAY, group in reported)
        for group, start in zip(started.index.tolist(), started, strict=True)
    ]


def replayed(
    case: Case, detectors: Sequence[Detector], weeks: int
) -> dict[str, list[tuple[datetime, Mapping[str, pa.Table]]]]:
    """Run the detectors at the end of each week: by detector, what was found when."""
    answers: dict[str, list[tuple[datetime, Mapping[str, pa.Table]]]] = {one.name: [] for one in detectors}
    for moment in weekly(case.as_of, weeks):
        seen = case.touches(moment)
        for one in detectors:
            answers[one.name].append((moment, one.find(case, seen)))
    return answers
