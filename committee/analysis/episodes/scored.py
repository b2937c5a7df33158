"""Some accounts scored with frozen numbers: everything that the findings are written, and explained, from."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from committee.analysis.episodes.calibration import Calibration
from committee.analysis.episodes.context import MarketContext, Passing, mass_events
from committee.analysis.episodes.fit import Fit, fit
from committee.analysis.episodes.ground import Floats, Ground, ground_of
from committee.analysis.episodes.reported import Reported, judged, least_strength
from committee.analysis.touches import Touches
from committee.market import Market
from committee.settings import Settings

__all__ = ["Scored", "scored"]


@dataclass(frozen=True)
class Scored:
    """The fit of some accounts with what it was made from, and what of it is reported.

    Attributes
    ----------
    touches : Touches
        Those of the accounts.
    ground : Ground
    fit : Fit
    verdict : Reported
    event, passed : float arrays
        Of every reading: log-odds taken away for mass events, and for pieces passed on.
    """

    touches: Touches
    ground: Ground
    fit: Fit
    verdict: Reported
    event: Floats
    passed: Floats


def scored(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    calibration: Calibration,
    context: MarketContext,
) -> Scored:
    """Fit the accounts of these touches; given calibration and context, each account depends on itself alone."""
    rules = settings.episodes
    ground = ground_of(market, touches, tags, calibration.words, rules, settings.window, context.first, context.until)
    event = mass_events(ground, touches, context)
    passing = Passing.of(ground, touches, context, rules.forward.days)
    tables = calibration.tables(ground, touches.content_ids, rules)
    found = fit(ground, event, passing, tables, rules, learn=False)
    verdict = judged(ground, found, rules, least_strength(calibration.strong_rate, rules.groups))
    return Scored(touches, ground, found, verdict, event, passing.odds(rules.forward.chance))
