"""Findings as rows: groups, early people, flags, the members of a group, what a contact did, the run. Columns have the names of their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.handoff.forms import seat_text
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.handoff.missing import seats
from committee.reports.handoff.why_now import flag_line
from committee.reports.lookup import Row, by_id, one, rows
from committee.reports.ranking import Rank, rank
from committee.reports.words import count, day, listed, persona, plain, share, source
from committee.settings import word_list

__all__ = ["Rows", "contact_detail", "early_rows", "flag_rows", "group_detail", "group_rows", "run_rows"]


@dataclass(frozen=True)
class Rows:
    """An answer: column names, one list a row in their order, and sentences that belong under the table."""

    columns: list[str]
    rows: list[list[Any]]
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, columns: str, found: list[Row], notes: Collection[str] = ()) -> Rows:
        """Take mappings, column names parted by blanks."""
        names = columns.split()
        return cls(names, [[row.get(name) for name in names] for row in found], list(notes))


def as_of(findings: Findings) -> datetime:
    """Return the moment the findings speak of; without a run, the last touch of any group."""
    if findings.run:
        return datetime.fromisoformat(findings.run.as_of).astimezone(UTC)
    return max(findings.groups.column("last_active_at").to_pylist(), default=datetime(1970, 1, 1, tzinfo=UTC))


def group_rows(
    market: Market,
    findings: Findings,
    status: str | Collection[str] | None = None,
    account: str | None = None,
    program: str | None = None,
    rank: bool = False,
) -> Rows:
    """List groups, the latest touched first; with `rank` the most points first, and each part of them.

    Parameters
    ----------
    status : str or collection of str, optional
        Only these statuses; ``single`` alone lists people who are alone, and pairs.
    account, program : str, optional
        Ids.
    """
    wanted = {status} if isinstance(status, str) else set(status or ())
    if wanted == {"single"}:
        return early_rows(market, findings, account, program)
    found = [
        row
        for row in findings.groups.to_pylist()
        if (not wanted or row["status"] in wanted)
        and account in (None, row["account_id"])
        and program in (None, row["program_id"])
    ]
    named = _named(market, found)
    flags: dict[str, list[Row]] = {}
    for flag in rows(findings.flags, "group_id", [row["group_id"] for row in found]):
        flags.setdefault(flag["group_id"], []).append(flag)
    for row in named:
        row["flag_ids"] = [flag["flag_id"] for flag in flags.get(row["group_id"], [])]
    named.sort(key=lambda row: row["group_id"])
    named.sort(key=lambda row: row["last_active_at"], reverse=True)
    columns = "group_id account program need status people personas formed_at last_active_at flag_ids"
    if not rank:
        return Rows.of(columns, named)
    for row in named:
        points = points_of(findings, row, flags.get(row["group_id"], []))
        row |= {"points": points.total} | {f"points_for_{name}": value for name, value in vars(points).items()}
    named.sort(key=lambda row: row["points"], reverse=True)
    parts = " ".join(f"points_for_{name}" for name in Rank.__dataclass_fields__)
    return Rows.of(f"points {parts} {columns}", named, [_formula()])


def points_of(findings: Findings, group: Row, flags: list[Row]) -> Rank:
    """Return the points of one group under the settings of its run."""
    settings = findings.run.settings if findings.run else {}
    late = settings.get("coverage", word_list("detection")["coverage"])["late_personas"]
    return rank(group, flags, as_of(findings), late, word_list("ranking"))


def _formula() -> str:
    points = word_list("ranking")["points"]
    return (
        f"points = {points['person']:g} a person (at most {points['most_people']}) + {points['persona']:g} a persona + {points['recency']:g} halved every "
        f"{points['recency_half_life']:g} days since the last touch + {points['flag']:g} for a flag ({points['possible_flag']:g} for a possible one) + "
        f"{points['late_persona']:g} when a late persona is present; closed groups have none"
    )


def early_rows(market: Market, findings: Findings, account: str | None = None, program: str | None = None) -> Rows:
    """List people who are alone, and pairs: no groups yet, never flags."""
    found = [
        row
        for row in findings.early.to_pylist()
        if account in (None, row["account_id"]) and program in (None, row["program_id"])
    ]
    named = _named(market, found)
    people = by_id(
        market.contacts,
        "contact_id",
        [row[key] for row in found for key in ("contact_id", "other_contact_id") if row[key]],
    )
    for row in named:
        row["people"] = [_name(people, row[key]) for key in ("contact_id", "other_contact_id") if row[key]]
        row["status"] = "pair" if row["other_contact_id"] else "single"
    named.sort(key=lambda row: row["early_id"])
    named.sort(key=lambda row: row["last_at"], reverse=True)
    return Rows.of("status account program need people first_at last_at engagements contact_id other_contact_id", named)


def flag_rows(market: Market, findings: Findings, account: str | None = None, program: str | None = None) -> Rows:
    """List flags, the latest raised first."""
    found = [
        row
        for row in findings.flags.to_pylist()
        if account in (None, row["account_id"]) and program in (None, row["program_id"])
    ]
    named = _named(market, found)
    for row in named:
        row["people"] = len(row["contact_ids"] or [])
        row["engagements"] = len(row["engagement_ids"] or [])
    named.sort(key=lambda row: row["flag_id"])
    named.sort(key=lambda row: row["raised_at"], reverse=True)
    columns = "flag_id raised_at account program scope certainty people personas window_start window_end engagements expected_by_chance weak group_id rule"
    return Rows.of(columns, named)


def _named(market: Market, found: list[Row]) -> list[Row]:
    accounts = by_id(market.accounts, "account_id", {row["account_id"] for row in found})
    programs = by_id(market.programs, "program_id", {row["program_id"] for row in found if row["program_id"]})
    return [
        {
            **row,
            "account": _name(accounts, row["account_id"]),
            "program": _name(programs, row["program_id"]) if row["program_id"] else "no listed program",
        }
        for row in found
    ]


def _name(known: dict[str, Row], key: str) -> str:
    return plain(known.get(key, {}).get("name")) or key


def group_detail(market: Market, findings: Findings, group_id: str) -> Rows:
    """List the members of a group; the notes say what it is about, its history, its breadth, what is missing."""
    view = view_of(group_id, market, findings)
    found = [
        {**view.contacts.get(row["contact_id"], {}), **row, "persona": view.personas[row["contact_id"]]}
        for row in view.members
    ]
    for row in found:
        row["do_not_contact"] = view.barred.get(row["contact_id"], "")
    columns = "contact_id name title persona probability engagements first_at last_at do_not_contact"
    return Rows.of(columns, found, _group_notes(view))


def _group_notes(view: GroupView) -> list[str]:
    group = _named(view.market, [view.group])[0]
    history = sorted(
        rows(view.findings.statuses, "group_id", view.group_id), key=lambda row: (row["since"], row["status"])
    )
    families = list(dict.fromkeys(facts["family"] for facts in word_list("personas")["personas"].values()))
    engaged = set(group["families"] or [])
    silent = [name for name in families if name not in engaged]
    breadth = f"Functions engaged: {listed(name for name in families if name in engaged) or 'none'}; not yet: {listed(silent) or 'none'}"
    points = points_of(view.findings, view.group, view.flags)
    return [
        f"{group['account']}: {group['need'] or 'no stated need'} for {group['program']}",
        *(f"{row['status']} since {day(row['since'])}: {plain(row['cause'])}" for row in history),
        flag_line(view).text,
        breadth,
        *(f"{persona(seat.persona)}: {seat_text(seat)}" for seat in seats(view)),
        f"{points.total:g} points: "
        + ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in vars(points).items()),
    ]


def contact_detail(market: Market, findings: Findings, contact_id: str) -> Rows:
    """List what a person took in, how often, and what it counts for; the notes say who the person is.

    Raises
    ------
    NotFound
        Neither the market nor the findings know the person.
    """
    contact = one(market.contacts, "contact_id", contact_id)
    if contact is None:
        raise NotFound(f"contact {contact_id} is not known", "Look the person up by name")
    found = _engagements_of(market, findings, contact)
    pieces = by_id(market.content, "content_id", {row["content_id"] for row in found if row["content_id"]})
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in found:
        grouped.setdefault((row["content_id"] or "", row["kind"] or "", row["counts_for"]), []).append(row)
    listing = [
        {
            "content_id": content_id,
            "title": plain(pieces.get(content_id, {}).get("title")) or kind,
            "kind": kind,
            "times": len(touches),
            "first_at": touches[0]["occurred_at"],
            "last_at": touches[-1]["occurred_at"],
            "counts_for": counts_for,
            "engagement_ids": [row["engagement_id"] for row in touches],
        }
        for (content_id, kind, counts_for), touches in sorted(grouped.items())
    ]
    listing.sort(key=lambda row: row["last_at"], reverse=True)
    return Rows.of(
        "title kind times first_at last_at counts_for content_id engagement_ids",
        listing,
        _contact_notes(market, findings, contact),
    )


def _engagements_of(market: Market, findings: Findings, contact: Row) -> list[Row]:
    """Everything the person did: named by id, by mail address, or told apart by the run."""
    counted: dict[str, list[str]] = {}
    for row in rows(findings.evidence, "contact_id", contact["contact_id"]):
        counted.setdefault(row["engagement_id"], []).append(f"group {row['group_id']}")
    found = rows(market.engagements, "contact_id", contact["contact_id"])
    found += (
        [row for row in rows(market.engagements, "email", contact["email"] or "") if not row["contact_id"]]
        if contact["email"]
        else []
    )
    found += rows(market.engagements, "engagement_id", list(counted))
    unique = {row["engagement_id"]: row for row in found}
    loose = {
        row["engagement_id"]: f"no group: {row['reason'].replace('_', ' ')}"
        for row in rows(findings.unassigned, "engagement_id", list(unique))
    }
    aside = {
        row["id"]: f"set aside: {row['reason'].replace('_', ' ')}"
        for row in rows(findings.set_aside, "id", list(unique))
        if row["record"] == "engagements"
    }
    for key, row in unique.items():
        row["counts_for"] = "; ".join(counted.get(key, [])) or loose.get(key) or aside.get(key) or "nothing yet"
    return sorted(unique.values(), key=lambda row: (row["occurred_at"], row["engagement_id"]))


def _contact_notes(market: Market, findings: Findings, contact: Row) -> list[str]:
    account = one(market.accounts, "account_id", contact["account_id"])
    found = one(findings.personas, "contact_id", contact["contact_id"]) or {}
    because = (
        f" ({found['rule']}: {plain(found['matched'])})"
        if found.get("matched")
        else f" ({found['rule']})"
        if found.get("rule")
        else ""
    )
    runner_up = f", else {persona(found['runner_up'])}" if found.get("runner_up") else ""
    memberships = rows(findings.memberships, "contact_id", contact["contact_id"])
    groups = by_id(findings.groups, "group_id", [row["group_id"] for row in memberships])
    barred = [
        word
        for word, said in (
            ("marked as not to be contacted", contact["suppressed"]),
            ("deleted in the source", contact["deleted"]),
        )
        if said
    ]
    return [
        ", ".join(
            part
            for part in (
                plain(contact["name"]) or contact["contact_id"],
                plain(contact["title"]),
                plain((account or {}).get("name")),
            )
            if part
        ),
        f"Persona: {persona(found.get('persona'))}{because}{runner_up}",
        *(
            f"Member of {row['group_id']} ({plain(groups[row['group_id']]['need'])}, {groups[row['group_id']]['status']}), {share(row['probability'])}, {count(row['engagements'] or 0, 'touch', 'touches')}"
            for row in memberships
            if row["group_id"] in groups
        ),
        *([f"Do not contact: {'; '.join(barred)} ({source(contact['source_system'])})"] if barred else []),
    ]


def run_rows(findings: Findings) -> Rows:
    """Count what a run concluded, and what it did not count, with the reasons."""
    statuses = Counter(findings.groups.column("status").to_pylist())
    aside = Counter(row["reason"] for row in findings.set_aside.select(["reason"]).to_pylist())
    loose = Counter(row["reason"] for row in findings.unassigned.select(["reason"]).to_pylist())
    listing = [
        *(["groups", status, amount] for status, amount in sorted(statuses.items())),
        *(
            ["flags", certainty, amount]
            for certainty, amount in sorted(Counter(findings.flags.column("certainty").to_pylist()).items())
        ),
        ["early", "single people and pairs", findings.early.num_rows],
        *(["unassigned", reason, amount] for reason, amount in sorted(loose.items())),
        *(["set_aside", reason, amount] for reason, amount in sorted(aside.items())),
    ]
    run = findings.run
    notes = [f"Run {run.run_id} as of {day(run.as_of)}, version {run.version}"] if run else []
    return Rows(["table", "kind", "rows"], listing, notes)
