"""What somebody's reading says of their concern, and a talking point: patterns filled with fields of the graph alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from committee.reports.handoff.document import Told, list_of
from committee.reports.handoff.events import named_event
from committee.reports.handoff.facts import date_of, fact, how_many, name_of, quoted, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.wording import filled
from committee.reports.lookup import Row
from committee.reports.words import persona, plain, term
from committee.settings import word_list

__all__ = ["asked_with", "concern", "depth_of", "fields_of_group", "talking_point", "telling"]

_DEPTH = {"bottom": 1, "middle": 2, "top": 3}


def asked_with(view: GroupView, contact_id: str) -> Row | None:
    """Return the latest touch with which somebody raised a hand."""
    kinds = set(view.wording["hand"]["kinds"])
    found = [row for row in view.touches_of(contact_id) if row["kind"] in kinds]
    return found[-1] if found else None


def depth_of(view: GroupView, row: Row) -> int:
    """Return how deep in the funnel a touch was: 1 bottom, 2 middle, 3 top, 4 unknown."""
    return _DEPTH.get(view.stages.get(row["content_id"] or "", ""), 4)


def telling(view: GroupView, contact_id: str) -> Row | None:
    """Return the touch that says most of somebody: a raised hand, else the deepest, the latest of those.

    What is written for another persona says least.
    """
    asked = asked_with(view, contact_id)
    found = view.touches_of(contact_id)
    return asked or min(
        reversed(found), key=lambda row: (not _fits(view, contact_id, row), depth_of(view, row)), default=None
    )


def _fits(view: GroupView, contact_id: str, row: Row) -> bool:
    """Whether a piece is written for the persona, or for nobody in particular."""
    return _written_for(view, row) in (None, view.personas[contact_id])


def _written_for(view: GroupView, row: Row) -> str | None:
    return view.content.get(row["content_id"] or "", {}).get("persona") or None


def concern(view: GroupView, contact_id: str) -> Told:
    """Say what the reading says of the concern; nothing where no pattern fits."""
    return _said(view, contact_id, "concerns")


def talking_point(view: GroupView, contact_id: str) -> Told:
    """Return what to talk about; nothing where no pattern fits."""
    return _said(view, contact_id, "talking")


def _said(view: GroupView, contact_id: str, section: str) -> Told:
    row = telling(view, contact_id)
    if row is None:
        return Told()
    situation = view.stages.get(row["content_id"] or "", "other") if _fits(view, contact_id, row) else "other"
    if row == asked_with(view, contact_id):
        situation = "asked"
    patterns: Mapping[str, list[str]] = view.wording[section].get(view.personas[contact_id], {})
    return filled(patterns.get(situation, patterns.get("other", [])), _fields(view, contact_id, row))


def _fields(view: GroupView, contact_id: str, row: Row) -> dict[str, Told]:
    contact, key = view.contact(contact_id), row["engagement_id"]
    piece = view.content.get(row["content_id"] or "")
    title = quoted(name_of("content", row["content_id"], piece, "title")) if piece and plain(piece["title"]) else Told()
    return fields_of_group(view) | {
        "person": view.who(contact_id, view.limits["characters"]),
        "title": name_of("contact", contact_id, contact, "title") if plain(contact.get("title")) else Told(),
        "persona": view.role(contact_id),
        "cares": _cares(view.personas[contact_id]),
        "piece": title,
        "kind": word_of("engagement", key, "kind", row["kind"]),
        "topic": _topic(view, row),
        "written_for": _for_whom(view, row),
        "read_on": date_of("engagement", key, "occurred_at", row["occurred_at"]),
        "times": how_many("engagement", [one["engagement_id"] for one in view.touches_of(contact_id)], "time"),
    }


def fields_of_group(view: GroupView) -> dict[str, Told]:
    """Return the fields of account, program, need and the event that why now names; empty ones are not known."""
    account, event = view.account, named_event(view)
    program = (view.program or {}) if view.program_is_sure else {}
    key = str(program.get("program_id", ""))

    def of_program(name: str) -> Told:
        return word_of("program", key, name, program.get(name))

    registry = plain(program.get("registry_id"))
    return {
        "account": name_of("account", account["account_id"], account, longest=view.limits["characters"]),
        "program": _called(program, key) if key else Told(),
        "area": of_program("therapeutic_area"),
        "modality": of_program("modality"),
        "phase": of_program("phase"),
        "registry": fact(registry, "name", registry, "program", key, "registry_id"),
        "need": word_of("group", view.group_id, "need", view.group["need"]),
        "event": quoted(name_of("signal", event["signal_id"], event, "title"))
        if event and plain(event["title"])
        else Told(),
        "event_on": date_of("signal", event["signal_id"], "occurred_on", event["occurred_on"]) if event else Told(),
    }


def _for_whom(view: GroupView, row: Row) -> Told:
    word = _written_for(view, row)
    return fact(persona(word), "word", word, "content", row["content_id"], "persona") if word else Told()


def _called(program: Row, key: str) -> Told:
    """A program as one speaks of it: by its name where that is short, else by its number in the registry."""
    name, number, most = (
        plain(program.get("name")),
        plain(program.get("registry_id")),
        word_list("reports")["limits"]["spoken"],
    )
    if number and len(name) > most:
        return fact(number, "name", number, "program", key, "registry_id")
    return name_of("program", key, program, longest=most)


def _cares(word: str) -> Told:
    about: Mapping[str, Any] = word_list("personas")["personas"].get(word, {})
    place = f"personas.{word}.cares_about"
    return list_of([fact(plain(one), "word", one, "setting", place, "value") for one in about.get("cares_about", [])])


def _topic(view: GroupView, row: Row) -> Told:
    """What the piece is about: the need of the group where it is among its topics, else the first."""
    content_id = row["content_id"] or ""
    topics = view.topics.get(content_id, [])
    chosen = view.group["need"] if view.group["need"] in topics else next(iter(topics), None)
    return fact(term(chosen), "word", chosen, "tag", content_id, "topic") if chosen else Told()
