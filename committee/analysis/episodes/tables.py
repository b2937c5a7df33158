"""The numbers that the data may correct: what groups read, what anybody reads, how much a member touches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Ints, distinct
from committee.analysis.episodes.ground import Floats, Ground
from committee.analysis.episodes.words import STAGES
from committee.analysis.programs import ATTRIBUTES
from committee.settings import EpisodeSettings

__all__ = ["Tables", "first_tables", "need_shares", "tag_ratios", "topic_odds"]


@dataclass(frozen=True)
class Tables:
    """Numbers in force.

    Attributes
    ----------
    touches : float array
        Expected sessions of a member, by persona.
    seats : float array
        Members of a group, by persona.
    stray : float
        Share of a group's scientists and leads who come from another program of the account.
    reads, strangers, own : float arrays, shape (3, 3)
        By attribute and state (match, mismatch, untagged): what a group reads, what strangers to its program read, what
        the program's own people read without buying.
    stage_group, stage_all : float arrays
        By stage.
    campaign : float array
        Shares of a group's readings that come by a campaign aimed at its program, and at another; share of anybody's
        that come by a campaign aimed at any program of the account.
    need_share : float array
        Share of each need among what is read and tagged.
    tag_ratio : float array, shape (needs + 1, needs)
        By tag (the last one: untagged) and need: how much likelier a group about the need reads such a piece.
    topic : float array, shape (pieces + 1, needs)
        The same for each piece, in logarithms.
    rate : float
        Background sessions a day, mean over people.
    spurt, spurt_days : float
        Chance that a session is followed by one more on its subject, and after how many days.
    """

    touches: Floats
    seats: Floats
    stray: float
    reads: Floats
    strangers: Floats
    own: Floats
    stage_group: Floats
    stage_all: Floats
    campaign: Floats
    need_share: Floats
    tag_ratio: Floats
    topic: Floats
    rate: float
    spurt: float
    spurt_days: float


def need_shares(ground: Ground) -> Floats:
    """Share of each need among the tagged readings."""
    needs = len(ground.words.needs)
    count = ground.topic_share[ground.content, :needs].sum(axis=0)
    return np.asarray((count + 1) / (count.sum() + needs), float)


def tag_ratios(share: Floats, settings: EpisodeSettings) -> Floats:
    """How much likelier a group about a need reads a piece with a tag, before anything is learned."""
    trust = settings.topic_trust
    other = (1 - trust) / np.maximum(1 - share, 0.02)
    ratio = np.repeat(other[:, None], len(share), axis=1)
    ratio[np.diag_indices(len(share))] = trust / share
    return np.vstack([ratio, np.full(len(share), settings.untagged_topic)])


def topic_odds(topic_share: Floats, ratio: Floats) -> Floats:
    """Log-odds of each piece for each need, from its tags."""
    return np.asarray(np.log(topic_share @ ratio), float)


def first_tables(ground: Ground, settings: EpisodeSettings, share: Floats | None = None) -> Tables:
    """Return the numbers of the settings."""
    share = need_shares(ground) if share is None else share
    ratio = tag_ratios(share, settings)
    stage = np.array([getattr(settings.stage, name) for name in STAGES])

    def agreement(name: str) -> Floats:
        section = getattr(settings, name)
        return np.array([getattr(section, attribute) for attribute in ATTRIBUTES])

    sessions = len(ground.session_person)
    return Tables(
        touches=np.array([settings.touches.get(name, settings.touches["unknown"]) for name in ground.personas]),
        seats=seats_of(ground, settings),
        stray=settings.membership.stray,
        reads=agreement("group_reads"),
        strangers=agreement("strangers_read"),
        own=agreement("own_people_read"),
        stage_group=stage[:, 0],
        stage_all=stage[:, 1],
        campaign=np.array([settings.campaign.aimed, settings.campaign.elsewhere, settings.campaign.anybody]),
        need_share=share,
        tag_ratio=ratio,
        topic=topic_odds(ground.topic_share, ratio),
        rate=max(settings.membership.first_background * sessions, 1.0) / (max(_active(ground), 1) * ground.span),
        spurt=settings.spurt.chance,
        spurt_days=settings.spurt.days,
    )


def _active(ground: Ground) -> int:
    return len(distinct(ground.session_person))


def seats_of(ground: Ground, settings: EpisodeSettings) -> Floats:
    """Seats of a committee, by persona."""
    return np.array([settings.seats.get(name, settings.seats["unknown"]) for name in ground.personas])


def person_is_of_program(ground: Ground, settings: EpisodeSettings) -> Ints:
    """Say for each persona whether its people belong to one program (1) or serve the whole account (0)."""
    return np.array([int(name in settings.membership.program_personas) for name in ground.personas], np.int64)
