"""What each detector reports where nobody buys together: the same market with its people shifted, or exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from committee.analysis.structureless import Way, expected_groups
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector
from committee.market import Market

__all__ = ["CHANCE_COLUMNS", "by_chance"]

CHANCE_COLUMNS = ("world", "detector", "groups_per_account", "planted_per_account", "shifted", "exchanged")
_WAYS: tuple[Way, ...] = ("shifted", "exchanged")


def by_chance(case: Case, detectors: Sequence[Detector], *, worlds: int, seed: int) -> list[dict[str, Any]]:
    """Count the groups an account that detectors report, in the market and in worlds without structure.

    Parameters
    ----------
    case : Case
    detectors : sequence of Detector
    worlds, seed : int
        How many worlds of each kind, and which.

    Returns
    -------
    list of dict
        One a detector, with `CHANCE_COLUMNS`; shifted and exchanged are means over the worlds, an account.
    """
    seen, accounts = case.touches(), max(1, len(case.truth.accounts))
    rows: list[dict[str, Any]] = []
    for one in detectors:

        def count(market: Market, actors: pa.Table, one: Detector = one) -> int:
            made = replace(case, market=market, actors=actors)
            return int(one.find(made, made.touches())["groups"].num_rows)

        expected: dict[str, Any] = {
            way: expected_groups(count, case.market, case.actors, seen, way=way, worlds=worlds, seed=seed) / accounts
            for way in _WAYS
        }
        rows.append(
            {
                "world": case.name,
                "detector": one.name,
                "groups_per_account": one.find(case, seen)["groups"].num_rows / accounts,
                "planted_per_account": len(case.truth.groups) / accounts,
                **expected,
            }
        )
    return rows
