"""What is missing against the usual committee, late personas at risk, and what would make the case stronger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from committee.reports.handoff.about import other_programs
from committee.reports.handoff.deals import open_deals
from committee.reports.handoff.document import Line, Told, line, list_of, row_of, tell
from committee.reports.handoff.facts import amount, date_of, fact, how_many, member_id, name_of, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows
from committee.reports.words import day, in_order, persona, plain

__all__ = ["Seat", "missing", "seat_text", "seats"]


_ALL, _DEFAULT = "all", "default"  # whose seats a run measured by: of all won deals, of the settings


@dataclass(frozen=True)
class Seat:
    """One persona of the usual committee: seats, people known in the account, members of the group, and who is silent."""

    persona: str
    needed: int
    known: int
    engaged: int
    state: str
    silent: tuple[str, ...]


def missing(view: GroupView) -> list[Line]:
    """Return the usual committee seat by seat, whose committee that is, the risks, and what would make it stronger."""
    found = seats(view)
    lines = [_seat_line(view, seat) for seat in found] or [line("nothing", Told("No usual committee is set"))]
    return [*lines, *_template(view), *_risks(view, found), *_stronger(view)]


def seats(view: GroupView) -> tuple[Seat, ...]:
    """Return the usual committee seat by seat: who is engaged, who is known but silent, who is not known at all."""
    found = {
        row["persona"]: row
        for row in rows(view.findings.coverage, "group_id", view.group_id)
        if row["needed"] or row["engaged"]
    }
    return tuple(_seat(view, found[word]) for word in in_order(found))


def _seat(view: GroupView, row: Row) -> Seat:
    needed, known, engaged = row["needed"] or 0, row["known"] or 0, row["engaged"] or 0
    silent = _silent(view, row["persona"]) if engaged < needed else []
    if engaged >= needed:
        state = "covered" if needed else "not usually needed"
    elif silent:
        state = "others known, silent here" if engaged else "known, silent here"
    elif known > engaged:
        barred = any(view.personas.get(key) == row["persona"] for key in view.barred)
        state = _barred_state(engaged) if barred else "known, silent here"
    else:
        state = "needed, nobody else known" if engaged else "needed, nobody known"
    return Seat(row["persona"], needed, known, engaged, state, tuple(one["contact_id"] for one in silent))


def _barred_state(engaged: int) -> str:
    return "others must not be contacted" if engaged else "known, not to be contacted"


def _silent(view: GroupView, word: str) -> list[Row]:
    """People of the persona who are known in the account, may be contacted, and are not members; by name and id."""
    members = {row["contact_id"] for row in view.members}
    found = [
        row
        for row in view.colleagues
        if view.personas.get(row["contact_id"]) == word
        and row["contact_id"] not in members
        and row["contact_id"] not in view.barred
    ]
    return sorted(found, key=lambda row: (plain(row["name"]), row["contact_id"]))


def seat_text(view: GroupView, seat: Seat) -> str:
    """Return a seat of the usual committee as one sentence, without the persona."""
    return _seat_told(view, seat).text


def _seat_told(view: GroupView, seat: Seat) -> Told:
    key = member_id(view.group_id, seat.persona)
    told = tell(
        "{engaged} of {needed} engaged, {known} known; {state}",
        engaged=amount("seat", key, "engaged", seat.engaged),
        needed=amount("seat", key, "needed", seat.needed),
        known=amount("seat", key, "known", seat.known),
        state=Told(seat.state),
    )
    if not seat.silent:
        return told
    shown = seat.silent[: view.limits["silent"]]
    people = [_silent_told(view, contact_id) for contact_id in shown]
    if len(seat.silent) > len(shown):
        people.append(Told("and ") + how_many("contact", seat.silent[len(shown) :], "more", "more"))
    return told + ": " + row_of(people, "; ")


def _silent_told(view: GroupView, contact_id: str) -> Told:
    contact = view.contact(contact_id)
    title = name_of("contact", contact_id, contact, "title") if plain(contact.get("title")) else Told()
    elsewhere = rows(view.findings.memberships, "contact_id", contact_id)
    return row_of([view.who(contact_id), title, Told("in another group" if elsewhere else "")])


def _seat_line(view: GroupView, seat: Seat) -> Line:
    key = member_id(view.group_id, seat.persona)
    subject = fact(persona(seat.persona), "word", seat.persona, "seat", key, "persona")
    role = "covered" if seat.engaged >= seat.needed else "seat"
    return line(role, Told(": ") + _seat_told(view, seat), subject, [f"group:{view.group_id}"])


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


def _risks(view: GroupView, found: tuple[Seat, ...]) -> Iterator[Line]:
    """Late personas that are not there although the group is late."""
    deals = open_deals(view)
    late = view.group["status"] in view.wording["late"]["statuses"]
    if view.group["status"] == "closed" or not (late or deals):
        return
    status = word_of("group", view.group_id, "status", view.group["status"])
    why = [Told("the group is ") + status] if late else []
    why += (
        [
            how_many("opportunity", [row["opportunity_id"] for row in deals], "deal")
            + (" is open" if len(deals) == 1 else " are open")
        ]
        if deals
        else []
    )
    late_ones = view.settings["coverage"]["late_personas"]
    absent = [seat.persona for seat in found if seat.persona in late_ones and seat.needed and not seat.engaged]
    if absent:
        told = tell(
            "{personas}, who usually {come} late, {are} not engaged although {why}",
            personas=list_of(
                [
                    fact(persona(word), "word", word, "seat", member_id(view.group_id, word), "persona")
                    for word in absent
                ]
            ),
            come=Told("comes" if len(absent) == 1 else "come"),
            are=Told("is" if len(absent) == 1 else "are"),
            why=list_of(why),
        )
        yield line("risk", told, Told("Risk: "), [f"group:{view.group_id}"])


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
