"""How well the run report tells luck: groups that nothing planted explains, and how many were expected."""

from __future__ import annotations

from typing import Any

from committee.analysis import episodes
from committee.analysis.structureless import by_luck
from committee.benchmark.detectors.case import Case
from committee.benchmark.scorer import score

__all__ = ["LUCK_COLUMNS", "told_by_luck"]

LUCK_COLUMNS = ("world", "detector", "groups", "expected_by_luck", "unexplained", "false_groups", "accounts")


def told_by_luck(case: Case) -> list[dict[str, Any]]:
    """Hold what the run report expects against what there is.

    Returns
    -------
    list of dict
        One row with `LUCK_COLUMNS`: groups found; those expected by luck, as the report tells it (None where it cannot);
        those that nothing planted explains; all that match no planted group, parts and unions of planted ones as well.
    """
    seen = case.touches()
    found, calibration, _ = episodes.find_groups(case.market, seen, case.tags, case.settings, case.families)
    luck = by_luck(case.market, seen, case.tags, case.settings, case.families, found, calibration)
    figures = score(case.truth, found["groups"].to_pandas(), found["memberships"].to_pandas())
    accounts = len(case.truth.accounts)
    return [
        {
            "world": case.name,
            "detector": "episodes",
            "groups": float(found["groups"].num_rows),
            "expected_by_luck": luck.expected,
            "unexplained": figures["phantom_per_account"] * accounts,
            "false_groups": figures["false_per_account"] * accounts,
            "accounts": accounts,
        }
    ]
