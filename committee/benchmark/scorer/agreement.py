"""Extended BCubed and Omega: whether pairs of people share as many found groups as true ones."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from committee.benchmark.scorer.overlaps import Bools, Everybody, Floats, Ints

__all__ = ["agreement"]


def agreement(found: sp.csc_matrix, true: sp.csc_matrix, who: Everybody) -> dict[str, float]:
    """Measure extended BCubed and Omega from the number of groups each pair of people shares, on either side."""
    both = _shared_groups(found), _shared_groups(true)
    cells = np.union1d(both[0][0], both[1][0])
    in_found, in_true = np.zeros(len(cells)), np.zeros(len(cells))
    for (keys, counts), into in zip(both, (in_found, in_true), strict=True):
        into[np.searchsorted(cells, keys)] = counts
    people, accounts = len(who.people), len(who.accounts)
    row, column = cells // max(people, 1), cells % max(people, 1)
    agreed = np.minimum(in_found, in_true)

    def by_person(counts: Floats) -> tuple[Floats, Bools]:
        share = np.where(counts > 0, agreed / np.maximum(counts, 1), 0.0)
        total = np.bincount(row, share, people)
        number = np.bincount(row, counts > 0, people)
        return total / np.maximum(number, 1), number > 0

    def by_account(values: Floats, of: Bools) -> tuple[Floats, Bools]:
        number = np.bincount(who.account[of], minlength=accounts)
        return np.bincount(who.account[of], values[of], accounts) / np.maximum(number, 1), number > 0

    precision, with_found = by_account(*by_person(in_found))
    recall, with_true = by_account(*by_person(in_true))
    concerned = with_found | with_true
    if not concerned.any():
        return {}
    total = precision + recall
    f1 = np.where(total > 0, 2 * precision * recall / np.where(total > 0, total, 1), 0.0)
    result = {
        "bcubed_p": float(precision[concerned].mean()),
        "bcubed_r": float(recall[concerned].mean()),
        "bcubed_f1": float(f1[concerned].mean()),
    }
    upper = row < column
    omega, told = _omega(in_found[upper], in_true[upper], who.account[row[upper]], who)
    if (concerned & told).any():
        result["omega"] = float(omega[concerned & told].mean())
    return result


def _shared_groups(matrix: sp.csc_matrix) -> tuple[Ints, Floats]:
    """Cells (row * people + column, sorted) of pairs who share a group, themselves included, and how many they share."""
    together = sp.csr_matrix(matrix @ matrix.T).tocoo()
    keys = together.row.astype(np.int64) * matrix.shape[0] + together.col
    order = np.argsort(keys)
    return keys[order], together.data[order].astype(float)


def _omega(found: Floats, true: Floats, account: Ints, who: Everybody) -> tuple[Floats, Bools]:
    """Omega of each account; pairs of people who share no group on either side agree on level zero."""
    count = len(who.accounts)
    people = np.bincount(who.account, minlength=count).astype(float)
    all_pairs = people * (people - 1) / 2
    listed = np.bincount(account, minlength=count)
    observed = np.bincount(account, found == true, count) + all_pairs - listed
    expected = (all_pairs - np.bincount(account, found > 0, count)) * (
        all_pairs - np.bincount(account, true > 0, count)
    )
    for level in range(1, int(max(found.max(initial=0), true.max(initial=0))) + 1):
        expected += np.bincount(account, found == level, count) * np.bincount(account, true == level, count)
    told = all_pairs > 0
    observed, expected = observed / np.maximum(all_pairs, 1), expected / np.maximum(all_pairs, 1) ** 2
    chance = expected > 1 - 1e-12
    value = (observed - expected) / np.where(chance, 1, 1 - expected)
    return np.where(chance, (observed > 1 - 1e-12).astype(float), value), told
