"""Why now: one sentence from dated evidence; the flag and the status, each with what made them."""

from __future__ import annotations

import re
from datetime import timedelta

from committee.reports.handoff.document import Told, row_of, tell
from committee.reports.handoff.events import event_told, named_event
from committee.reports.handoff.facts import (
    date_of,
    days_between,
    fact,
    how_many,
    member_id,
    odds_of,
    personas_of,
    span,
    word_of,
)
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows
from committee.reports.rendering import cell
from committee.reports.words import day, number, plain

__all__ = ["cause_of", "flag_line", "status_line", "why_now"]

_STAMP = re.compile(r" (?:at|on) (\d{4}-\d\d-\d\d)(?:T[\d:.]+Z)?")  # a moment in a cause, to be written as elsewhere


def why_now(view: GroupView) -> Told:
    """Say in one sentence what happened lately that makes this group worth a call today."""
    first = _flag_part(view) if view.flags else _activity_part(view)
    latest = _hand_part(view) or (_deciding_part(view) if view.flags else _latest_part(view))
    parts = [first, latest]
    return row_of([*parts, event_told(event) if (event := named_event(view)) else Told()], "; ") + "."


def _flag_part(view: GroupView) -> Told:
    flag = view.flags[0]
    key = flag["flag_id"]
    first, last = (date_of("flag", key, name, flag[name]) for name in ("window_start", "window_end"))
    same_day = first.text == last.text
    within = tell(
        "within {days}, {span}",
        days=days_between("flag", key, flag, "window_start", "window_end"),
        span=span(first, last),
    )
    # A flag may hold touches of other topics: then only its scope may be said.
    inside = set(flag["engagement_ids"] or []) <= {row["engagement_id"] for row in view.evidence}
    scope = Told(" for this program" if flag["scope"] == "program" else " at this account")
    return tell(
        "{people} of {personas} ({words}) engaged{about} {when}",
        people=_entries("flag", key, "contact_ids", flag["contact_ids"], "person", "people"),
        personas=_entries("flag", key, "personas", flag["personas"], "persona"),
        words=personas_of("flag", key, "personas", flag["personas"] or []),
        about=_about(view) if inside else scope,
        when=Told("on ") + first if same_day else within,
    )


def _entries(record: str, key: str, field: str, values: list[str] | None, singular: str, plural: str = "") -> Told:
    size = len(values or [])
    noun = singular if size == 1 else plural or f"{singular}s"
    return fact(f"{size:,}", "number", size, record, key, f"len {field}") + f" {noun}"


def _deciding_part(view: GroupView) -> Told:
    """Who raised the flag, with what; the latest touch where that person must not be contacted."""
    flag = view.flags[0]
    inside = set(flag["engagement_ids"] or [])
    deciding = [
        row for row in view.evidence if row["engagement_id"] in inside and row["occurred_at"] == flag["raised_at"]
    ]
    if not deciding or deciding[-1]["contact_id"] in view.barred:
        return _latest_part(view)
    return _touch(view, "{who} made it a flag on {day}: {what}", deciding[-1])


def _hand_part(view: GroupView) -> Told:
    """The latest raised hand, as long as it is a reason."""
    hand = view.wording["hand"]
    oldest = view.as_of - timedelta(days=hand["days"])
    raised = [
        row
        for row in view.evidence
        if row["kind"] in hand["kinds"] and row["occurred_at"] >= oldest and row["contact_id"] not in view.barred
    ]
    if not raised:
        return Told()
    row = raised[-1]
    kind = word_of("engagement", row["engagement_id"], "kind", row["kind"])
    told = _touch(view, "{who} raised a hand on {day}", row) + " (" + kind + ")"
    titled = plain(view.content.get(row["content_id"] or "", {}).get("title"))
    return told + ": " + view.piece(row) if titled else told


def _touch(view: GroupView, pattern: str, row: Row) -> Told:
    day_of = date_of("engagement", row["engagement_id"], "occurred_at", row["occurred_at"])
    return tell(pattern, who=view.named(row["contact_id"]), day=day_of, what=view.piece(row))


def _activity_part(view: GroupView) -> Told:
    group, key = view.group, view.group_id
    people, times = group["people"] or 0, group["engagements"] or 0
    return tell(
        "{people} engaged {times}{about}, {span}",
        people=fact(f"{people:,}", "number", people, "group", key, "people")
        + (" person" if people == 1 else " people"),
        times=fact(f"{times:,}", "number", times, "group", key, "engagements") + (" time" if times == 1 else " times"),
        about=_about(view),
        span=span(*(date_of("group", key, name, group[name]) for name in ("formed_at", "last_active_at"))),
    )


def _latest_part(view: GroupView) -> Told:
    seen = [row for row in view.evidence if row["contact_id"] not in view.barred]
    return _touch(view, "the latest touch was by {who} on {day}: {what}", seen[-1]) if seen else Told()


def flag_line(view: GroupView) -> Told:
    """Say whether a flag stands, since when, under which rule, and how often luck alone would raise it."""
    window = view.settings["window"]
    rule = tell(
        "{personas} personas within {days} days",
        personas=fact(number(window["personas"]), "number", window["personas"], "setting", "window.personas", "value"),
        days=fact(f"{window['days']:g}", "number", window["days"], "setting", "window.days", "value"),
    )
    if not view.flags:
        scope = fact(window["scope"], "word", window["scope"], "setting", "window.scope", "value")
        return tell("No flag was raised ({rule}, by {scope})", rule=rule, scope=scope)
    flag = view.flags[0]
    key = flag["flag_id"]
    told = tell(
        "{certain} raised {day} ({rule}), window {span}",
        certain=Told("Flag" if flag["certainty"] == "certain" else "Possible flag"),
        day=date_of("flag", key, "raised_at", flag["raised_at"]),
        rule=rule,
        span=span(*(date_of("flag", key, name, flag[name]) for name in ("window_start", "window_end"))),
    )
    if flag["certainty"] != "certain":
        told += "; some of its engagements are known to the day only"
    if flag["expected_by_chance"] is not None:
        luck = odds_of("flag", key, "expected_by_chance", flag["expected_by_chance"])
        told += tell("; by luck alone in {luck} of cases", luck=luck)
    if flag["weak"]:
        told += Told("; weak: ") + fact(plain(flag["weak"]), "word", flag["weak"], "flag", key, "weak")
    if len(view.flags) > 1:
        told += Told("; ") + how_many("flag", [row["flag_id"] for row in view.flags[1:]], "earlier flag")
    return told


def status_line(view: GroupView) -> Told:
    """Say the status, since when, and its cause."""
    found = [
        row for row in rows(view.findings.statuses, "group_id", view.group_id) if row["status"] == view.group["status"]
    ]
    latest = max(found, key=lambda row: row["since"], default=None)
    if latest is None:
        return word_of("group", view.group_id, "status", view.group["status"])
    key = member_id(view.group_id, f"{latest['status']}|{cell(latest['since'])}")
    return tell(
        "{status} since {day}: {cause}",
        status=word_of("status", key, "status", latest["status"]),
        day=date_of("status", key, "since", latest["since"]),
        cause=fact(cause_of(latest), "name", latest["cause"], "status", key, "cause"),
    )


def cause_of(status: Row) -> str:
    """Return why a status began, its moment written as elsewhere, and not at all where it is the day of the status."""
    cause = _STAMP.sub(lambda found: f" on {day(found[1])}", plain(status["cause"]))
    return cause.removesuffix(f" on {day(status['since'])}")


def _about(view: GroupView) -> Told:
    need = word_of("group", view.group_id, "need", view.group["need"])
    return Told(" on ") + need if need else need
