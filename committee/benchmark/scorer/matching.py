"""One-to-one matching of found and true groups, and what the unmatched ones are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from committee.benchmark.scorer.overlaps import Bools, Floats, Groups, Ints, Overlaps

__all__ = ["excused_by", "f1_of", "false_groups", "match", "mean", "merged_and_split", "precision_recall"]


def match(pairs: Overlaps, worth: Floats, allowed: Bools) -> Ints:
    """Pairs of the best one-to-one matching, account by account."""
    candidates = np.flatnonzero(allowed)
    alone = (np.bincount(pairs.found[candidates])[pairs.found[candidates]] == 1) & (
        np.bincount(pairs.true[candidates])[pairs.true[candidates]] == 1
    )
    chosen = [candidates[alone]]
    contested = candidates[~alone]
    for account in np.unique(pairs.account[contested]):
        here = contested[pairs.account[contested] == account]
        found, row = np.unique(pairs.found[here], return_inverse=True)
        true, column = np.unique(pairs.true[here], return_inverse=True)
        gain = np.zeros((len(found), len(true)))
        gain[row, column] = 1 + worth[here]  # one more match is worth more than a closer one
        pair = np.full(gain.shape, -1)
        pair[row, column] = here
        picked = pair[linear_sum_assignment(gain, maximize=True)]
        chosen.append(picked[picked >= 0])
    return np.concatenate(chosen).astype(np.int64)


def precision_recall(pairs: Overlaps, matched: Ints, excused: Bools, demanded: int) -> tuple[float, float, float]:
    """Count matched groups against those found (the excused aside) and those demanded: precision, recall, F1."""
    hit = np.zeros(len(excused), bool)
    hit[pairs.found[matched]] = True
    counted = int((hit | ~excused).sum())
    return f1_of(len(matched) / counted if counted else 0.0, len(matched) / demanded if demanded else 0.0)


def f1_of(precision: float, recall: float) -> tuple[float, float, float]:
    """Return precision, recall and their harmonic mean."""
    total = precision + recall
    return precision, recall, 2 * precision * recall / total if total else 0.0


def mean(values: NDArray[np.generic]) -> float:
    """Return the mean, NaN of nothing."""
    return float(values.astype(float).mean()) if len(values) else float("nan")


def excused_by(found: Groups, neutral: Groups) -> Bools:
    """Mark found groups that are a neutral true group, or lie mostly inside one."""
    excused = np.zeros(len(found), bool)
    near = Overlaps.of(found, neutral)
    excused[near.found[(near.jaccard >= 0.5) | (near.shared >= 0.5 * found.size[near.found])]] = True
    return excused


def false_groups(
    pairs: Overlaps, hit_found: Bools, hit_true: Bools, counted: Bools, found: Groups, accounts: int
) -> dict[str, float]:
    """Count found groups that nothing explains, an account."""
    unmatched = ~hit_found & counted
    inside = np.zeros(len(found))
    np.maximum.at(inside, pairs.found, np.where(hit_true[pairs.true], 0.0, pairs.shared / found.size[pairs.found]))
    return {
        "false_per_account": float(unmatched.sum() / accounts),
        "phantom_per_account": float((unmatched & (inside < 0.5)).sum() / accounts),
    }


def merged_and_split(pairs: Overlaps, found: Groups, true: Groups, hit_true: Bools) -> dict[str, float]:
    """Count found groups that swallow a second true group, and true groups left in pieces."""
    merged, swallowed = np.zeros(len(found), bool), np.zeros(len(true), bool)
    best: dict[int, int] = {}
    for pair in np.lexsort((pairs.true, -pairs.jaccard, pairs.found)).tolist():
        best.setdefault(int(pairs.found[pair]), pair)
    for pair in np.flatnonzero(pairs.shared >= 2).tolist():
        group, other = int(pairs.found[pair]), int(pairs.true[pair])
        own = int(pairs.true[best[group]])
        if other == own or pairs.shared[best[group]] < 0.5 * true.size[own]:
            continue
        rest = true.people(other) - true.people(own)
        if len(rest) >= 2 and len(rest & found.people(group)) >= 0.5 * len(rest):
            merged[group] = swallowed[other] = True
    inside = (pairs.shared >= 0.5 * found.size[pairs.found]) & (found.size[pairs.found] >= 2)
    pieces = np.bincount(pairs.true[inside], minlength=len(true))
    return {
        "merged_rate": float(merged.sum() / max(1, len(found))),
        "merged_true_rate": float(swallowed.sum() / max(1, len(true))),
        "split_rate": float(((pieces >= 2) & ~hit_true).sum() / max(1, len(true))),
    }
