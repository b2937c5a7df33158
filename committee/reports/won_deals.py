"""The committee of won deals for people: by segment with its intervals, deal by deal, and as settings to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from committee.analysis.templates import DEFAULT
from committee.analysis.won_deals import EVERY, Deal, Segment
from committee.reports.answer import Rows
from committee.reports.words import count, listed, percent, plain, term
from committee.settings import LearnSettings

__all__ = ["MARK", "deal_rows", "learned_rows", "seats_note", "seats_section", "template_notes"]

MARK = "# Learned by committee learn"  # the first words of a file that it may write anew
_FROM = {
    "roles": "by who is named on the deal",
    "program": "by who engaged with its program before the close",
    "account": "by who engaged in the account, as no program told more",
}


def learned_rows(
    segments: Sequence[Segment], deals: Sequence[Deal], settings: LearnSettings, shown: Sequence[Segment] | None = None
) -> Rows:
    """List each persona of each segment in the order of entry; one row says so where the deals are not enough.

    Parameters
    ----------
    segments : sequence of Segment
        All deals first.
    deals : sequence of Deal
    settings : LearnSettings
    shown : sequence of Segment, optional
        Only these of them.
    """
    fallback = "the template of all won deals" if segments[0].enough else "the default template"
    listing = [row for one in (segments if shown is None else shown) for row in _rows(one, settings, fallback)]
    columns = "by segment persona deals of share low high seats place lag_days lag_low lag_high told"
    return Rows.of(columns, listing, _notes(segments[0], deals, settings), needed=4)


def _rows(segment: Segment, settings: LearnSettings, fallback: str) -> list[dict[str, Any]]:
    where = {"by": segment.by, "segment": segment.name, "of": segment.deals}
    if not segment.enough:
        return [{**where, "told": f"not enough: {segment.deals} of {settings.least} deals, {fallback} is used"}]
    return [
        {
            **where,
            "persona": one.persona,
            "deals": one.deals,
            "share": one.share,
            "low": one.low,
            "high": one.high,
            "seats": one.seats,
            "place": one.place,
            "lag_days": one.lag,
            "lag_low": one.lag_low,
            "lag_high": one.lag_high,
            "told": f"at {percent(one.share)} of the deals, {percent(one.low)} to {percent(one.high)}; "
            + (f"days known at {one.dated}" if one.dated else "no day is known"),
        }
        for one in segment.entries
    ]


def _notes(every: Segment, deals: Sequence[Deal], settings: LearnSettings) -> list[str]:
    if not deals:
        return ["No deal is called won: the default template is used"]
    taken = Counter(deal.taken_from for deal in deals if not deal.left_out)
    aside = Counter(deal.left_out for deal in deals if deal.left_out)
    notes = [f"{count(every.deals, 'won deal')} of {count(every.accounts, 'account')} told something"]
    notes[0] += "".join(f"; {taken[name]} {words}" for name, words in _FROM.items() if taken[name])
    if aside:
        notes.append(f"Left out: {_counted(aside)}; --deals lists them")
    if not every.enough:
        return [*notes, f"Not enough: {every.deals} of {settings.least} deals, the default template is used"]
    if every.accounts < every.deals:
        notes.append("Deals of one account are alike: the intervals are too narrow by as much")
    if settings.used:
        own = "won deals of their own segment where they are enough, else by those of all"
        whose = own if settings.segments else "all won deals"
        used = f"committee detect measures groups by the seats of {whose}; --set learn.used=false keeps those set"
    else:
        used = "committee detect measures groups by the seats of the settings: learn.used is false"
    return [
        *notes,
        f"Seats: what at least {percent(settings.usual_share)} of the deals had. Place: mean order of entry. Lag: "
        "median of days from the first engagement to the closing day",
        f"Intervals, {percent(settings.confidence)}: Wilson for shares, order statistics for lags. Engagement earlier than "
        f"{settings.days_before:g} days before the close is not looked at",
        used,
    ]


def _counted(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{amount} {term(name)}" for name, amount in sorted(reasons.items()))


def deal_rows(deals: Iterable[Deal]) -> Rows:
    """List the deals that are called won: what each told, or why nothing."""
    listing = [
        {
            "opportunity_id": deal.opportunity_id,
            "account_id": deal.account_id,
            "closed_on": deal.closed_on,
            "taken_from": deal.taken_from or None,
            "people": [f"{persona}:{amount}" for persona, amount in deal.people.items()],
            "days_before": [f"{persona}:{days}" for persona, days in deal.lags.items()],
            "left_out": deal.left_out or None,
        }
        for deal in deals
    ]
    columns = "opportunity_id account_id closed_on taken_from people days_before left_out"
    return Rows.of(columns, listing, [] if listing else ["No deal is called won"])


def template_notes(rows: Mapping[str, Any]) -> list[str]:
    """Say which committee the groups of a run were measured by.

    Parameters
    ----------
    rows : mapping
        What the run counted.
    """
    said = rows.get("coverage")
    if not said:
        return []
    deals, least = count(said["deals"], "won deal"), said["least"]
    if said["seats_from"] == "won deals":
        learned = f"Seats of the usual committee: learned from {deals} (committee learn)"
        return [f"{learned}{_by_segment(said.get('templates', {}))}"]
    if said["deals"] >= least:
        return [f"Seats of the usual committee: the default template, as no persona is usual at {deals}"]
    return [f"Seats of the usual committee: the default template, as {deals} of {least} are not enough"]


def _by_segment(templates: Mapping[str, int]) -> str:
    told = [f"{count(amount, 'group')} by {_whose(name)}" for name, amount in templates.items()]
    return f"; {listed(told)}" if told else ""


def _whose(template: str) -> str:
    return {EVERY: "all won deals", DEFAULT: "the default template"}.get(template, f"won deals of {plain(template)}")


def seats_note(coverage: Sequence[Mapping[str, Any]]) -> str:
    """Say whose seats a group is measured by; empty where the run did not keep it.

    Parameters
    ----------
    coverage : sequence of rows of coverage
        Those of the group.
    """
    names = sorted({row["template"] for row in coverage if row.get("template")})
    return f"Seats of the usual committee: those of {listed(map(_whose, names))}" if names else ""


def seats_section(segment: Segment, as_of: str, personas: Iterable[str]) -> str:
    """Return what was learned as a settings file that keeps it, whatever deals come later."""
    seats = ", ".join(f"{name} = {amount}" for name, amount in segment.seats(personas).items())
    where = "all won deals" if segment.by == EVERY else f"won deals, {segment.by} {plain(segment.name)}"
    return (
        f"{MARK} from {where}: {segment.deals} deals of {count(segment.accounts, 'account')}, as of {as_of}\n"
        f"\n[coverage]\nseats = {{ {seats} }}\n\n[learn]\nused = false\n"
    )
