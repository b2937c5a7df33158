"""The detectors of the benchmark, side by side on the same markets."""

from __future__ import annotations

from committee.benchmark.detectors.case import Case, case_from, made_case
from committee.benchmark.detectors.detector import Detector, numbers
from committee.benchmark.detectors.registry import DETECTORS, named_detectors

__all__ = ["DETECTORS", "Case", "Detector", "case_from", "made_case", "named_detectors", "numbers"]
