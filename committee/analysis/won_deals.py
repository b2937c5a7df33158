"""The usual committee as won deals tell it: which personas were there, how many of each, in which order, how long before.

Longer than most modules: which deals count, who stands for each and what they add up to are one argument, read together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import binom, rankdata

from committee.analysis.codes import Flags, Ints, codes_in, distinct, plain, true_cells
from committee.analysis.days import day_interval
from committee.analysis.feedback import wilson_interval
from committee.analysis.touches import Touches
from committee.market import Market
from committee.settings import LearnSettings

__all__ = ["EVERY", "Deal", "Entry", "Segment", "bands", "median_interval", "segments_of", "won_deals"]

EVERY = "all"
_DAY = 86_400_000
_AN_EXACT_DAY = len("2026-06-30")


@dataclass(frozen=True)
class Deal:
    """One deal that its source calls won.

    Attributes
    ----------
    opportunity_id : str
    account_id, closed_on : str or None
    taken_from : str
        Where its people are from: ``roles`` (named on the deal), ``program`` (engaged with its program before the close),
        ``account`` (engaged in the account, for no known program or, when the deal names none, for any); empty when the
        deal is left out.
    left_out : str
        Why it teaches nothing: deleted, won_and_lost, no_closing_day, closed_in_future, nobody_before_close,
        no_known_persona; empty when it does.
    people : mapping of persona to int
        People of each known persona.
    lags : mapping of persona to int
        Calendar days (UTC) from the first engagement of the persona to the closing day, where both are known.
    industry : str or None
    employees : int or None
    """

    opportunity_id: str
    account_id: str | None
    closed_on: str | None
    taken_from: str
    left_out: str
    people: Mapping[str, int]
    lags: Mapping[str, int]
    industry: str | None
    employees: int | None


@dataclass(frozen=True)
class Entry:
    """One persona at the won deals of a segment.

    Attributes
    ----------
    persona : str
    deals : int
        Deals where somebody of the persona was there.
    share, low, high : float
        Of the deals of the segment, and the Wilson interval.
    seats : int
        The most people of the persona that at least the usual share of the deals had.
    place : float or None
        Mean place in the order of entry of a deal, 1 = first; personas of one day share theirs.
    dated : int
        Deals in which the lag is known.
    lag, lag_low, lag_high : float or None
        Median of days before the close, and its interval; no interval where so few deals allow none.
    """

    persona: str
    deals: int
    share: float
    low: float
    high: float
    seats: int
    place: float | None
    dated: int
    lag: float | None
    lag_low: float | None
    lag_high: float | None


@dataclass(frozen=True)
class Segment:
    """The won deals of one segment, and what they tell; no entries where they are too few.

    Attributes
    ----------
    by, name : str
        What divides (all, industry, employees) and the value.
    deals, accounts : int
        Deals of one account are no independent draws: where accounts are far fewer, the intervals are too narrow.
    entries : tuple of Entry
        In the order of entry.
    """

    by: str
    name: str
    deals: int
    accounts: int
    entries: tuple[Entry, ...]

    @property
    def enough(self) -> bool:
        """Whether the deals are enough to tell anything."""
        return bool(self.entries)

    def seats(self, personas: Iterable[str] = ()) -> dict[str, int]:
        """Return the seats by persona, those of ``personas`` that no deal had with none."""
        found = {entry.persona: entry.seats for entry in self.entries}
        return {name: found.get(name, 0) for name in sorted({*personas, *found})}


def won_deals(market: Market, seen: Touches, settings: LearnSettings) -> list[Deal]:
    """Find the won deals of a market, with who was there before the close.

    Whoever is named on a deal was there. Where nobody is, those were who engaged with its program in so many days before
    the close, the closing day included; where nobody did, those who engaged in the account for no known program.

    Parameters
    ----------
    market : Market
        Every company and person is one record in it.
    seen : Touches
        What people did until the moment of the question; a deal closed later is left out.
    settings : LearnSettings

    Returns
    -------
    list of Deal
        By id; those that teach nothing among them, with the reason.
    """
    named = _named_on(market, seen)
    accounts = {
        row["account_id"]: row for row in market.accounts.select(["account_id", "industry", "employees"]).to_pylist()
    }
    program_code = {name: place for place, name in enumerate(seen.program_ids.to_pylist())}
    account_code = {name: place for place, name in enumerate(seen.account_ids.to_pylist())}
    found = []
    for row in _called_won(market):
        facts = accounts.get(row["account_id"], {})
        reason, taken_from = _reason_against(row, seen.as_of, settings), ""
        people: dict[str, int] = {}
        lags: dict[str, int] = {}
        if not reason:
            place = account_code.get(row["account_id"], -1)
            touched = _Touched.before(seen, place, row["closed_on"], settings.days_before)
            about = program_code.get(row["program_id"], -1) if row["program_id"] else None
            taken_from, who = _who(touched, about, named.get(row["opportunity_id"], []))
            counted = Counter(seen.personas[code] for code in seen.contact_persona[who] if code >= 0)
            people = {persona: counted[persona] for persona in sorted(counted)}
            reason = "" if people else "no_known_persona" if len(who) else "nobody_before_close"
            if people and len(row["closed_on"]) == _AN_EXACT_DAY:
                lags = touched.lags(who, about, seen)
        taken_from = "" if reason else taken_from
        key, account, closed = row["opportunity_id"], row["account_id"], row["closed_on"]
        industry, employees = facts.get("industry"), facts.get("employees")
        found.append(Deal(key, account, closed, taken_from, reason, people, lags, industry, employees))
    return found


def _called_won(market: Market) -> list[dict[str, Any]]:
    names = ["opportunity_id", "account_id", "program_id", "stage", "is_won", "closed_on", "loss_reason", "deleted"]
    table = market.opportunities.select(names)
    rows: list[dict[str, Any]] = table.filter(pa.array(true_cells(table, "is_won"))).to_pylist()
    return rows


def _reason_against(row: Mapping[str, Any], as_of: int, settings: LearnSettings) -> str:
    if row["deleted"]:
        return "deleted"
    stage = (row["stage"] or "").casefold()
    if (row["loss_reason"] or "").strip() or any(word.casefold() in stage for word in settings.lost_words):
        return "won_and_lost"
    if not row["closed_on"]:
        return "no_closing_day"
    return "closed_in_future" if day_interval(row["closed_on"])[0] > as_of else ""


def _named_on(market: Market, seen: Touches) -> dict[str, list[int]]:
    """Contact codes of those named on each deal; names of nobody are passed by."""
    table = market.opportunity_roles
    table = table.filter(pa.array(~true_cells(table, "deleted")))
    found: dict[str, set[int]] = defaultdict(set)
    who = codes_in(table.column("contact_id"), seen.contact_ids).tolist()
    for deal, code in zip(plain(table.column("opportunity_id")).to_pylist(), who, strict=True):
        if code >= 0:
            found[deal].add(code)
    return {deal: sorted(codes) for deal, codes in found.items()}


@dataclass(frozen=True)
class _Touched:
    """What the people of one account did in the days before a close: contact, program and day of each touch."""

    contact: Ints
    program: Ints
    day: Ints
    closed: int

    @classmethod
    def before(cls, seen: Touches, account: int, closed_on: str, days: float) -> _Touched:
        low, high = np.searchsorted(seen.account, [account, account + 1]) if account >= 0 else (0, 0)
        begin, end = day_interval(closed_on)
        first = seen.first[low:high]
        inside = (first >= begin - days * _DAY) & (first <= end) & (seen.contact[low:high] >= 0)
        rows = np.flatnonzero(inside) + low
        return cls(seen.contact[rows], seen.program[rows], seen.first[rows] // _DAY, end // _DAY)

    def of(self, about: int | None) -> Flags:
        """Which touches may belong to a deal about this program: for it or for none known; all, when it names none."""
        return np.full(len(self.program), True) if about is None else (self.program < 0) | (self.program == about)

    def lags(self, who: Sequence[int] | Ints, about: int | None, seen: Touches) -> dict[str, int]:
        """Days before the close at which the first of each persona came."""
        rows = self.of(about) & np.isin(self.contact, who)
        persona = seen.contact_persona[self.contact[rows]]
        first = self.day[rows]
        return {
            seen.personas[code]: int(self.closed - first[persona == code].min())
            for code in distinct(persona).tolist()
            if code >= 0
        }


def _who(touched: _Touched, about: int | None, named: list[int]) -> tuple[str, Ints]:
    """Where the people of a deal are from, and who they are."""
    if named:
        return "roles", np.array(named, np.int64)
    if about is not None and about >= 0:
        engaged = distinct(touched.contact[touched.program == about])
        if len(engaged):
            return "program", engaged
    return "account", distinct(touched.contact[touched.of(about)])


def segments_of(deals: Iterable[Deal], settings: LearnSettings) -> list[Segment]:
    """Tell what won deals have in common: all of them, and each segment that accounts are told apart by.

    Returns
    -------
    list of Segment
        All first, then industries by name, then sizes from the smallest. What no deal's account states divides nothing.
    """
    rows = [deal for deal in deals if not deal.left_out]
    divided = [(EVERY, EVERY, rows)]
    industries = sorted({deal.industry for deal in rows if deal.industry})
    divided += [("industry", name, [deal for deal in rows if deal.industry == name]) for name in industries]
    for name, low, high in bands(settings.employees):
        inside = [deal for deal in rows if deal.employees is not None and low <= deal.employees < high]
        divided += [("employees", name, inside)] if inside else []
    return [_segment(by, name, of, settings) for by, name, of in divided]


def bands(edges: Sequence[int]) -> Iterator[tuple[str, float, float]]:
    """Return name, first size and end of each stretch between sizes of accounts.

    >>> list(bands([50, 250]))
    [('under 50', 0, 50), ('50 to 249', 50, 250), ('250 or more', 250, inf)]
    """
    ends = [0, *edges, float("inf")]
    for low, high in pairwise(ends):
        name = f"under {high}" if not low else f"{low} or more" if high == ends[-1] else f"{low} to {int(high) - 1}"
        yield name, low, high


def _segment(by: str, name: str, deals: Sequence[Deal], settings: LearnSettings) -> Segment:
    places: dict[str, list[float]] = defaultdict(list)
    for deal in deals:
        order = rankdata([-lag for lag in deal.lags.values()])
        for persona, place in zip(deal.lags, order, strict=True):
            places[persona].append(float(place))
    entries = []
    if len(deals) >= settings.least:
        personas = sorted({persona for deal in deals for persona in deal.people})
        entries = [_entry(persona, deals, places[persona], settings) for persona in personas]
        entries.sort(key=lambda one: (one.place is None, one.place or 0.0, -one.share, one.persona))
    return Segment(by, name, len(deals), len({deal.account_id for deal in deals}), tuple(entries))


def _entry(persona: str, deals: Sequence[Deal], places: Sequence[float], settings: LearnSettings) -> Entry:
    n, counts = len(deals), [deal.people.get(persona, 0) for deal in deals]
    there = sum(count > 0 for count in counts)
    low, high = wilson_interval(there, n, settings.confidence)
    usual = [k for k in range(1, max(counts) + 1) if sum(count >= k for count in counts) >= settings.usual_share * n]
    lags = sorted(deal.lags[persona] for deal in deals if persona in deal.lags)
    ends = median_interval(lags, settings.confidence)
    place = sum(places) / len(places) if places else None
    lag = float(median(lags)) if lags else None
    return Entry(persona, there, there / n, low, high, max(usual, default=0), place, len(lags), lag, *ends)


def median_interval(ordered: Sequence[int], confidence: float) -> tuple[float | None, float | None]:
    """Return the interval of a median by order statistics: it assumes no distribution.

    Its ends are values that were seen; (None, None) where there are too few for the confidence.

    >>> median_interval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)
    (2.0, 9.0)
    >>> median_interval([1, 2, 3], 0.95)
    (None, None)
    """
    n = len(ordered)
    rank = int(binom.ppf((1 - confidence) / 2, n, 0.5)) if n else 0
    return (float(ordered[rank - 1]), float(ordered[n - rank])) if rank > 0 else (None, None)
