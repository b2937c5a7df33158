"""What people say about findings, kept in the store; nothing is ever changed or deleted."""

from __future__ import annotations

import difflib
from datetime import datetime

import pyarrow as pa

from committee.analysis.verdicts import (
    JUDGED,
    UNDONE,
    Dismissals,
    Verdict,
    dismissals,
    judged,
    news_since,
    seen_now,
    subject_of,
    undone_at,
    verdicts,
)
from committee.decisions import Decisions
from committee.errors import AlreadyDecided, NotFound
from committee.findings import Findings
from committee.graph.store import Store
from committee.pipeline.changing import lines_between
from committee.pipeline.clock import Clock, moment_now
from committee.records import digest

__all__ = ["decide", "decision_meant", "dismissed_in", "take_back"]

_SHORTEST_ID = 4


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
        run = findings.run.run_id if findings.run else None
        _keep(store, kind, subject, now, reason=reason, decided_by=decided_by, run_id=run, seen=seen)
    return subject


def _keep(store: Store, kind: str, subject: str, now: datetime, **said: str | None) -> None:
    decision_id = digest([kind, subject, now.isoformat(), said["decided_by"] or "", said["reason"] or ""])
    row = {"decision_id": decision_id, "kind": kind, "subject": subject, "decided_at": now, **said}
    store.record(Decisions({"decisions": {name: [value] for name, value in row.items()}}))


def decision_meant(decisions: pa.Table, text: str) -> str | None:
    """Return the id of the decision about a group or a flag that a text is, or that alone begins so; None when none does."""
    ids = [row["decision_id"] for row in decisions.to_pylist() if row["kind"] in JUDGED]
    wanted = text.removeprefix("decision:").strip()
    found = [one for one in ids if one == wanted] or [
        one for one in ids if len(wanted) >= _SHORTEST_ID and one.startswith(wanted)
    ]
    return found[0] if len(found) == 1 else None


def take_back(
    store: Store,
    decision_id: str = "",
    *,
    finding: tuple[str, str, str] | None = None,
    run_id: str | None = None,
    reason: str,
    decided_by: str,
    clock: Clock = moment_now,
) -> Verdict:
    """Take back what somebody said about a group or a flag; what was said before it stands again. Nothing is deleted.

    Parameters
    ----------
    decision_id : str
    finding : tuple of str, optional
        Instead of a decision: group or flag, its id, its account; the last thing that was said about it and stands.
    run_id : str, optional
        The run that has the finding; the current one by default.
    reason, decided_by : str

    Returns
    -------
    Verdict
        What was taken back.

    Raises
    ------
    NotFound
        There is no such decision; nothing was said about the finding.
    AlreadyDecided
        The decision was taken back before.
    """
    with store.writing("undo"):
        decisions = store.decisions().decisions
        verdict = _last_about(store, decisions, finding, run_id) if finding else _made(decisions, decision_id)
        subject = f"decision:{verdict.decision_id}"
        _keep(store, UNDONE, subject, clock(), reason=reason, decided_by=decided_by, run_id=None, seen=None)
    return verdict


def _last_about(store: Store, decisions: pa.Table, finding: tuple[str, str, str], run_id: str | None) -> Verdict:
    what, finding_id, account_id = finding
    rows = store.findings(run_id, [account_id])[f"{what}s"].to_pylist()
    row = next((row for row in rows if row[f"{what}_id"] == finding_id), None)
    verdict = verdicts(decisions).get(subject_of(what, row)) if row else None
    if verdict is None:
        raise NotFound(
            f"nothing was said about {what} {finding_id} that stands", "committee feedback --list lists the decisions"
        )
    return verdict


def _made(decisions: pa.Table, decision_id: str) -> Verdict:
    if (when := undone_at(decisions).get(decision_id)) is not None:
        raise AlreadyDecided(f"decision {decision_id} was taken back on {when.date()}", "Nothing has to be done")
    verdict = next((one for one in judged(decisions) if one.decision_id == decision_id), None)
    if verdict is None:
        raise _no_decision(decisions, decision_id)
    return verdict


def _no_decision(decisions: pa.Table, text: str) -> NotFound:
    ids = [row["decision_id"] for row in decisions.to_pylist() if row["kind"] in JUDGED]
    near = difflib.get_close_matches(text, ids, n=3, cutoff=0.3)
    return NotFound(
        f"no decision about a group or a flag has the id '{text}'",
        f"Nearest: {', '.join(near)}" if near else "committee feedback --list lists the decisions",
    )


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
