"""What people said about findings, in words and rows: what is hidden, what is back and why, how often a rule was right."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from committee.analysis.feedback import Precision
from committee.analysis.verdicts import Dismissals, News, Verdict, undone_at
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.lookup import Row, by_id
from committee.reports.words import count, day, listed, percent, persona, plain

__all__ = ["decision_rows", "dismissal_notes", "feedback_rows"]


def dismissal_notes(market: Market, found: Dismissals, what: str, shown: Iterable[str], every: bool) -> list[str]:
    """Say what was dismissed: how many are hidden (or, when all are shown, which), and what is new about those that are back.

    Parameters
    ----------
    what : str
        group or flag.
    shown : iterable of str
        Ids in the listing.
    every : bool
        Whether dismissed ones are listed, too.
    """
    hidden = found.groups if what == "group" else found.flags
    listing = set(shown)
    notes = [_returned(market, what, one, found.back[one]) for one in sorted(found.back.keys() & listing)]
    if every:
        return notes + [f"{what} {one} was {_said(hidden[one])}" for one in sorted(hidden.keys() & listing)]
    if hidden:
        is_hidden = "is" if len(hidden) == 1 else "are"
        notes.append(
            f"{count(len(hidden), f'dismissed {what}')} {is_hidden} not shown, nothing is new about them: --all"
        )
    return notes


def _said(verdict: Verdict) -> str:
    who = f" by {plain(verdict.decided_by)}" if verdict.decided_by else ""
    return f"{verdict.kind} on {day(verdict.decided_at)}{who}: {plain(verdict.reason)}"


def _returned(market: Market, what: str, finding: str, news: News) -> str:
    people = by_id(market.contacts, "contact_id", news.contact_ids)
    programs = by_id(market.programs, "program_id", [one for one in news.program or () if one])
    told = []
    if news.contact_ids:
        names = [plain(people.get(one, {}).get("name")) or one for one in news.contact_ids]
        told.append(f"{listed(names)} joined")
    if news.personas:
        told.append(f"{listed(map(persona, news.personas))} for the first time")
    if news.flag_ids:
        told.append(f"{count(len(news.flag_ids), 'new flag')} ({', '.join(news.flag_ids)})")
    if news.program:
        before, now = (_program(programs, one) for one in news.program)
        told.append(f"its program is {now}, and was {before}")
    return f"{what} {finding} is back, {_said(news.verdict)}; since then {'; '.join(told)}"


def _program(known: dict[str, Row], key: str) -> str:
    return plain(known.get(key, {}).get("name")) or key or "none"


def feedback_rows(found: list[Precision], least: int, confidence: float) -> Rows:
    """List how often each rule and detector was right."""
    listing = [
        [
            one.what,
            one.name,
            one.answers,
            one.accepted,
            one.answers - one.accepted,
            one.share,
            one.low,
            one.high,
            f"{percent(one.share)} right, {percent(one.low or 0)} to {percent(one.high or 0)}"
            if one.share is not None
            else f"not enough: {one.answers} of {least} answers",
        ]
        for one in found
    ]
    columns = ["what", "name", "answers", "accepted", "dismissed", "precision", "low", "high", "told"]
    note = f"Interval: Wilson, {percent(confidence)}; below {least} answers nothing is said"
    return Rows(columns, listing, [note] if listing else ["Nobody has accepted or dismissed anything yet"])


def decision_rows(decisions: pa.Table) -> Rows:
    """List decisions, the latest first, and when they were taken back; who was erased is none that a person wants to read."""
    taken_back = undone_at(decisions)
    rows = [
        row | {"undone_at": taken_back.get(row["decision_id"])}
        for row in decisions.to_pylist()
        if row["kind"] != "erased"
    ]
    rows = sorted(rows, key=lambda row: (row["decided_at"], row["decision_id"]), reverse=True)
    return Rows.of("decided_at kind subject reason decided_by undone_at run_id decision_id", rows)
