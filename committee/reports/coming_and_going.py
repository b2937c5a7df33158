"""A group over the months as rows: coverage, who came, who went dark and is so still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from committee.analysis.coming_and_going import Month, months_of
from committee.analysis.touches import epoch_ms
from committee.findings import Findings
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.listing import as_of
from committee.reports.lookup import Row, by_id, rows
from committee.reports.words import count, day, persona, plain
from committee.settings import word_list

__all__ = ["month_rows"]


def month_rows(market: Market, findings: Findings, group_id: str) -> Rows:
    """List the months of a group from its first touch; the notes say who is dark now, and since when."""
    evidence = rows(findings.evidence, "group_id", group_id)
    moments = by_id(market.engagements, "engagement_id", {row["engagement_id"] for row in evidence})
    touches = [
        (epoch_ms(moments[row["engagement_id"]]["occurred_at"]), row["contact_id"])
        for row in evidence
        if row["engagement_id"] in moments
    ]
    members = rows(findings.memberships, "group_id", group_id)
    personas = {row["contact_id"]: row["persona"] or "unknown" for row in members}
    seats = {row["persona"]: row["needed"] for row in rows(findings.coverage, "group_id", group_id) if row["needed"]}
    settings = findings.run.settings if findings.run else {}
    days = settings.get("status", word_list("detection")["status"])["stalled_days"]
    now = as_of(findings)
    found = months_of(touches, personas, seats, as_of=epoch_ms(now), dark_days=days)
    people = by_id(market.contacts, "contact_id", personas.keys() | {contact for _, contact in touches})
    listing = [_row(month, sum(seats.values()), people, personas) for month in found]
    columns = (
        "month touches people personas joined went_dark came_back seats_taken seats_awake seats joined_ids "
        "went_dark_ids came_back_ids"
    )
    last = {contact: at for at, contact in sorted(touches)}
    dark = sorted(found[-1].dark if found else (), key=lambda who: (-last[who], who))
    asleep = [f"{_name(people, who)} ({persona(personas.get(who))}), last seen {_day(last[who])}" for who in dark]
    return Rows.of(columns, listing, _notes(asleep, days), needed=7)


def _row(month: Month, seats: int, people: Mapping[str, Row], personas: Mapping[str, str]) -> Row:
    return {
        "month": month.month,
        "touches": month.touches,
        "people": len(month.active),
        "personas": sorted({personas.get(who, "unknown") for who in month.active} - {"unknown"}),
        "joined": [_name(people, who) for who in month.joined],
        "went_dark": [_name(people, who) for who in month.went_dark],
        "came_back": [_name(people, who) for who in month.came_back],
        "seats_taken": month.taken,
        "seats_awake": month.awake,
        "seats": seats,
        "joined_ids": list(month.joined),
        "went_dark_ids": list(month.went_dark),
        "came_back_ids": list(month.came_back),
    }


def _day(moment: int) -> str:
    return day(datetime.fromtimestamp(moment / 1000, UTC))


def _notes(asleep: Sequence[str], days: float) -> list[str]:
    are = f"{count(len(asleep), 'member is', 'members are')} dark now: {'; '.join(asleep)}"
    return [
        are if asleep else "Nobody of the group is dark now",
        f"Dark: nothing for {days:g} days. Seats of the usual committee: taken by anybody so far; awake: by somebody who is not dark",
    ]


def _name(people: Mapping[str, Row], who: str) -> str:
    contact = people.get(who, {})
    barred = " (do not contact)" if contact.get("suppressed") or contact.get("deleted") else ""
    return (plain(contact.get("name")) or who) + barred
