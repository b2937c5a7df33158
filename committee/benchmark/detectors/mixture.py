"""The episode mixture, with numbers learned from the market itself, as the product learns them."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from committee.analysis.episodes import calibrate, context_of, find_groups
from committee.analysis.episodes.scored import Scored, scored
from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector

__all__ = ["MIXTURE", "scored_case"]


def _episodes(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
    return find_groups(case.market, touches, case.tags, case.settings, case.families)[0]


def scored_case(case: Case) -> Scored:
    """Fit the whole market at once, and keep everything that the findings are written from."""
    seen = case.touches()
    context = context_of(seen, case.settings.episodes.mass)
    calibration = calibrate(case.market, seen, case.tags, case.settings, context)
    return scored(case.market, seen, case.tags, case.settings, calibration, context)


MIXTURE = (Detector("episodes", "bursts of several people on one program and need, by a learned mixture", _episodes),)
