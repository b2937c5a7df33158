"""A first choice among the candidates: the best of each account and need, round by round, given what is chosen already."""

from __future__ import annotations

import numpy as np

from committee.analysis.codes import Flags, Ints, joined_ids
from committee.analysis.episodes.ground import Floats, Ground, expanded
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import ratios_of, swept, weighed
from committee.analysis.episodes.membership import (
    MOST_RATIO,
    Episodes,
    Pools,
    box,
    expected_touches,
    forces,
    gathered_evidence,
    pair_up,
    priors,
    session_rates,
    unexplained,
    with_odds,
)
from committee.analysis.episodes.scan import Candidates, need_prior
from committee.analysis.episodes.spurts import Usual
from committee.analysis.episodes.tables import Tables
from committee.settings import EpisodeSettings

__all__ = ["greedy"]


def greedy(
    ground: Ground,
    found: Candidates,
    tables: Tables,
    homes: Homes,
    pools: Pools,
    mass: Floats,
    settings: EpisodeSettings,
    background: Floats,
    usual: Usual,
) -> tuple[Episodes, Floats]:
    """Choose candidates whose evidence lasts when the chosen ones explain their share.

    Returns
    -------
    episodes : Episodes
    background : float array
        Sessions of each person that nothing explains.
    """
    number, member = len(found.row), settings.membership
    whole = Episodes(
        found.row, found.need, found.start, found.end, found.ratio, np.ones(number), np.zeros(number, np.int64)
    )
    whole, _ = whole.in_turn(ground)
    log_need = np.log(need_prior(ground, settings.scan.listed_needs)[whole.row, whole.need])
    pairs = with_odds(ground, whole, pair_up(ground, whole, member), tables, homes, mass, settings)
    prior = priors(
        ground, pools, homes, pairs.member_person, whole.row[pairs.member_episode], np.ones(pairs.members), member
    )
    none = np.log1p(-prior)
    logit = np.log(prior) - none
    shape = box(
        ground.session_day[pairs.session],
        whole.start[pairs.episode],
        whole.end[pairs.episode],
        whole.pad(member)[pairs.episode],
    )
    force = forces(pairs, shape)
    place = joined_ids(ground.row_account[whole.row], whole.need)
    alone = ground.row_program[whole.row] < 0
    expected = expected_touches(ground, whole, pairs, tables, member)
    of_pairs = (pairs.member_start, pairs.member_episode, pairs.session)
    chosen = np.zeros(number, bool)
    held = np.zeros(pairs.members)
    explained = np.zeros(len(ground.session_person))
    strength = np.full(number, -np.inf)
    for _ in range(settings.fit.greedy_rounds if number else 0):
        rate = session_rates(ground, tables, background, usual, member)
        evidence = gathered_evidence(pairs, force, rate, expected, explained, member.explaining_away)
        size, now = weighed(pairs.member_episode, logit, none, evidence, number)
        now += log_need
        taken = alone & _overlaps(whole, chosen, place)
        good = np.flatnonzero(
            ~chosen & ~taken & (now > settings.fit.greedy_strength) & (size >= settings.fit.greedy_size)
        )
        # No early end: every account goes through the same rounds, whatever the others still have to choose.
        # A listed program goes first: the stand-in fits a little of everything.
        order = good[np.lexsort((good, -np.round(now[good], 9), alone[good], place[good]))]
        best = order[np.unique(place[order], return_index=True)[1]]
        chosen[best], strength[best] = True, now[best]
        ratio, explained = ratios_of(chosen, *of_pairs, force, rate, expected, held, MOST_RATIO)
        swept(
            chosen,
            *of_pairs,
            ratio,
            expected,
            logit,
            held,
            explained,
            settings.fit.sweeps,
            member.explaining_away,
        )
        background = unexplained(ground, tables, explained, background, usual, member)
    rows = np.flatnonzero(chosen)
    episodes, _ = Episodes(
        whole.row[rows],
        whole.need[rows],
        whole.start[rows],
        whole.end[rows],
        strength[rows],
        whole.weight[rows],
        whole.turn[rows],
    ).in_turn(ground)
    return episodes, background


def _overlaps(whole: Episodes, chosen: Flags, place: Ints) -> Flags:
    """Say which episodes share days with a chosen one of the same account and need."""
    found = np.zeros(len(whole), bool)
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(place[rows], kind="stable")]
    start = np.searchsorted(place[rows], place, "left")
    mine, other = expanded(start, np.searchsorted(place[rows], place, "right") - start)
    other = rows[other]
    shared = (whole.start[mine] <= whole.end[other]) & (whole.start[other] <= whole.end[mine])
    found[mine[shared]] = True
    return found
