"""Calibrate, then score: the two halves of the episode mixture, and both at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Ints, named
from committee.analysis.episodes.calibration import Calibration
from committee.analysis.episodes.context import MarketContext, Passing, context_of, mass_events
from committee.analysis.episodes.fit import fit
from committee.analysis.episodes.ground import ground_of
from committee.analysis.episodes.output import tables_of
from committee.analysis.episodes.reported import strong_rate
from committee.analysis.episodes.scored import scored
from committee.analysis.episodes.tables import first_tables
from committee.analysis.episodes.words import words_of
from committee.analysis.touches import Touches
from committee.market import Market
from committee.records import Record
from committee.records.computed import Early, Evidence, Group, Membership, Unassigned
from committee.records.tables import sorted_by_key
from committee.settings import Settings

__all__ = ["calibrate", "degraded", "find_groups", "part_of", "score"]

_READINGS_AT_ONCE = 400_000
_RECORDS: dict[str, type[Record]] = {
    "groups": Group,
    "memberships": Membership,
    "evidence": Evidence,
    "early": Early,
    "unassigned": Unassigned,
}


def calibrate(
    market: Market, touches: Touches, tags: pa.Table, settings: Settings, context: MarketContext | None = None
) -> Calibration:
    """Learn the numbers from a market, or from an even sample of its accounts when there are many.

    Parameters
    ----------
    market : Market
    touches : Touches
        What people did until some moment; nothing later is looked at.
    tags : pyarrow Table
        Findings table: what each piece of content is about.
    settings : Settings
    context : MarketContext, optional
        Built from the touches when not given.

    Returns
    -------
    Calibration
        A market of fewer accounts than ``episodes.learning.least_accounts`` teaches as well; the numbers of the
        settings weigh the more the less there is to learn from.
    """
    rules = settings.episodes
    context = context_of(touches, rules.mass) if context is None else context
    words = words_of(market, tags, touches.topics)
    with_touches = np.unique(touches.account)
    step = max(1, -(-len(with_touches) // rules.learning.sample_accounts))
    sample = with_touches[::step]
    part = part_of(touches, sample)
    ground = ground_of(market, part, tags, words, rules, settings.window, context.first)
    event = mass_events(ground, part, context)
    passing = Passing.of(ground, part, context, rules.forward.days)
    learned = fit(ground, event, passing, first_tables(ground, rules), rules, learn=True)
    strong = strong_rate(ground, learned, rules)
    return Calibration.of(ground, learned.tables, part.content_ids, len(sample), strong)


def score(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    families: Mapping[str, str],
    calibration: Calibration,
    context: MarketContext,
    accounts: Ints | None = None,
) -> dict[str, pa.Table]:
    """Find the groups of accounts, each on its own.

    Parameters
    ----------
    market, touches, tags, settings
        As in `calibrate`.
    families : mapping
        Function family of each persona.
    calibration : Calibration
    context : MarketContext
    accounts : int array, optional
        Codes of the accounts to score; all of them by default.

    Returns
    -------
    dict
        Findings tables groups, memberships, evidence, early, unassigned, each sorted by key. Given calibration and
        context, what is found in one account depends on that account alone.
    """
    wanted = np.arange(len(touches.account_ids)) if accounts is None else np.unique(accounts)
    found = [_scored(market, part_of(touches, chunk), tags, settings, families, calibration, context) for chunk in _chunks(touches, wanted)]  # fmt: skip
    return {
        name: sorted_by_key(record, pa.concat_tables([one[name] for one in found]).unify_dictionaries())
        for name, record in _RECORDS.items()
    }


def find_groups(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    families: Mapping[str, str],
    calibration: Calibration | None = None,
    context: MarketContext | None = None,
) -> tuple[dict[str, pa.Table], Calibration, MarketContext]:
    """Find the groups of a market; what is not given is learned from it.

    Returns
    -------
    tables : dict
        As from `score`.
    calibration, context
        Those that were used.
    """
    context = context_of(touches, settings.episodes.mass) if context is None else context
    calibration = calibrate(market, touches, tags, settings, context) if calibration is None else calibration
    return score(market, touches, tags, settings, families, calibration, context), calibration, context


def degraded(touches: Touches, market: Market) -> tuple[str, ...]:
    """Name the evidence that is not there, for the run report."""
    steps = {
        "no touches": not len(touches),
        "no topics: one need for everything, groups by time and program alone": not len(touches.topics),
        "no programs: every group has an empty program": not (touches.program_account >= 0).any(),
        "no stages": not len(touches.stages),
        "no campaigns": not len(touches.campaign_ids),
        "no stated programs of people": not market.contacts.column("program_id").drop_null().length()
        if isinstance(market.contacts.column("program_id"), pa.Array)
        else market.contacts.column("program_id").null_count == market.contacts.num_rows,
        "one account: mailings cannot be told from interest": len(np.unique(touches.account)) <= 1,
    }
    return tuple(name for name, missing in steps.items() if missing)


def part_of(touches: Touches, accounts: Ints) -> Touches:
    """Return the touches of some accounts, with account codes of their own."""
    code = np.full(len(touches.account_ids) + 1, -1, np.int64)
    code[accounts] = np.arange(len(accounts))
    rows = np.flatnonzero(code[touches.account] >= 0)
    columns = (
        "engagement", "contact", "content", "campaign", "program", "program_rule", "first", "last", "kind", "channel",
        "persona", "stage", "relevant",
    )  # fmt: skip
    return replace(
        touches,
        account_ids=named(touches.account_ids, accounts),
        account=code[touches.account[rows]],
        program_account=code[touches.program_account],
        **{name: getattr(touches, name)[rows] for name in columns},
    )


def _chunks(touches: Touches, accounts: Ints) -> list[Ints]:
    """Accounts in parts of about as many readings, so that the memory stays bounded."""
    size = np.bincount(touches.account, minlength=len(touches.account_ids))[accounts]
    part = np.cumsum(size) // _READINGS_AT_ONCE
    return np.split(accounts, np.flatnonzero(np.diff(part)) + 1)


def _scored(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    families: Mapping[str, str],
    calibration: Calibration,
    context: MarketContext,
) -> dict[str, pa.Table]:
    one = scored(market, touches, tags, settings, calibration, context)
    return tables_of(
        one.ground, touches, one.fit, one.verdict, one.event, one.passed, settings.episodes, settings.gap, families
    )
