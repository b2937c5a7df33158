"""Which episodes are groups, who their members are, and why the others are not reported."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Flags, Ints, distinct
from committee.analysis.episodes.fit import Fit
from committee.analysis.episodes.ground import Floats, Ground, added
from committee.analysis.episodes.membership import Pairs, strengths
from committee.analysis.episodes.scan import need_prior
from committee.settings import EpisodeSettings, ReportedSettings

__all__ = ["WHY_NOT", "Reported", "judged", "least_strength", "stated", "strong_rate", "without_most_read"]

WHY_NOT = ("too_few_people", "too_few_personas", "weak_evidence", "one_piece")


@dataclass(frozen=True)
class Reported:
    """What the output rule says.

    Attributes
    ----------
    group : bool array
        Of each episode.
    member : bool array
        Of each member of the pairs: probability and one touch are high enough.
    why_not : int array
        Position in WHY_NOT of the first rule an episode fails, -1 = it is a group.
    people : int array
        Members of each episode.
    """

    group: Flags
    member: Flags
    why_not: Ints
    people: Ints


def least_strength(rate: float, rules: ReportedSettings) -> float:
    """Log evidence that a group needs: more where strong groups are so rare that weak ones are luck more often."""
    return rules.strength + rules.caution * max(0.0, math.log(rules.usual_rate / rate))


def strong_rate(ground: Ground, fit: Fit, settings: EpisodeSettings) -> float:
    """Groups an account whose evidence luck does not reach, half a group added so that there is always a rate."""
    found = judged(ground, fit, settings, settings.groups.strong).group
    return (float(found.sum()) + 0.5) / (len(distinct(ground.session_account)) + 1)


def judged(ground: Ground, fit: Fit, settings: EpisodeSettings, least: float) -> Reported:
    """Apply the output rule; ``least`` is the log evidence a group needs."""
    pairs, rules, number = fit.pairs, settings.groups, len(fit.episodes)
    best = np.zeros(pairs.members)
    np.maximum.at(best, pairs.member, fit.responsibility)
    member = (stated(fit.held, rules) >= rules.membership) & (best > rules.responsibility)
    people = np.bincount(pairs.member_episode[member], minlength=number)
    known = len(ground.personas) - 1
    persona = ground.person_persona[pairs.member_person]
    seen = distinct(pairs.member_episode[member & (persona < known)] * known + persona[member & (persona < known)])
    personas = np.bincount(seen // known, minlength=number)
    fails = [
        people < rules.people,
        personas < rules.personas,
        fit.episodes.strength < least,
        without_most_read(ground, fit, settings) < rules.without_piece + least - rules.strength,
    ]
    why_not = np.asarray(np.select(fails, range(len(fails)), default=-1), np.int64)
    return Reported(why_not < 0, member, why_not, people)


def stated(held: Floats, rules: ReportedSettings) -> Floats:
    """Probability of being a member that is stated, nearer to one half than the fit's: the order stays.

    ``held`` is the probability given that the group is one. Above one half it is drawn down, for a group may be none;
    below, its log-odds count in part, for a variational fit is too sure of what it rules out (Turner & Sahani 2011).
    """
    low = np.clip(held, 1e-12, 0.5)
    below = 1 / (1 + ((1 - low) / low) ** rules.ruled_out)
    return np.asarray(np.where(held > 0.5, 0.5 + rules.certainty * (held - 0.5), below), float)


def without_most_read(ground: Ground, fit: Fit, settings: EpisodeSettings) -> Floats:
    """Log evidence of each episode without the sessions that hold nothing but the piece its people read most.

    A paper that goes round leaves one piece and many people; a purchase leaves several pieces.
    """
    pairs, number = fit.pairs, len(fit.episodes)
    pair, reading = pairs.readings(ground)
    pieces = ground.topic_share.shape[0]
    piece, episode = ground.content[reading], pairs.episode[pair]
    key = episode * pieces + piece
    cells, place = np.unique(key, return_inverse=True)
    credit = added(place, fit.responsibility[pair] * ~ground.again[reading], len(cells))
    credit[cells % pieces == pieces - 1] = -1.0  # no piece
    order = np.lexsort((cells, -np.round(credit, 9), cells // pieces))
    owner, first = np.unique((cells // pieces)[order], return_index=True)
    most = np.full(number, -1, np.int64)
    most[owner] = (cells % pieces)[order[first]]
    only = added(pair, piece != most[episode], len(pairs.session)) == 0
    return strengths(
        pairs, fit.prior, pairs.by_member(_gains(pairs, fit) * ~only) - fit.expected, _prior(ground, fit, settings)
    )


def _gains(pairs: Pairs, fit: Fit) -> Floats:
    """What each session adds to the evidence of a member, beside what other episodes explain."""
    others = np.maximum(fit.explained[pairs.session] - fit.held[pairs.member] * fit.ratio, 0.0)
    return np.asarray(np.log1p(fit.ratio / (1 + fit.share * others)), float)


def _prior(ground: Ground, fit: Fit, settings: EpisodeSettings) -> Floats:
    return need_prior(ground, settings.scan.listed_needs)[fit.episodes.row, fit.episodes.need]
