"""The part of a page about benchmarks that tells how well groups are found, and how it gets into the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from committee.benchmark.detectors.ablation import ABLATION_COLUMNS
from committee.benchmark.detectors.absent import ABSENT_COLUMNS
from committee.benchmark.detectors.asking import ASKING_COLUMNS
from committee.benchmark.detectors.chance import CHANCE_COLUMNS
from committee.benchmark.detectors.luck import LUCK_COLUMNS
from committee.benchmark.detectors.run import best_of, over_worlds
from committee.benchmark.detectors.stated import STATED_COLUMNS
from committee.benchmark.detectors.table import COLUMNS, RANKING_COLUMNS

__all__ = ["END", "START", "Answer", "answer_of", "detection_part", "markdown_table", "with_part"]

START = "<!-- detection: made by committee bench -->"
END = "<!-- end of detection -->"


_PARTS = {
    "groups": (
        "Groups",
        "detector",
        COLUMNS,
        "Extended BCubed F1, F1 of whole groups (Jaccard of at least one half) and of groups with the right program; "
        "groups an account that nothing explains; shares of found groups that swallow a second one, and of planted "
        "ones left in pieces; groups reported an account, all that are reported where none was planted; median days "
        "from a group's beginning to the first weekly report of it, groups never reported counted as still waiting "
        "(Kaplan & Meier); seconds of the detector alone.",
    ),
    "ranking": (
        "Accounts ranked",
        "score",
        RANKING_COLUMNS,
        "Which accounts have an active group: published scores of other systems, which name no groups, beside the "
        "number of people in each detector's active groups.",
    ),
    "stated": (
        "Stated probabilities",
        "stated",
        STATED_COLUMNS,
        "Everybody who touched anything while a reported group ran, by the probability of being a member that the "
        "episode mixture states, all markets together: how many there are, their mean, "
        "and the share who are members of the planted group that the reported one agrees with best.",
    ),
    "ablation": (
        "What each part is worth",
        "part",
        ABLATION_COLUMNS,
        "The detector as it is, and with one part switched off at a time; lost is what extended BCubed F1 falls by.",
    ),
    "chance": (
        "By chance",
        "detector",
        CHANCE_COLUMNS,
        "Groups an account in the market, groups planted there, and what the detector still reports where nobody buys "
        "together: each person's touches shifted in time by one random offset, or the readers of each persona "
        "exchanged between accounts. Buyers keep their own bursts of reading either way, so where there are many groups "
        "both numbers overstate; how many groups are false is told by the first table, and by the worlds where nobody buys.",
    ),
    "luck": (
        "Luck, as the run report tells it",
        "detector",
        LUCK_COLUMNS,
        "Groups that are expected where what no group claims is shifted, person by person, and found again with the same "
        "numbers; beside it the groups found that nothing planted explains, and all that match no planted group: parts "
        "and unions of planted ones as well, which luck does not make.",
    ),
    "evidence": (
        "What evidence is worth",
        "evidence",
        ABSENT_COLUMNS,
        "The same markets without one sort of evidence, everything else as it is; lost is what extended BCubed F1 falls by. "
        "Without other accounts: each account alone, as if there were no others.",
    ),
    "questions": (
        "The first question",
        "questions",
        ASKING_COLUMNS,
        "The first question of each group is answered truly and the account is scored again, and so is a question that was "
        "drawn among all that is not stated in the account: after how many are the groups of the account others (somebody "
        "joined or left, another program, a group gone or new), and how far apart.",
    ),
}


@dataclass(frozen=True)
class Answer:
    """One table for a reader: columns, rows, and sentences below."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    notes: Sequence[str]


def answer_of(table: str, rows: Sequence[Mapping[str, Any]]) -> Answer:
    """Add the means over the worlds to a table, and for groups who leads by how much."""
    _, key, columns, _ = _PARTS[table]
    shown = [*rows, *over_worlds(rows, key)]
    return Answer(
        columns, [[row[name] for name in columns] for row in shown], best_of(rows) if table == "groups" else []
    )


def detection_part(found: Mapping[str, Sequence[Mapping[str, Any]]], detectors: Mapping[str, str], command: str) -> str:
    """Write the part.

    Parameters
    ----------
    found : mapping of table to rows
        As `committee.benchmark.detectors.run.tables_of` gives them.
    detectors : mapping
        What each detector does, by its name.
    command : str
        The command line that makes the page.
    """
    lines = [START, "## How well groups are found", "", f"Made by `{command}`: run it again to check any figure.", ""]
    lines += [f"- `{name}`: {summary}" for name, summary in detectors.items()]
    for name, rows in found.items():
        if not rows:
            continue
        heading, key, columns, text = _PARTS[name]
        lines += ["", f"### {heading}", "", text, "", markdown_table(columns, [*rows, *over_worlds(rows, key)])]
        if name == "groups":
            lines += ["", *(f"- {sentence}" for sentence in best_of(rows))]
    return "\n".join([*lines, END, ""])


def with_part(page: str, part: str) -> str:
    """Put the part into a page: in the place of the one that is there, else at the end."""
    before, start, rest = page.partition(START)
    if not start:
        head = before.rstrip() or "# Benchmarks"
        return f"{head}\n\n{part}"
    return before + part + rest.partition(END)[2].removeprefix("\n")


def markdown_table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as a table; numbers with three places at most, nothing where there is none."""
    numeric = [all(isinstance(row[name], int | float | None) for row in rows) for name in columns]
    lines = [[name.replace("_", " ") for name in columns], ["---:" if right else "---" for right in numeric]]
    lines += [[_cell(row[name]) for name in columns] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return text.replace("|", "\\|")
