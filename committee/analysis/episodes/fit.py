"""Greedy start, then rounds of memberships, windows and programs, with or without learning (Dempster, Laird & Rubin 1977)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from committee.analysis.codes import Flags, Ints, runs
from committee.analysis.episodes.context import Passing
from committee.analysis.episodes.greedy import greedy
from committee.analysis.episodes.ground import Floats, Ground, added, expanded
from committee.analysis.episodes.home import Homes, homes_of
from committee.analysis.episodes.learning import learned
from committee.analysis.episodes.membership import (
    Episodes,
    Pairs,
    Pools,
    base_rate,
    box,
    density,
    explained_by,
    forces,
    intensities,
    pair_up,
    priors,
    strengths,
    sweep,
    unexplained,
    with_odds,
)
from committee.analysis.episodes.program import ProgramChoice, choose_programs, moved
from committee.analysis.episodes.scan import Candidates, candidates, need_prior
from committee.analysis.episodes.spurts import Usual, spurt_rates
from committee.analysis.episodes.tables import Tables
from committee.settings import EpisodeSettings, FitSettings

__all__ = ["Fit", "fit"]


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
    """What is carried from round to round; keys join an episode with a person or a session."""

    episodes: Episodes
    person_key: Ints
    held: Floats
    session_key: Ints
    responsibility: Floats
    background: Floats


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
    found = candidates(ground, tables, homes, mass, settings)
    until = np.full(ground.accounts, -np.inf)
    _run_until(until, ground, found, settings)
    start = np.asarray(settings.membership.first_background * sessions, float)
    episodes, background = greedy(ground, found, tables, homes, pools, mass, settings, start, usual)
    none = np.zeros(0, np.int64)
    state = _State(episodes, none, np.zeros(0), none, np.zeros(0), background)
    rules = settings.fit
    for number in range(1, rules.rounds + 1):
        if learn and number > 1:
            homes = homes_of(ground, tables, settings.home)
            pools = Pools.of(ground, tables, homes, settings)
        if learn:
            active = np.unique(ground.session_person)
            tables = replace(
                tables, rate=max(float(state.background[active].sum()), 1e-3) / (max(len(active), 1) * ground.span)
            )
        if number in rules.program_rounds and number > 1:
            state = _reprogrammed(ground, state, tables, homes, pools, mass, settings)
        _run_until(until, ground, state.episodes, settings)
        now = _round(ground, state, tables, homes, pools, mass, usual, settings, rules.sweeps)
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
        state = _tidied(ground, now, tables, settings)
    if learn:
        homes = homes_of(ground, tables, settings.home)
        pools = Pools.of(ground, tables, homes, settings)
    _run_until(until, ground, state.episodes, settings)
    last = _round(ground, state, tables, homes, pools, mass, usual, settings, rules.last_sweeps)
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
    mass: Floats,
    usual: Usual,
    settings: EpisodeSettings,
    sweeps: int,
) -> Fit:
    """Memberships and responsibilities for the windows as they are."""
    episodes, member = state.episodes, settings.membership
    pairs = with_odds(ground, episodes, pair_up(ground, episodes, member), tables, homes, mass, settings)
    row = episodes.row[pairs.member_episode]
    prior = priors(ground, pools, homes, pairs.member_person, row, episodes.weight[pairs.member_episode], member)
    carried = _carried(state.person_key, state.held, _person_key(ground, pairs))
    before = _carried(state.session_key, state.responsibility, _session_key(ground, pairs))
    if len(state.session_key):
        shape = density(ground, episodes, pairs, before, member)
    else:
        pad = episodes.pad(member)
        here = pairs.episode
        shape = box(ground.session_day[pairs.session], episodes.start[here], episodes.end[here], pad[here])
    force = forces(pairs, shape)
    ratio, expected = intensities(ground, episodes, pairs, tables, force, state.background, usual, member)
    explained = explained_by(pairs, ratio, carried, len(ground.session_person))
    share = member.explaining_away
    last_but_one, explained, _ = sweep(pairs, ratio, expected, prior, carried, explained, sweeps - 1, share)
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


def _person_key(ground: Ground, pairs: Pairs) -> Ints:
    return pairs.member_episode * (ground.people + 1) + pairs.member_person


def _session_key(ground: Ground, pairs: Pairs) -> Ints:
    return pairs.episode * (len(ground.session_person) + 1) + pairs.session


def _carried(keys: Ints, values: Floats, wanted: Ints) -> Floats:
    """Values of the keys wanted, 0 where there was none before; keys are sorted."""
    if not len(keys):
        return np.zeros(len(wanted))
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0.0)


def _gathered(keys: Ints, values: Floats, add: bool) -> tuple[Ints, Floats]:
    """Sort by key; of equal keys take the sum or the largest."""
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    start = runs(keys)[:-1] if len(keys) else keys
    if not len(keys):
        return keys, values
    return keys[start], np.add.reduceat(values, start) if add else np.maximum.reduceat(values, start)


def _tidied(ground: Ground, now: Fit, tables: Tables, settings: EpisodeSettings) -> _State:
    """New windows; weak episodes dropped, near ones fused, further needs of one purchase dropped; new weights and order."""
    rules, pairs, number = settings.fit, now.pairs, len(now.episodes)
    size = pairs.by_episode(now.held, number)
    start, end = _windows(ground, now, rules)
    episodes = replace(now.episodes, start=start, end=end)
    stays = (size >= 1) & (episodes.strength > 0)
    into = _fused(ground, episodes, stays, rules)
    stays &= into == np.arange(number)
    held_key, held = _gathered(
        into[pairs.member_episode] * (ground.people + 1) + pairs.member_person, now.held, add=False
    )
    session_key, share = _gathered(
        into[pairs.episode] * (len(ground.session_person) + 1) + pairs.session, now.responsibility, add=True
    )
    episodes = replace(
        episodes,
        start=_least_by(into, episodes.start),
        end=-_least_by(into, -episodes.end),
        strength=-_least_by(into, -episodes.strength),
    )
    owner, person = held_key // (ground.people + 1), held_key % (ground.people + 1)
    size = added(owner, held, number)
    stays &= ~_same_purchase(ground, episodes, owner, person, held, size, stays, rules)
    member = settings.membership
    full = member.full_share * float(tables.seats.sum())
    weight = np.clip(size / full, member.least_weight, member.most_weight)
    kept = np.flatnonzero(stays)
    ordered, order = replace(episodes, weight=weight).take(kept).in_turn(ground)
    place = np.full(number, -1, np.int64)
    place[kept[order]] = np.arange(len(kept))
    return _State(
        ordered,
        *_renamed(held_key, held, place, ground.people + 1),
        *_renamed(session_key, share, place, len(ground.session_person) + 1),
        now.background,
    )


def _renamed(keys: Ints, values: Floats, place: Ints, stride: int) -> tuple[Ints, Floats]:
    """Keys with the new numbers of their episodes, sorted; those of dropped episodes are left out."""
    owner = place[keys // stride]
    kept = np.flatnonzero(owner >= 0)
    fresh = owner[kept] * stride + keys[kept] % stride
    order = np.argsort(fresh, kind="stable")
    return fresh[order], values[kept][order]


def _windows(ground: Ground, now: Fit, rules: FitSettings) -> tuple[Floats, Floats]:
    """Days between which the middle part of the responsibility lies."""
    pairs, number = now.pairs, len(now.episodes)
    start, end = now.episodes.start.copy(), now.episodes.end.copy()
    if not len(pairs.session):
        return start, end
    order = np.argsort(pairs.episode * (len(ground.session_person) + 1) + pairs.session)
    episode, share = pairs.episode[order], now.responsibility[order]
    day = ground.session_day[pairs.session[order]]
    total = added(episode, share, number)
    sums = np.cumsum(share)
    before = np.append(0.0, sums)[np.searchsorted(episode, np.arange(number))]
    with np.errstate(divide="ignore", invalid="ignore"):
        passed = np.where(total[episode] > 1e-9, (sums - before[episode]) / total[episode], np.nan)
    some = np.flatnonzero(total > 1e-9)
    for bound, into, margin in (
        (rules.window_share, start, -rules.window_margin),
        (1 - rules.window_share, end, rules.window_margin),
    ):
        reached = np.flatnonzero(passed >= bound - 1e-9)
        which, head = np.unique(episode[reached], return_index=True)
        into[which] = day[reached[head]] + margin
    end[some] = np.maximum(end[some], start[some] + 1e-3)
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


def _same_purchase(
    ground: Ground,
    episodes: Episodes,
    owner: Ints,
    person: Ints,
    held: Floats,
    size: Floats,
    stays: Flags,
    rules: FitSettings,
) -> Flags:
    """Episodes most of whose people sit in a bigger one of the same program at the same time."""
    drop = np.zeros(len(episodes), bool)
    live = np.flatnonzero(stays[owner] & (held > 1e-3))
    if not len(live):
        return drop
    order = live[np.argsort(person[live], kind="stable")]
    people = person[order]
    start, stop = np.searchsorted(people, people, "left"), np.searchsorted(people, people, "right")
    one, other = expanded(start, stop - start)
    first, second = owner[order[one]], owner[order[other]]
    at_once = (episodes.start[first] <= episodes.end[second]) & (episodes.start[second] <= episodes.end[first])
    bigger = (size[second] > size[first]) | ((size[second] == size[first]) & (second < first))
    near = np.flatnonzero((first != second) & (episodes.row[first] == episodes.row[second]) & at_once & bigger)
    if not len(near):
        return drop
    key, shared = _gathered(
        first[near] * len(episodes) + second[near], held[order[one[near]]] * held[order[other[near]]], add=True
    )
    drop[(key // len(episodes))[shared >= rules.same_purchase * size[key // len(episodes)]]] = True
    return drop


def _reprogrammed(
    ground: Ground,
    state: _State,
    tables: Tables,
    homes: Homes,
    pools: Pools,
    mass: Floats,
    settings: EpisodeSettings,
) -> _State:
    """Move each episode to the row of its account that fits it best."""
    pairs = pair_up(ground, state.episodes, settings.membership)
    held = _carried(state.person_key, state.held, _person_key(ground, pairs))
    share = _carried(state.session_key, state.responsibility, _session_key(ground, pairs))
    choice = choose_programs(ground, state.episodes, pairs, held, share, tables, homes, pools, settings)
    return replace(state, episodes=replace(state.episodes, row=moved(state.episodes, choice, settings.fit.move_better)))
