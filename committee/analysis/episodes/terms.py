"""The named log-odds of a membership: what it is the sum of, for the evidence column and for whoever explains it.

For a person and an episode ``logit m = logit prior + sum over sessions of ln(1 + a / (1 + others)) - expected touches``,
and ``ln a`` is a sum of named parts: what was read, when, by whom. ``ln(1 + a / (1 + others))`` is never below 0, however
badly a session fits: what is missing from the parts to it has a name of its own, ``may be background``.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.fit import Fit
from committee.analysis.episodes.ground import Floats, Ground, added
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.membership import Pools, priors, seats_taken
from committee.analysis.episodes.odds import parts
from committee.settings import EpisodeSettings

__all__ = ["BACKGROUND", "OTHER_GROUPS", "beside", "gains", "prior_terms", "reading_terms", "session_terms"]

OTHER_GROUPS = "other groups"
BACKGROUND = "may be background"
_LEAST = 1e-12


def reading_terms(
    ground: Ground, fit: Fit, settings: EpisodeSettings, event: Floats, passed: Floats, pair: Ints, reading: Ints
) -> dict[str, Floats]:
    """Return the named log-odds of readings for the episodes of their pairs: what was read.

    Parameters
    ----------
    event, passed : float arrays
        Of every reading of the ground: log-odds taken away for mass events, and for pieces passed on.
    pair, reading : int arrays
        Of one length.
    """
    episode = fit.pairs.episode[pair]
    row, need = fit.episodes.row[episode], fit.episodes.need[episode]
    home = fit.homes.of(ground.person[reading], row)
    found = parts(ground, fit.tables, settings, event, reading, row, need, home)
    found["passed on"] = -passed[reading]
    return found


def session_terms(ground: Ground, fit: Fit, pair: Ints) -> dict[str, Floats]:
    """Return the named log-odds of the sessions of pairs: when, by whom, and what other groups explain of them.

    ``timing`` is the density of the day against everybody's mean rate, ``own rate`` what this person reads beside that.
    """
    pairs, tables = fit.pairs, fit.tables
    session, member = pairs.session[pair], pairs.member[pair]
    rate = fit.rate[ground.session_person[session]]
    dense = np.maximum(fit.expected[member] * fit.shape[pair] / tables.rate, _LEAST)
    return {
        "timing": np.asarray(np.log(dense), float),
        "own rate": np.asarray(-np.log(rate / tables.rate), float),
        "same subject": np.asarray(-np.log(fit.usual.subject[session] + fit.usual.excited[session] / rate), float),
        OTHER_GROUPS: np.asarray(-np.log1p(beside(fit)[pair]), float),
    }


def beside(fit: Fit) -> Floats:
    """What counts of what other episodes explained of the session of each pair when its membership was worked out for the last time.

    The last sweep goes turn by turn: episodes of earlier turns had their new memberships by then, later ones the old.
    """
    pairs = fit.pairs
    sessions = len(fit.explained)
    explained = added(pairs.session, fit.before[pairs.member] * fit.ratio, sessions)
    found = np.zeros(len(pairs.session))
    for low, high in pairwise(pairs.turn_member):
        here = slice(pairs.member_start[low], pairs.member_start[high])
        session, member, ratio = pairs.session[here], pairs.member[here], fit.ratio[here]
        found[here] = np.maximum(explained[session] - fit.before[member] * ratio, 0.0)
        explained[session] = found[here] + fit.held[member] * ratio
    return np.asarray(fit.share * found, float)


def gains(fit: Fit) -> Floats:
    """What each pair's session adds to the log-odds of its member: 0 or more."""
    return np.asarray(np.log1p(fit.ratio / (1 + beside(fit))), float)


def prior_terms(
    ground: Ground, pools: Pools, homes: Homes, person: Ints, row: Ints, weight: Floats, settings: EpisodeSettings
) -> dict[str, Floats]:
    """Return the named log-odds that people are in an episode before any touch is seen; their sum is the prior.

    Parameters
    ----------
    person, row : int arrays
    weight : float array
        Of the episode, from its size.

    Returns
    -------
    dict
        ``seats``: how many of the persona a committee has, by how many there are; ``home program``: whether the person
        is of the program (people of one program); ``stated program``: named for this one or another (people who serve
        the whole account); ``size of the group``; ``bounds``: nobody is taken for nearly certain beforehand.
    """
    rules = settings.membership
    persona = ground.person_persona[person]
    special = pools.of_program[persona] == 1
    seats = pools.seats[persona]
    own = np.minimum(rules.most_own, (1 - pools.stray) * seats / pools.program[row, persona])
    shared = seats / np.maximum(pools.account[ground.person_account[person], persona], 1.0)
    stated = ground.person_stated[person]
    factor = np.where(stated == row, rules.stated_here, np.where(stated >= 0, rules.stated_elsewhere, 1.0))
    prior = priors(ground, pools, homes, person, row, weight, rules)
    seat = np.where(special, own, shared)
    found = {
        "seats": np.log(seat) - np.log1p(-np.minimum(seat, rules.most_prior)),
        "home program": np.where(
            special, np.log(sum(seats_taken(ground, pools, homes, person, row, rules)) / own), 0.0
        ),
        "stated program": np.where(special, 0.0, np.log(factor)),
        "size of the group": np.log(weight),
    }
    whole = np.log(prior) - np.log1p(-prior)
    found["bounds"] = whole - np.sum(list(found.values()), axis=0)
    return {name: np.asarray(values, float) for name, values in found.items()}
