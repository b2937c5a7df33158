"""Buying groups as episodes: bursts of several people on one program and need, with who, when and how surely.

`calibrate` learns the numbers from a market, `score` finds the groups of each account on its own, given a calibration
and the market context; `find_groups` does both.
"""

from committee.analysis.episodes.calibration import Calibration
from committee.analysis.episodes.context import MarketContext, context_of
from committee.analysis.episodes.detect import calibrate, degraded, find_groups, score
from committee.analysis.episodes.output import DETECTOR

__all__ = ["DETECTOR", "Calibration", "MarketContext", "calibrate", "context_of", "degraded", "find_groups", "score"]
