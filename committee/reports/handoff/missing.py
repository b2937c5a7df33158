"""What is missing against the usual committee, and what would make the case stronger."""

from __future__ import annotations

from datetime import timedelta

from committee.reports.handoff.facts import Line, Seat
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows
from committee.reports.words import count, day, in_order, listed, persona, plain

__all__ = ["seats", "stronger"]


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
    elsewhere = {
        one["contact_id"]
        for one in rows(view.findings.memberships, "contact_id", [one["contact_id"] for one in silent])
    }
    named = silent[: view.limits["silent"]]
    return Seat(
        persona=row["persona"],
        needed=needed,
        known=known,
        engaged=engaged,
        state=state,
        silent=tuple(_silent_line(person, person["contact_id"] in elsewhere) for person in named),
        more_silent=len(silent) - len(named),
        proof=(f"group:{view.group_id}",),
    )


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


def _silent_line(contact: Row, elsewhere: bool) -> Line:
    name = plain(contact["name"]) or contact["contact_id"]
    facts = [name, plain(contact["title"]), "in another group" if elsewhere else ""]
    return Line(", ".join(fact for fact in facts if fact), (f"contact:{contact['contact_id']}",))


def stronger(view: GroupView, found: tuple[Seat, ...]) -> tuple[Line, ...]:
    """Say what would make the case stronger, the nearest first, as many lines as a page holds."""
    lines = [*_toward_a_flag(view), *_quiet(view), *_program(view), *_gaps(view, found), *_unknown_people(view)]
    return tuple(lines[: view.limits["stronger"]])


def _toward_a_flag(view: GroupView) -> list[Line]:
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
    missing = window["personas"] - len(last)
    if not last or missing < 1:
        return []
    until = min(row["occurred_at"] for row in last.values()) + length
    seen = listed(persona(word) for word in in_order(last))
    text = f"{count(missing, 'more persona')} by {day(until)} would raise a flag: {seen} engaged in the last {window['days']:g} days"
    return [Line(text, tuple(f"engagement:{row['engagement_id']}" for row in last.values()))]


def _quiet(view: GroupView) -> list[Line]:
    if view.group["status"] not in ("stalled", "dormant"):
        return []
    days = (view.as_of.date() - view.group["last_active_at"].date()).days
    return [
        Line(
            f"A new touch by any member: nobody has engaged for {count(days, 'day')}, since {day(view.group['last_active_at'])}",
            (f"group:{view.group_id}",),
        )
    ]


def _program(view: GroupView) -> list[Line]:
    if view.group["program_id"]:
        return []
    options = [plain(word.rpartition(":")[0]) for word in view.group["program_alternatives"] or []]
    text = (
        f"Learn which program this is for: {listed(options, 'or')}"
        if options
        else "Learn which program this is for: no listed program fits"
    )
    return [Line(text, (f"group:{view.group_id}",))]


def _gaps(view: GroupView, found: tuple[Seat, ...]) -> list[Line]:
    """A line for each seat that nobody of the persona fills; late personas say so."""
    late = set(view.settings["coverage"]["late_personas"])
    lines = []
    for seat in found:
        if seat.engaged or not seat.needed:
            continue
        when = ", which usually comes late" if seat.persona in late else ""
        if seat.silent:
            names = listed(
                [view.name(key.removeprefix("contact:")) for line in seat.silent for key in line.proof]
                + ([f"{seat.more_silent} more"] if seat.more_silent else []),
                "or",
            )
            text = f"A touch by {persona(seat.persona)}{when}: {names}"
        elif seat.known and seat.state != "known, silent here":
            text = f"Another contact in {persona(seat.persona)}{when}: those known must not be contacted"
        elif seat.known:
            text = f"A touch by {persona(seat.persona)}{when}: {count(seat.known, 'person', 'people')} known"
        else:
            text = f"A first contact in {persona(seat.persona)}{when}: nobody is known at the account"
        lines.append(Line(text, tuple(key for line in seat.silent for key in line.proof) or seat.proof))
    return lines


def _unknown_people(view: GroupView) -> list[Line]:
    """Members whose persona nothing decides."""
    unknown = [
        row["contact_id"]
        for row in view.members
        if view.personas[row["contact_id"]] == "unknown" and row["contact_id"] not in view.barred
    ]
    if not unknown:
        return []
    names = [view.name(contact_id) for contact_id in unknown[: view.limits["silent"]]]
    names += [f"{len(unknown) - len(names)} more"] if len(unknown) > len(names) else []
    return [
        Line(
            f"Learn what {listed(names)} {'does' if len(unknown) == 1 else 'do'}: the title tells no persona",
            tuple(f"contact:{key}" for key in unknown),
        )
    ]
