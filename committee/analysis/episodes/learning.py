"""What the fitted groups teach: how much members touch, what groups read, what each piece means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import EMPTY_AIM, UNTOLD, Floats, Ground, added, marginal
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import ways_read
from committee.analysis.episodes.membership import Episodes, Pairs, Pools, seats_taken
from committee.analysis.episodes.tables import Tables
from committee.settings import EpisodeSettings, LearningSettings

__all__ = ["learned", "piece_odds"]


def learned(
    ground: Ground,
    episodes: Episodes,
    pairs: Pairs,
    held: Floats,
    expected: Floats,
    responsibility: Floats,
    first: Tables,
    now: Tables,
    homes: Homes,
    pools: Pools,
    settings: EpisodeSettings,
) -> Tables:
    """Learn the tables from memberships and responsibilities; ``first`` holds what they are shrunk to.

    Parameters
    ----------
    held, expected : float arrays
        Of each member of the pairs: probability, expected touches.
    responsibility : float array
        Of each pair.
    """
    rules = settings.learning
    pair, reading = pairs.readings(ground)
    share, episode = responsibility[pair], pairs.episode[pair]
    row, need = episodes.row[episode], episodes.need[episode]
    credited = np.minimum(added(reading, share, len(ground.content)), 1.0)
    left = (1 - credited) * ~ground.again
    share = share * ~ground.again[reading]

    persona = ground.person_persona[pairs.member_person]
    kinds = len(ground.personas)
    # Expected touches are proportional to the table: what was seen over what was expected is the correction.
    seen = added(persona, pairs.by_member(responsibility), kinds) + rules.touches_count * first.touches
    due = added(persona, held * expected / now.touches[persona], kinds) + rules.touches_count
    touches = seen / due

    piece = ground.content[reading]
    seats, stray = _seated(ground, episodes, pairs, held, homes, pools, first, settings)
    # Everything that a piece says, its stage and its tags, is learned from what each piece is credited with.
    pieces, needs = ground.topic_share.shape[0], len(ground.words.needs)
    in_groups = added(piece * needs + need, share, pieces * needs).reshape(pieces, needs)
    outside = added(ground.content, left, pieces)
    stages = len(first.stage_group) + 1
    stage_group = added(ground.piece_stage, in_groups.sum(axis=1), stages)[:-1]
    stage_group = _shrunk(stage_group, first.stage_group, rules.agreement_count)
    stage_all = _shrunk(added(ground.piece_stage, outside, stages)[:-1], first.stage_all, rules.agreement_count)

    campaign = _aimed(ground, reading, row, share, left, first, rules)

    listed = ground.row_program[row] >= 0
    agreeing = marginal(added(ground.together(piece[listed], row[listed]), share[listed], 64))
    reads = np.stack(
        [_shrunk(one[:3], prior, rules.agreement_count) for one, prior in zip(agreeing, first.reads, strict=True)]
    )
    strangers, own = _background(ground, left, homes, first, rules.agreement_count)

    tags = ground.topic_share.shape[1]
    tag_reads = np.einsum("pt,pn->tn", ground.topic_share, in_groups)
    tag_all = np.einsum("p,pt->t", outside, ground.topic_share)
    usual = (tag_all + 1) / (tag_all.sum() + tags)
    start = first.tag_ratio * usual[:, None]
    start = start / start.sum(axis=0)
    reading_table = (tag_reads + rules.reading_count * start) / (tag_reads.sum(axis=0) + rules.reading_count)
    tag_ratio = reading_table / usual[:, None]
    topic = piece_odds(ground, in_groups, outside, tag_ratio, settings)
    return replace(
        now,
        touches=touches,
        seats=seats,
        stray=stray,
        reads=reads,
        strangers=strangers,
        own=own,
        stage_group=stage_group,
        stage_all=stage_all,
        campaign=campaign,
        tag_ratio=tag_ratio,
        topic=topic,
    )


def _seated(
    ground: Ground,
    episodes: Episodes,
    pairs: Pairs,
    held: Floats,
    homes: Homes,
    pools: Pools,
    first: Tables,
    settings: EpisodeSettings,
) -> tuple[Floats, float]:
    """Members of a group by persona, and the share of its scientists and leads who come from another program."""
    rules = settings.learning
    real = episodes.strength >= settings.groups.strength
    person, sits = pairs.member_person, real[pairs.member_episode]
    persona = ground.person_persona[person]
    seats = added(persona[sits], held[sits], len(ground.personas)) + rules.seats_count * first.seats
    # Where an account lists one program nobody can come from another.
    several = ground.rows_of[ground.person_account[person]] > 2
    some = np.flatnonzero(sits & several & (pools.of_program[persona] == 1))
    row = episodes.row[pairs.member_episode[some]]
    own, strayed = seats_taken(ground, pools, homes, person[some], row, settings.membership)
    astray = float((held[some] * strayed / (own + strayed)).sum()) + rules.stray_count * first.stray
    return seats / (float(real.sum()) + rules.seats_count), astray / (float(held[some].sum()) + rules.stray_count)


def _aimed(
    ground: Ground, reading: Ints, row: Ints, share: Floats, left: Floats, first: Tables, rules: LearningSettings
) -> Floats:
    """Shares of what groups read that a campaign brought, aimed at their program or elsewhere; of what anybody reads."""
    aim, count = ground.aim[reading], rules.campaign_count
    told = (aim != EMPTY_AIM) & (ground.row_program[row] >= 0)
    aimed = share[told & (aim == row)].sum()
    elsewhere = share[told & (aim != row) & (aim != UNTOLD)].sum()
    anybody = left[(ground.aim != EMPTY_AIM) & (ground.aim != UNTOLD)].sum()
    of = np.array([share[told].sum(), share[told].sum(), left[ground.aim != EMPTY_AIM].sum()])
    return np.asarray((np.array([aimed, elsewhere, anybody]) + count * first.campaign) / (of + count), float)


def piece_odds(
    ground: Ground, in_groups: Floats, outside: Floats, tag_ratio: Floats, settings: EpisodeSettings
) -> Floats:
    """Log-odds of each piece for each need: its own record, shrunk in logarithms towards what its tags say.

    Parameters
    ----------
    in_groups : float array, shape (pieces + 1, needs)
        Readings credited to groups about each need.
    outside : float array
        Readings of each piece that are not.
    """
    rules, pieces = settings.learning, len(outside)
    record = (in_groups / (in_groups.sum(axis=0) + 1)) / ((outside + 1) / (outside.sum() + pieces))[:, None]
    readings = np.bincount(ground.content, minlength=pieces).astype(float)
    readings[-1] = 0.0  # no piece at all has no record
    weight = (readings / (readings + rules.piece_count))[:, None]
    by_tag = np.log(ground.topic_share @ tag_ratio)
    return np.asarray(weight * np.log(record + rules.ratio_floor) + (1 - weight) * by_tag, float)


def _background(ground: Ground, left: Floats, homes: Homes, first: Tables, count: float) -> tuple[Floats, Floats]:
    """What strangers and a program's own people read without buying."""
    of_piece, of_row, kinds = ground.kinds
    rows = (ground.rows_of - 1)[ground.person_account]
    readings = (*ground.readings_by_person, ground.content, left)
    ways, own_ways = ways_read(homes.first_row, rows, *readings, of_piece, of_row, kinds, homes.start, homes.value, 64)
    strangers, own = marginal(ways - own_ways), marginal(own_ways)
    return (
        np.stack([_shrunk(one[:3], prior, count) for one, prior in zip(strangers, first.strangers, strict=True)]),
        np.stack([_shrunk(one[:3], prior, count) for one, prior in zip(own, first.own, strict=True)]),
    )


def _shrunk(counts: Floats, prior: Floats, weight: float) -> Floats:
    prior = prior / prior.sum()
    return np.asarray((counts + weight * prior) / (counts.sum() + weight), float)
