"""How groups are ranked, in words: the formula of the points, and published ones with what of them is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from committee.analysis.baselines.published import FORMULAS

__all__ = ["TIES", "formula", "published"]

TIES = "Equal points: the group touched last comes first, then the lower id"


def formula(weights: Mapping[str, Any]) -> str:
    """Say in one line how the points are added up."""
    points = weights["points"]
    return (
        f"points = {points['person']:g} a person (at most {points['most_people']}) + {points['persona']:g} a persona + {points['recency']:g} halved every "
        f"{points['recency_half_life']:g} days since the last touch + {points['flag']:g} for a flag ({points['possible_flag']:g} for a possible one) + "
        f"{points['late_persona']:g} when a late persona is present; closed groups have none"
    )


def published(name: str) -> str:
    """Say in one line what a published score is, and which part of it is ours."""
    return f"{name} = {FORMULAS[name].summary} ({FORMULAS[name].published})"
