"""Why somebody is in a group of the mixture, or is not: every probability as a sum of named log-odds.

The terms are those the memberships were worked out from, so that ``logistic(sum of terms)`` is the probability that the
findings state. Whoever never touched anything while the episode ran has a sum as well: the prior less the touches that
were expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, log1p

import numpy as np

from committee.analysis.codes import distinct, named
from committee.analysis.episodes.ground import Floats
from committee.analysis.episodes.home import Homes, homes_of
from committee.analysis.episodes.membership import Pools, running_share
from committee.analysis.episodes.output import group_ids
from committee.analysis.episodes.program import LEAST_CREDIT
from committee.analysis.episodes.reported import WHY_NOT, stated
from committee.analysis.episodes.scored import Scored
from committee.analysis.episodes.terms import (
    BACKGROUND,
    OTHER_GROUPS,
    gains,
    prior_terms,
    reading_terms,
    session_terms,
)
from committee.settings import Settings

__all__ = ["EXPECTED", "TOWARDS_HALF", "Burst", "Explaining", "ProgramOption", "Share", "Standing", "Touched"]

EXPECTED = "touches expected"
TOWARDS_HALF = "towards one half"


@dataclass(frozen=True)
class Burst:
    """An episode: a group, or a burst that is not reported as one.

    Attributes
    ----------
    group_id : str or None
        None where it is no group.
    program_id, need : str or None
        None = no listed program, no need told.
    why_not : str
        The first rule of reported groups that it fails, empty = it is a group.
    """

    group_id: str | None
    program_id: str | None
    need: str | None
    why_not: str


@dataclass(frozen=True)
class Touched:
    """What one session adds to a membership.

    Attributes
    ----------
    engagement_ids : tuple of str
    odds : float
        What it adds: 0 or more, the sum of ``parts``.
    parts : mapping
        Named log-odds, the strongest first; ``other groups`` is what others explain of it, ``may be background`` what
        keeps a session that does not fit from counting against.
    others : tuple of (Burst, float)
        Who explains it as well, with the log-odds each takes, the strongest first.
    credit : float
        Share of the session credited to the group.
    """

    engagement_ids: tuple[str, ...]
    odds: float
    parts: Mapping[str, float]
    others: tuple[tuple[Burst, float], ...]
    credit: float


@dataclass(frozen=True)
class Standing:
    """Where one person stands with one group.

    Attributes
    ----------
    group_id, contact_id, persona : str
    member : bool
        Whether the group names the person.
    probability : float
    prior : mapping
        Named log-odds before any touch.
    touches : tuple of Touched
        In the order of time.
    expected : float
        Log-odds of the touches that a member is expected to make: below 0.
    doubt : float
        Log-odds towards one half: 0 or below where the probability is above it, for what looks like a group is none at
        times; 0 or above where it is below, for the fit is too sure of what it rules out. 0 for whoever touched nothing.
    costs : mapping
        What each term takes away, most first: how much higher the sum were without it.
    """

    group_id: str
    contact_id: str
    persona: str
    member: bool
    probability: float
    prior: Mapping[str, float]
    touches: tuple[Touched, ...]
    expected: float
    doubt: float
    costs: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum: log-odds of being in the group."""
        return sum(self.prior.values()) + sum(one.odds for one in self.touches) + self.expected + self.doubt


@dataclass(frozen=True)
class Share:
    """What one engagement is credited to."""

    burst: Burst
    credit: float
    parts: Mapping[str, float]


@dataclass(frozen=True)
class ProgramOption:
    """A program that a group may be for; ``told`` is what speaks for it, by what tells, in log-odds."""

    program_id: str | None
    probability: float
    told: Mapping[str, float]


