"""What a rule would have sent: flags of a stretch of time, per owner; and the windows that lack one persona."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Ints, codes_in, distinct, named, plain
from committee.analysis.flags import instants, lists_of
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS, Scoped, flagged_windows, scoped
from committee.market import Market

__all__ = ["Replay", "nearly_complete", "replay"]


@dataclass(frozen=True)
class Replay:
    """What one rule would have raised.

    Attributes
    ----------
    personas, days, span_days : int, float, float
        The rule, and the stretch before the report it was played over.
    flags : int
        Flags raised in that stretch; those of the quiet period are not counted.
    scopes : int
        Scopes they were raised in.
    per_owner : dict
        Flags by owner of the account; "" = an account nobody owns.
    """

    personas: int
    days: float
    span_days: float
    flags: int
    scopes: int
    per_owner: dict[str, int]


def replay(
    touches: Touches,
    market: Market,
    *,
    scope: str,
    personas: int,
    days: float,
    span_days: float,
    quiet_days: float = 0.0,
) -> Replay:
    """Count the flags that a rule would have raised in the last ``span_days``.

    Parameters
    ----------
    touches, market
        The touches, and the market with the owners of the accounts.
    scope, personas, days
        The rule to try.
    span_days : float
        Length of the stretch that ends with the report; its first moment is outside, its last inside.
    quiet_days : float
        A flag raised so soon after the end of the one before it in its scope sends nothing.
    """
    rows = scoped(touches, scope)
    windows = flagged_windows(rows, personas=personas, days=days)
    where, raised, ended = rows.scope[windows.start], rows.first[windows.raised], rows.first[windows.end]
    sent = raised > touches.as_of - span_days * DAY_MS
    if quiet_days > 0 and len(windows):
        soon = (where[1:] == where[:-1]) & (raised[1:] - ended[:-1] <= quiet_days * DAY_MS)
        sent[1:] &= ~soon
    accounts = market.accounts
    owner = accounts.column("owner").cast(pa.string()).to_pylist()
    row_of = codes_in(touches.account_ids, plain(accounts.column("account_id")))
    per_owner: dict[str, int] = {}
    for row in row_of[rows.account[where[sent]]].tolist():
        name = (owner[row] if row >= 0 else None) or ""
        per_owner[name] = per_owner.get(name, 0) + 1
    return Replay(
        personas, days, span_days, int(sent.sum()), len(distinct(where[sent])), dict(sorted(per_owner.items()))
    )


def nearly_complete(touches: Touches, *, scope: str, personas: int, days: float) -> pa.Table:
    """List the scopes that one more persona would flag now, and until when it has to come.

    Returns
    -------
    pyarrow Table
        account_id, program_id, present (personas seen in the last ``days``), missing (those that would complete it),
        contact_ids (who was seen), until (the last moment at which a new persona still completes it); by until, account,
        program. Scopes with a window that is complete already are not listed.
    """
    rows = scoped(touches, scope)
    span = round(days * DAY_MS)
    recent = np.flatnonzero((rows.last >= touches.as_of - span) & (rows.persona >= 0))
    width = max(1, len(touches.personas))
    latest = np.full((len(rows.account), width), -1, np.int64)
    np.maximum.at(latest, (rows.scope[recent], rows.persona[recent]), rows.last[recent])
    present = latest >= 0
    near = np.flatnonzero(present.sum(axis=1) == personas - 1) if personas > 1 else np.zeros(0, np.int64)
    until = (
        np.where(present[near], latest[near], np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max) + span
    )
    near, until = near[(order := np.lexsort((near, until)))], until[order]
    return _near_table(touches, rows, recent, near, until, present[near])


def _near_table(touches: Touches, rows: Scoped, recent: Ints, near: Ints, until: Ints, present: np.ndarray) -> pa.Table:
    place = np.full(len(rows.account), -1, np.int64)
    place[near] = np.arange(len(near))
    owner, who = place[rows.scope[recent]], touches.contact[rows.touch[recent]]
    owner, who = owner[owner >= 0], who[owner >= 0]
    order = np.lexsort((who, owner))
    owner, who = owner[order], who[order]
    fresh = np.ones(len(owner), bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (who[1:] != who[:-1])
    here, persona = np.nonzero(present[:, : len(touches.personas)])
    lacks, other = np.nonzero(~present[:, : len(touches.personas)])
    return pa.table(
        {
            "account_id": named(touches.account_ids, rows.account[near]),
            "program_id": named(touches.program_ids, rows.program[near]),
            "present": lists_of(here, named(touches.personas, persona), len(near)),
            "missing": lists_of(lacks, named(touches.personas, other), len(near)),
            "contact_ids": lists_of(owner[fresh], named(touches.contact_ids, who[fresh]), len(near)),
            "until": instants(until),
        }
    )
