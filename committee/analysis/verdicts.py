"""What people said about groups and flags, what stays hidden because of it, and what comes back because something is new.

A decision keeps what its finding was like then: personas, flags, program, and hashes of people. So it holds when the run
it was made on is pruned, and when all files are loaded anew; and no name stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from committee.analysis.touches import epoch_ms
from committee.findings import Findings
from committee.records import digest

__all__ = [
    "JUDGED",
    "UNDONE",
    "Dismissals",
    "News",
    "Verdict",
    "dismissals",
    "judged",
    "judgements",
    "news_since",
    "seen_now",
    "subject_of",
    "undone_at",
    "verdicts",
]

JUDGED = ("accepted", "dismissed")
UNDONE = "undone"
_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """One decision about a group or a flag.

    Attributes
    ----------
    kind : str
        One of `JUDGED`.
    subject : str
        group:LINE or flag:ID.
    reason, decided_by : str
    decided_at : datetime
    seen : mapping
        What the finding was like.
    decision_id : str
    """

    kind: str
    subject: str
    reason: str
    decided_by: str
    decided_at: datetime
    seen: Mapping[str, Any]
    decision_id: str = ""


@dataclass(frozen=True)
class News:
    """What is new about a finding since it was dismissed.

    Attributes
    ----------
    verdict : Verdict
        The dismissal.
    contact_ids, personas, flag_ids : tuple of str
    program : tuple of str or None
        The program then and now, when it is another; empty text = none.
    """

    verdict: Verdict
    contact_ids: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()
    flag_ids: tuple[str, ...] = ()
    program: tuple[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self.contact_ids or self.personas or self.flag_ids or self.program)


@dataclass(frozen=True)
class Dismissals:
    """Which findings were dismissed, by id: those that stay hidden, and those that come back with something new."""

    groups: Mapping[str, Verdict]
    flags: Mapping[str, Verdict]
    back: Mapping[str, News]

    def without(self, findings: Findings) -> Findings:
        """Return the findings without the groups and flags that stay hidden."""
        groups = pa.array(
            [one not in self.groups for one in findings.groups.column("group_id").to_pylist()], pa.bool_()
        )
        flags = pa.array([one not in self.flags for one in findings.flags.column("flag_id").to_pylist()], pa.bool_())
        return findings.with_tables(groups=findings.groups.filter(groups), flags=findings.flags.filter(flags))


def judged(decisions: pa.Table) -> list[Verdict]:
    """Decisions about groups and flags that stand, the earliest first."""
    taken_back = undone_at(decisions)
    rows = [row for row in decisions.to_pylist() if row["kind"] in JUDGED and row["decision_id"] not in taken_back]
    rows.sort(key=lambda row: (row["decided_at"], row["decision_id"]))
    return [
        Verdict(
            row["kind"],
            row["subject"],
            row["reason"] or "",
            row["decided_by"] or "",
            row["decided_at"],
            json.loads(row["seen"] or "{}"),
            row["decision_id"],
        )
        for row in rows
    ]


def undone_at(decisions: pa.Table) -> dict[str, datetime]:
    """Return when decisions were taken back, by their id; of several times the first."""
    rows = [row for row in decisions.to_pylist() if row["kind"] == UNDONE]
    rows.sort(key=lambda row: row["decided_at"], reverse=True)
    return {row["subject"].removeprefix("decision:"): row["decided_at"] for row in rows}


def verdicts(decisions: pa.Table) -> dict[str, Verdict]:
    """Return the last verdict about each subject."""
    return {one.subject: one for one in judged(decisions)}


def judgements(decisions: pa.Table) -> list[Verdict]:
    """Return the verdicts that count as answers: the last about each state of each subject, the earliest first."""
    last = {(one.subject, _state(one.seen)): one for one in judged(decisions)}
    return sorted(last.values(), key=lambda one: (one.decided_at, one.subject))


def _state(seen: Mapping[str, Any]) -> str:
    """What a finding was like, whichever run showed it."""
    about = {name: value for name, value in seen.items() if name not in ("as_of", "window", "group_id")}
    return json.dumps(about, sort_keys=True)


def subject_of(kind: str, row: _Row) -> str:
    """Return what decisions about a group or a flag are about: the line of a group, the id of a flag."""
    return f"group:{row['lineage_id'] or row['group_id']}" if kind == "group" else f"flag:{row['flag_id']}"


def seen_now(findings: Findings, kind: str, row: _Row) -> str:
    """Return what a group or flag is like now, as the JSON text that a decision about it keeps."""
    facts = _group_facts(row, *_of_group(findings, row["group_id"])) if kind == "group" else _flag_facts(row)
    run = findings.run
    if run is not None:
        facts |= {"as_of": run.as_of, "window": _window(findings)}
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)


def _group_facts(row: _Row, people: Iterable[str], flags: Iterable[str]) -> dict[str, Any]:
    return {
        "group_id": row["group_id"],
        "detector": row["detector"],
        "program": row["program_id"] or "",
        "personas": sorted(row["personas"] or ()),
        "people": sorted(map(_hidden, people)),
        "flags": sorted(flags),
    }


def _flag_facts(row: _Row) -> dict[str, Any]:
    return {
        "rule": row["rule"],
        "personas": sorted(row["personas"] or ()),
        "people": sorted(map(_hidden, row["contact_ids"] or ())),
    }


def _hidden(contact_id: str) -> str:
    return digest(["contact", contact_id])


def _window(findings: Findings) -> str:
    settings = findings.run.settings.get("window", {}) if findings.run else {}
    return digest([json.dumps(settings, sort_keys=True)])


def _of_group(findings: Findings, group_id: str) -> tuple[list[str], list[str]]:
    people = [row["contact_id"] for row in findings.memberships.to_pylist() if row["group_id"] == group_id]
    return people, [row["flag_id"] for row in findings.flags.to_pylist() if row["group_id"] == group_id]


def dismissals(findings: Findings, decisions: pa.Table) -> Dismissals:
    """Judge which groups and flags stay hidden.

    A dismissed group comes back with a new member, a persona or a flag it had not, or another program; a dismissed flag
    with a new person or persona. Flags that only another window rule raises are nothing new, unless they were raised
    after the moment of the run that was looked at. The flags of a hidden group are hidden with it.
    """
    said = {subject: one for subject, one in verdicts(decisions).items() if one.kind == "dismissed"}
    if not said:
        return Dismissals({}, {}, {})
    by_group = {one.seen["group_id"]: one for one in said.values() if "group_id" in one.seen}
    rows = {}
    for row in findings.groups.to_pylist():
        found = said.get(subject_of("group", row)) or by_group.get(row["group_id"])
        if found is not None:
            rows[row["group_id"]] = (row, found)
    people: dict[str, list[str]] = {}
    for row in findings.memberships.select(["group_id", "contact_id"]).to_pylist():
        if row["group_id"] in rows:
            people.setdefault(row["group_id"], []).append(row["contact_id"])
    flags: dict[str, list[_Row]] = {}
    for row in findings.flags.to_pylist():
        flags.setdefault(row["group_id"] or "", []).append(row)
    window = _window(findings)
    hidden: dict[str, Verdict] = {}
    back: dict[str, News] = {}
    for group_id, (row, verdict) in rows.items():
        news = _news_of_group(row, people.get(group_id, ()), flags.get(group_id, ()), verdict, window)
        if news:
            back[group_id] = news
        else:
            hidden[group_id] = verdict
    quiet: dict[str, Verdict] = {}
    for row in (flag for some in flags.values() for flag in some):
        about = said.get(subject_of("flag", row))
        if about is not None:
            if news := _news(about, row["contact_ids"] or (), row["personas"] or ()):
                back[row["flag_id"]] = news
            else:
                quiet[row["flag_id"]] = about
        if row["group_id"] in hidden:
            quiet[row["flag_id"]] = hidden[row["group_id"]]
    return Dismissals(hidden, quiet, back)


def news_since(findings: Findings, kind: str, row: _Row, verdict: Verdict) -> News:
    """Return what is new about a group or a flag since somebody judged it."""
    if kind == "flag":
        return _news(verdict, row["contact_ids"] or (), row["personas"] or ())
    people, ids = _of_group(findings, row["group_id"])
    flags = [flag for flag in findings.flags.to_pylist() if flag["flag_id"] in ids]
    return _news_of_group(row, people, flags, verdict, _window(findings))


def _news(verdict: Verdict, people: Iterable[str], personas: Iterable[str], **more: Any) -> News:
    known, had = set(verdict.seen.get("people", ())), set(verdict.seen.get("personas", ()))
    came = tuple(sorted(one for one in people if _hidden(one) not in known))
    return News(verdict, came, tuple(sorted(set(personas) - had)), **more)


def _news_of_group(row: _Row, people: Iterable[str], flags: Iterable[_Row], verdict: Verdict, window: str) -> News:
    seen = verdict.seen
    known, then = set(seen.get("flags", ())), seen.get("as_of")
    moment = epoch_ms(datetime.fromisoformat(then)) if then else 0
    fresh = [
        flag["flag_id"]
        for flag in flags
        if flag["flag_id"] not in known and (window == seen.get("window") or epoch_ms(flag["raised_at"]) > moment)
    ]
    program, before = row["program_id"] or "", seen.get("program", "")
    moved = (before, program) if program != before else None
    return _news(verdict, people, row["personas"] or (), flag_ids=tuple(sorted(fresh)), program=moved)
