"""How well a score puts the accounts first that have an active buying group: average precision and area under the curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from committee.benchmark.scorer import Truth

__all__ = ["active_accounts", "area_under_curve", "average_precision"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def active_accounts(truth: Truth, *, days: float, people: int, personas: int) -> set[str]:
    """Return the accounts with a planted group that is large enough and was touched in the last ``days``."""
    end = truth.now + pd.Timedelta(days=1)
    members = truth.members[truth.members.joined_at <= end]
    shown = members.groupby("group_id").agg(people=("contact_id", "nunique"), personas=("role", "nunique"))
    large = shown.index[(shown.people >= people) & (shown.personas >= personas)]
    ended = pd.to_datetime(truth.groups.ended_at, format="ISO8601")
    recent = truth.groups[truth.groups.group_id.isin(large) & (ended > end - pd.Timedelta(days=days))]
    return set(recent.account_id)


def area_under_curve(scores: Sequence[float] | Floats, wanted: Sequence[bool] | Flags) -> float:
    """Return the chance that an account that is wanted scores above one that is not; equal scores count half.

    >>> area_under_curve([3.0, 2.0, 2.0, 1.0], [True, True, False, False])
    0.875
    """
    is_wanted = np.asarray(wanted, bool)
    good, rest = int(is_wanted.sum()), int((~is_wanted).sum())
    if not good or not rest:
        return float("nan")
    ranks = rankdata(np.asarray(scores, float))
    return float((ranks[is_wanted].sum() - good * (good + 1) / 2) / (good * rest))


def average_precision(scores: Sequence[float] | Floats, wanted: Sequence[bool] | Flags) -> float:
    """Return the mean precision over the wanted accounts, from the highest score down; equal scores enter together.

    >>> round(average_precision([4.0, 3.0, 2.0, 1.0], [True, False, True, False]), 4)
    0.8333
    >>> average_precision([1.0, 1.0, 1.0, 1.0], [True, False, True, False])
    0.5
    """
    values, is_wanted = np.asarray(scores, float), np.asarray(wanted, bool)
    if not is_wanted.any():
        return float("nan")
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(is_wanted[order])
    ends = np.append(np.flatnonzero(np.diff(values[order])), len(values) - 1)
    precision = hits[ends] / (ends + 1)
    gained = np.diff(np.append(0, hits[ends]))
    return float((precision * gained).sum() / is_wanted.sum())
