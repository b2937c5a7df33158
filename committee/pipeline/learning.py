"""The committee of won deals, from a market as it is read."""

from __future__ import annotations

from datetime import datetime

from committee.analysis.touches import touches
from committee.analysis.won_deals import Deal, won_deals
from committee.decisions import Decisions
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.identifying import one_market
from committee.pipeline.words import personas_of, tags_of
from committee.settings import Settings

__all__ = ["deals_won"]


def deals_won(
    market: Market,
    as_of: datetime,
    settings: Settings,
    known: datetime | None = None,
    decisions: Decisions | None = None,
) -> list[Deal]:
    """Find the won deals as of a moment, with who was there before the close; see `won_deals`.

    Parameters
    ----------
    market : Market
    as_of : datetime
        What happened after it, and what was closed after it, does not count.
    settings : Settings
    known : datetime, optional
        What was loaded, changed or decided after it is not known.
    decisions : Decisions, optional
        What people said of who is who.
    """
    with settings.in_force():
        market = one_market(market, decisions, known)
        personas, tags = personas_of(market["contacts"]), tags_of(market["content"])
    actors = resolved(market["engagements"], market)
    seen = touches(market, actors, personas, tags, window=settings.window, cleaning=settings.cleaning, as_of=as_of)
    return won_deals(market, seen, settings.learn)