class Explaining:
    """The sums behind the groups of one account, or a few.

    Parameters
    ----------
    one : Scored
    settings : Settings
        Those it was scored with.
    """

    def __init__(self, one: Scored, settings: Settings) -> None:
        self._one, self._settings = one, settings
        self._ids = group_ids(one.ground, one.touches, one.fit, one.verdict, settings.episodes)
        self._episode = {group: episode for episode, group in self._ids.items()}

    @property
    def groups(self) -> tuple[str, ...]:
        """Ids of the groups, in the order of the fit."""
        return tuple(self._ids.values())

    def knows(self, contact_id: str) -> bool:
        """Say whether a person is of the accounts these sums are about."""
        return contact_id in self._people

    def standing(self, group_id: str, contact_id: str) -> Standing:
        """Say where a person stands with a group.

        Raises
        ------
        KeyError
            No such group here, or the person is not of its account.
        """
        episode = self._episode[group_id]
        person = self._person(contact_id, int(self._one.ground.row_account[self._one.fit.episodes.row[episode]]))
        return self._standing(episode, person)

    def standings(self, group_id: str) -> list[Standing]:
        """Return where everybody stands who touched anything while the group's episode ran; the surest first."""
        episode, pairs = self._episode[group_id], self._one.fit.pairs
        people = pairs.member_person[pairs.member_episode == episode].tolist()
        found = [self._standing(episode, person) for person in people]
        return sorted(found, key=lambda one: (-round(one.probability, 9), one.contact_id))

    def shares(self, engagement_id: str) -> list[Share]:
        """Return what an engagement is credited to, groups and bursts that are none, the largest share first."""
        one = self._one
        reading = next((r for r, names in enumerate(self._engagements) if names == engagement_id), None)
        if reading is None:
            return []
        session = int(one.ground.session[reading])
        found = []
        for pair in np.flatnonzero(one.fit.pairs.session == session).tolist():
            burst = self._burst(int(one.fit.pairs.episode[pair]))
            found.append(Share(burst, float(one.fit.responsibility[pair]), self._parts(pair)))
        return sorted(found, key=lambda share: -round(share.credit, 9))

    def programs(self, group_id: str) -> list[ProgramOption]:
        """Return the programs of the account as that of the group, the likeliest first."""
        one, episode = self._one, self._episode[group_id]
        choice = one.fit.choice
        here = range(int(choice.start[episode]), int(choice.start[episode + 1]))
        options = [
            ProgramOption(
                self._program(int(choice.row[place])),
                float(choice.posterior[place]),
                {name: float(values[place]) for name, values in choice.told.items()},
            )
            for place in here
        ]
        return sorted(options, key=lambda option: (-round(option.probability, 9), option.program_id or "~"))

    def own_program(self, contact_id: str, group_id: str) -> list[tuple[str | None, float]]:
        """Return which program of the account is a person's own, by probability, in the order of the programs."""
        ground = self._one.ground
        account = int(ground.row_account[self._one.fit.episodes.row[self._episode[group_id]]])
        person = self._person(contact_id, account)
        rows = np.arange(ground.row_start[account], ground.row_start[account + 1])
        value = self._homes.of(np.full(len(rows), person), rows)
        return [(self._program(int(row)), float(share)) for row, share in zip(rows, value, strict=True)]

    def stated(self, contact_id: str, group_id: str) -> int:
        """Return the row of the program stated for a person of the group's account, or that none is."""
        account = int(self._one.ground.row_account[self._one.fit.episodes.row[self._episode[group_id]]])
        return int(self._one.ground.person_stated[self._person(contact_id, account)])

    def program_of(self, group_id: str) -> str | None:
        """Return the program a group is for; None = no listed one."""
        return self._program(int(self._one.fit.episodes.row[self._episode[group_id]]))

    @property
    def needs(self) -> tuple[str, ...]:
        """Needs that are told apart."""
        return self._one.ground.words.needs

    @property
    def areas(self) -> tuple[str, ...]:
        """Therapeutic areas of the programs here."""
        ground = self._one.ground
        codes = distinct(ground.row_words[:, 0])
        return tuple(ground.words.attributes[0][code] for code in codes.tolist() if code >= 0)

    def credit_of_pieces(self) -> dict[str, dict[Burst, float]]:
        """Return for each piece how much of its readings is credited to each burst."""
        one = self._one
        pair, reading = one.fit.pairs.readings(one.ground)
        piece = one.ground.content[reading]
        some = np.flatnonzero((one.fit.responsibility[pair] > LEAST_CREDIT) & (piece < len(one.touches.content_ids)))
        bursts = {episode: self._burst(episode) for episode in distinct(one.fit.pairs.episode[pair[some]]).tolist()}
        ids = named(one.touches.content_ids, piece[some]).to_pylist()
        found: dict[str, dict[Burst, float]] = {}
        for name, where in zip(ids, pair[some].tolist(), strict=True):
            shares = found.setdefault(name, {})
            burst = bursts[int(one.fit.pairs.episode[where])]
            shares[burst] = shares.get(burst, 0.0) + float(one.fit.responsibility[where])
        return found

    def piece_odds(self, kind: str, value: str, credit: Mapping[Burst, float]) -> float:
        """Return how well a topic or an area of a piece fits the bursts that its readings are credited to: log-odds."""
        tables, ground = self._one.fit.tables, self._one.ground
        odds = 0.0
        for burst, share in credit.items():
            if kind == "topic":
                need = ground.words.needs.index(burst.need or "")
                odds += share * float(np.log(tables.tag_ratio[ground.words.needs.index(value), need]))
            elif burst.program_id in self._areas:
                state = 0 if self._areas[burst.program_id] == value else 1
                power = self._settings.episodes.fit.attribute_power
                odds += power * share * float(np.log(tables.reads[0, state] / tables.strangers[0, state]))
        return odds

    @cached_property
    def _areas(self) -> dict[str | None, str]:
        """Therapeutic area of each program that states one."""
        ground = self._one.ground
        return {
            self._program(row): ground.words.attributes[0][code]
            for row, code in enumerate(ground.row_words[:, 0].tolist())
            if code >= 0
        }

    # --- the sums -------------------------------------------------------------------------------------------------------

    def _standing(self, episode: int, person: int) -> Standing:
        ground, fit, settings = self._one.ground, self._one.fit, self._settings.episodes
        row, weight = fit.episodes.row[[episode]], fit.episodes.weight[[episode]]
        prior = prior_terms(ground, self._pools, self._homes, np.array([person]), row, weight, settings)
        told = _strongest_first({name: float(values[0]) for name, values in prior.items()})
        persona = int(ground.person_persona[person])
        runs = float(running_share(ground, fit.episodes, settings.membership)[episode])
        expected = -float(fit.tables.touches[persona]) * runs
        place = np.flatnonzero((fit.pairs.member_episode == episode) & (fit.pairs.member_person == person))
        touches: tuple[Touched, ...] = ()
        total, member, doubt = sum(told.values()) + expected, False, 0.0
        probability = _logistic(total)
        if len(place):
            one = int(place[0])
            touches = tuple(
                self._touched(pair)
                for pair in range(int(fit.pairs.member_start[one]), int(fit.pairs.member_start[one + 1]))
            )
            total += sum(touch.odds for touch in touches)
            probability = float(stated(fit.held[[one]], settings.groups)[0])
            doubt = log(probability) - log1p(-probability) - total
            member = bool(self._one.verdict.member[one]) and episode in self._ids
        return Standing(
            self._ids.get(episode, ""),
            named(self._one.touches.contact_ids, ground.person_contact[[person]])[0].as_py(),
            ground.personas[persona],
            member,
            probability,
            told,
            touches,
            expected,
            doubt,
            _costs(told, touches, expected),
        )

    def _touched(self, pair: int) -> Touched:
        one = self._one
        session = int(one.fit.pairs.session[pair])
        readings = range(int(one.ground.session_start[session]), int(one.ground.session_start[session + 1]))
        parts = self._parts(pair)
        others = [
            (self._burst(int(one.fit.pairs.episode[other])), float(one.fit.held[member] * one.fit.ratio[other]))
            for other in self._sharing[session]
            if other != pair
            for member in [int(one.fit.pairs.member[other])]
        ]
        whole = sum(weight for _, weight in others)
        taken = -parts.get(OTHER_GROUPS, 0.0)
        told = [(burst, -taken * weight / whole) for burst, weight in others if whole > 0]
        return Touched(
            tuple(self._engagements[reading] for reading in readings),
            float(self._gains[pair]),
            parts,
            tuple(sorted(told, key=lambda other: round(other[1], 9))),
            float(one.fit.responsibility[pair]),
        )

    def _parts(self, pair: int) -> dict[str, float]:
        """Named log-odds of a pair's session, adding up to what it gains."""
        found = {name: float(values[pair]) for name, values in self._terms.items()}
        found[BACKGROUND] = float(self._gains[pair]) - sum(found.values())
        return _strongest_first(found)

    @cached_property
    def _terms(self) -> dict[str, Floats]:
        """By name, for every pair."""
        one = self._one
        pair, reading = one.fit.pairs.readings(one.ground)
        each = reading_terms(one.ground, one.fit, self._settings.episodes, one.event, one.passed, pair, reading)
        count = len(one.fit.pairs.session)
        found = {name: np.asarray(np.bincount(pair, values, count), float) for name, values in each.items()}
        return found | session_terms(one.ground, one.fit, np.arange(count))

    @cached_property
    def _gains(self) -> Floats:
        return gains(self._one.fit)

    @cached_property
    def _sharing(self) -> dict[int, list[int]]:
        """Pairs of each session."""
        found: dict[int, list[int]] = {}
        for pair, session in enumerate(self._one.fit.pairs.session.tolist()):
            found.setdefault(session, []).append(pair)
        return found

    @cached_property
    def _homes(self) -> Homes:
        return homes_of(self._one.ground, self._one.fit.tables, self._settings.episodes.home)

    @cached_property
    def _pools(self) -> Pools:
        return Pools.of(self._one.ground, self._one.fit.tables, self._homes, self._settings.episodes)

    @cached_property
    def _engagements(self) -> list[str]:
        """Id of each reading."""
        seen = self._one.touches
        ids: list[str] = named(seen.engagement_ids, seen.engagement[self._one.ground.touch]).to_pylist()
        return ids

    @cached_property
    def _people(self) -> dict[str, list[int]]:
        """People of each contact: one an account."""
        found: dict[str, list[int]] = {}
        ids = named(self._one.touches.contact_ids, self._one.ground.person_contact).to_pylist()
        for person, contact_id in enumerate(ids):
            found.setdefault(contact_id, []).append(person)
        return found

    def _person(self, contact_id: str, account: int) -> int:
        for person in self._people.get(contact_id, []):
            if self._one.ground.person_account[person] == account:
                return person
        raise KeyError(contact_id)

    def _program(self, row: int) -> str | None:
        code = int(self._one.ground.row_program[row])
        return None if code < 0 else str(self._one.touches.program_ids[code].as_py())

    def _burst(self, episode: int) -> Burst:
        fit, verdict = self._one.fit, self._one.verdict
        why = int(verdict.why_not[episode])
        need = self._one.ground.words.needs[int(fit.episodes.need[episode])]
        return Burst(
            self._ids.get(episode),
            self._program(int(fit.episodes.row[episode])),
            need or None,
            "" if why < 0 else WHY_NOT[why],
        )


def _costs(prior: Mapping[str, float], touches: tuple[Touched, ...], expected: float) -> dict[str, float]:
    """What each term takes away: how much higher the sum were with the term at 0; most first."""
    cost = {name: -odds for name, odds in prior.items() if odds < 0}
    cost[EXPECTED] = -expected
    for touched in touches:
        whole = sum(odds for name, odds in touched.parts.items() if name != BACKGROUND)
        for name, odds in touched.parts.items():
            if name != BACKGROUND and odds < 0:
                cost[name] = cost.get(name, 0.0) + _softplus(whole - odds) - _softplus(whole)
    return dict(sorted(cost.items(), key=lambda item: (-round(item[1], 9), item[0])))


def _softplus(value: float) -> float:
    return max(value, 0.0) + log1p(exp(-abs(value)))


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


def _strongest_first(terms: Mapping[str, float]) -> dict[str, float]:
    told = {name: odds for name, odds in terms.items() if odds != 0.0}
    return dict(sorted(told.items(), key=lambda item: (-abs(round(item[1], 9)), item[0])))
