"""What is missing against the usual committee, late personas at risk, and what would make the case stronger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from committee.reports.handoff.about import other_programs
from committee.reports.handoff.document import Line, Told, line, list_of, tell
from committee.reports.handoff.facts import date_of, fact, how_many, member_id
from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.risks import risks
from committee.reports.handoff.seats import Seat, seat_told, seats
from committee.reports.lookup import Row, rows
from committee.reports.words import day, in_order, persona, plain

__all__ = ["missing"]


_ALL, _DEFAULT = "all", "default"  # whose seats a run measured by: of all won deals, of the settings


def missing(view: GroupView) -> list[Line]:
    """Return the usual committee seat by seat, whose committee that is, the risks, and what would make it stronger."""
    found = seats(view)
    lines = [_seat_line(view, seat) for seat in found] or [line("nothing", Told("No usual committee is set"))]
    return [*lines, *_template(view), *risks(view, found), *_stronger(view)]


def _seat_line(view: GroupView, seat: Seat) -> Line:
    key = member_id(view.group_id, seat.persona)
    subject = fact(persona(seat.persona), "word", seat.persona, "seat", key, "persona")
    role = "covered" if seat.engaged >= seat.needed else "seat"
    return line(role, Told(": ") + seat_told(view, seat), subject, [f"group:{view.group_id}"])


def _template(view: GroupView) -> Iterator[Line]:
    """Whose committee the usual one is: learned from won deals where they are enough."""
    said = (view.findings.run.rows if view.findings.run else {}).get("coverage")
    if not said:
        yield line("template", Told("The usual committee is that of the settings: no won deal teaches another"))
        return
    run = view.findings.run.run_id if view.findings.run else ""
    deals, least = (
        fact(f"{said[name]:,}", "number", said[name], "run", run, f"rows.coverage.{name}")
        for name in ("deals", "least")
    )
    own = next((row for row in rows(view.findings.coverage, "group_id", view.group_id) if row.get("template")), None)
    whose = own["template"] if own else _ALL if said["seats_from"] == "won deals" else _DEFAULT
    if whose == _ALL:
        told = tell("The usual committee is learned from {deals} won deals", deals=deals)
    elif own and whose != _DEFAULT:
        segment = fact(plain(whose), "word", whose, "seat", member_id(view.group_id, own["persona"]), "template")
        told = tell("The usual committee is learned from the won deals of {segment}", segment=segment)
    elif said["deals"] >= said["least"]:
        text = "The usual committee is that of the settings: no persona is usual at {deals} won deals"
        told = tell(text, deals=deals)
    else:
        text = "The usual committee is that of the settings: {deals} won deals of the {least} needed teach no other"
        told = tell(text, deals=deals, least=least)
    yield line("template", told)


def _stronger(view: GroupView) -> list[Line]:
    """Say what would make the case stronger beside the seats, the nearest first."""
    found = [*_toward_a_flag(view), *_quiet(view), *_program(view), *_unknown_people(view)]
    return [line("stronger", told, proof=proof) for told, proof in found[: view.limits["stronger"]]]


Found = list[tuple[Told, list[str]]]


def _toward_a_flag(view: GroupView) -> Found:
    """Without a flag: how many personas are missing, and until when those of the last days still count."""
    if view.flags or view.group["status"] == "closed":
        return []
    window = view.settings["window"]
    length = timedelta(days=window["days"])
    last: dict[str, Row] = {}
    for row in view.evidence:
        word = view.personas.get(row["contact_id"], "unknown")
        if word != "unknown" and row["occurred_at"] > view.as_of - length:
            last[word] = row
    lacking = int(window["personas"]) - len(last)
    if not last or lacking < 1:
        return []
    oldest = min(last.values(), key=lambda row: (row["occurred_at"], row["engagement_id"]))
    until = oldest["occurred_at"] + length
    keys = [row["engagement_id"] for row in last.values()]
    told = tell(
        "{more} by {until} would raise a flag: {seen} engaged in the last {days} days",
        more=fact(f"{lacking:,}", "number", lacking, "setting", "window.personas", "until")
        + (" more persona" if lacking == 1 else " more personas"),
        until=fact(day(until), "date", until.date().isoformat(), "engagement", oldest["engagement_id"], "until"),
        seen=list_of(
            [
                fact(persona(word), "word", word, "engagement", last[word]["engagement_id"], "persona")
                for word in in_order(last)
            ]
        ),
        days=fact(f"{window['days']:g}", "number", window["days"], "setting", "window.days", "value"),
    )
    return [(told, [f"engagement:{key}" for key in keys])]


def _quiet(view: GroupView) -> Found:
    if view.group["status"] not in ("stalled", "dormant"):
        return []
    days = (view.as_of.date() - view.group["last_active_at"].date()).days
    told = tell(
        "A new touch by any member: nobody has engaged for {days}, since {day}",
        days=fact(f"{days:,}", "number", days, "group", view.group_id, "days last_active_at run.as_of")
        + (" day" if days == 1 else " days"),
        day=date_of("group", view.group_id, "last_active_at", view.group["last_active_at"]),
    )
    return [(told, [f"group:{view.group_id}"])]


def _program(view: GroupView) -> Found:
    if view.group["program_id"]:
        return []
    options = other_programs(view)
    told = list_of(options, "or") if options else Told("no listed program fits")
    return [(Told("Learn which program this is for: ") + told, [f"group:{view.group_id}"])]


def _unknown_people(view: GroupView) -> Found:
    """Members whose persona nothing decides."""
    unknown = [row["contact_id"] for row in view.reachable if view.personas[row["contact_id"]] == "unknown"]
    if not unknown:
        return []
    shown = unknown[: view.limits["silent"]]
    names = [view.who(contact_id) for contact_id in shown]
    names += [how_many("contact", unknown[len(shown) :], "more", "more")] if len(unknown) > len(shown) else []
    told = tell(
        "Learn what {names} {do}: the title tells no persona",
        names=list_of(names),
        do=Told("does" if len(unknown) == 1 else "do"),
    )
    return [(told, [f"contact:{key}" for key in unknown])]
