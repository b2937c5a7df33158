"""Who is in which episode: superposed Poisson processes with explaining-away.

A person touches at a background rate, and for each episode the person is in, at a further rate with the shape of the
episode. Session j of person c has the intensity ratio ``a_jg = mu F f(t_j) exp(evidence) / lambda_c`` for episode g; what
other episodes explain of it stands in the denominator: ``LLR_cg = sum_j ln(1 + a_jg / (1 + sum over others m a)) - mu F``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from committee.analysis.codes import Ints, runs
from committee.analysis.episodes.ground import Floats, Ground, added, expanded, starts
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import (
    box_densities,
    day_densities,
    evidence_alone,
    factors_of,
    priors_of,
    seats_of,
    sessions_of_windows,
    swept,
    weighed,
)
from committee.analysis.episodes.spurts import Usual
from committee.analysis.episodes.tables import Tables, person_is_of_program
from committee.settings import EpisodeSettings, MembershipSettings

__all__ = [
    "MOST_RATIO",
    "Episodes",
    "Pairs",
    "Pools",
    "base_rate",
    "boxes",
    "density",
    "expected_touches",
    "explained_by",
    "forces",
    "gathered_evidence",
    "logistic",
    "pair_up",
    "prior_facts",
    "priors",
    "running_share",
    "seats_taken",
    "session_rates",
    "strengths",
    "sweep",
    "unexplained",
    "with_worth",
]

_MOST = 60.0  # of a logarithm before it is raised
MOST_RATIO = float(np.exp(_MOST))
_EDGE = 1e-6  # days: less than what two touches can lie apart, more than rounding


@dataclass(frozen=True)
class Episodes:
    """Bursts, in the order in which they are worked through: the first of every account, the second of every account ...

    Attributes
    ----------
    row, need : int arrays
    start, end : float arrays
        Days.
    strength : float array
        Log evidence.
    weight : float array
        Factor of the members' priors.
    turn : int array
        Place of the episode in its account; ascending.
    """

    row: Ints
    need: Ints
    start: Floats
    end: Floats
    strength: Floats
    weight: Floats
    turn: Ints

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: Ints) -> Episodes:
        """Return some of them, in the order given."""
        return Episodes(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def pad(self, settings: MembershipSettings) -> Floats:
        """Days before the start and after the end in which members may touch as well."""
        return np.maximum(settings.pad_share * (self.end - self.start), settings.pad_days)

    def in_turn(self, ground: Ground) -> tuple[Episodes, Ints]:
        """Put them in order, the strongest of each account first.

        Returns
        -------
        episodes : Episodes
        order : int array
            Where each of them was.
        """
        account = ground.row_account[self.row]
        order = np.lexsort((self.start, self.need, self.row, -np.round(self.strength, 9), account))
        bounds = runs(account[order])
        turn = np.arange(len(order)) - np.repeat(bounds[:-1], np.diff(bounds))
        again = np.lexsort((account[order], turn))
        order, turn = order[again], turn[again]
        return replace(self.take(order), turn=turn), order


@dataclass(frozen=True)
class Pairs:
    """Sessions inside the padded windows of episodes; sorted by episode, person, session.

    Attributes
    ----------
    session, episode, member : int arrays
    worth : float array
        Evidence of the session's readings for the episode: how much likelier a member makes them.
    member_episode, member_person, member_start : int arrays
        Each person with a session in an episode's padded window; pairs of member i: ``member_start[i]:member_start[i + 1]``.
    turn_member : int array
        Members of turn t: ``turn_member[t]:turn_member[t + 1]``.
    """

    session: Ints
    episode: Ints
    member: Ints
    worth: Floats
    member_episode: Ints
    member_person: Ints
    member_start: Ints
    turn_member: Ints

    @property
    def members(self) -> int:
        """Number of members: people with a session in an episode's padded window."""
        return len(self.member_person)

    def readings(self, ground: Ground) -> tuple[Ints, Ints]:
        """Return pair and reading, for each reading of each pair."""
        start = ground.session_start
        return expanded(start[self.session], start[self.session + 1] - start[self.session])

    def by_member(self, values: Floats) -> Floats:
        """Sum over the pairs of each member."""
        return added(self.member, values, self.members)

    def by_episode(self, member_values: Floats, episodes: int) -> Floats:
        """Sum over the members of each episode."""
        return added(self.member_episode, member_values, episodes)


def explained_by(pairs: Pairs, ratio: Floats, held: Floats, sessions: int) -> Floats:
    """Sum over episodes of member times ratio, for each session."""
    return added(pairs.session, held[pairs.member] * ratio, sessions)


