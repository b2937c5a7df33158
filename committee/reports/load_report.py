"""What became of the rows of a load: a table per file whose numbers add up, and the sentences under it."""

from __future__ import annotations

from collections import Counter

from committee.intake import REASONS, Intake
from committee.reports.answer import Rows
from committee.reports.words import count, listed, source

__all__ = ["intake_rows", "reject_reasons", "summary"]

_COUNTS = ("read", "loaded", "merged", "waiting", "rejected")


def intake_rows(intake: Intake) -> Rows:
    """Return a row a file: source, kind, read = loaded + merged + waiting + rejected, notes; the summary below."""
    listing = [
        [report.file, report.source, report.kind, *(getattr(report, name) for name in _COUNTS), "; ".join(report.notes)]
        for report in intake.files
    ]
    return Rows(
        ["file", "source", "kind", *_COUNTS, "notes"],
        listing,
        [summary(intake), *reject_reasons(intake), *_waiting(intake), *_conflicts(intake)],
    )


def summary(intake: Intake) -> str:
    """Say in one sentence what was read and what became of it; files that do not add up are named."""
    totals = {name: sum(getattr(report, name) for report in intake.files) for name in _COUNTS}
    systems = listed(dict.fromkeys(source(report.source) for report in intake.files)) or "nowhere"
    text = (
        f"{count(len(intake.files), 'file')} from {systems}: {count(totals['read'], 'row')} read, {totals['loaded']:,} loaded, {totals['merged']:,} merged, "
        f"{totals['waiting']:,} waiting, {totals['rejected']:,} rejected"
    )
    wrong = [report.file for report in intake.files if not report.adds_up()]
    return f"{text}; the numbers of {listed(wrong)} do not add up" if wrong else text


def reject_reasons(intake: Intake) -> list[str]:
    """Say for each reason how many cells were refused, and what to do, the most frequent first."""
    amounts = Counter(intake.rejects.column("reason").to_pylist())
    return [
        f"{count(amount, 'reject')}: {REASONS[reason].meaning if reason in REASONS else reason}. {REASONS[reason].remedy if reason in REASONS else ''}".strip()
        for reason, amount in sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _waiting(intake: Intake) -> list[str]:
    """Say what the waiting records wait for."""
    wait = Counter((row["record_table"], row["target_table"]) for row in intake.waiting.to_pylist())
    return [
        f"{count(amount, 'reference')} from {table} to {target} {'waits' if amount == 1 else 'wait'}: not loaded yet"
        for (table, target), amount in sorted(wait.items(), key=lambda item: (-item[1], item[0]))
    ]


def _conflicts(intake: Intake) -> list[str]:
    """Say where rows of one moment disagree, and which files were left alone."""
    told = [
        f"{count(amount, 'conflict')} in {place}: two values of one moment, decided by rule"
        for place, amount in intake.conflicts.items()
    ]
    return told + (
        [f"{count(len(intake.ignored), 'file')} not read, of no known kind: {listed(intake.ignored)}"]
        if intake.ignored
        else []
    )
