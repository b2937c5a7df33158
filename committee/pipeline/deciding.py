"""What people say about findings, kept in the store; nothing is ever changed or deleted."""

from __future__ import annotations

from committee.analysis.verdicts import Dismissals, dismissals, news_since, seen_now, subject_of, verdicts
from committee.decisions import Decisions
from committee.errors import AlreadyDecided, NotFound
from committee.findings import Findings
from committee.graph.store import Store
from committee.pipeline.changing import lines_between
from committee.pipeline.clock import Clock, moment_now
from committee.records import digest

__all__ = ["decide", "dismissed_in"]


def decide(
    store: Store,
    kind: str,
    what: str,
    finding_id: str,
    *,
    account_id: str,
    reason: str,
    decided_by: str,
    run_id: str | None = None,
    clock: Clock = moment_now,
) -> str:
    """Keep what a person said about a group or a flag; return what the decision is about.

    Parameters
    ----------
    kind : str
        accepted or dismissed.
    what, finding_id, account_id : str
        group or flag, its id, and its account.
    reason, decided_by : str
    run_id : str, optional
        The run the person looked at; the current one by default.

    Raises
    ------
    NotFound
        The run has no such finding.
    AlreadyDecided
        The same was said before, and nothing is new since.
    """
    with store.writing(f"{kind} {what}"):
        findings = store.findings(run_id, [account_id])
        row = next((row for row in findings[f"{what}s"].to_pylist() if row[f"{what}_id"] == finding_id), None)
        if row is None:
            raise NotFound(f"no {what} has the id {finding_id}", f"committee {what}s lists the {what}s")
        subject, seen, now = subject_of(what, row), seen_now(findings, what, row), clock()
        last = verdicts(store.decisions().decisions).get(subject)
        if last is not None and last.kind == kind and not news_since(findings, what, row, last):
            who = f" by {last.decided_by}" if last.decided_by else ""
            raise AlreadyDecided(
                f"{what} {finding_id} was {kind} on {last.decided_at.date()}{who} ({last.reason}), and nothing is new since",
                "Nothing has to be done; say the opposite to take it back",
            )
        decision = {
            "decision_id": [digest([kind, subject, now.isoformat(), decided_by, reason])],
            "kind": [kind],
            "subject": [subject],
            "reason": [reason],
            "decided_by": [decided_by],
            "decided_at": [now],
            "run_id": [findings.run.run_id if findings.run else None],
            "seen": [seen],
        }
        store.record(Decisions({"decisions": decision}))
    return subject


def dismissed_in(store: Store, findings: Findings, kept: bool = True) -> Dismissals:
    """Return which of some findings were dismissed; those made in memory are first put in line with the current run."""
    decisions = store.decisions().decisions
    if not any(kind == "dismissed" for kind in decisions.column("kind").to_pylist()):
        return Dismissals({}, {}, {})
    if not kept and store.runs():
        findings = _in_line(findings, store.findings())
    return dismissals(findings, decisions)


def _in_line(findings: Findings, current: Findings) -> Findings:
    """Give groups the lines of those of another run that they continue."""
    line = {row["group_id"]: row["lineage_id"] for row in current.groups.select(["group_id", "lineage_id"]).to_pylist()}
    continues = lines_between(current, findings)
    groups = findings.groups.column("group_id").to_pylist()
    place = findings.groups.schema.get_field_index("lineage_id")
    lines = [line.get(continues.get(group, ""), group) for group in groups]
    return findings.with_tables(groups=findings.groups.set_column(place, "lineage_id", [lines]))
