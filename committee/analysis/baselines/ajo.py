"""Account rankings after AJO B2B: engagement score and completeness of a buying group.

As published, an engagement score counts the last 30 days, every activity of a person and day up to a cap, weighted by
kind; an open weighs as much as a click, and nothing fades but by falling out of the window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from committee.analysis.codes import Ints

__all__ = ["completeness", "group_score", "normalised", "person_scores", "rescaled", "role_completeness"]

Floats = npt.NDArray[np.float64]


def normalised(weights: Sequence[float]) -> Floats:
    """Rescale weights to 0..1 by their smallest and largest; all 1 where they are equal.

    >>> normalised([30.0, 40.0, 60.0]).round(3).tolist()
    [0.0, 0.333, 1.0]
    """
    values = np.asarray(weights, float)
    if not len(values):
        return values
    width = values.max() - values.min()
    return (values - values.min()) / width if width else np.ones(len(values))


def rescaled(values: Floats) -> Floats:
    """Rescale so that the largest is 100; all 0 stay 0."""
    most = values.max(initial=0.0)
    return values / most * 100.0 if most else values


def person_scores(
    person: Ints,
    day: Ints,
    kind: Ints,
    weights: Sequence[float],
    *,
    people: int,
    cap: int,
    min_max: bool = True,
    root: bool = True,
) -> Floats:
    """Score people: root of the sum of capped counts times weight, rescaled to 0..100 over all people.

    Parameters
    ----------
    person, day, kind : int arrays
        One entry an activity of the look-back.
    weights : sequence of float
        Of each kind; kinds that never occur have no part in the normalisation.
    people : int
    cap : int
        What one person, kind and day count at most.
    min_max, root : bool
        Whether weights are rescaled by `normalised`, and the square root is taken, as published; without, to see what
        each of the two does.
    """
    if not len(person):
        return np.zeros(people)
    here, code = np.unique(kind, return_inverse=True)
    stated = [weights[number] for number in here.tolist()]
    weight = normalised(stated) if min_max else np.asarray(stated, float)
    cases, count = np.unique(np.column_stack([person, code, day]), axis=0, return_counts=True)
    points = np.bincount(cases[:, 0], np.minimum(count, cap) * weight[cases[:, 1]], people).astype(float)
    return rescaled(np.sqrt(points) if root else points)


def group_score(totals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Weigh the totals of the roles of one group by the roles' share of all weights: the simple form.

    >>> round(group_score({"vital": 52, "important": 28, "normal": 17}, {"vital": 100, "important": 80, "normal": 60}), 2)
    35.25
    """
    whole = sum(weights[role] for role in totals)
    return sum(total * weights[role] for role, total in totals.items()) / whole if whole else 0.0


def role_completeness(members: int, threshold: int) -> float:
    """Share of the people a role needs that are there, at most 1.

    >>> round(role_completeness(1, 3), 2)
    0.33
    """
    return min(1.0, members / threshold)


def completeness(members: Mapping[str, int], thresholds: Mapping[str, int]) -> float:
    """Mean of the completeness of all roles that are defined.

    >>> completeness({"finance": 1, "lead": 3, "lab": 1}, {"finance": 1, "lead": 1, "lab": 1, "legal": 1})
    0.75
    """
    parts = [role_completeness(members.get(role, 0), threshold) for role, threshold in thresholds.items()]
    return sum(parts) / len(parts) if parts else 0.0
