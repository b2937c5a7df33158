"""Alerts of the past played again, with whatever settings: as if somebody had looked, and sent, every day.

At each look flags are raised anew from what had happened by then, and told of when they first meet what is asked of
them: a flag whose third persona family came a week later alerts a week later, and machines are judged by what they had
done until then. Statuses are dated by the groups of the last look, which finds groups once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from committee.analysis.alerts import Occasion, Sent, Told, occasions, told, week_of
from committee.analysis.delays import looks
from committee.analysis.flags import window_flags
from committee.analysis.status import flags_with_groups
from committee.analysis.touches import epoch_ms, touches
from committee.analysis.windows import DAY_MS
from committee.decisions import Decisions
from committee.errors import BadSettings
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.detecting import detect
from committee.pipeline.replaying import identified_part
from committee.pipeline.rescoring import Part
from committee.pipeline.words import families
from committee.progress import SILENT, Progress
from committee.settings import AlertSettings, Settings

__all__ = ["Played", "play"]

_EVERY = timedelta(days=1)


@dataclass
class Played:
    """What would have been sent.

    Attributes
    ----------
    told : list of Told
    weeks : Counter
        Alerts by owner and week in which they would have been sent.
    broader : int
        Alerts, if the personas had to come from one more function family.
    looks : int
    """

    told: list[Told] = field(default_factory=list)
    weeks: Counter[tuple[str, int]] = field(default_factory=Counter)
    broader: int = 0
    looks: int = 0


@dataclass(frozen=True)
class _Look:
    """A moment, epoch milliseconds, and all occasions that were known then."""

    at: int
    known: list[Occasion]


def play(
    market: Market,
    until: datetime,
    days: float,
    settings: Settings,
    decisions: Decisions | None = None,
    progress: Progress = SILENT,
) -> Played:
    """Play so many days before a moment, one look a day.

    Parameters
    ----------
    market : Market
    until : datetime
        The last look. What was there at the first, ``days`` before, counts as sent before.
    days : float
    settings : Settings
        The rule, the alerts, and whatever else is to be tried.
    decisions : Decisions, optional
        What people said, of which this looks at who is who.
    progress : Progress

    Raises
    ------
    BadSettings
        More looks than anybody waits for.
    """
    moments = looks(until - timedelta(days=days), until, _EVERY)
    if len(moments) > settings.replay.most_looks:
        raise BadSettings(
            f"{len(moments):,} looks in these days, {settings.replay.most_looks:,} at most (replay.most_looks)",
            "Play fewer days",
        )
    findings = detect(market, until, settings, decisions=decisions, progress=progress)
    part = identified_part(market, settings, decisions)
    flags = []
    with progress.step("Looking again", len(moments)) as step:
        for moment in moments:
            flags.append(_flags(part, moment, settings, findings.evidence))
            step.advance(1)
    with settings.in_force():
        found, broader = (
            _played(list(_looks(moments, flags, findings, market, settings.alerts, more)), settings.alerts)
            for more in (0, 1)
        )
    found.broader = sum(one.alert for one in broader.told)
    return found


def _flags(part: Part, moment: datetime, settings: Settings, evidence: pa.Table) -> pa.Table:
    """The flags as of a moment; luck is measured only where it decides what is weak."""
    rule = settings.window
    rule = rule if rule.max_chance < 1 else rule.model_copy(update={"shifts": 0})
    told_of = part.market, part.actors, part.personas, part.tags
    seen = touches(*told_of, window=rule, cleaning=settings.cleaning, as_of=moment)
    return flags_with_groups(window_flags(seen, rule).table, evidence)


def _looks(
    moments: Sequence[datetime],
    flags: Sequence[pa.Table],
    findings: Findings,
    market: Market,
    settings: AlertSettings,
    more: int,
) -> Iterator[_Look]:
    kinds = families()
    for moment, table in zip(moments, flags, strict=True):
        seen = occasions(
            findings.with_tables(flags=table),
            market,
            kinds=settings.kinds,
            families=kinds,
            least_families=settings.families + more,
            weak=settings.weak,
        )
        now = epoch_ms(moment)
        yield _Look(now, [one for one in seen if one.at <= now])


def _played(days: Sequence[_Look], settings: AlertSettings) -> Played:
    first, *others = days
    before = told(first.known, quiet_days=settings.quiet_days, per_week=settings.per_week)
    seen = {one.occasion.alert_id for one in before}
    quiet_from = {one.occasion.subject: one.occasion.at for one in before if one.alert}
    sent = Counter((one.occasion.owner, week_of(one.occasion.at)) for one in before if one.alert)
    played = Played(looks=len(days))
    for look in others:
        week = week_of(look.at)
        fresh = [
            one for one in look.known if one.alert_id not in seen and one.at > look.at - round(settings.days * DAY_MS)
        ]
        so_far = Sent(
            quiet_from=quiet_from, this_week={owner: number for (owner, when), number in sent.items() if when == week}
        )
        decided = told(fresh, quiet_days=settings.quiet_days, per_week=settings.per_week, sent=so_far, now=look.at)
        for one in decided:
            seen.add(one.occasion.alert_id)
            if one.alert:
                quiet_from[one.occasion.subject] = one.occasion.at
                sent[one.occasion.owner, week] += 1
                played.weeks[one.occasion.owner, week] += 1
        played.told += decided
    return played
