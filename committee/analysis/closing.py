"""When a group's purchase was over: its deal was won or lost, or its program was stopped."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa

from committee.analysis.codes import plain, true_cells
from committee.analysis.days import day_interval
from committee.market import Market
from committee.settings import StatusSettings

__all__ = ["Closing", "closings"]

Closing = tuple[int, str]


def closings(market: Market, groups: pa.Table, as_of: int, settings: StatusSettings) -> list[Closing | None]:
    """Find the first closing of each group.

    A deal with a program closes the groups of its account and program that had begun by then. A deal without one closes
    a group only when it is the only one of the account that had. What stops without a date closes with the last touch.

    Parameters
    ----------
    market : Market
    groups : pyarrow Table
        Findings table.
    as_of : int
        Epoch milliseconds; what happened later is not known.
    settings : StatusSettings
        Program statuses and kinds of signals that mean it goes on no more.

    Returns
    -------
    list of (int, str) or None
        Moment and cause, one entry a group.
    """
    account, program = plain(groups.column("account_id")).to_pylist(), plain(groups.column("program_id")).to_pylist()
    formed, latest = (groups.column(name).cast(pa.int64()).to_pylist() for name in ("formed_at", "last_active_at"))
    of_account: dict[str, list[int]] = defaultdict(list)
    for place, name in enumerate(account):
        of_account[name].append(place)
    found: list[list[Closing]] = [[] for _ in account]
    stops = _stopped_programs(market, as_of, settings)
    for place, name in enumerate(program):
        if name in stops:
            began, cause = stops[name]
            found[place].append((latest[place] if began is None else max(began, formed[place]), cause))
    for deal, where, about, won, closed in _deals(market):
        if where not in of_account:
            continue
        began, ended = day_interval(closed) if closed else (None, None)
        if began is not None and began > as_of:
            continue
        begun = [place for place in of_account[where] if ended is None or formed[place] <= ended]
        for place in begun:
            if program[place] == about if about else len(begun) == 1:
                moment = latest[place] if began is None else max(began, formed[place])
                found[place].append((moment, f"deal {deal} {'won' if won else 'lost'}"))
    return [min(several) if several else None for several in found]


def _deals(market: Market) -> list[tuple[str, str | None, str | None, bool, str | None]]:
    """Closed deals: id, account, program, won, closing day."""
    table = market.opportunities.filter(pa.array(~true_cells(market.opportunities, "deleted")))
    names = ("opportunity_id", "account_id", "program_id", "is_won", "closed_on")
    rows = zip(*(plain(table.column(name)).to_pylist() for name in names), strict=True)
    return [row for row in rows if row[3] is not None]


def _stopped_programs(market: Market, as_of: int, settings: StatusSettings) -> dict[str, tuple[int | None, str]]:
    """Moment (None = no date is known) and cause for each program that was stopped by then."""
    wanted = {word.lower() for word in settings.stopped_words}
    signals: dict[str, list[tuple[int, str]]] = defaultdict(list)
    table = market.signals.filter(pa.array(~true_cells(market.signals, "deleted")))
    for program, kind, day, signal in zip(
        *(plain(table.column(name)).to_pylist() for name in ("program_id", "kind", "occurred_on", "signal_id")),
        strict=True,
    ):
        if program and kind in settings.stopping_signals and day_interval(day)[0] <= as_of:
            signals[program].append((day_interval(day)[0], f"signal {signal}: {kind}"))
    stops: dict[str, tuple[int | None, str]] = {program: min(several) for program, several in signals.items()}
    programs = market.programs
    names = ("program_id", "status", "ended_on")
    for program, status, ended in zip(*(plain(programs.column(name)).to_pylist() for name in names), strict=True):
        if status is None or status.strip().lower() not in wanted or program in stops:
            continue
        began = day_interval(ended)[0] if ended else None
        if began is None or began <= as_of:
            stops[program] = (began, f"program {program} is {status.lower()}" + ("" if ended else ", no date is given"))
    return stops
