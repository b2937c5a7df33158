"""Who did what, when; who also belongs to another group; who must not be contacted."""

from __future__ import annotations

from collections import Counter

from committee.reports.handoff.facts import Line, NotToContact, Person, Piece
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, by_id, one, rows
from committee.reports.words import count, persona, plain, short, source, term
from committee.settings import word_list

__all__ = ["bridges", "do_not_contact", "more_people", "people"]


def people(view: GroupView) -> tuple[Person, ...]:
    """Return the members who may be contacted, most active first, as many as a page holds."""
    named = _reachable(view)[: view.limits["people"]]
    most = max(1, min(view.limits["pieces"], view.limits["pieces_in_all"] // max(1, len(named))))
    return tuple(_person(view, row, most) for row in named)


def more_people(view: GroupView) -> tuple[Line, ...]:
    """Count the members who are not named, by persona, the usual order first."""
    rest = _reachable(view)[view.limits["people"] :]
    amounts = Counter(view.personas[row["contact_id"]] for row in rest)
    touches: Counter[str] = Counter()
    for row in rest:
        touches[view.personas[row["contact_id"]]] += row["engagements"] or 0
    order = [*word_list("reports")["personas"], *sorted(amounts)]
    return tuple(
        Line(
            f"{amounts[word]:,} more {persona(word)}, {count(touches[word], 'touch', 'touches')}",
            (f"group:{view.group_id}",),
        )
        for word in dict.fromkeys(order)
        if amounts[word]
    )


def _reachable(view: GroupView) -> list[Row]:
    return [row for row in view.members if row["contact_id"] not in view.barred]


def _person(view: GroupView, member: Row, most_pieces: int) -> Person:
    contact_id = member["contact_id"]
    contact = view.contacts.get(contact_id, {})
    pieces = _pieces(view, contact_id)
    return Person(
        contact_id=contact_id,
        name=view.name(contact_id),
        title=plain(contact.get("title")),
        email=plain(contact.get("email")),
        persona=view.personas[contact_id],
        probability=member["probability"],
        first_at=member["first_at"],
        last_at=member["last_at"],
        engagements=member["engagements"] or 0,
        pieces=tuple(pieces[:most_pieces]),
        more_pieces=max(0, len(pieces) - most_pieces),
        proof=(
            f"contact:{contact_id}",
            *(f"engagement:{row['engagement_id']}" for row in view.evidence if row["contact_id"] == contact_id),
        ),
    )


def _pieces(view: GroupView, contact_id: str) -> list[Piece]:
    """What the person did: meetings and forms first, then the bottom of the funnel, since they say most; the latest first."""
    by_piece: dict[tuple[str, str], list[Row]] = {}
    for row in view.evidence:
        if row["contact_id"] == contact_id:
            by_piece.setdefault((view.piece(row), row["content_id"] or ""), []).append(row)
    depth = {"bottom": 1, "middle": 2, "top": 3}
    found = {
        Piece(
            title=title,
            kind=term(touches[-1]["kind"]),
            stage=view.stages.get(content_id, ""),
            times=len(touches),
            last_at=touches[-1]["occurred_at"],
            proof=tuple(f"engagement:{row['engagement_id']}" for row in touches),
        ): content_id
        for (title, content_id), touches in by_piece.items()
    }
    ordered = sorted(found, key=lambda piece: piece.title)
    ordered.sort(key=lambda piece: piece.last_at, reverse=True)
    return sorted(ordered, key=lambda piece: depth.get(piece.stage, 4) if found[piece] else 0)


def do_not_contact(view: GroupView) -> tuple[NotToContact, ...]:
    """Return who must not be contacted: members first, then others of the account."""
    members = [row["contact_id"] for row in view.members if row["contact_id"] in view.barred]
    ordered = list(dict.fromkeys([*members, *view.barred]))
    found = by_id(view.market.contacts, "contact_id", ordered)
    return tuple(
        NotToContact(
            contact_id=contact_id,
            name=view.name(contact_id),
            reason=f"{view.barred[contact_id]} ({source(found[contact_id]['source_system'])}){', a member' if contact_id in members else ''}",
            proof=(f"contact:{contact_id}",),
        )
        for contact_id in ordered
    )


def bridges(view: GroupView) -> tuple[Line, ...]:
    """Name the members who also belong to other groups of the findings."""
    names = {row["contact_id"] for row in _reachable(view)}
    others = [row for row in rows(view.findings.memberships, "contact_id", names) if row["group_id"] != view.group_id]
    by_person: dict[str, list[str]] = {}
    for row in others:
        by_person.setdefault(row["contact_id"], []).append(row["group_id"])
    return tuple(
        _bridge(view, contact_id, sorted(groups))
        for contact_id, groups in sorted(by_person.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _bridge(view: GroupView, contact_id: str, groups: list[str]) -> Line:
    other = one(view.findings.groups, "group_id", groups[0])
    program = one(view.market.programs, "program_id", other["program_id"]) if other else None
    where = plain(program["name"]) or program["program_id"] if program else "no listed program"
    where = short(where, view.limits["characters"])
    told = f"{term(other['need']) or 'no stated need'} for {where} ({other['status']})" if other else groups[0]
    text = f"{view.named(contact_id)} is also in the group {told}"
    if len(groups) > 1:
        text += f" and {count(len(groups) - 1, 'other group')}"
    return Line(text, (f"contact:{contact_id}", *(f"group:{group_id}" for group_id in groups)))
