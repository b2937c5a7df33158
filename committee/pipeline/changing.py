"""What happened in a store between two runs, or since a day for which no run was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.changes import Cause, Difference, Grounds, diff
from committee.findings import Findings
from committee.graph.lineage import continued
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.detecting import detect
from committee.pipeline.identifying import market_seen
from committee.pipeline.rescoring import settings_of
from committee.progress import SILENT, Progress
from committee.records.columns import whole
from committee.settings import Settings

__all__ = ["Changed", "changed_since", "lines_between", "run_of_day"]


@dataclass(frozen=True)
class Changed:
    """Two runs, what leads from one to the other, and why.

    Attributes
    ----------
    before, after : Findings
    market : Market
        As the store has it.
    difference : Difference
    causes : tuple of Cause
        One for each change, in their order.
    kept : bool
        Whether the earlier run was kept; else it was detected anew, in memory.
    """

    before: Findings
    after: Findings
    market: Market
    difference: Difference
    causes: tuple[Cause, ...]
    kept: bool


def lines_between(before: Findings, after: Findings) -> dict[str, str]:
    """Return for each later group the earlier one that it continues: that of the same line, else by shared evidence."""
    lines = [_by_line(found) for found in (before, after)]
    pairs = {lines[1][line]: lines[0][line] for line in lines[0].keys() & lines[1].keys()}
    old, new = (
        found.groups.filter(
            pc.invert(pc.is_in(whole(found.groups.column("group_id")), value_set=pa.array(taken, pa.string())))
        )
        for found, taken in ((before, list(pairs.values())), (after, list(pairs)))
    )
    found = continued(new, _of_groups(after.evidence, new), old, _of_groups(before.evidence, old), "")
    for row in found.select(["group_id", "before_key"]).to_pylist():
        if row["before_key"]:
            pairs[row["group_id"]] = row["before_key"].partition("|")[2]
    return pairs


def _by_line(findings: Findings) -> dict[str, str]:
    """The group of each line; a line of two groups tells nothing."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for row in findings.groups.select(["group_id", "lineage_id"]).to_pylist():
        line = row["lineage_id"] or row["group_id"]
        if line in found:
            twice.add(line)
        found[line] = row["group_id"]
    return {line: group for line, group in found.items() if line not in twice}


def _of_groups(evidence: pa.Table, groups: pa.Table) -> pa.Table:
    return evidence.filter(pc.is_in(whole(evidence.column("group_id")), value_set=whole(groups.column("group_id"))))


def run_of_day(store: Store, day: datetime) -> str | None:
    """Return the last kept run as of a moment at or before this one; None when there is none."""
    for run in store.runs():
        if not run.known_at and datetime.fromisoformat(run.as_of) <= day:
            return run.run_id
    return None


def changed_since(
    store: Store, since: str | datetime, settings: Settings, run_id: str | None = None, progress: Progress = SILENT
) -> Changed:
    """Compare a run, the current one by default, with an earlier one.

    Parameters
    ----------
    since : str or datetime
        A kept run; or a moment: the last run as of then or before. When none was kept, the groups of that moment are
        detected anew, under the settings of the later run.
    settings : Settings
        What is told of; and what is detected with where the settings of the run cannot be read any more.
    run_id : str, optional
        The later run.
    """
    after = store.findings(run_id)
    market = market_seen(store, progress=progress)
    kept = since if isinstance(since, str) else run_of_day(store, since)
    if kept is not None:
        before, known = store.findings(kept), store.loads_of_run(kept)
    else:
        assert isinstance(since, datetime)
        before, known = detect(market, since, settings_of(after.run, settings), decisions=store.decisions()), None
    difference = diff(before, after, lines_between(before, after), least_credit=settings.feedback.least_credit)
    grounds = Grounds(before, after, market, difference.changes, known)
    causes = tuple(grounds.cause(change) for change in difference.changes)
    return Changed(before, after, market, difference, causes, kept is not None)
