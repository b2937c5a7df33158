"""The committee person by person: who, what they read and when, what it says of their concern, what to talk about."""

from __future__ import annotations

from collections.abc import Iterable

from committee.reports.handoff.document import Line, Told, line, row_of, tell
from committee.reports.handoff.facts import (
    amount,
    date_of,
    fact,
    how_many,
    member_id,
    name_of,
    odds_of,
    span,
    word_of,
)
from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.order import in_order_of_contact
from committee.reports.handoff.talking import concern, depth_of, talking_point, telling
from committee.reports.lookup import Row
from committee.reports.words import persona, plain, source
from committee.settings import word_list

__all__ = ["committee", "do_not_contact"]


def committee(view: GroupView) -> list[Line]:
    """Return the lines of the members who may be contacted, in that order; the rest is counted by persona."""
    ordered = in_order_of_contact(view)
    named = ordered[: view.limits["people"]]
    most = max(1, min(view.limits["pieces"], view.limits["pieces_in_all"] // max(1, len(named))))
    return [*(one for row in named for one in _person(view, row, most)), *_more(view, ordered[view.limits["people"] :])]


def _person(view: GroupView, member: Row, most: int) -> list[Line]:
    contact_id = member["contact_id"]
    found = [_who(view, member), _did(view, contact_id, most)]
    for role, subject, told in (
        ("concern", "Concern: ", concern(view, contact_id)),
        ("say", "Ask or say: ", talking_point(view, contact_id)),
    ):
        if told:
            found.append(line(role, told, Told(subject), [f"contact:{contact_id}"]))
    return [one for one in found if one.text]


def _who(view: GroupView, member: Row) -> Line:
    contact_id = member["contact_id"]
    contact, key = view.contact(contact_id), member_id(view.group_id, contact_id)
    title, email = plain(contact.get("title")), plain(contact.get("email"))
    touches = member["engagements"] or 0
    told = row_of(
        [
            view.role(contact_id),
            Told("member ") + odds_of("membership", key, "probability", member["probability"]),
            amount("membership", key, "engagements", touches) + (" touch" if touches == 1 else " touches"),
            span(*(date_of("membership", key, name, member[name]) for name in ("first_at", "last_at"))),
            fact(email, "name", contact.get("email"), "contact", contact_id, "email"),
        ]
    )
    named = Told(", ") + name_of("contact", contact_id, contact, "title") if title else Told()
    return line("who", named + ": " + told, view.who(contact_id), [f"contact:{contact_id}"])


def _did(view: GroupView, contact_id: str, most: int) -> Line:
    pieces = _pieces(view, contact_id)
    told = [_piece(view, touches) for touches in pieces[:most]]
    if len(pieces) > most:
        rest = [touches[-1]["content_id"] or touches[-1]["engagement_id"] for touches in pieces[most:]]
        told.append(Told("and ") + how_many("content", rest, "other piece"))
    read = all(row["content_id"] for touches in pieces[:most] for row in touches)
    proof = [f"contact:{contact_id}", *(f"engagement:{row['engagement_id']}" for row in view.touches_of(contact_id))]
    return line("did", row_of(told, "; "), Told("Read: " if read else "Did: "), proof) if told else line("did", Told())


def _pieces(view: GroupView, contact_id: str) -> list[list[Row]]:
    """Touches by piece: what says most first, then what has no content, then the bottom of the funnel; the latest first."""
    by_piece: dict[tuple[str, str], list[Row]] = {}
    for row in view.touches_of(contact_id):
        by_piece.setdefault((view.piece(row).text, row["content_id"] or ""), []).append(row)
    most = telling(view, contact_id)

    def weight(touches: list[Row]) -> int:
        if most in touches:
            return -1
        return depth_of(view, touches[-1]) if touches[-1]["content_id"] else 0

    ordered = [touches for _, touches in sorted(by_piece.items())]
    ordered.sort(key=lambda touches: touches[-1]["occurred_at"], reverse=True)
    return sorted(ordered, key=weight)


def _piece(view: GroupView, touches: list[Row]) -> Told:
    """``“Title”, download, 3 times, last 13 Feb 2026``."""
    last = touches[-1]
    key, title = last["engagement_id"], view.piece(last)
    kind = word_of("engagement", key, "kind", last["kind"])
    plainly_read = last["kind"] in word_list("reports")["reading"]["kinds"] or kind.text == title.text
    when = date_of("engagement", key, "occurred_at", last["occurred_at"])
    if len(touches) > 1:
        times = how_many("engagement", [row["engagement_id"] for row in touches], "time")
        when = tell("{times}, last {when}", times=times, when=when)
    return row_of([title, Told() if plainly_read else kind, when])


def _more(view: GroupView, rest: list[Row]) -> Iterable[Line]:
    order = [*word_list("reports")["personas"], *sorted({view.personas[row["contact_id"]] for row in rest})]
    for word in dict.fromkeys(order):
        some = [row for row in rest if view.personas[row["contact_id"]] == word]
        if not some:
            continue
        keys = [member_id(view.group_id, row["contact_id"]) for row in some]
        people = fact(f"{len(some):,}", "number", len(some), "membership", keys, "how many") + " more "
        touches = sum(row["engagements"] or 0 for row in some)
        told = people + fact(persona(word), "word", word, "membership", keys[0], "persona") + ", "
        told += fact(f"{touches:,}", "number", touches, "membership", keys, "sum engagements")
        yield line(
            "more", told + (" touch" if touches == 1 else " touches"), proof=[f"group:{view.group_id}"], only=True
        )


def do_not_contact(view: GroupView) -> list[Line]:
    """Name who must not be contacted: members first, then others of the account; this is the only place that names them."""
    members = [row["contact_id"] for row in view.members if row["contact_id"] in view.barred]
    ordered = list(dict.fromkeys([*members, *view.barred]))
    most = view.limits["do_not_contact"]
    found = []
    for contact_id in ordered[:most]:
        system = view.contact(contact_id).get("source_system")
        told = tell(
            ": {reason} ({source}){member}",
            reason=Told(view.barred[contact_id]),
            source=fact(source(system), "name", system, "contact", contact_id, "source_system"),
            member=Told(", a member") if contact_id in members else Told(),
        )
        found.append(line("barred", told, view.who(contact_id), [f"contact:{contact_id}"]))
    if len(ordered) > most:
        found.append(
            line(
                "more",
                how_many("contact", ordered[most:], "more at this account", "more at this account"),
                proof=[f"group:{view.group_id}"],
                only=True,
            )
        )
    return found or [line("nobody", Told("Nobody of this account is marked so"))]