def unexplained(
    ground: Ground, tables: Tables, explained: Floats, background: Floats, usual: Usual, settings: MembershipSettings
) -> Floats:
    """Sessions of each person that neither an episode nor a spurt explains."""
    rate = base_rate(ground, tables, background, settings)[ground.session_person] * usual.subject
    alone = rate / (rate + usual.excited)
    return added(ground.session_person, alone / (1 + explained), ground.people)


def pair_up(ground: Ground, episodes: Episodes, settings: MembershipSettings) -> Pairs:
    """Find the sessions of each episode; their evidence is still none."""
    pad = episodes.pad(settings)
    account = ground.row_account[episodes.row]
    # What lies on an edge is inside.
    low, high = episodes.start - pad - _EDGE, episodes.end + pad + _EDGE
    session, episode, member, of_episode, of_person, start = sessions_of_windows(
        low, high, account, *ground.account_starts, ground.session_person, ground.session_day
    )
    turns = int(episodes.turn[-1]) + 1 if len(episodes) else 0
    turn_member = starts(episodes.turn[of_episode], turns)
    return Pairs(session, episode, member, np.ones(len(session)), of_episode, of_person, start, turn_member)


def with_worth(ground: Ground, episodes: Episodes, pairs: Pairs, homes: Homes, facts: tuple[Any, ...]) -> Pairs:
    """Fill in the evidence of each pair: the product over its readings.

    Parameters
    ----------
    facts : tuple
        From `reading_facts`.
    """
    row, need = episodes.row[pairs.member_episode], episodes.need[pairs.member_episode]
    home = homes.of(pairs.member_person, row)
    worth = factors_of(pairs.session, pairs.member, row, need, home, ground.session_start, *facts)
    return replace(pairs, worth=worth)


def boxes(ground: Ground, episodes: Episodes, pairs: Pairs, settings: MembershipSettings) -> Floats:
    """Density of each pair's day: even inside the window, exponential tails over the pad, nothing beyond."""
    pad = episodes.pad(settings)
    return box_densities(ground.session_day, pairs.session, pairs.episode, episodes.start, episodes.end, pad)


def density(
    ground: Ground, episodes: Episodes, pairs: Pairs, responsibility: Floats, settings: MembershipSettings
) -> Floats:
    """Density of each pair's day, from when the others of the episode touched; a person's own touches are left out."""
    return day_densities(
        pairs.member_start,
        pairs.member_episode,
        pairs.session,
        responsibility,
        ground.session_day,
        episodes.start,
        episodes.end,
        episodes.pad(settings),
        _smoother(settings.cells),
        settings.density_prior,
    )


def _smoother(cells: int) -> Floats:
    """A Gaussian of one cell; what leaves at the ends is given back."""
    distance = np.arange(cells)[:, None] - np.arange(cells)[None, :]
    weight = np.exp(-0.5 * distance.astype(float) ** 2)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True), float)


def running_share(ground: Ground, episodes: Episodes, settings: MembershipSettings) -> Floats:
    """Share of their touches that members of an episode had time for: less than 1 while it still runs."""
    runs_on = episodes.end + episodes.pad(settings) >= ground.end
    share = np.clip((episodes.end - episodes.start) / settings.running_days, settings.running_least, 1.0)
    return np.where(runs_on, share, 1.0)


@dataclass(frozen=True)
class Pools:
    """How many people could take each seat.

    Attributes
    ----------
    program : float array, shape (rows, personas)
        Sum of home probabilities.
    account : float array, shape (accounts, personas)
    seats : float array
    of_program : int array
        By persona: 1 = belongs to one program.
    """

    program: Floats
    account: Floats
    seats: Floats
    stray: float
    of_program: Ints

    @classmethod
    def of(cls, ground: Ground, tables: Tables, homes: Homes, settings: EpisodeSettings) -> Pools:
        """Count them."""
        kinds = len(ground.personas)
        cells = np.bincount(ground.person_account * kinds + ground.person_persona, minlength=ground.accounts * kinds)
        return cls(
            np.maximum(homes.total(ground, ground.person_persona, kinds), settings.membership.least_pool),
            cells.reshape(-1, kinds).astype(float),
            tables.seats,
            tables.stray,
            person_is_of_program(ground, settings),
        )


def seats_taken(
    ground: Ground, pools: Pools, homes: Homes, person: Ints, row: Ints, settings: MembershipSettings
) -> tuple[Floats, Floats]:
    """Chance that a person of one program has a seat as the program's own, and as one who strayed in from another."""
    persona = ground.person_persona[person]
    return seats_of(
        homes.of(person, row),
        pools.seats[persona],
        pools.stray,
        pools.program[row, persona],
        pools.account[ground.person_account[person], persona],
        settings.most_own,
    )


