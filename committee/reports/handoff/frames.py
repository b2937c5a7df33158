"""The letters of BANT and MEDDIC: answered by evidence with its receipts, or open with the question to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from committee.reports.handoff.deals import open_deals
from committee.reports.handoff.document import Line, Told, line, row_of, tell
from committee.reports.handoff.events import event_told, recent_events
from committee.reports.handoff.facts import amount, date_of, first_or_last, how_many, member_id, name_of, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.handoff.talking import asked_with, fields_of_group
from committee.reports.handoff.why_now import status_line
from committee.reports.handoff.wording import filled
from committee.reports.lookup import Row
from committee.reports.words import plain

__all__ = ["FRAMES", "frame_title", "letters"]

FRAMES = ("bant", "meddic")


def frame_title(frame: str) -> str:
    """Return the name of a frame as people write it."""
    return frame.upper()


def letters(view: GroupView, frame: str) -> list[Line]:
    """Return a line for each letter of a frame: what answers it, or that it is open and what to ask."""
    return [_letter(view, about) for about in view.wording["frames"].get(frame, {}).values()]


def _letter(view: GroupView, about: Mapping[str, Any]) -> Line:
    told = [one for kind in about["evidence"] for one in _found(view, kind)][: int(about["most"])]
    subject = Told(f"{about['title']}: ")
    if told:
        return line("answered", row_of(told, "; "), subject)
    ask = filled(about["question"], fields_of_group(view))
    return line("open", Told("open. ") + (Told("Ask: ") + ask if ask else ""), subject, [f"group:{view.group_id}"])


def _found(view: GroupView, kind: str) -> list[Told]:
    what, _, of = kind.partition(":")
    if of:
        return _EVIDENCE_OF[what](view, of)
    return _EVIDENCE[what](view)


def _deal(view: GroupView) -> list[Told]:
    return [_deal_told(row) for row in open_deals(view)]


def _deal_told(row: Row) -> Told:
    key = row["opportunity_id"]
    opened = date_of("opportunity", key, "opened_on", row["opened_on"])
    stage, dollars = (
        word_of("opportunity", key, "stage", row["stage"]),
        amount("opportunity", key, "amount_usd", row["amount_usd"]),
    )
    told = [
        Told("open deal ") + name_of("opportunity", key, row),
        Told("in stage ") + stage if stage else stage,
        dollars + " US dollars" if dollars else dollars,
        Told("opened ") + opened if opened else opened,
    ]
    return row_of(told)


def _asked(view: GroupView) -> list[Told]:
    found = [(row, touch) for row in view.reachable if (touch := asked_with(view, row["contact_id"]))]
    found.sort(key=lambda pair: (pair[1]["occurred_at"], pair[1]["engagement_id"]), reverse=True)
    return [
        tell(
            "{who} raised a hand ({kind}, {day})",
            who=view.named(row["contact_id"]),
            kind=word_of("engagement", touch["engagement_id"], "kind", touch["kind"]),
            day=date_of("engagement", touch["engagement_id"], "occurred_at", touch["occurred_at"]),
        )
        for row, touch in found
    ]


def _need(view: GroupView) -> list[Told]:
    need = word_of("group", view.group_id, "need", view.group["need"])
    if not need:
        return []
    touches = how_many("engagement", [row["engagement_id"] for row in view.evidence], "touch", "touches")
    last = first_or_last("engagement", view.evidence, "engagement_id", "occurred_at", "last")
    told = tell("{touches} on {need}", touches=touches, need=need)
    return [told + ", the last " + last if last else told]


def _program(view: GroupView) -> list[Told]:
    program = view.program
    if program is None or not view.program_is_sure:
        return []
    key = program["program_id"]
    phase = word_of("program", key, "phase", program.get("phase"))
    started, ends = (date_of("program", key, name, program.get(name)) for name in ("started_on", "ended_on"))
    told = [phase, Told("started ") + started if started else started, Told("ends ") + ends if ends else ends]
    return [Told("the program: ") + row_of(told)] if started or ends else []


def _status(view: GroupView) -> list[Told]:
    return [Told("the group: ") + status_line(view)]


def _event(view: GroupView, kind: str) -> list[Told]:
    return [event_told(event) for event in recent_events(view) if event["kind"] == kind]


def _member(view: GroupView, word: str) -> list[Told]:
    return [_engaged(view, row) for row in view.reachable if view.personas[row["contact_id"]] == word]


def _engaged(view: GroupView, row: Row) -> Told:
    key, touches = member_id(view.group_id, row["contact_id"]), row["engagements"] or 0
    last = date_of("membership", key, "last_at", row["last_at"])
    told = view.named(row["contact_id"]) + " engages, "
    told += amount("membership", key, "engagements", touches) + (" touch" if touches == 1 else " touches")
    return told + ", last " + last if last else told


def _read(view: GroupView, name: str) -> list[Told]:
    """The latest touch of each person on a piece of the class."""
    words = view.wording["content"][name]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE) if words else None
    last: dict[str, Row] = {}
    for row in view.evidence:
        piece = view.content.get(row["content_id"] or "", {})
        if (
            row["contact_id"] not in view.barred
            and pattern
            and pattern.search(f"{plain(piece.get('kind'))} | {plain(piece.get('title'))}")
        ):
            last[row["contact_id"]] = row
    found = sorted(last.values(), key=lambda row: (row["occurred_at"], row["engagement_id"]), reverse=True)
    return [
        tell(
            "{who} took in {piece}, {day}",
            who=view.named(row["contact_id"]),
            piece=view.piece(row),
            day=date_of("engagement", row["engagement_id"], "occurred_at", row["occurred_at"]),
        )
        for row in found
    ]


_EVIDENCE: Mapping[str, Callable[[GroupView], list[Told]]] = {
    "deal": _deal,
    "asked": _asked,
    "need": _need,
    "program": _program,
    "status": _status,
}
_EVIDENCE_OF: Mapping[str, Callable[[GroupView, str], list[Told]]] = {"event": _event, "member": _member, "read": _read}
