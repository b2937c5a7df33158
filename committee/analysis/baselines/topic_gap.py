"""Groups by rule, without programs: people of one account who touch one topic, until a quiet gap ends it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from committee.analysis.baselines.claims import Claims, by_topic, chosen, findings_of, large_enough, program_of
from committee.analysis.codes import joined_ids
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS

__all__ = ["DETECTOR", "find_groups"]

DETECTOR = "topic_gap/1"


def find_groups(
    touches: Touches,
    families: Mapping[str, str],
    *,
    days: float,
    people: int,
    personas: int,
    least_share: float,
) -> dict[str, pa.Table]:
    """Find the groups.

    Parameters
    ----------
    touches : Touches
    families : mapping
        Function family of each persona.
    days : float
        A gap of more days ends a group.
    people, personas : int
        Least people and known personas of a group.
    least_share : float
        Share of its people that a program needs to be the group's.

    Returns
    -------
    dict
        Findings tables groups and memberships, sorted by key.
    """
    touch, topic = by_topic(touches)
    key = joined_ids(touches.account[touch], topic)
    order = np.argsort(key, kind="stable")
    touch, topic, key = touch[order], topic[order], key[order]
    fresh = np.ones(len(key), bool)
    fresh[1:] = (key[1:] != key[:-1]) | (np.diff(touches.first[touch]) > days * DAY_MS)
    owner = np.cumsum(fresh) - 1
    owners = int(fresh.sum())
    program = program_of(touches, touch, owner, owners, least_share=least_share)
    claims = Claims(touch, owner, topic[fresh], program)
    wanted = large_enough(touches, touch, owner, owners, people, personas)
    return findings_of(touches, chosen(claims, wanted), DETECTOR, families)
