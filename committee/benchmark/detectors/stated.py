"""Whether stated probabilities can be trusted: of the people given so much, how many are members.

Everybody counts who touched anything while a reported group ran, with the probability that the mixture gives them, in
the group or not. A member is who sits in the planted group that the reported one agrees with best; nobody is where there
is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from committee.analysis.codes import named
from committee.analysis.episodes.reported import stated as stated_probability
from committee.analysis.episodes.scored import Scored
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.mixture import scored_case
from committee.benchmark.scorer import Truth
from committee.settings import ReportedSettings

__all__ = ["STATED_COLUMNS", "counted", "pooled", "stated"]

STATED_COLUMNS = ("world", "stated", "people", "mean_stated", "members", "difference")
BINS = 10

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def stated(case: Case) -> list[Row]:
    """Count people by what the episode mixture states of them.

    Returns
    -------
    list of dict
        As from `counted`.
    """
    people = _people(scored_case(case), case.settings.episodes.groups)
    return counted(people.probability.to_numpy(float), _is_member(people, case.truth))


def counted(probability: Floats, member: Flags) -> list[Row]:
    """Count in ten bins.

    Returns
    -------
    list of dict
        bin, people, and the sums ``stated`` and ``members``, the lowest bin first; empty bins are left out.

    >>> [(row["bin"], row["people"], row["members"]) for row in counted(np.array([0.05, 0.95, 1.0]), np.array([False, True, True]))]
    [(0, 1, 0), (9, 2, 2)]
    """
    place = np.clip(np.floor(probability * BINS + 1e-9).astype(np.int64), 0, BINS - 1)
    return [
        {
            "bin": one,
            "people": int((place == one).sum()),
            "stated": float(probability[place == one].sum()),
            "members": int(member[place == one].sum()),
        }
        for one in np.unique(place).tolist()
    ]


def pooled(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Add up the counts of several markets, bin by bin.

    Returns
    -------
    list of dict
        One a bin, with `STATED_COLUMNS`: people, their mean stated probability, the share of them who are members.
    """
    sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        for place, name in enumerate(("people", "stated", "members")):
            sums[row["bin"]][place] += row[name]
    return [
        {
            "world": "all",
            "stated": f"{one / BINS:.1f} to {(one + 1) / BINS:.1f}",
            "people": int(people),
            "mean_stated": total / people,
            "members": members / people,
            "difference": members / people - total / people,
        }
        for one, (people, total, members) in sorted(sums.items())
    ]


def _people(one: Scored, rules: ReportedSettings) -> pd.DataFrame:
    """Episode, account, contact and probability of everybody who touched anything while a reported group ran."""
    pairs, fit = one.fit.pairs, one.fit
    use = np.flatnonzero(one.verdict.group[pairs.member_episode])
    person = pairs.member_person[use]
    return pd.DataFrame(
        {
            "episode": pairs.member_episode[use],
            "account_id": named(one.touches.account_ids, one.ground.person_account[person]).to_pylist(),
            "contact_id": named(one.touches.contact_ids, one.ground.person_contact[person]).to_pylist(),
            "probability": stated_probability(fit.held[use], rules),
            "named": one.verdict.member[use],
        }
    )


def _is_member(people: pd.DataFrame, truth: Truth) -> Flags:
    planted: dict[str, list[frozenset[str]]] = defaultdict(list)
    at_hand = truth.members[truth.members.joined_at <= truth.now + pd.Timedelta(days=1)]
    for _, part in at_hand.groupby("group_id"):
        planted[str(part.account_id.iloc[0])].append(frozenset(part.contact_id))
    found = np.zeros(len(people), bool)
    for _, rows in people.reset_index(drop=True).groupby("episode"):
        members = frozenset(rows.contact_id[rows.named])
        best = max(
            planted[rows.account_id.iloc[0]],
            key=lambda group: len(group & members) / len(group | members),
            default=frozenset[str](),
        )
        if best & members:
            found[rows.index] = rows.contact_id.isin(best)
    return found
