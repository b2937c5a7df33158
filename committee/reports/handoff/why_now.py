"""Why now: one sentence from dated evidence, the flag, and the public events that speak for or against it."""

from __future__ import annotations

import re
from datetime import timedelta

from committee.reports.handoff.facts import Line
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows, standing
from committee.reports.words import count, day, in_order, listed, percent, period, persona, plain, source, term
from committee.settings import word_list

__all__ = ["account_events", "cause_of", "cautions", "flag_line", "status_line", "why_now"]

_STAMP = re.compile(r" (?:at|on) (\d{4}-\d\d-\d\d)(?:T[\d:.]+Z)?")  # a moment in a cause, to be written as elsewhere


def why_now(view: GroupView) -> Line:
    """Say what happened lately that makes this group worth a call today."""
    parts = [_flag_part(view), _deciding_part(view)] if view.flags else [_activity_part(view), _latest_part(view)]
    parts.append(_event_part(view))
    told = [part for part in parts if part.text]
    return Line(
        "; ".join(part.text for part in told) + ".", tuple(dict.fromkeys(key for part in told for key in part.proof))
    )


def _flag_part(view: GroupView) -> Line:
    flag = view.flags[0]
    personas = [persona(word) for word in in_order(flag["personas"] or [])]
    days = (flag["window_end"].date() - flag["window_start"].date()).days
    span = (
        f"within {count(days, 'day')}, {period(flag['window_start'], flag['window_end'])}"
        if days
        else f"on {day(flag['window_start'])}"
    )
    people = count(len(flag["contact_ids"] or []), "person", "people")
    # A flag may hold touches of other topics: then only its scope may be said.
    inside = set(flag["engagement_ids"] or []) <= {row["engagement_id"] for row in view.evidence}
    about = _about(view) if inside else " for this program" if flag["scope"] == "program" else " at this account"
    text = f"{people} of {count(len(personas), 'persona')} ({listed(personas)}) engaged{about} {span}"
    return Line(text, (f"flag:{flag['flag_id']}",))


def _deciding_part(view: GroupView) -> Line:
    """Who raised the flag, with what; the latest touch where that person must not be contacted."""
    flag = view.flags[0]
    inside = set(flag["engagement_ids"] or [])
    deciding = [
        row for row in view.evidence if row["engagement_id"] in inside and row["occurred_at"] == flag["raised_at"]
    ]
    if not deciding or deciding[-1]["contact_id"] in view.barred:
        return _latest_part(view)
    last = deciding[-1]
    text = f"{view.named(last['contact_id'])} made it a flag on {day(last['occurred_at'])}: {view.piece(last)}"
    return Line(text, (f"engagement:{last['engagement_id']}", f"contact:{last['contact_id']}"))


def _activity_part(view: GroupView) -> Line:
    group = view.group
    text = f"{count(group['people'], 'person', 'people')} engaged {_times(group['engagements'] or 0)}{_about(view)}, {period(group['formed_at'], group['last_active_at'])}"
    return Line(text, (f"group:{view.group_id}",))


def _latest_part(view: GroupView) -> Line:
    seen = [row for row in view.evidence if row["contact_id"] not in view.barred]
    if not seen:
        return Line("")
    last = seen[-1]
    text = f"the latest touch was by {view.named(last['contact_id'])} on {day(last['occurred_at'])}: {view.piece(last)}"
    return Line(text, (f"engagement:{last['engagement_id']}", f"contact:{last['contact_id']}"))


def _event_part(view: GroupView) -> Line:
    words = word_list("reports")["why_now"]
    elsewhere = {*words["cautions"], *words["account_level"]}
    events = [event for event in _recent_events(view) if event["kind"] not in elsewhere]
    return _event(events[0]) if events else Line("")


def cautions(view: GroupView) -> tuple[Line, ...]:
    """Return the recent public events that speak against the purchase, those of the program first, then the latest."""
    return _of_kinds(view, word_list("reports")["why_now"]["cautions"])


