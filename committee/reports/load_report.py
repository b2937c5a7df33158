"""What became of the rows of a load: a table per file whose numbers add up, and the sentences under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

from committee.intake import REASONS, Intake
from committee.reports.answer import Rows
from committee.reports.words import count, listed

__all__ = ["common_folder", "intake_rows", "reject_reasons", "summary"]

_NAMED = 5  # files of no known kind that are named
_COUNTS = ("read", "loaded", "merged", "waiting", "rejected")


def intake_rows(intake: Intake, whole_paths: bool = True) -> Rows:
    """Return a row a file: source, kind, read = loaded + merged + waiting + rejected, notes; the summary below.

    Parameters
    ----------
    intake : Intake
    whole_paths : bool
        False leaves out the folder that all files have in common, and names it below.
    """
    folder = "" if whole_paths else common_folder([report.file for report in intake.files])
    listing = [
        [
            report.file.removeprefix(folder),
            report.source,
            report.kind,
            *(getattr(report, name) for name in _COUNTS),
            "; ".join(report.notes).replace(folder, ""),
        ]
        for report in intake.files
    ]
    notes = [*reject_reasons(intake), *_unused(intake), *_waiting(intake), *_conflicts(intake, folder)]
    where = [f"The files lie in {folder}"] if folder else []
    return Rows(["file", "source", "kind", *_COUNTS, "notes"], listing, [summary(intake), *where, *notes])


def common_folder(files: Sequence[str]) -> str:
    """Return the folder that several files have in common, with the slash behind it; empty where there is none.

    Examples
    --------
    >>> common_folder(["a/b/x.csv", "a/b/c/y.csv"]), common_folder(["a/x.csv"]), common_folder(["x.csv", "y.csv"])
    ('a/b/', '', '')
    """
    parts = [file.split("/")[:-1] for file in files]
    shared = takewhile(lambda names: len(set(names)) == 1, zip(*parts, strict=False))
    return "".join(f"{names[0]}/" for names in shared) if len(files) > 1 else ""


def summary(intake: Intake) -> str:
    """Say in one sentence what was read and what became of it; files that do not add up are named."""
    totals = {name: sum(getattr(report, name) for report in intake.files) for name in _COUNTS}
    text = (
        f"{count(len(intake.files), 'file')}: {count(totals['read'], 'row')} read, {totals['loaded']:,} loaded, {totals['merged']:,} merged, "
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


def _unused(intake: Intake) -> list[str]:
    """Say how many rows were refused with their whole file, which leaves no row for each in the rejects."""
    told = set(intake.rejects.column("file").to_pylist())
    unused = [report for report in intake.files if report.rejected and report.file not in told]
    amount = sum(report.rejected for report in unused)
    return [f"{count(amount, 'row')} of {count(len(unused), 'file')}: not used by the product"] if unused else []


def _waiting(intake: Intake) -> list[str]:
    """Say what the waiting records wait for."""
    wait = Counter((row["record_table"], row["target_table"]) for row in intake.waiting.to_pylist())
    return [
        f"{count(amount, 'reference')} from {table} to {target} {'waits' if amount == 1 else 'wait'}: not loaded yet"
        for (table, target), amount in sorted(wait.items(), key=lambda item: (-item[1], item[0]))
    ]


def _conflicts(intake: Intake, folder: str) -> list[str]:
    """Say where rows of one moment disagree, and which files were left alone and why."""
    told = [
        f"{count(amount, 'conflict')} in {place}: two values of one moment, decided by rule"
        for place, amount in intake.conflicts.items()
    ]
    ignored = [text.removeprefix(folder) for text in intake.ignored]
    named, more = ignored[:_NAMED], len(intake.ignored) - _NAMED
    left = [*named, *([f"{more:,} more"] if more > 0 else [])]
    return told + (
        [f"{count(len(intake.ignored), 'file')} of no known kind, not read: {'; '.join(left)}"] if left else []
    )
