"""Greedy start, then rounds of memberships, windows and programs, with or without learning (Dempster, Laird & Rubin 1977)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from committee.analysis.codes import Flags, Ints, distinct
from committee.analysis.episodes.context import Passing
from committee.analysis.episodes.greedy import greedy
from committee.analysis.episodes.ground import Floats, Ground, added, expanded, starts
from committee.analysis.episodes.home import Homes, homes_of
from committee.analysis.episodes.kernels import carried_over, merged, ratios_of, windows_of_shares, within_another
from committee.analysis.episodes.learning import learned
from committee.analysis.episodes.membership import (
    MOST_RATIO,
    Episodes,
    Pairs,
    Pools,
    base_rate,
    boxes,
    density,
    expected_touches,
    explained_by,
    forces,
    pair_up,
    priors,
    session_rates,
    strengths,
    sweep,
    unexplained,
    with_worth,
)
from committee.analysis.episodes.odds import reading_facts
from committee.analysis.episodes.program import ProgramChoice, choose_programs, moved
from committee.analysis.episodes.scan import Candidates, candidates, need_prior
from committee.analysis.episodes.spurts import Usual, spurt_rates
from committee.analysis.episodes.tables import Tables
from committee.settings import EpisodeSettings, FitSettings

__all__ = ["Fit", "fit"]

_LEAST_MEMBERSHIP = 1e-3  # of people that two episodes share


@dataclass(frozen=True)
class Fit:
    """Episodes with everything that explains them.

    Attributes
    ----------
    episodes : Episodes
    pairs : Pairs
    shape, ratio, responsibility : float arrays
        Of each pair: density of its day, intensity ratio, share credited to the episode.
    held, before, prior, evidence, expected : float arrays
        Of each member: probability, the probability before the last sweep, prior, log likelihood ratio, expected touches.
    explained : float array
        Of each session: sum over episodes of member times ratio.
    share : float
        Part of what other episodes explain that counts.
    rate : float array
        Background sessions a day of each person that the ratios are held against.
    background : float array
        Sessions of each person that nothing explains.
    choice : ProgramChoice
    tables : Tables
    homes : Homes
    usual : Usual
        What else there is to the background of each session.
    until : float array
        Of each account: the last day on which anything that was looked at was still running.
    """

    episodes: Episodes
    pairs: Pairs
    shape: Floats
    ratio: Floats
    responsibility: Floats
    held: Floats
    before: Floats
    prior: Floats
    evidence: Floats
    expected: Floats
    explained: Floats
    share: float
    rate: Floats
    background: Floats
    choice: ProgramChoice
    tables: Tables
    homes: Homes
    usual: Usual
    until: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class _State:
    """What is carried from round to round: memberships of people and credit of sessions, each by episode."""

    episodes: Episodes
    people: _Carried
    sessions: _Carried
    background: Floats


@dataclass(frozen=True)
class _Carried:
    """A value for pairs of an episode and a person or a session; those of episode g: ``start[g]:start[g + 1]``."""

    start: Ints
    who: Ints
    value: Floats

    def of(self, episode: Ints, who: Ints, width: int) -> Floats:
        """Return the values of pairs that are asked for by ascending episode, 0 where there was none."""
        owner = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        found: Floats = carried_over(owner, self.who, self.value, episode, who, width)
        return found

    def take(self, episodes: Ints) -> _Carried:
        """Return those of some episodes, in the order given."""
        size = np.diff(self.start)[episodes]
        _, place = expanded(self.start[episodes], size)
        return _Carried(np.append(0, np.cumsum(size)), self.who[place], self.value[place])


def fit(ground: Ground, event: Floats, passing: Passing, first: Tables, settings: EpisodeSettings, learn: bool) -> Fit:
    """Fit the mixture.

    Parameters
    ----------
    ground : Ground
    event : float array
        Log-odds to take away from each reading because other accounts read the piece as well.
    passing : Passing
        How much passing-on among colleagues would raise each reading.
    first : Tables
        Where learning starts from, or what is frozen.
    settings : EpisodeSettings
    learn : bool
        Whether the tables are learned on the way.

    Returns
    -------
    Fit
    """
    tables = first
    homes = homes_of(ground, tables, settings.home)
    pools = Pools.of(ground, tables, homes, settings)
    sessions = np.bincount(ground.session_person, minlength=ground.people)
    usual = Usual.of(ground, tables, settings)
    mass = event + passing.odds(settings.forward.chance)
    facts = reading_facts(ground, tables, settings, mass)
    found = candidates(ground, tables, homes, facts, settings)
    until = np.full(ground.accounts, -np.inf)
    _run_until(until, ground, found, settings)
    start = np.asarray(settings.membership.first_background * sessions, float)
    episodes, background = greedy(ground, found, tables, homes, pools, facts, settings, start, usual)
    none = _Carried(np.zeros(len(episodes) + 1, np.int64), np.zeros(0, np.int64), np.zeros(0))
    state = _State(episodes, none, none, background)
    rules = settings.fit
    for number in range(1, rules.rounds + 1):
        if learn and number > 1:
            homes = homes_of(ground, tables, settings.home)
            pools = Pools.of(ground, tables, homes, settings)
        if learn:
            active = distinct(ground.session_person)
            tables = replace(
                tables, rate=max(float(state.background[active].sum()), 1e-3) / (max(len(active), 1) * ground.span)
            )
        if number in rules.program_rounds and number > 1:
            state = _reprogrammed(ground, state, tables, homes, pools, settings)
        _run_until(until, ground, state.episodes, settings)
        now = _round(ground, state, tables, homes, pools, facts, usual, settings, rules.sweeps)
        if learn and number >= rules.learn_from:
            tables = learned(
                ground,
                now.episodes,
                now.pairs,
                now.held,
                now.expected,
                now.responsibility,
                first,
                tables,
                homes,
                pools,
                settings,
            )
            rate = base_rate(ground, tables, now.background, settings.membership)
            spurt, days = spurt_rates(ground, tables, settings, rate, usual, 1 / (1 + now.explained))
            tables = replace(tables, spurt=spurt, spurt_days=days)
            usual = Usual.of(ground, tables, settings)
            facts = reading_facts(ground, tables, settings, mass)
        state = _tidied(ground, now, tables, settings)
    if learn:
        homes = homes_of(ground, tables, settings.home)
        pools = Pools.of(ground, tables, homes, settings)
    _run_until(until, ground, state.episodes, settings)
    last = _round(ground, state, tables, homes, pools, facts, usual, settings, rules.last_sweeps)
    choice = choose_programs(
        ground, last.episodes, last.pairs, last.held, last.responsibility, tables, homes, pools, settings
    )
    return replace(last, choice=choice, until=until)


def _run_until(until: Floats, ground: Ground, looked_at: Candidates | Episodes, settings: EpisodeSettings) -> None:
    """Note for each account how long these bursts go on, their pads included."""
    rules = settings.membership
    pad = np.maximum(rules.pad_share * (looked_at.end - looked_at.start), rules.pad_days)
    np.maximum.at(until, ground.row_account[looked_at.row], looked_at.end + pad)


def _round(
    ground: Ground,
    state: _State,
    tables: Tables,
    homes: Homes,
    pools: Pools,
    facts: tuple[Any, ...],
    usual: Usual,
    settings: EpisodeSettings,
    sweeps: int,
) -> Fit:
    """Memberships and responsibilities for the windows as they are."""
    episodes, member = state.episodes, settings.membership
    pairs = with_worth(ground, episodes, pair_up(ground, episodes, member), homes, facts)
    row = episodes.row[pairs.member_episode]
    prior = priors(ground, pools, homes, pairs.member_person, row, episodes.weight[pairs.member_episode], member)
    held = state.people.of(pairs.member_episode, pairs.member_person, ground.people)
    if len(state.sessions.who):
        before = state.sessions.of(pairs.episode, pairs.session, len(ground.session_person))
        shape = density(ground, episodes, pairs, before, member)
    else:
        shape = boxes(ground, episodes, pairs, member)
    force = forces(pairs, shape)
    rate = session_rates(ground, tables, state.background, usual, member)
    expected = expected_touches(ground, episodes, pairs, tables, member)
    every, of_pairs = np.ones(len(episodes), bool), (pairs.member_start, pairs.member_episode, pairs.session)
    ratio, explained = ratios_of(every, *of_pairs, force, rate, expected, held, MOST_RATIO)
    share = member.explaining_away
    last_but_one, explained, _ = sweep(pairs, ratio, expected, prior, held, explained, sweeps - 1, share)
    held, explained, evidence = sweep(pairs, ratio, expected, prior, last_but_one, explained, 1, share)
    # Summed once more from the memberships, so that shares of one session never exceed 1 by rounding.
    explained = explained_by(pairs, ratio, held, len(ground.session_person))
    responsibility = held[pairs.member] * ratio / (1 + explained[pairs.session])
    need = need_prior(ground, settings.scan.listed_needs)[episodes.row, episodes.need]
    strength = strengths(pairs, prior, evidence, need)
    nothing = np.zeros(0, np.int64)
    return Fit(
        replace(episodes, strength=strength),
        pairs,
        shape,
        ratio,
        responsibility,
        held,
        last_but_one,
        prior,
        evidence,
        expected,
        explained,
        share,
        base_rate(ground, tables, state.background, member),
        unexplained(ground, tables, explained, state.background, usual, member),
        ProgramChoice(nothing, nothing, np.zeros(0), np.zeros(0), {}),
        tables,
        homes,
        usual,
    )


def _tidied(ground: Ground, now: Fit, tables: Tables, settings: EpisodeSettings) -> _State:
    """New windows; weak episodes dropped, near ones fused, further needs of one purchase dropped; new weights and order."""
    rules, pairs, number = settings.fit, now.pairs, len(now.episodes)
    size = pairs.by_episode(now.held, number)
    start, end = _windows(ground, now, rules)
    episodes = replace(now.episodes, start=start, end=end)
    stays = (size >= 1) & (episodes.strength > 0)
    into = _fused(ground, episodes, stays, rules)
    stays &= into == np.arange(number)
    each = np.arange(number + 1)
    people = _Carried(
        *merged(into, starts(pairs.member_episode, number), pairs.member_person, now.held, ground.people, False)
    )
    sessions = _Carried(
        *merged(
            into,
            starts(pairs.episode, number),
            pairs.session,
            now.responsibility,
            len(ground.session_person),
            True,
        )
    )
    episodes = replace(
        episodes,
        start=_least_by(into, episodes.start),
        end=-_least_by(into, -episodes.end),
        strength=-_least_by(into, -episodes.strength),
    )
    size = added(np.repeat(each[:-1], np.diff(people.start)), people.value, number)
    stays &= ~within_another(
        people.start,
        people.who,
        people.value,
        size,
        stays,
        episodes.row,
        episodes.start,
        episodes.end,
        ground.people,
        _LEAST_MEMBERSHIP,
        rules.same_purchase,
    )
    member = settings.membership
    full = member.full_share * float(tables.seats.sum())
    weight = np.clip(size / full, member.least_weight, member.most_weight)
    kept = np.flatnonzero(stays)
    ordered, order = replace(episodes, weight=weight).take(kept).in_turn(ground)
    return _State(ordered, people.take(kept[order]), sessions.take(kept[order]), now.background)


def _windows(ground: Ground, now: Fit, rules: FitSettings) -> tuple[Floats, Floats]:
    """Days between which the middle part of the responsibility lies."""
    pairs, number = now.pairs, len(now.episodes)
    start, end = now.episodes.start.copy(), now.episodes.end.copy()
    windows_of_shares(
        starts(pairs.episode, number),
        pairs.session,
        now.responsibility,
        ground.session_day,
        rules.window_share,
        rules.window_margin,
        start,
        end,
    )
    return start, end


def _fused(ground: Ground, episodes: Episodes, stays: Flags, rules: FitSettings) -> Ints:
    """The episode that each one becomes a part of: the first of a chain of the same row and need with short gaps."""
    into = np.arange(len(episodes))
    kept = np.flatnonzero(stays)
    kept = kept[np.lexsort((kept, episodes.start[kept], episodes.need[kept], episodes.row[kept]))]
    if len(kept) < 2:
        return into
    key = episodes.row[kept] * len(ground.words.needs) + episodes.need[kept]
    # Ends so far of the same key: keys are far apart, so one running maximum serves all.
    stride = 4 * (ground.span + 1000)
    reach = np.maximum.accumulate(key * stride + episodes.end[kept])
    fresh = np.ones(len(kept), bool)
    fresh[1:] = key[1:] * stride + episodes.start[kept][1:] - reach[:-1] >= rules.fuse_days - 1e-6
    chain = np.cumsum(fresh) - 1
    into[kept] = kept[np.flatnonzero(fresh)][chain]
    return into


def _least_by(into: Ints, values: Floats) -> Floats:
    least = values.copy()
    np.minimum.at(least, into, values)
    return least


def _reprogrammed(
    ground: Ground,
    state: _State,
    tables: Tables,
    homes: Homes,
    pools: Pools,
    settings: EpisodeSettings,
) -> _State:
    """Move each episode to the row of its account that fits it best."""
    pairs = pair_up(ground, state.episodes, settings.membership)
    held = state.people.of(pairs.member_episode, pairs.member_person, ground.people)
    share = state.sessions.of(pairs.episode, pairs.session, len(ground.session_person))
    choice = choose_programs(ground, state.episodes, pairs, held, share, tables, homes, pools, settings)
    return replace(state, episodes=replace(state.episodes, row=moved(state.episodes, choice, settings.fit.move_better)))
