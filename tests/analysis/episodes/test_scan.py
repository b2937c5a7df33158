"""The scan finds the windows that stand out most, and a person counts once a week."""

from __future__ import annotations

from math import log

import numpy as np
from analysis.small_markets import SETTINGS
from hypothesis import given
from hypothesis import strategies as st

from committee.analysis.episodes.scan import best_windows

SCAN = SETTINGS.episodes.scan


def by_hand(counts: list[float], expected: float) -> float:
    """The best value over every window of an allowed length, one by one."""
    best = -np.inf
    for length in SCAN.lengths:
        for start in range(len(counts) - length + 1):
            seen, mean = sum(counts[start : start + length]), expected * length
            value = seen * log(seen / mean) - (seen - mean) if seen > mean else 0.0
            best = max(best, value - SCAN.length_cost * log(length))
    return best


@given(st.lists(st.integers(0, 4), min_size=13, max_size=30), st.floats(0.05, 1.0))
def test_the_first_window_is_the_best_of_all_windows_tried_one_by_one(counts: list[int], expected: float):
    row, start, end, ratio = best_windows(np.array([counts], float), np.array([expected]), SCAN, -10.0)
    assert np.isclose(ratio[0], by_hand(counts, expected))
    length = int(end[0] - start[0])
    seen, mean = sum(counts[start[0] : end[0]]), expected * length
    value = seen * log(seen / mean) - (seen - mean) if seen > mean else 0.0
    assert length in SCAN.lengths
    assert np.isclose(value - SCAN.length_cost * log(length), ratio[0])
    assert row[0] == 0


def test_a_found_window_is_blanked_before_the_next_is_looked_for():
    counts = np.zeros((1, 40))
    counts[0, 3:5] = 5.0
    counts[0, 20:23] = 4.0
    _, start, end, _ = best_windows(counts, np.array([0.05]), SCAN, SCAN.least)
    assert sorted(zip(start.tolist(), end.tolist(), strict=True)) == [(3, 5), (20, 23)]


def test_an_even_row_has_no_burst():
    found = best_windows(np.full((1, 60), 0.3), np.array([0.3]), SCAN, SCAN.least)
    assert len(found[0]) == 0