def account_events(view: GroupView) -> tuple[Line, ...]:
    """Return the recent events that tell of the account as a whole, and of no group in it."""
    return _of_kinds(view, word_list("reports")["why_now"]["account_level"])


def _of_kinds(view: GroupView, kinds: list[str]) -> tuple[Line, ...]:
    found = [event for event in _recent_events(view) if event["kind"] in kinds]
    return tuple(_event(event) for event in found[: view.limits["events"]])


def _recent_events(view: GroupView) -> list[Row]:
    """Events of the program, then of the account as a whole, the latest first; those of other programs say nothing here."""
    oldest = (view.as_of - timedelta(days=word_list("reports")["why_now"]["signal_days"])).date().isoformat()
    newest = view.as_of.date().isoformat()
    program_id = view.group["program_id"]
    found = standing(rows(view.market.signals, "account_id", view.group["account_id"]))
    found += standing(rows(view.market.signals, "program_id", program_id)) if program_id else []
    found = list({row["signal_id"]: row for row in found if row["program_id"] in (None, program_id)}.values())
    # A month alone is compared by its own length: it counts while any of its days may.
    near = [
        row
        for row in found
        if oldest[: len(row["occurred_on"])] <= row["occurred_on"] <= newest[: len(row["occurred_on"])]
    ]
    near.sort(key=lambda row: row["signal_id"])
    near.sort(key=lambda row: (row["program_id"] is not None, row["occurred_on"]), reverse=True)
    return near


def _event(event: Row) -> Line:
    what = plain(event["title"])
    told = f"{term(event['kind'])}: “{what}”" if what else term(event["kind"])
    return Line(f"{told}, {day(event['occurred_on'])} ({source(event['source'])})", (f"signal:{event['signal_id']}",))


def flag_line(view: GroupView) -> Line:
    """Say whether a flag stands, since when, under which rule, and how often luck alone would raise it."""
    window = view.settings["window"]
    rule = f"{window['personas']} personas within {window['days']:g} days"
    if not view.flags:
        return Line(f"No flag: {rule} has not happened in this group", (f"group:{view.group_id}",))
    flag = view.flags[0]
    text = f"{'Flag' if flag['certainty'] == 'certain' else 'Possible flag'} raised {day(flag['raised_at'])} ({rule}), window {period(flag['window_start'], flag['window_end'])}"
    if flag["certainty"] != "certain":
        text += "; some of its engagements are known to the day only"
    if flag["expected_by_chance"] is not None:
        text += f"; by luck alone in {percent(flag['expected_by_chance'])} of cases"
    if flag["weak"]:
        text += f"; weak: {plain(flag['weak'])}"
    if len(view.flags) > 1:
        text += f"; {count(len(view.flags) - 1, 'earlier flag')}"
    return Line(text, tuple(f"flag:{row['flag_id']}" for row in view.flags))


def status_line(view: GroupView) -> Line:
    """Say the status, since when, and its cause."""
    found = [
        row for row in rows(view.findings.statuses, "group_id", view.group_id) if row["status"] == view.group["status"]
    ]
    latest = max(found, key=lambda row: row["since"], default=None)
    if latest is None:
        return Line(f"{view.group['status']}", (f"group:{view.group_id}",))
    cause = cause_of(latest)
    named = {row["engagement_id"] for row in view.evidence} & set(cause.split())
    proof = (f"group:{view.group_id}", *(f"engagement:{key}" for key in sorted(named)))
    return Line(f"{view.group['status']} since {day(latest['since'])}: {cause}", proof)


def cause_of(status: Row) -> str:
    """Return why a status began, its moment written as elsewhere, and not at all where it is the day of the status."""
    cause = _STAMP.sub(lambda found: f" on {day(found[1])}", plain(status["cause"]))
    return cause.removesuffix(f" on {day(status['since'])}")


def _about(view: GroupView) -> str:
    need = view.group["need"]
    return f" on {term(need)}" if need else ""


def _times(amount: int) -> str:
    return "once" if amount == 1 else f"{amount:,} times"
