"""Which group first: an absolute sum of parts, the same whatever other accounts do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from committee.findings import Findings

__all__ = ["Rank", "points_of_groups", "rank"]

_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rank:
    """The points of one group, part by part; `total` is their sum."""

    people: float
    personas: float
    recency: float
    flag: float
    late_persona: float

    @property
    def total(self) -> float:
        """The sum of the parts as printed: one decimal each."""
        return round(self.people + self.personas + self.recency + self.flag + self.late_persona, 1)


def rank(
    group: _Row, flags: Sequence[_Row], as_of: datetime, late_personas: Sequence[str], weights: Mapping[str, Any]
) -> Rank:
    """Return the points of a group.

    Parameters
    ----------
    group : row of groups
    flags : rows of flags
        Those of this group.
    as_of : datetime
        Recency counts days from the last touch to this moment.
    late_personas : sequence of str
    weights : mapping
        ``defaults/ranking.toml``: points by part, and the statuses that have none.

    Returns
    -------
    Rank
        Each part rounded to one decimal, so that the printed parts add up to the printed sum.
    """
    points = weights["points"]
    if group["status"] in weights["status"]["closed"]:
        return Rank(0.0, 0.0, 0.0, 0.0, 0.0)
    personas = [word for word in group["personas"] or [] if word != "unknown"]
    days = max((as_of - group["last_active_at"]) / timedelta(days=1), 0.0)
    certain = any(flag["certainty"] == "certain" for flag in flags)
    return Rank(
        people=round(points["person"] * min(group["people"] or 0, points["most_people"]), 1),
        personas=round(points["persona"] * len(personas), 1),
        recency=round(points["recency"] * 0.5 ** (days / points["recency_half_life"]), 1),
        flag=points["flag"] if certain else points["possible_flag"] if flags else 0.0,
        late_persona=points["late_persona"] if set(personas) & set(late_personas) else 0.0,
    )


def points_of_groups(
    findings: Findings, as_of: datetime, late_personas: Sequence[str], weights: Mapping[str, Any]
) -> dict[str, float]:
    """Return the points of each group by its id."""
    flags: dict[str, list[_Row]] = defaultdict(list)
    for flag in findings.flags.select(["group_id", "certainty"]).to_pylist():
        flags[flag["group_id"]].append(flag)
    return {
        row["group_id"]: rank(row, flags[row["group_id"]], as_of, late_personas, weights).total
        for row in findings.groups.to_pylist()
    }
