"""A made market of a few accounts, laid out and fitted once for the tests of the episode mixture."""

from __future__ import annotations

from functools import cache

from analysis.small_markets import SETTINGS

from committee.analysis.episodes.context import MarketContext, Passing, context_of, mass_events
from committee.analysis.episodes.fit import Fit, fit
from committee.analysis.episodes.ground import Floats, Ground, ground_of
from committee.analysis.episodes.tables import first_tables
from committee.analysis.episodes.words import words_of
from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case, made_case
from committee.benchmark.generator import world

RULES = SETTINGS.episodes


@cache
def made(name: str = "plain", accounts: int = 8, seed: int = 3) -> tuple[Case, Touches]:
    case = made_case(world(name).with_accounts(accounts), seed, SETTINGS)
    return case, case.touches()


def laid_out(case: Case, seen: Touches) -> tuple[Ground, MarketContext, Floats, Passing]:
    context = context_of(seen, RULES.mass)
    words = words_of(case.market, case.tags, seen.topics)
    ground = ground_of(case.market, seen, case.tags, words, RULES, SETTINGS.window, context.first)
    return ground, context, mass_events(ground, seen, context), Passing.of(ground, seen, context, RULES.forward.days)


@cache
def fitted() -> tuple[Ground, Fit]:
    ground, _, event, passing = laid_out(*made())
    return ground, fit(ground, event, passing, first_tables(ground, RULES), RULES, learn=True)
