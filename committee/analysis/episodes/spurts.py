"""Readers come back to a subject for some days without any purchase: a background that excites itself (Hawkes 1971).

The background intensity of session j of person c is ``lambda_c + sum over earlier sessions i of q g(t_j - t_i) S_ij``: q
is the chance that a session is followed by one more on its subject, g an exponential of some days, S_ij how much likelier
the readings of j are when the subject is that of i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import Floats, Ground
from committee.analysis.episodes.tables import Tables
from committee.settings import EpisodeSettings

__all__ = ["Usual", "spurt_rates"]

_BACK = 3  # earlier sessions that are looked at
_MOST = 40.0  # of a logarithm before it is raised


@dataclass(frozen=True)
class Usual:
    """What there is to the background of each session beside the person's own rate.

    Attributes
    ----------
    subject : float array
        Factor of the rate: pieces of one session tend to be about one subject, whoever reads them.
    excited : float array
        Intensity a day that the same person's sessions just before account for.
    """

    subject: Floats
    excited: Floats

    @classmethod
    def of(cls, ground: Ground, tables: Tables, settings: EpisodeSettings) -> Usual:
        """Work out both for the tables in force."""
        excited = np.zeros(len(ground.session_person))
        for one, gap, alike in _followers(ground, tables, settings):
            excited[one] += tables.spurt / tables.spurt_days * np.exp(-gap / tables.spurt_days) * alike
        stays = settings.same_subject
        odds = _by_session(ground, np.log(stays * np.exp(tables.topic) + 1 - stays), new_only=True)
        likely = np.einsum("ij,j->i", np.exp(np.minimum(odds, _MOST)), tables.need_share)
        # A first piece says nothing about a common subject.
        several = np.bincount(ground.session[~ground.again], minlength=len(excited)) > 1
        return cls(np.where(several, np.maximum(likely, 1.0), 1.0), excited)


def spurt_rates(
    ground: Ground, tables: Tables, settings: EpisodeSettings, rate: Floats, usual: Usual, background: Floats
) -> tuple[float, float]:
    """Learn how often, and after how many days, a background session is followed by one more on its subject.

    Parameters
    ----------
    rate : float array
        Background sessions a day of each person, without spurts.
    background : float array
        Probability of each session to be background.
    """
    whole = rate[ground.session_person] * usual.subject + usual.excited
    if not tables.spurt:
        return 0.0, tables.spurt_days
    followed = days = 0.0
    for one, gap, alike in _followers(ground, tables, settings):
        part = (
            tables.spurt / tables.spurt_days * np.exp(-gap / tables.spurt_days) * alike / whole[one] * background[one]
        )
        followed += float(part.sum())
        days += float((part * gap).sum())
    count, spurts = settings.spurt.count, settings.spurt
    share = (followed + count * spurts.chance) / (float(background.sum()) + count)
    return min(share, 0.9), (days + count * spurts.chance * spurts.days) / (followed + count * spurts.chance)


def _followers(ground: Ground, tables: Tables, settings: EpisodeSettings) -> list[tuple[Ints, Floats, Floats]]:
    """For each lag: later sessions, days since the earlier one, how well they fit its subject."""
    order = np.argsort(ground.session_person, kind="stable")  # sessions of one person come by time
    off = settings.off_topic
    odds = _by_session(ground, np.log((1 - off) * np.exp(tables.topic) + off), new_only=True)
    needs = odds.shape[1]
    share = _by_session(ground, ground.topic_share, new_only=False)
    share = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    likely = np.exp(np.minimum(odds, _MOST))
    found = []
    for lag in range(1, _BACK + 1):
        earlier, later = order[:-lag], order[lag:]
        gap = ground.session_day[later] - ground.session_day[earlier]
        near = (ground.session_person[earlier] == ground.session_person[later]) & (
            gap <= settings.spurt.horizon * tables.spurt_days
        )
        earlier, later, gap = earlier[near], later[near], gap[near]
        before = share.take(earlier, axis=0)
        alike = np.einsum("ij,ij->i", before[:, :needs], likely.take(later, axis=0)) + before[:, needs]
        found.append((later, gap, alike))
    return found


def _by_session(ground: Ground, of_piece: Floats, new_only: bool) -> Floats:
    """Sum what is known of each piece over the readings of each session, shape (sessions, columns)."""
    values = np.vstack([of_piece, np.zeros((1, of_piece.shape[1]))])
    piece = np.where(ground.again, len(of_piece), ground.content) if new_only else ground.content
    start, size = ground.session_start[:-1], np.diff(ground.session_start)
    total = values.take(piece[start], axis=0)
    place, longer = 1, np.flatnonzero(size > 1)
    while len(longer):
        total[longer] += values.take(piece[start[longer] + place], axis=0)
        place += 1
        longer = longer[size[longer] > place]
    return total
