"""The episode mixture, with numbers learned from the market itself, as the product learns them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from committee.analysis.episodes import Calibration, MarketContext, calibrate, context_of, score
from committee.analysis.episodes.detect import need_shares_of, read_words
from committee.analysis.episodes.scored import Scored, scored
from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector
from committee.pipeline.calibrating import learned_from, shipped

__all__ = ["MIXTURE", "scored_case"]


_Numbers = Callable[[Case, Touches, MarketContext], Calibration]


def _found(numbers: _Numbers) -> Callable[[Case, Touches], Mapping[str, pa.Table]]:
    def find(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
        context = context_of(touches, case.settings.episodes.mass)
        calibration = numbers(case, touches, context)
        return score(case.market, touches, case.tags, case.settings, case.families, calibration, context)

    return find


def _usual(case: Case, touches: Touches, context: MarketContext) -> Calibration:
    return learned_from(case.market, touches, case.tags, case.settings, context)


def _alone(case: Case, touches: Touches, context: MarketContext) -> Calibration:
    return calibrate(case.market, touches, case.tags, case.settings, context)


def _blended(case: Case, touches: Touches, context: MarketContext) -> Calibration:
    return calibrate(case.market, touches, case.tags, case.settings, context, shipped())


def _shipped(case: Case, touches: Touches, context: MarketContext) -> Calibration:
    return shipped().for_words(read_words(case.market, touches, case.tags), need_shares_of(touches))


def scored_case(case: Case) -> Scored:
    """Fit the whole market at once, and keep everything that the findings are written from."""
    seen = case.touches()
    context = context_of(seen, case.settings.episodes.mass)
    calibration = _usual(case, seen, context)
    return scored(case.market, seen, case.tags, case.settings, calibration, context)


MIXTURE = (
    Detector("episodes", "bursts of several people on one program and need, by a learned mixture", _found(_usual)),
    Detector("episodes_learned", "the same, learned from the market whatever its size", _found(_alone), asked=True),
    Detector(
        "episodes_blended", "the same, what is learned shrunk to the shipped numbers", _found(_blended), asked=True
    ),
    Detector("episodes_shipped", "the same with the shipped numbers, nothing learned", _found(_shipped), asked=True),
)
