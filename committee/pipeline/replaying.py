"""The past looked at again: what was found as of each of many days, with nothing known that came later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import pyarrow as pa

from committee.analysis import episodes
from committee.analysis.baselines.program_topic_gap import find_groups
from committee.analysis.delays import Appearance, appearances, looks
from committee.analysis.touches import touches
from committee.decisions import Decisions
from committee.errors import BadSettings
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.calibrating import learned_from
from committee.pipeline.changing import lines_between
from committee.pipeline.consequences import resolved
from committee.pipeline.identifying import one_market
from committee.pipeline.rescoring import Part
from committee.pipeline.words import families, personas_of, tags_of
from committee.progress import SILENT, Progress
from committee.settings import Settings

__all__ = ["Replayed", "identified_part", "replay"]


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    Attributes
    ----------
    looks : list of datetime
    market : Market
        As the last look saw it.
    findings : Findings
        Groups, memberships and evidence of the last look.
    appearances : list of Appearance
        Of its groups, by when they appeared.
    passing : int
        Groups reported at some look that no later one, and so nothing at the end, continues.
    """

    looks: list[datetime]
    market: Market
    findings: Findings
    appearances: list[Appearance]
    passing: int


def replay(
    market: Market,
    since: datetime,
    until: datetime,
    every: timedelta,
    settings: Settings | None = None,
    as_known: bool = False,
    known: datetime | None = None,
    decisions: Decisions | None = None,
    progress: Progress = SILENT,
) -> Replayed:
    """Detect as of each look, and say when each group of the last one was first there.

    Parameters
    ----------
    market : Market
    since, until : datetime
        The last look is at ``until``; none is before ``since``.
    every : timedelta
    settings : Settings, optional
    as_known : bool
        Use at each look only what had been loaded by then; else today's knowledge of what had happened by then.
    known : datetime, optional
        What was loaded, changed or decided after it is not known.
    decisions : Decisions, optional
        What people said, of which this looks at who is who.
    progress : Progress
        Told after each look.

    Returns
    -------
    Replayed
        Nothing of a look depends on what happened after it: what is learned is learned anew at each, from at most
        ``replay.sample_accounts`` accounts.

    Raises
    ------
    BadSettings
        There is no look between the two moments, or more than anybody waits for.
    """
    settings = settings or Settings.read()
    if until < since:
        raise BadSettings("--until lies before --since", "Exchange them")
    moments = looks(since, until, every)
    most = settings.replay.most_looks
    if len(moments) > most:
        raise BadSettings(
            f"{len(moments):,} looks between these days, {most:,} at most", "Look less often, or begin later"
        )
    found: list[tuple[datetime, Findings]] = []
    seen = market
    part = None if as_known else identified_part(market, settings, decisions, known)
    with progress.step("looking again", len(moments)) as step:
        for moment in moments:
            here = part or identified_part(market, settings, decisions, min(moment, known or moment))
            found.append((moment, Findings(_found(here, moment, settings))))
            seen = here.market
            step.advance(1)
    return _followed(seen, found)


def identified_part(
    market: Market, settings: Settings, decisions: Decisions | None = None, known: datetime | None = None
) -> Part:
    """Return a market with what identity says about it, as was known at a moment."""
    with settings.in_force():
        market = one_market(market, decisions, known)
        personas, tags = personas_of(market["contacts"]), tags_of(market["content"])
    return Part(market, resolved(market["engagements"], market), personas, tags)


def _found(part: Part, moment: datetime, settings: Settings) -> dict[str, pa.Table]:
    seen = touches(
        part.market,
        part.actors,
        part.personas,
        part.tags,
        window=settings.window,
        cleaning=settings.cleaning,
        as_of=moment,
    )
    with settings.in_force():
        kinds = families()
    if settings.groups.detector == "program_topic_gap":
        return find_groups(seen, settings.gap, kinds)
    context = episodes.context_of(seen, settings.episodes.mass)
    numbers = learned_from(part.market, seen, part.tags, settings, context, settings.replay.sample_accounts)
    return episodes.score(part.market, seen, part.tags, settings, kinds, numbers, context)


def _followed(market: Market, found: list[tuple[datetime, Findings]]) -> Replayed:
    """Follow each group of the last look back, and count those of earlier looks that nothing continues."""
    last = found[-1][1]
    groups = last.groups.column("group_id").to_pylist()
    lines = [(moment, lines_between(earlier, last)) for moment, earlier in found[:-1]]
    lines.append((found[-1][0], {group: group for group in groups}))
    passing = 0
    for (_, one), (_, following) in pairwise(found):
        ends = set(one.groups.column("group_id").to_pylist()) - set(lines_between(one, following).values())
        passing += len(ends - set(lines_between(one, last).values()))
    told = appearances(last.memberships, groups, lines)
    told.sort(key=lambda one: (one.first, one.group_id))
    return Replayed([moment for moment, _ in found], market, last, told, passing)
