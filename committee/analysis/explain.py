"""Why a finding says so, and why something does not count: structured facts, for whoever puts them into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.baselines.program_topic_gap import UNCLAIMED
from committee.analysis.set_aside import REASONS
from committee.analysis.touches import UNKNOWN
from committee.analysis.windows import DAY_MS
from committee.findings import Findings
from committee.market import Market
from committee.settings import GapSettings, WindowSettings

__all__ = ["Test", "explain_contact", "explain_engagement", "explain_flag", "explain_group"]


@dataclass(frozen=True)
class Test:
    """One of the three conditions of a committee.

    Attributes
    ----------
    name : str
        ``right people``, ``enough of them`` or ``at the same time``.
    holds : bool
    found : float or None
        What there is: personas, people, or days; None when there is no such stretch of days.
    needed : float
        What it takes.
    says : str
        The finding as a sentence.
    proof : tuple of str
        Ids of people or engagements.
    """

    __test__ = False  # no test case of pytest

    name: str
    holds: bool
    found: float | None
    needed: float
    says: str
    proof: tuple[str, ...]


def explain_group(
    market: Market, findings: Findings, group_id: str, window: WindowSettings, gap: GapSettings
) -> dict[str, Any]:
    """Say of a group which of the three conditions hold: the right people, enough of them, at the same time.

    Returns
    -------
    dict
        group, tests (three `Test`), members, history (status changes in time), flags, missing (personas of the usual
        committee with nobody engaged, and how many are known), evidence (engagements by reason).

    Raises
    ------
    KeyError
        No group has the id.
    """
    group = _one(findings.groups, "group_id", group_id)
    members = _where(findings.memberships, "group_id", group_id)
    evidence = _where(findings.evidence, "group_id", group_id)
    coverage = _where(findings.coverage, "group_id", group_id)
    history = sorted(_where(findings.statuses, "group_id", group_id), key=lambda change: change["since"])
    reasons: dict[str, int] = {}
    for row in evidence:
        for reason in row["reasons"] or []:
            reasons[reason] = reasons.get(reason, 0) + 1
    return {
        "group": group,
        "tests": _tests(market, members, evidence, window, gap),
        "members": members,
        "history": history,
        "flags": _where(findings.flags, "group_id", group_id),
        "missing": {row["persona"]: row["known"] for row in coverage if row["needed"] and not row["engaged"]},
        "evidence": dict(sorted(reasons.items())),
    }


def _tests(
    market: Market, members: list[Any], evidence: list[Any], window: WindowSettings, gap: GapSettings
) -> list[Test]:
    persona = {row["contact_id"]: row["persona"] for row in members if row["persona"] not in (None, UNKNOWN)}
    kinds = sorted(set(persona.values()))
    people = tuple(row["contact_id"] for row in members)
    right = Test(
        "right people",
        len(kinds) >= window.personas,
        len(kinds),
        window.personas,
        f"{len(kinds)} of {window.personas} personas needed: {', '.join(kinds) or 'none known'}",
        tuple(sorted(persona)),
    )
    enough = Test(
        "enough of them",
        len(people) >= gap.people,
        len(people),
        gap.people,
        f"{len(people)} of {gap.people} people needed",
        people,
    )
    return [right, enough, _same_time(market, persona, evidence, window)]


def _same_time(market: Market, persona: dict[str, str], evidence: list[Any], window: WindowSettings) -> Test:
    """The shortest stretch in which enough personas touched, at the moments that suit best."""
    ids = pa.array(sorted(row["engagement_id"] for row in evidence), pa.string())
    who = {row["engagement_id"]: persona.get(row["contact_id"]) for row in evidence}
    rows = _among(market.engagements, "engagement_id", ids)
    first = {row["engagement_id"]: row["occurred_at"] for row in rows}
    last = {row["engagement_id"]: row["occurred_until"] or row["occurred_at"] for row in rows}
    best: tuple[float, tuple[str, ...]] | None = None
    for closing in sorted(first, key=lambda key: (first[key], key)):
        latest: dict[str, str] = {}
        for key in first:
            kind = who[key]
            if (
                kind is not None
                and first[key] <= first[closing]
                and (kind not in latest or last[key] > last[latest[kind]])
            ):
                latest[kind] = key
        nearest = sorted(latest.values(), key=lambda key: (-last[key].timestamp(), key))[: window.personas]
        if len(nearest) == window.personas:
            days = max(0.0, (first[closing] - last[nearest[-1]]).total_seconds() * 1000 / DAY_MS)
            if best is None or days < best[0]:
                best = (days, tuple(sorted(nearest, key=lambda key: (first[key], key))))
    if best is None:
        return Test("at the same time", False, None, window.days, f"no {window.personas} personas have touched yet", ())
    says = f"{window.personas} personas within {best[0]:.1f} days, {window.days:g} are allowed"
    return Test("at the same time", best[0] <= window.days, best[0], window.days, says, best[1])


def explain_flag(market: Market, findings: Findings, flag_id: str) -> dict[str, Any]:
    """Tell the receipt of a flag.

    Returns
    -------
    dict
        flag, witness (who, as which persona, touched what and when: these alone raise it), removal (the same: without
        them it is gone), others (all other touches of it).

    Raises
    ------
    KeyError
        No flag has the id.
    """
    flag = _one(findings.flags, "flag_id", flag_id)
    touched = {row["engagement_id"]: row for row in _touched(market, findings, flag["engagement_ids"])}
    named = set(flag["witness_ids"]) | set(flag["removal_ids"])
    return {
        "flag": flag,
        "witness": [touched[key] for key in flag["witness_ids"] if key in touched],
        "removal": [touched[key] for key in flag["removal_ids"] if key in touched],
        "others": [row for key, row in touched.items() if key not in named],
    }


def explain_engagement(market: Market, findings: Findings, engagement_id: str) -> dict[str, Any]:
    """Say what an engagement counts for, or why it does not count.

    Returns
    -------
    dict
        engagement, counts (bool), reason and says (of being set aside or unclaimed; None when a group claims it),
        groups (group id, share of the credit, reasons), flags (flag id, and whether it is of the witness or removal).

    Raises
    ------
    KeyError
        No engagement has the id.
    """
    engagement = _one(market.engagements, "engagement_id", engagement_id)
    aside = [row for row in _where(findings.set_aside, "id", engagement_id) if row["record"] == "engagements"]
    free = _where(findings.unassigned, "engagement_id", engagement_id)
    reason = (aside or free or [{"reason": None}])[0]["reason"]
    flags = [
        {
            "flag_id": flag["flag_id"],
            "witness": engagement_id in flag["witness_ids"],
            "removal": engagement_id in flag["removal_ids"],
        }
        for flag in findings.flags.to_pylist()
        if engagement_id in flag["engagement_ids"]
    ]
    return {
        "engagement": engagement,
        "counts": not aside,
        "reason": reason,
        "says": {**REASONS, **UNCLAIMED}.get(reason or ""),
        "groups": _where(findings.evidence, "engagement_id", engagement_id),
        "flags": flags,
    }


def explain_contact(market: Market, findings: Findings, contact_id: str) -> dict[str, Any]:
    """Say who a contact is taken for, what the person is a member of, and what of the person's touches counts.

    Returns
    -------
    dict
        contact, persona, groups, flags (ids), touches (stated on the contact by id: read, counted, set aside by reason).

    Raises
    ------
    KeyError
        No contact has the id.
    """
    contact = _one(market.contacts, "contact_id", contact_id)
    own = pa.array([row["engagement_id"] for row in _where(market.engagements, "contact_id", contact_id)], pa.string())
    aside: dict[str, int] = {}
    for row in _among(findings.set_aside, "id", own):
        if row["record"] == "engagements":
            aside[row["reason"]] = aside.get(row["reason"], 0) + 1
    return {
        "contact": contact,
        "persona": next(iter(_where(findings.personas, "contact_id", contact_id)), None),
        "groups": _where(findings.memberships, "contact_id", contact_id),
        "flags": [flag["flag_id"] for flag in findings.flags.to_pylist() if contact_id in flag["contact_ids"]],
        "touches": {
            "read": len(own),
            "counted": len(own) - sum(aside.values()),
            "set_aside": dict(sorted(aside.items())),
        },
    }


def _touched(market: Market, findings: Findings, ids: list[str]) -> list[dict[str, Any]]:
    """Who touched what and when, in the order of the ids; people as the source names them on the row."""
    rows = {
        row["engagement_id"]: row for row in _among(market.engagements, "engagement_id", pa.array(ids, pa.string()))
    }
    people = pa.array(sorted({row["contact_id"] for row in rows.values() if row["contact_id"]}), pa.string())
    persona = {row["contact_id"]: row["persona"] for row in _among(findings.personas, "contact_id", people)}
    names = ("engagement_id", "occurred_at", "occurred_until", "contact_id", "content_id", "kind", "channel")
    return [
        {**{name: rows[key][name] for name in names}, "persona": persona.get(rows[key]["contact_id"])}
        for key in ids
        if key in rows
    ]


def _one(table: pa.Table, name: str, value: str) -> dict[str, Any]:
    found = _where(table, name, value)
    if not found:
        raise KeyError(value)
    return found[0]


def _where(table: pa.Table, name: str, value: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.filter(pc.equal(table.column(name).cast(pa.string()), value)).to_pylist()
    return found


def _among(table: pa.Table, name: str, values: pa.Array) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.filter(
        pc.is_in(table.column(name).cast(pa.string()), value_set=values)
    ).to_pylist()
    return found
