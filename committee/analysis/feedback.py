"""How often a rule or a detector was right, by what people said; and nothing at all where too few said anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import pyarrow as pa

from committee.analysis.verdicts import judgements

__all__ = ["Precision", "precision", "wilson_interval"]


@dataclass(frozen=True)
class Precision:
    """What was said about the findings of one rule or detector.

    Attributes
    ----------
    what : str
        rule or detector.
    name : str
    accepted, answers : int
    share, low, high : float or None
        Accepted among the answers, and the Wilson interval; None below the least number of answers.
    """

    what: str
    name: str
    accepted: int
    answers: int
    share: float | None
    low: float | None
    high: float | None


def wilson_interval(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """Return the score interval of a share (Wilson 1927), without correction for continuity.

    >>> [round(end, 4) for end in wilson_interval(8, 10, 0.95)]
    [0.4902, 0.9433]
    >>> wilson_interval(0, 0, 0.95)
    (0.0, 1.0)
    """
    if not trials:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, width = successes / trials, z * z / trials
    middle = (share + width / 2) / (1 + width)
    half = sqrt(share * (1 - share) * width + width * width / 4) / (1 + width)
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == trials else middle + half
    return low, high


def precision(decisions: pa.Table, *, least: int, confidence: float) -> list[Precision]:
    """Count answers by rule (of flags) and by detector (of groups).

    An answer is the last verdict about one state of one finding: who says the same twice counts once, and a finding that
    came back with something new may be judged anew.

    Parameters
    ----------
    decisions : pyarrow Table
    least : int
        Answers below which no share is told.
    confidence : float
        Of the interval.

    Returns
    -------
    list of Precision
        Rules first, then detectors, by name.
    """
    answers: Counter[tuple[str, str]] = Counter()
    accepted: Counter[tuple[str, str]] = Counter()
    for one in judgements(decisions):
        what = "rule" if one.subject.startswith("flag:") else "detector"
        key = (what, one.seen.get(what) or "unknown")
        answers[key] += 1
        accepted[key] += one.kind == "accepted"
    found = []
    for key in sorted(answers, key=lambda key: (key[0] != "rule", key)):
        n, hits = answers[key], accepted[key]
        low, high = wilson_interval(hits, n, confidence)
        told = (hits / n, low, high) if n >= least else (None, None, None)
        found.append(Precision(*key, hits, n, *told))
    return found
