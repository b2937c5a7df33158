"""The episode mixture, calibrated on the market itself."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from committee.analysis.episodes import find_groups
from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector

__all__ = ["MIXTURE"]


def _episodes(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
    return find_groups(case.market, touches, case.tags, case.settings, case.families)[0]


MIXTURE = (Detector("episodes", "bursts of several people on one program and need, by a learned mixture", _episodes),)
