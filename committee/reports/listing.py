"""Findings as rows: groups, early people, flags, the members of a group, what a contact did, the run. Columns have the names of their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from committee.analysis.ranking import Rank
from committee.analysis.ranking import rank as points_by_part
from committee.findings import Findings
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.calibrations import scored_notes
from committee.reports.contact import contact_detail
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.handoff.seats import seat_text, seats
from committee.reports.handoff.why_now import cause_of, flag_line
from committee.reports.lookup import Row, by_id, rows
from committee.reports.ranking import TIES, formula, published
from committee.reports.run_notes import lacking_notes, luck_notes
from committee.reports.won_deals import seats_note, template_notes
from committee.reports.words import day, listed, persona, plain
from committee.settings import word_list

__all__ = ["Rows", "contact_detail", "early_rows", "flag_rows", "group_detail", "group_rows", "run_rows"]


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
    scored: tuple[str, Mapping[str, float]] | None = None,
) -> Rows:
    """List groups, the latest touched first; with `rank` the most points first, and each part of them.

    Parameters
    ----------
    status : str or collection of str, optional
        Only these statuses; ``single`` alone lists people who are alone, and pairs.
    account, program : str, optional
        Ids.
    scored : tuple of str and mapping, optional
        A published formula and what it gives each group: the highest first, the points beside it.
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
    columns = "group_id account program need status people personas last_active_at formed_at flag_ids"
    if not rank and scored is None:
        return Rows.of(columns, named, needed=7)
    for row in named:
        points = points_of(findings, row, flags.get(row["group_id"], []))
        row |= {"points": points.total} | {f"points_for_{name}": value for name, value in vars(points).items()}
    if scored is not None:
        name, scores = scored
        for row in named:
            row["score"] = round(scores[row["group_id"]], 3)
        named.sort(key=lambda row: row["score"], reverse=True)
        notes = [
            published(name),
            "It sees all that the people of a group did in the account, for whatever program",
            TIES,
        ]
        return Rows.of(f"score points {columns}", named, notes, needed=9)
    named.sort(key=lambda row: row["points"], reverse=True)
    parts = " ".join(f"points_for_{name}" for name in Rank.__dataclass_fields__)
    return Rows.of(f"points {columns} {parts}", named, [formula(word_list("ranking")), TIES], needed=8)


def points_of(findings: Findings, group: Row, flags: list[Row]) -> Rank:
    """Return the points of one group under the settings of its run."""
    settings = findings.run.settings if findings.run else {}
    late = settings.get("coverage", word_list("detection")["coverage"])["late_personas"]
    return points_by_part(group, flags, as_of(findings), late, word_list("ranking"))


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
        row["do_not_contact"] = [
            _name(people, key)
            for key in (row["contact_id"], row["other_contact_id"])
            if people.get(key or "", {}).get("suppressed") or people.get(key or "", {}).get("deleted")
        ]
        row["status"] = "pair" if row["other_contact_id"] else "single"
    named.sort(key=lambda row: row["early_id"])
    named.sort(key=lambda row: row["last_at"], reverse=True)
    return Rows.of(
        "status account program need people do_not_contact last_at first_at engagements contact_id other_contact_id",
        named,
        needed=6,
    )


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
    columns = "flag_id raised_at account program certainty people personas expected_by_chance group_id weak window_start window_end engagements scope rule"
    return Rows.of(columns, named, needed=7)


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
    whose = seats_note(rows(view.findings.coverage, "group_id", view.group_id))
    return [
        f"{group['account']}: {group['need'] or 'no stated need'} for {group['program']}",
        *(f"{row['status']} since {day(row['since'])}: {cause_of(row)}" for row in history),
        flag_line(view).text,
        breadth,
        *(f"{persona(seat.persona)}: {seat_text(view, seat)}" for seat in seats(view)),
        *([whose] if whose else []),
        f"{points.total:g} points: "
        + ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in vars(points).items()),
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
    notes += scored_notes(run.rows.get("groups", {})) if run else []
    notes += [*luck_notes(run.rows), *lacking_notes(run.rows), *template_notes(run.rows)] if run else []
    return Rows(["table", "kind", "rows"], listing, notes)
