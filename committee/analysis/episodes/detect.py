"""Calibrate, then score: the two halves of the episode mixture, and both at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from committee.analysis.baselines import program_topic_gap
from committee.analysis.codes import Ints, codes_in, distinct, named, plain
from committee.analysis.days import iso_text
from committee.analysis.episodes.calibration import Calibration
from committee.analysis.episodes.context import MarketContext, Passing, context_of, mass_events
from committee.analysis.episodes.fit import fit
from committee.analysis.episodes.ground import DAY_MS, ground_of
from committee.analysis.episodes.marks import marks_of
from committee.analysis.episodes.output import tables_of
from committee.analysis.episodes.reported import strong_rate
from committee.analysis.episodes.scored import scored
from committee.analysis.episodes.slices import Cutter, Slice
from committee.analysis.episodes.tables import first_tables
from committee.analysis.episodes.words import Words, words_of
from committee.analysis.programs import ATTRIBUTES
from committee.analysis.touches import Touches
from committee.market import Market
from committee.records import Record
from committee.records.computed import Early, Evidence, Group, Membership, Unassigned
from committee.records.tables import sorted_by_key, typed_table
from committee.settings import EpisodeSettings, GapSettings, Settings

__all__ = [
    "Part",
    "calibrate",
    "degraded",
    "early_of",
    "find_groups",
    "joined",
    "need_shares_of",
    "part_of",
    "read_words",
    "score",
    "score_slice",
]

_READINGS_AT_ONCE = 400_000
_RECORDS: dict[str, type[Record]] = {
    "groups": Group,
    "memberships": Membership,
    "evidence": Evidence,
    "early": Early,
    "unassigned": Unassigned,
}


@dataclass(frozen=True)
class Part:
    """What was found in some accounts.

    Attributes
    ----------
    tables : dict of pyarrow Table
        Of the accounts that were scored.
    account_ids : list of str
        All accounts of the part, scored or left as they were.
    own, around : list of str
        Their marks: what is their own, and what the market adds.
    running : frozenset of str
        Accounts, of those scored, in which something looked at had not ended by the day of the report.
    scored : frozenset of str
    """

    tables: dict[str, pa.Table]
    account_ids: list[str]
    own: list[str]
    around: list[str]
    running: frozenset[str]
    scored: frozenset[str]


def read_words(market: Market, touches: Touches, tags: pa.Table) -> Words:
    """Gather the words of programs and of what was read: pieces that nobody has touched yet say nothing."""
    read = distinct(touches.content[touches.content >= 0])
    row = codes_in(named(touches.content_ids, read), plain(tags.column("content_id")))
    starts, size = touches.topic_start[read], np.diff(touches.topic_start)[read]
    before = np.cumsum(size) - size
    codes = touches.topic_code[np.arange(int(size.sum())) + np.repeat(starts - before, size)]
    topics = tuple(touches.topics[code] for code in distinct(codes).tolist())
    return words_of(market, tags.take(pa.array(row[row >= 0])), topics)


def need_shares_of(touches: Touches) -> dict[str, float]:
    """Return the share of each topic in what is read; a piece about several counts for each in part."""
    size = np.diff(touches.topic_start)
    read = np.bincount(touches.content[touches.content >= 0], minlength=len(size))
    weight = np.repeat(read / np.maximum(size, 1), size)
    count = np.bincount(touches.topic_code, weight, len(touches.topics)) + 1
    if not len(touches.topics):
        return {"": 1.0}
    return dict(zip(touches.topics, (count / count.sum()).tolist(), strict=True))


def calibrate(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    context: MarketContext | None = None,
    prior: Calibration | None = None,
    sample: int | None = None,
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
    prior : Calibration, optional
        What little data are shrunk to; the numbers of the settings by default, which do as well from four accounts on.
    sample : int, optional
        Accounts to learn from at most; ``episodes.learning.sample_accounts`` by default.

    Returns
    -------
    Calibration
        The prior weighs the more the less there is to learn from.
    """
    rules = settings.episodes
    context = context_of(touches, rules.mass) if context is None else context
    words = read_words(market, touches, tags)
    with_touches = distinct(touches.account)
    step = max(1, -(-len(with_touches) // (sample or rules.learning.sample_accounts)))
    one = Cutter(market, touches, tags, rules.most_programs).cut(with_touches[::step])
    ground = ground_of(one.market, one.touches, one.tags, words, rules, settings.window, context.first, context.until)
    event = mass_events(ground, one.touches, context)
    passing = Passing.of(ground, one.touches, context, rules.forward.days)
    if prior is None:
        first = first_tables(ground, rules)
    else:
        first = prior.for_words(words, need_shares_of(one.touches)).tables(ground, one.touches.content_ids, rules)
    learned = fit(ground, event, passing, first, rules, learn=True)
    strong = strong_rate(ground, learned, rules)
    return Calibration.of(
        ground,
        learned.tables,
        one.touches.content_ids,
        accounts=len(one.account_ids),
        strong=strong,
        as_of=iso_text(touches.as_of),
    )


def score(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    families: Mapping[str, str],
    calibration: Calibration,
    context: MarketContext,
    accounts: Ints | None = None,
    readings: int = _READINGS_AT_ONCE,
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
    readings : int
        Touches at once: the accounts are taken in parts, which changes nothing but the memory it takes.

    Returns
    -------
    dict
        Findings tables groups, memberships, evidence, early, unassigned, each sorted by key. Given calibration and
        context, what is found in one account depends on that account alone.
    """
    wanted = distinct(touches.account if accounts is None else accounts)
    cutter = Cutter(market, touches, tags, settings.episodes.most_programs)
    parts = (
        score_slice(cutter.cut(chunk), settings, families, calibration, context)
        for chunk in cutter.chunks(wanted, readings)
    )
    return joined([part.tables for part in parts])


def score_slice(
    one: Slice,
    settings: Settings,
    families: Mapping[str, str],
    calibration: Calibration,
    context: MarketContext,
    unchanged: Mapping[str, tuple[str, str]] | None = None,
) -> Part:
    """Find the groups of some accounts.

    Parameters
    ----------
    one : Slice
    settings, families, calibration, context
        As in `score`.
    unchanged : mapping, optional
        Marks of accounts by id; whoever still has this mark is not scored again.
    """
    ids = one.account_ids
    if unchanged:
        own, around = _marked(one, settings, calibration, context)
        anew = [place for place, name in enumerate(ids) if unchanged.get(name) != (own[place], around[place])]
    else:
        own, around, anew = [], [], list(range(len(ids)))
    part = one if len(anew) == len(ids) else _subset(one, np.array(anew, np.int64), settings)
    if not anew:
        return Part(joined([]), ids, own, around, frozenset(), frozenset())
    found = scored(part.market, part.touches, part.tags, settings, calibration, context)
    if not unchanged:
        own, around = marks_of(found.ground, part.touches, found.event, found.passed)
    tables = tables_of(
        found.ground,
        part.touches,
        found.fit,
        found.verdict,
        found.event,
        found.passed,
        settings.episodes,
        settings.gap,
        families,
    )
    runs_on = np.flatnonzero(found.fit.until >= found.ground.end).tolist()
    names = part.account_ids
    return Part(tables, ids, own, around, frozenset(names[place] for place in runs_on), frozenset(names))


def _marked(
    one: Slice, settings: Settings, calibration: Calibration, context: MarketContext
) -> tuple[list[str], list[str]]:
    rules = settings.episodes
    ground = ground_of(one.market, one.touches, one.tags, calibration.words, rules, settings.window, context.first, context.until)  # fmt: skip
    passing = Passing.of(ground, one.touches, context, rules.forward.days)
    return marks_of(ground, one.touches, mass_events(ground, one.touches, context), passing.odds(rules.forward.chance))


def _subset(one: Slice, accounts: Ints, settings: Settings) -> Slice:
    return Cutter(one.market, one.touches, one.tags, settings.episodes.most_programs).cut(accounts)


def joined(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    """Put the tables of several parts together, each sorted by key; how the work was parted leaves no trace."""
    found = {}
    for name, record in _RECORDS.items():
        tables = [_written_out(part[name]) for part in parts if name in part and part[name].num_rows]
        whole = sorted_by_key(record, pa.concat_tables(tables)) if tables else typed_table(record, {})
        found[name] = typed_table(record, whole)
    return found


def _written_out(table: pa.Table) -> pa.Table:
    return pa.table({name: plain(table.column(name)) for name in table.column_names})


def early_of(touches: Touches, evidence: pa.Table, accounts: Collection[str], gap: GapSettings) -> pa.Table:
    """Return the single people and pairs of some accounts, given what their groups claim: it depends on the day of the report."""
    codes = np.sort(codes_in(pa.array(list(accounts), pa.string()), touches.account_ids))
    part = part_of(touches, codes[codes >= 0])
    claimed = codes_in(evidence.column("engagement_id"), touches.engagement_ids)
    free = np.ones(len(touches.engagement_ids) + 1, bool)
    free[claimed] = False
    rest = replace(part, relevant=part.relevant & free[part.engagement])
    return program_topic_gap.early_of(rest, gap)


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


def degraded(touches: Touches, market: Market, rules: EpisodeSettings, tags: pa.Table | None = None) -> tuple[str, ...]:
    """Name the evidence that is not there, for the run report: each step by a name, and what it means behind a colon.

    Parameters
    ----------
    touches, market, rules
    tags : pyarrow Table, optional
        What each piece of content is about.
    """
    accounts = len(distinct(touches.account))
    days = -(-(int(touches.last.max()) - int(touches.first.min()) + 1) // DAY_MS) if len(touches) else 0
    longest = 7 * max(rules.scan.lengths)
    steps = {
        "no touches": not len(touches),
        "no topics: one need for everything, groups by time and program alone": not len(touches.topics),
        "no programs: every group has an empty program": not (touches.program_account >= 0).any(),
        "no area, modality or phase of what is read: programs are told apart by people and campaigns": tags is not None
        and len(touches) > 0
        and all(tags.column(name).null_count == tags.num_rows for name in ATTRIBUTES),
        "no stages": not len(touches.stages),
        "no campaigns": not len(touches.campaign_ids),
        "no stated programs of people": not market.contacts.column("program_id").drop_null().length()
        if isinstance(market.contacts.column("program_id"), pa.Array)
        else market.contacts.column("program_id").null_count == market.contacts.num_rows,
        f"no quiet level: a history of {days} days is no longer than the longest burst looked for ({longest} days); "
        "people who are active all through it may be no group, while flags need no quiet level": 0 < days <= longest,
        "one account: mailings cannot be told from interest": accounts == 1,
        f"few accounts: {accounts} teach little beside the shipped numbers": 1
        < accounts
        < rules.learning.least_accounts,
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
