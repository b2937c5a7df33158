"""Public events near a group: those that speak for buying, those against it, those of the account as a whole."""

from __future__ import annotations

from datetime import timedelta

from committee.reports.handoff.document import Told, tell
from committee.reports.handoff.facts import date_of, fact, name_of, quoted, word_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows, standing
from committee.reports.words import plain, source
from committee.settings import word_list

__all__ = ["account_events", "cautions", "event_told", "named_event", "other_events", "recent_events"]


def _speaking_for(view: GroupView) -> list[Row]:
    words = word_list("reports")["why_now"]
    elsewhere = {*words["cautions"], *words["account_level"]}
    return [event for event in recent_events(view) if event["kind"] not in elsewhere]


def named_event(view: GroupView) -> Row | None:
    """Return the public event that why now names."""
    return next(iter(_speaking_for(view)), None)


def other_events(view: GroupView) -> tuple[Told, ...]:
    """Return the recent public events that speak for the purchase beside the one that why now names."""
    return tuple(event_told(event) for event in _speaking_for(view)[1 : view.limits["events"] + 1])


def cautions(view: GroupView) -> tuple[Told, ...]:
    """Return the recent public events that speak against the purchase, those of the program first, then the latest."""
    return _of_kinds(view, word_list("reports")["why_now"]["cautions"])


def account_events(view: GroupView) -> tuple[Told, ...]:
    """Return the recent events that tell of the account as a whole, and of no group in it."""
    return _of_kinds(view, word_list("reports")["why_now"]["account_level"])


def _of_kinds(view: GroupView, kinds: list[str]) -> tuple[Told, ...]:
    found = [event for event in recent_events(view) if event["kind"] in kinds]
    return tuple(event_told(event) for event in found[: view.limits["events"]])


def recent_events(view: GroupView) -> list[Row]:
    """Return the events of the program, then of the account as a whole, the latest first; those of other programs say nothing here."""
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


def event_told(event: Row) -> Told:
    """Return a public event with its date and who reported it."""
    key = event["signal_id"]
    title = quoted(name_of("signal", key, event, "title")) if plain(event["title"]) else Told()
    return tell(
        "{kind}{title}, {day} ({source})",
        kind=word_of("signal", key, "kind", event["kind"]),
        title=Told(": ") + title if title else Told(),
        day=date_of("signal", key, "occurred_on", event["occurred_on"]),
        source=fact(source(event["source"]), "name", event["source"], "signal", key, "source"),
    )
