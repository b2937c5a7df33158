"""What happened between two runs, as rows: what, where, who, why, and with which file it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from committee.analysis.changes import KINDS, Cause, StateChange, settings_that_differ
from committee.findings import Run
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.lookup import Row, by_id
from committee.reports.words import count, day, listed, plain

__all__ = ["change_rows"]

_COLUMNS = (
    "what at account program need before after person cause file engagement_id group_id lineage_id flag_id contact_id "
    "do_not_contact"
)


def change_rows(
    market: Market, changes: Sequence[StateChange], causes: Sequence[Cause], before: Run | None, after: Run | None
) -> Rows:
    """List changes, by account and group; the notes count them and name the settings that differ."""
    accounts = by_id(market.accounts, "account_id", {one.account_id for one in changes})
    programs = by_id(market.programs, "program_id", set(_programs(changes)))
    people = by_id(market.contacts, "contact_id", {one.contact_id for one in changes if one.contact_id})
    found = [_row(change, cause, accounts, programs, people) for change, cause in zip(changes, causes, strict=True)]
    return Rows.of(_COLUMNS, found, _notes(changes, before, after))


def _programs(changes: Iterable[StateChange]) -> Iterable[str]:
    for one in changes:
        named = (one.program_id, *((one.before, one.after) if one.kind.startswith("program") else ()))
        yield from (name for name in named if name)


def _row(
    change: StateChange, cause: Cause, accounts: dict[str, Row], programs: dict[str, Row], people: dict[str, Row]
) -> Row:
    person = people.get(change.contact_id or "", {})
    named = {name: getattr(change, name) for name in ("need", "group_id", "lineage_id", "flag_id", "contact_id")}
    of_program = change.kind.startswith("program")
    return {
        **named,
        "what": change.kind,
        "at": None if cause.at is None else datetime.fromtimestamp(cause.at / 1000, UTC),
        "account": _name(accounts, change.account_id),
        "program": _name(programs, change.program_id) if change.program_id else None,
        "before": _name(programs, change.before) if of_program and change.before else change.before,
        "after": _name(programs, change.after) if of_program and change.after else change.after,
        "person": (plain(person.get("name")) or change.contact_id) if change.contact_id else None,
        "cause": plain(cause.sentence),
        "file": cause.file,
        "engagement_id": cause.engagement_id,
        "do_not_contact": "yes" if person.get("suppressed") or person.get("deleted") else None,
    }


def _name(known: dict[str, Row], key: str) -> str:
    return plain(known.get(key, {}).get("name")) or key


def _notes(changes: Sequence[StateChange], before: Run | None, after: Run | None) -> list[str]:
    counts = Counter(one.kind for one in changes)
    told = listed(f"{counts[kind]:,} {kind}" for kind in KINDS if counts[kind]) or "nothing changed"
    notes = []
    if before and after:
        notes.append(
            f"From run {before.run_id} as of {day(before.as_of)} to run {after.run_id} as of {day(after.as_of)}"
        )
    notes.append(f"{count(len(changes), 'change')}: {told}" if changes else "Nothing changed")
    if differ := settings_that_differ(before, after):
        notes.append(f"Settings that differ: {'; '.join(differ)}")
    return notes
