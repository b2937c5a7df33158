"""Whom to contact first, and why: by a rule that stands in the settings, and on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from committee.reports.handoff.document import Line, Told, line, row_of, tell
from committee.reports.handoff.facts import amount, date_of, fact, member_id, odds_of, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.seats import seats
from committee.reports.handoff.talking import asked_with, depth_of, telling
from committee.reports.lookup import Row
from committee.reports.words import listed, persona

__all__ = ["in_order_of_contact", "order_of_contact"]

_TOLD = 2  # of what the rule saw, the first that it looks at
_SAID = {
    "asked": "who raised a hand",
    "persona": "the order of personas ({personas})",
    "depth": "how deep in the funnel somebody read",
    "latest": "the latest touch",
    "touches": "the most touches",
    "probability": "the surest membership",
}


def order_of_contact(view: GroupView) -> list[Line]:
    """Return the members who may be contacted in the order of the rule, then whom to ask an introduction for."""
    rule, ordered = view.wording["order"], in_order_of_contact(view)
    found = [
        line(
            "call",
            _reason(view, row, rule),
            Told(f"{place}. ") + view.who(row["contact_id"]),
            [f"contact:{row['contact_id']}"],
        )
        for place, row in enumerate(ordered[: view.limits["people"]], 1)
    ]
    found += _introductions(view, rule["introductions"], len(found)) if found else []
    return (
        [*found, line("rule", Told(_rule(rule)), Told("Rule: "))]
        if found
        else [line("nobody", Told("Nobody of the group may be contacted"))]
    )


def in_order_of_contact(view: GroupView) -> list[Row]:
    """Return the memberships of those who may be contacted, in the order of the rule."""
    return sorted(view.reachable, key=_key(view, view.wording["order"]))


def _rule(rule: Mapping[str, Any]) -> str:
    order = listed(persona(word) for word in rule["personas"])
    return "; then ".join(_SAID[name].format(personas=order) for name in rule["by"]) + " (handoff.order)"


def _key(view: GroupView, rule: Mapping[str, Any]) -> Callable[[Row], tuple[Any, ...]]:
    order = {word: place for place, word in enumerate(rule["personas"])}

    def key(row: Row) -> tuple[Any, ...]:
        contact_id = row["contact_id"]
        asked, last = asked_with(view, contact_id), row["last_at"] or view.group["formed_at"]
        values = {
            "asked": -asked["occurred_at"].timestamp() if asked else 0.0,
            "persona": order.get(view.personas[contact_id], len(order)),
            "depth": min((depth_of(view, one) for one in view.touches_of(contact_id)), default=5),
            "latest": -last.timestamp(),
            "touches": -(row["engagements"] or 0),
            "probability": -(row["probability"] or 0.0),
        }
        return (*(values[name] for name in rule["by"]), contact_id)

    return key


def _reason(view: GroupView, member: Row, rule: Mapping[str, Any]) -> Told:
    """What the rule saw, in its order."""
    contact_id = member["contact_id"]
    key, asked, said = member_id(view.group_id, contact_id), asked_with(view, contact_id), telling(view, contact_id)
    stage = view.stages.get((said or {}).get("content_id") or "", "")
    last = date_of("membership", key, "last_at", member["last_at"])
    touches = member["engagements"] or 0
    depth = (
        Told("read ") + fact(stage, "word", stage, "tag", said["content_id"], "stage") + " of the funnel"
        if said and stage
        else Told()
    )
    told = {
        "asked": _asked(asked) if asked else Told(),
        "persona": view.role(contact_id),
        "depth": depth,
        "latest": Told("last active ") + last if last else last,
        "touches": amount("membership", key, "engagements", touches) + (" touch" if touches == 1 else " touches"),
        "probability": Told("member ") + odds_of("membership", key, "probability", member["probability"]),
    }
    known = [told[name] for name in rule["by"] if told[name]]
    return Told(": ") + row_of(known[:_TOLD])


def _asked(row: Row) -> Told:
    key = row["engagement_id"]
    return tell(
        "raised a hand ({kind}, {day})",
        kind=word_of("engagement", key, "kind", row["kind"]),
        day=date_of("engagement", key, "occurred_at", row["occurred_at"]),
    )


def _introductions(view: GroupView, most: int, after: int) -> list[Line]:
    """People known but silent in seats that nobody fills, one a seat."""
    open_seats = [seat for seat in seats(view) if seat.needed and not seat.engaged and seat.silent]
    return [
        line(
            "introduction",
            tell(
                ": ask for an introduction ({persona})",
                persona=fact(
                    persona(seat.persona),
                    "word",
                    seat.persona,
                    "seat",
                    member_id(view.group_id, seat.persona),
                    "persona",
                ),
            ),
            Told(f"{place}. ") + view.who(seat.silent[0]),
            [f"contact:{seat.silent[0]}"],
        )
        for place, seat in enumerate(open_seats[:most], after + 1)
    ]
