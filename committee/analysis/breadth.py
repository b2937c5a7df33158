"""How broadly an account engages: over functions, not by volume; and where everything hangs on one person."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from committee.analysis.codes import distinct, joined_ids, named, runs
from committee.analysis.flags import instants
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS

__all__ = ["breadth", "single_threaded"]


def breadth(touches: Touches, families: Mapping[str, str], *, days: float) -> pa.Table:
    """Count for each account the people and function families that engaged in the last ``days``.

    Parameters
    ----------
    touches : Touches
    families : mapping
        Function family of each persona.
    days : float
        Length of the stretch that ends with the report.

    Returns
    -------
    pyarrow Table
        account_id, engagements, people, families (list), by account.
    """
    rows = np.flatnonzero(touches.relevant & (touches.first > touches.as_of - days * DAY_MS))
    bounds = runs(touches.account[rows]) if len(rows) else np.zeros(1, np.int64)
    people, spans = [], []
    family_of = [families.get(name, "") for name in touches.personas] + [""]
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        part = rows[start:end]
        people.append(len(distinct(touches.contact[part])))
        spans.append(sorted({family_of[code] for code in set(touches.persona[part].tolist())} - {""}))
    return pa.table(
        {
            "account_id": named(touches.account_ids, touches.account[rows[bounds[:-1]]]),
            "engagements": pa.array(np.diff(bounds), pa.int64()),
            "people": pa.array(people, pa.int64()),
            "families": pa.array(spans, pa.list_(pa.string())),
        }
    )


def single_threaded(touches: Touches, *, days: float) -> pa.Table:
    """List the accounts in which exactly one person engaged in the last ``days``.

    Returns
    -------
    pyarrow Table
        account_id, contact_id, engagements, first_at, last_at, by account.
    """
    rows = np.flatnonzero(touches.relevant & (touches.first > touches.as_of - days * DAY_MS))
    bounds = runs(touches.account[rows]) if len(rows) else np.zeros(1, np.int64)
    pair = joined_ids(touches.account[rows], touches.contact[rows]) if len(rows) else rows
    alone = np.array(
        [len(distinct(pair[a:b])) == 1 for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)], bool
    )
    head, tail = rows[bounds[:-1][alone]], rows[bounds[1:][alone] - 1]
    return pa.table(
        {
            "account_id": named(touches.account_ids, touches.account[head]),
            "contact_id": named(touches.contact_ids, touches.contact[head]),
            "engagements": pa.array(np.diff(bounds)[alone], pa.int64()),
            "first_at": instants(touches.first[head]),
            "last_at": instants(touches.first[tail]),
        }
    )
