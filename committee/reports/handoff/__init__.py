"""The hand-off of one group: a page of facts that an SDR can act on, and check."""

from __future__ import annotations

from datetime import timedelta

from committee.findings import Findings
from committee.market import Market
from committee.reports.handoff.facts import Handoff, Line
from committee.reports.handoff.forms import render
from committee.reports.handoff.group_view import GroupView, view_of
from committee.reports.handoff.missing import seats, stronger
from committee.reports.handoff.people import bridges, do_not_contact, more_people, people
from committee.reports.handoff.receipts import receipts
from committee.reports.handoff.why_now import account_events, cautions, flag_line, status_line, why_now
from committee.reports.timeline import Lane, Mark, Window, timeline
from committee.reports.words import count, day, listed, number, period, persona, plain, term
from committee.settings import word_list

__all__ = ["Handoff", "handoff", "render"]


def handoff(group_id: str, market: Market, findings: Findings, loads_since_run: int = 0) -> Handoff:
    """Gather what is known of one group into a page of facts.

    Parameters
    ----------
    group_id : str
    market : Market
        What was known when the findings were made.
    findings : Findings
        With their run: the settings in force are taken from it.
    loads_since_run : int
        Files loaded after the run; the page says so.

    Returns
    -------
    Handoff
        The same input gives the same facts in the same order.

    Raises
    ------
    NotFound
        The findings have no such group.
    """
    view = view_of(group_id, market, findings)
    committee, barred, named, reason = seats(view), do_not_contact(view), people(view), why_now(view)
    witnesses = [
        f"engagement:{key}"
        for flag in view.flags
        for key in (*(flag["witness_ids"] or []), *(flag["removal_ids"] or []))
    ]
    return Handoff(
        group_id=group_id,
        lineage_id=view.group["lineage_id"] or group_id,
        heading=plain(view.account["name"]) or view.account["account_id"],
        about=_about(view),
        status=view.group["status"],
        status_line=status_line(view),
        flagged=bool(view.flags),
        flag_line=flag_line(view),
        why_now=reason,
        account_events=account_events(view),
        cautions=cautions(view),
        people=named,
        more_people=more_people(view),
        seats=committee,
        stronger=stronger(view, committee),
        do_not_contact=barred[: view.limits["do_not_contact"]],
        more_do_not_contact=max(0, len(barred) - view.limits["do_not_contact"]),
        bridges=bridges(view)[: view.limits["bridges"]],
        receipts=receipts(view, {*reason.proof, *witnesses, *(key for person in named for key in person.proof)}),
        notes=_notes(view, loads_since_run),
        timeline=_picture(view),
        legend=tuple(
            (word, letter)
            for word, letter in word_list("reports")["letters"].items()
            if word in {view.personas[row["contact_id"]] for row in view.members}
        ),
    )


def _about(view: GroupView) -> tuple[Line, ...]:
    account, program, need = view.account, view.program, view.group["need"]
    employees, owner = account.get("employees"), plain(account.get("owner"))
    company = [
        plain(account.get("industry")),
        plain(account.get("country")),
        f"{number(employees)} employees" if employees else "",
        f"owner {owner}" if owner else "no owner named",
    ]
    lines = [Line(f"Account: {_told(company)}", (f"account:{account['account_id']}",))]
    if program is None:
        lines.append(Line("Program: no listed program", (f"group:{view.group_id}",)))
    else:
        facts = [
            term(program.get("phase")),
            term(program.get("therapeutic_area")),
            term(program.get("modality")),
            plain(program.get("registry_id")),
            term(program.get("status")),
            f"started {day(program['started_on'])}" if program.get("started_on") else "",
        ]
        name = plain(program.get("name")) or program["program_id"]
        lines.append(Line(f"Program: {name}", (f"program:{program['program_id']}",)))
        if any(facts):
            lines.append(Line(f"In public: {_told(facts)}", (f"program:{program['program_id']}",)))
    listed_need = " (listed for the program)" if program and need in (program.get("needs") or []) else ""
    lines.append(Line(f"Need: {term(need) or 'not told by the content'}{listed_need}", (f"group:{view.group_id}",)))
    return tuple(lines)


def _told(facts: list[str]) -> str:
    return ", ".join(fact for fact in facts if fact)


def _notes(view: GroupView, loads_since_run: int) -> tuple[str, ...]:
    notes = [f"{count(loads_since_run, 'load')} since this run: run committee detect again"] if loads_since_run else []
    rule = any(row["probability"] is None for row in view.members)
    notes += ["“By rule”: the detector gives no probability"] if rule else []
    return (*notes, "Dates are UTC; only touches of named people count")


def _picture(view: GroupView) -> str:
    """A lane for each person named; the others of a persona, and those not to be contacted, share a lane."""
    flagged = {key for flag in view.flags for key in flag["engagement_ids"] or []}
    reachable = [row["contact_id"] for row in view.members if row["contact_id"] not in view.barred]
    named, rest = reachable[: view.limits["people"]], reachable[view.limits["people"] :]
    barred = [row["contact_id"] for row in view.members if row["contact_id"] in view.barred]
    letters, shapes = word_list("reports")["letters"], word_list("reports")["shapes"]

    def lane(name: str, word: str, ids: list[str]) -> Lane:
        marks = tuple(
            Mark(row["occurred_at"], row["engagement_id"] in flagged)
            for row in view.evidence
            if row["contact_id"] in ids
        )
        return Lane(name, letters.get(word, "?"), shapes.get(word, "dashed"), marks)

    lanes = [lane(view.name(key), view.personas[key], [key]) for key in named]
    for word in word_list("reports")["personas"]:
        ids = [key for key in rest if view.personas[key] == word]
        lanes += [lane(f"{len(ids)} more {persona(word)}", word, ids)] if ids else []
        ids = [key for key in barred if view.personas[key] == word]
        lanes += [lane(f"{len(ids)} not to be contacted", word, ids)] if ids else []
    windows = [Window(flag["window_start"], flag["window_end"], flag["raised_at"]) for flag in view.flags]
    moments = [row["occurred_at"] for row in view.evidence] + [window.start for window in windows]
    if not moments:
        return ""
    last = max([*moments, *(window.end for window in windows)])
    end = max(last, min(view.as_of, last + timedelta(days=view.limits["quiet_days"])))
    told = "; ".join(
        f"{one.name}: {count(len(one.marks), 'touch', 'touches')}, {period(one.marks[0].at, one.marks[-1].at)}"
        for one in lanes
        if one.marks
    )
    shaded = f" Flag windows: {listed(period(window.start, window.end) for window in windows)}." if windows else ""
    return timeline(
        lanes, windows, min(moments), end, f"Who engaged when, {period(min(moments), last)}", f"{told}.{shaded}"
    )
