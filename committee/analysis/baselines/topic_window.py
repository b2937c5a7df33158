"""Groups by the window rule, topic by topic: k different personas within n days, in an account or a program of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pyarrow as pa

from committee.analysis.baselines.claims import Claims, by_topic, chosen, findings_of, large_enough, program_of
from committee.analysis.codes import joined_ids, runs
from committee.analysis.touches import Touches
from committee.analysis.windows import Scoped, flagged_windows

__all__ = ["DETECTOR", "find_groups", "scoped_by_topic"]

DETECTOR = "topic_window/1"


def scoped_by_topic(touches: Touches, scope: Literal["program", "account"]) -> tuple[Scoped, np.ndarray]:
    """Gather the relevant touches by account (and program) and topic.

    Returns
    -------
    Scoped, int array
        The rows, and the topic of each scope.
    """
    touch, topic = by_topic(touches)
    if scope == "program":
        told = touches.program[touch] >= 0
        touch, topic = touch[told], topic[told]
        key = joined_ids(touches.account[touch], touches.program[touch], topic)
    else:
        key = joined_ids(touches.account[touch], topic)
    order = np.argsort(key, kind="stable")
    touch, topic, key = touch[order], topic[order], key[order]
    start = runs(key)[:-1] if len(key) else np.zeros(0, np.int64)
    program = touches.program[touch[start]] if scope == "program" else np.full(len(start), -1, np.int64)
    rows = Scoped(
        touch,
        key,
        touches.account[touch[start]],
        program,
        touches.persona[touch],
        touches.first[touch],
        touches.last[touch],
    )
    return rows, topic[start]


def find_groups(
    touches: Touches,
    families: Mapping[str, str],
    *,
    scope: Literal["program", "account"],
    days: float,
    people: int,
    personas: int,
    least_share: float,
) -> dict[str, pa.Table]:
    """Find the groups: everybody inside a qualifying window, windows that overlap taken together.

    Parameters
    ----------
    touches : Touches
    families : mapping
        Function family of each persona.
    scope : {"program", "account"}
        Whether touches of one program and topic are walked, or all of an account on one topic.
    days : float
        n: from the first to the last touch of a window, both ends included.
    people, personas : int
        Least people of a group; k, the known personas a window needs.
    least_share : float
        In account scope, share of its people that a program needs to be the group's.

    Returns
    -------
    dict
        Findings tables groups and memberships, sorted by key.
    """
    rows, topic = scoped_by_topic(touches, scope)
    windows = flagged_windows(rows, personas=personas, days=days)
    number = len(windows)
    touch, owner = rows.touch[windows.row], windows.flag
    of = rows.scope[windows.start]
    if scope == "program":
        program = rows.program[of]
    else:
        program = program_of(touches, touch, owner, number, least_share=least_share)
    claims = Claims(touch, owner, topic[of], program)
    wanted = large_enough(touches, touch, owner, number, people, personas)
    return findings_of(touches, chosen(claims, wanted), DETECTOR, families)