def priors(
    ground: Ground, pools: Pools, homes: Homes, person: Ints, row: Ints, weight: Floats, settings: MembershipSettings
) -> Floats:
    """Prior probability that a person of the account is in an episode of a row, before any touch is seen."""
    return priors_of(person, row, weight, *prior_facts(ground, pools, homes, settings))


def prior_facts(ground: Ground, pools: Pools, homes: Homes, settings: MembershipSettings) -> tuple[Any, ...]:
    """What priors are worked out from, in the order in which the compiled loops take it."""
    people = (ground.person_account, ground.person_persona, ground.person_stated)
    seats = (pools.seats, pools.of_program, pools.stray, pools.program, pools.account)
    rules = (settings.stated_here, settings.stated_elsewhere, settings.most_own, settings.least_prior, settings.most_prior)  # fmt: skip
    return (homes.start, homes.first_row, homes.value, *people, *seats, *rules)


def base_rate(ground: Ground, tables: Tables, background: Floats, settings: MembershipSettings) -> Floats:
    """Background sessions a day of each person, spurts left out: a gamma prior on what nothing explains."""
    return np.asarray((settings.rate_prior + background) / (settings.rate_prior / tables.rate + ground.span), float)


def session_rates(
    ground: Ground, tables: Tables, background: Floats, usual: Usual, settings: MembershipSettings
) -> Floats:
    """Background intensity of each session, whatever it is about."""
    rate = base_rate(ground, tables, background, settings)[ground.session_person]
    return np.asarray(rate * usual.subject + usual.excited, float)


def expected_touches(
    ground: Ground, episodes: Episodes, pairs: Pairs, tables: Tables, settings: MembershipSettings
) -> Floats:
    """Touches that each member of the pairs is expected to make."""
    persona = ground.person_persona[pairs.member_person]
    return np.asarray(tables.touches[persona] * running_share(ground, episodes, settings)[pairs.member_episode], float)


def gathered_evidence(
    pairs: Pairs, force: Floats, rate: Floats, expected: Floats, explained: Floats, share: float
) -> Floats:
    """Log likelihood ratio of each member, given what is explained of each session.

    Parameters
    ----------
    force : float array
        Of each pair.
    rate, explained : float arrays
        Of each session.
    expected : float array
        Of each member.
    share : float
        Part of what is explained that counts.
    """
    return evidence_alone(pairs.member_start, pairs.session, force, rate, expected, explained, share, MOST_RATIO)


def forces(pairs: Pairs, shape: Floats) -> Floats:
    """Density of each pair's day times what its readings say."""
    return np.asarray(shape * np.minimum(pairs.worth, MOST_RATIO**10), float)


def logistic(value: Floats) -> Floats:
    """Probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -500, 500))), float)


def sweep(
    pairs: Pairs,
    ratio: Floats,
    expected: Floats,
    prior: Floats,
    member: Floats,
    explained: Floats,
    times: int,
    share: float = 1.0,
) -> tuple[Floats, Floats, Floats]:
    """Work through the episodes turn by turn, so that each sees what the others explain.

    Parameters
    ----------
    pairs : Pairs
    ratio : float array
        Intensity ratio of each pair.
    expected, prior, member : float arrays
        Of each member; ``member`` is the probability to start from.
    explained : float array
        Of each session: the sum over episodes of member times ratio.
    times : int
    share : float
        Part of what others explain that counts; 0 = each episode takes every session for its own.

    Returns
    -------
    member, explained, evidence : float arrays
        Probability of each member, what is explained of each session, log likelihood ratio of each member.
    """
    member, explained = member.copy(), explained.copy()
    evidence = swept(
        np.ones(int(pairs.member_episode.max(initial=-1)) + 1, bool),
        pairs.member_start,
        pairs.member_episode,
        pairs.session,
        ratio,
        expected,
        np.log(prior) - np.log1p(-prior),
        member,
        explained,
        times,
        share,
    )
    return member, explained, evidence


def strengths(pairs: Pairs, prior: Floats, evidence: Floats, need_prior: Floats) -> Floats:
    """Log evidence of each episode: ``sum ln(1 - prior + prior e^LLR) + ln need prior``."""
    none = np.log1p(-prior)
    _, strength = weighed(pairs.member_episode, np.log(prior) - none, none, evidence, len(need_prior))
    return np.asarray(strength + np.log(need_prior), float)
