"""The usual committee seat by seat: who is engaged, who is known but silent, who is not known at all."""

from __future__ import annotations

from dataclasses import dataclass

from committee.reports.handoff.document import Told, row_of, tell
from committee.reports.handoff.facts import amount, how_many, member_id, name_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows
from committee.reports.words import in_order, plain

__all__ = ["Seat", "seat_text", "seat_told", "seats"]


@dataclass(frozen=True)
class Seat:
    """One persona of the usual committee: seats, people known in the account, members of the group, and who is silent."""

    persona: str
    needed: int
    known: int
    engaged: int
    state: str
    silent: tuple[str, ...]


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
    return seat_told(view, seat).text


def seat_told(view: GroupView, seat: Seat) -> Told:
    """Return the same with its claims."""
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
