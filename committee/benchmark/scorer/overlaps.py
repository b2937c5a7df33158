"""Who is in which group, on both sides, and how far a found and a true group overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from committee.benchmark.scorer.planted import Truth

__all__ = ["Bools", "Everybody", "Floats", "Groups", "Ints", "Overlaps"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Everybody:
    """Everybody who can be in a pair: people with an engagement by then, and all members, true or found."""

    people: pd.Index[str]
    accounts: pd.Index[str]
    account: Ints  # of each person

    @classmethod
    def of(cls, truth: Truth, members: pd.DataFrame, found: pd.DataFrame, cut: pd.Timestamp) -> Everybody:
        """Gather people seen by the cut, members, and found people of accounts that exist."""
        seen = truth.people[truth.people.first_at <= cut]
        columns = ["contact_id", "account_id"]
        everybody = pd.concat([seen[columns], members[columns], found[columns]]).drop_duplicates("contact_id")
        accounts = pd.Index(truth.accounts)
        where = accounts.get_indexer(pd.Index(everybody.account_id))
        known = where >= 0
        return cls(pd.Index(everybody.contact_id[known]), accounts, where[known])


@dataclass(frozen=True)
class Groups:
    """Groups of one side: their people as a 0/1 matrix people x groups."""

    names: pd.Index[str]
    of_row: Ints
    matrix: sp.csc_matrix
    size: Ints
    account: Ints

    @classmethod
    def of(cls, rows: pd.DataFrame, who: Everybody) -> Groups:
        """Read rows of group_id, account_id, contact_id."""
        code, names = pd.factorize(rows.group_id)
        person = who.people.get_indexer(pd.Index(rows.contact_id))
        known = person >= 0
        shape = (len(who.people), len(names))
        matrix = sp.csc_matrix((np.ones(int(known.sum()), np.int64), (person[known], code[known])), shape=shape)
        account = np.full(len(names), -1, np.int64)
        account[code] = who.accounts.get_indexer(pd.Index(rows.account_id))
        return cls(pd.Index(names), code, matrix, np.bincount(code, minlength=len(names)), account)

    def __len__(self) -> int:
        return len(self.names)

    def people(self, group: int) -> set[int]:
        """Return the positions of a group's people."""
        bounds = self.matrix.indptr
        return set(self.matrix.indices[bounds[group] : bounds[group + 1]].tolist())


@dataclass(frozen=True)
class Overlaps:
    """Pairs of a found and a true group that share somebody."""

    found: Ints
    true: Ints
    shared: Ints
    jaccard: Floats
    account: Ints

    @classmethod
    def of(cls, found: Groups, true: Groups) -> Overlaps:
        """Pair all groups that share somebody."""
        both = (found.matrix.T @ true.matrix).tocoo()
        f, t, shared = both.row.astype(np.int64), both.col.astype(np.int64), both.data
        return cls(f, t, shared, shared / (found.size[f] + true.size[t] - shared), found.account[f])

    def __len__(self) -> int:
        return len(self.found)
