"""Readers come back to a subject for some days without any purchase: a background that excites itself (Hawkes 1971).

The background intensity of session j of person c is ``lambda_c + sum over earlier sessions i of q g(t_j - t_i) S_ij``: q
is the chance that a session is followed by one more on its subject, g an exponential of some days, S_ij how much likelier
the readings of j are when the subject is that of i.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import Floats, Ground, added, starts
from committee.analysis.episodes.kernels import coming_back
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
        subject, later, gap, alike = _followers(ground, tables, settings)
        excited = added(later, _rate(tables, gap) * alike, len(ground.session_person))
        return cls(subject, excited)


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
    _, later, gap, alike = _followers(ground, tables, settings)
    part = _rate(tables, gap) * alike / whole[later] * background[later]
    followed, days = float(part.sum()), float((part * gap).sum())
    count, spurts = settings.spurt.count, settings.spurt
    share = (followed + count * spurts.chance) / (float(background.sum()) + count)
    return min(share, 0.9), (days + count * spurts.chance * spurts.days) / (followed + count * spurts.chance)


def _rate(tables: Tables, gap: Floats) -> Floats:
    """Intensity a day that a session leaves behind after so many days."""
    return np.asarray(tables.spurt / tables.spurt_days * np.exp(-gap / tables.spurt_days), float)


def _followers(ground: Ground, tables: Tables, settings: EpisodeSettings) -> tuple[Floats, Ints, Floats, Floats]:
    """How well each session fits one subject; sessions that follow others, the days between, how well they fit their subject."""
    likelier, off, stays = np.exp(tables.topic), settings.off_topic, settings.same_subject
    return coming_back(
        np.argsort(ground.session_person, kind="stable"),  # sessions of one person come by time
        starts(ground.session_person, ground.people),
        ground.session_day,
        ground.session_start,
        ground.content,
        ground.again,
        ground.topic_share,
        (1 - off) * likelier + off,
        stays * likelier + 1 - stays,
        tables.need_share,
        _BACK,
        settings.spurt.horizon * tables.spurt_days,
        float(np.exp(_MOST)),
    )
