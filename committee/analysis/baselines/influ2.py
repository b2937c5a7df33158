"""Account ranking after Influ2: a personal behavioural score whose points fade by half-lives, summed over the people."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["faded"]

Floats = npt.NDArray[np.float64]


def faded(points: Floats, age_days: Floats, half_life: Floats) -> Floats:
    """Return what points are still worth: half after one half-life, a quarter after two.

    >>> faded(np.array([2.0, 0.1]), np.array([30.0, 14.0]), np.array([30.0, 7.0])).round(6).tolist()
    [1.0, 0.025]
    """
    worth: Floats = points * np.exp2(-age_days / half_life)
    return worth
