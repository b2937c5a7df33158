"""A first choice among the candidates: the best of each account and need, round by round, given what is chosen already."""

from __future__ import annotations

from typing import Any

import numpy as np

from committee.analysis.codes import joined_ids
from committee.analysis.episodes.ground import Floats, Ground
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import ratios_of, sharing_days, swept, weighed
from committee.analysis.episodes.membership import (
    MOST_RATIO,
    Episodes,
    Pools,
    boxes,
    expected_touches,
    forces,
    gathered_evidence,
    pair_up,
    priors,
    session_rates,
    unexplained,
    with_worth,
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
    facts: tuple[Any, ...],
    settings: EpisodeSettings,
    background: Floats,
    usual: Usual,
) -> tuple[Episodes, Floats]:
    """Choose candidates whose evidence lasts when the chosen ones explain their share.

    Parameters
    ----------
    facts : tuple
        What readings are worth, from `reading_facts`.

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
    pairs = with_worth(ground, whole, pair_up(ground, whole, member), homes, facts)
    prior = priors(
        ground, pools, homes, pairs.member_person, whole.row[pairs.member_episode], np.ones(pairs.members), member
    )
    none = np.log1p(-prior)
    logit = np.log(prior) - none
    force = forces(pairs, boxes(ground, whole, pairs, member))
    place = joined_ids(ground.row_account[whole.row], whole.need)
    places = int(place.max(initial=-1)) + 1
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
        taken = alone & sharing_days(place, places, chosen, whole.start, whole.end)
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
