"""Facts that nobody has stated and that a group hangs on: which there are, what they may be, and what a change is worth.

Four kinds: whose program a person is of, which persona an unknown title is, what an untagged or doubtful piece is about,
and which therapeutic area it is about. How likely each answer is comes from the model itself; what it would change comes
from trying it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
import pyarrow as pa

from committee.analysis.episodes.calibration import Calibration
from committee.analysis.episodes.explaining import Explaining
from committee.analysis.episodes.ground import UNTOLD
from committee.settings import QuestionSettings

__all__ = ["KINDS", "Answer", "Effect", "Fact", "effect_of", "facts_of", "retagged"]

KINDS = ("program", "topic", "area", "persona")
_FIELDS = {
    "program": ("contacts", "program_id"),
    "persona": ("contacts", "persona"),
    "topic": ("content", "topic"),
    "area": ("content", "therapeutic_area"),
}
_MOST = 300.0  # of a logarithm before it is raised


@dataclass(frozen=True)
class Answer:
    """One thing a fact may be; None = none of those there are."""

    value: str | None
    probability: float


@dataclass(frozen=True)
class Fact:
    """Something nobody has stated.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    id : str
        Of the person or the piece.
    answers : tuple of Answer
        The likeliest first.
    weight : float
        How much of the group's evidence hangs on the person or the piece.
    """

    kind: str
    id: str
    answers: tuple[Answer, ...]
    weight: float

    @property
    def table(self) -> str:
        """The table the fact belongs to."""
        return _FIELDS[self.kind][0]

    @property
    def field(self) -> str:
        """The field that would state it."""
        return _FIELDS[self.kind][1]


@dataclass(frozen=True)
class Effect:
    """What an answer changes in the groups of an account.

    Attributes
    ----------
    distance : float
        Sum of the changes of probability over people and groups; beside it a fixed worth for each group whose program or
        need changes, and for each that goes or appears.
    joined, left : tuple of (str, str)
        Group before and person.
    reassigned : tuple of (str, str or None, str or None)
        Group before, program before and after.
    gone, appeared : tuple of str
        Groups before, and groups after.
    """

    distance: float
    joined: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    reassigned: tuple[tuple[str, str | None, str | None], ...] = ()
    gone: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Say whether any list that people read is another one."""
        return bool(self.joined or self.left or self.reassigned or self.gone or self.appeared)


def facts_of(
    why: Explaining,
    group_id: str,
    tags: pa.Table,
    shares: Mapping[str, Mapping[str, float]],
    settings: QuestionSettings,
) -> list[Fact]:
    """Return the facts that a group hangs on, of each kind those with most weight first, kinds in turn.

    Parameters
    ----------
    why : Explaining
        The account of the group, scored.
    tags : pyarrow Table
        What each piece is about, with a confidence below 1 where the lexicon says it.
    shares : mapping
        Beforehand, by ``persona`` and ``therapeutic_area``: share of each word in the market.
    settings : QuestionSettings
    """
    by_kind = [
        _people(why, group_id, "program", shares, settings),
        _pieces(why, group_id, "topic", tags, shares, settings),
        _pieces(why, group_id, "area", tags, shares, settings),
        _people(why, group_id, "persona", shares, settings),
    ]
    found = []
    for place in range(settings.facts):
        found += [facts[place] for facts in by_kind if place < len(facts)]
    return found


def _people(
    why: Explaining, group_id: str, kind: str, shares: Mapping[str, Mapping[str, float]], settings: QuestionSettings
) -> list[Fact]:
    found = []
    for one in why.standings(group_id):
        weight = one.probability * sum(touch.odds for touch in one.touches)
        if kind == "program" and why.stated(one.contact_id, group_id) == UNTOLD:
            answers = _likeliest(
                dict(why.own_program(one.contact_id, group_id)), settings.answers, why.program_of(group_id)
            )
        elif kind == "persona" and one.persona == "unknown":
            answers = _likeliest(shares["persona"], settings.answers)
        else:
            continue
        if len(answers) > 1:
            found.append(Fact(kind, one.contact_id, answers, weight))
    return _heaviest(found)


def _pieces(
    why: Explaining,
    group_id: str,
    kind: str,
    tags: pa.Table,
    shares: Mapping[str, Mapping[str, float]],
    settings: QuestionSettings,
) -> list[Fact]:
    """Pieces that the group read and that say nothing, or nothing sure, about their topic or area."""
    credit = why.credit_of_pieces()
    said = {row["content_id"]: row for row in tags.to_pylist()}
    found = []
    for piece, by_group in credit.items():
        weight = sum(share for burst, share in by_group.items() if burst.group_id == group_id)
        tag = said.get(piece, {})
        doubtful = (tag.get("confidence") or 0.0) < settings.doubtful
        known = tag.get("topic" if kind == "topic" else "therapeutic_area")
        if weight < settings.least_credit or (known and not doubtful):
            continue
        values = why.needs if kind == "topic" else why.areas
        if len(values) < 2:
            continue
        odds = {value: why.piece_odds(kind, value, by_group) for value in values}
        before = shares["need"] if kind == "topic" else shares["therapeutic_area"]
        answers = _likeliest(_posterior(odds, before), settings.answers)
        if known:  # what the lexicon guesses stays an answer with its confidence
            guessed = known[0] if isinstance(known, list) else known
            sure = float(tag.get("confidence") or 0.0)
            mixed = {one.value: (1 - sure) * one.probability for one in answers}
            mixed[guessed] = mixed.get(guessed, 0.0) + sure
            answers = _likeliest(mixed, settings.answers)
        found.append(Fact(kind, piece, answers, weight))
    return _heaviest(found)


def _posterior(odds: Mapping[str, float], before: Mapping[str, float]) -> dict[str | None, float]:
    least = min((share for share in before.values() if share > 0), default=1.0)
    score = {value: log(before.get(value) or least) + min(odd, _MOST) for value, odd in odds.items()}
    top = max(score.values())
    weight = {value: exp(one - top) for value, one in score.items()}
    whole = sum(weight.values())
    return {value: one / whole for value, one in weight.items()}


def _likeliest(
    answers: Mapping[str, float] | Mapping[str | None, float], most: int, always: str | None = None
) -> tuple[Answer, ...]:
    """The likeliest answers, and the one that is tried in any case."""
    found = [Answer(value, probability) for value, probability in answers.items()]
    found.sort(key=lambda answer: (-round(answer.probability, 9), answer.value or "~"))
    kept = found[:most]
    if always is not None and always not in [answer.value for answer in kept]:
        kept = [*kept[:-1], *(answer for answer in found if answer.value == always)]
    return tuple(kept)


def _heaviest(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (-round(fact.weight, 9), fact.id))


def effect_of(
    before: Mapping[str, pa.Table],
    after: Mapping[str, pa.Table],
    continues: Mapping[str, str],
    settings: QuestionSettings,
) -> Effect:
    """Measure what changed between two findings of one account.

    Parameters
    ----------
    before, after : mapping
        Tables groups and memberships.
    continues : mapping
        By group after, the group before that it continues.
    """
    old, new = _groups(before), _groups(after)
    was, now = _members(before), _members(after)
    distance = 0.0
    joined, left, reassigned = [], [], []
    for group, earlier in sorted(continues.items(), key=lambda pair: pair[1]):
        people, others = was.get(earlier, {}), now.get(group, {})
        for person in sorted(people.keys() | others.keys()):
            distance += abs(others.get(person, 0.0) - people.get(person, 0.0))
        joined += [(earlier, person) for person in sorted(others.keys() - people.keys())]
        left += [(earlier, person) for person in sorted(people.keys() - others.keys())]
        if old[earlier] != new[group]:
            distance += settings.program
            reassigned.append((earlier, old[earlier][0], new[group][0]))
    gone = tuple(sorted(old.keys() - set(continues.values())))
    appeared = tuple(sorted(new.keys() - continues.keys()))
    for groups, members in ((gone, was), (appeared, now)):
        distance += sum(settings.group + sum(members.get(group, {}).values()) for group in groups)
    return Effect(distance, tuple(joined), tuple(left), tuple(reassigned), gone, appeared)


def _groups(tables: Mapping[str, pa.Table]) -> dict[str, tuple[str | None, str | None]]:
    rows = tables["groups"].select(["group_id", "program_id", "need"]).to_pylist()
    return {row["group_id"]: (row["program_id"], row["need"]) for row in rows}


def _members(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in tables["memberships"].select(["group_id", "contact_id", "probability"]).to_pylist():
        found.setdefault(row["group_id"], {})[row["contact_id"]] = row["probability"]
    return found


def retagged(
    calibration: Calibration, piece: str, tags: Sequence[str], topic: str, readings: float, count: float
) -> Calibration:
    """Return a calibration in which a piece has another tag; what its readers taught stays.

    Parameters
    ----------
    tags : sequence of str
        Its tags until now.
    topic : str
        Its tag from now on.
    readings : float
        How many people read it: its own record weighs ``readings / (readings + count)``, the tag the rest.
    """
    if piece not in calibration.topic or topic not in calibration.tag_ratio:
        return calibration
    share = count / (readings + count)
    old = [calibration.tag_ratio.get(tag) for tag in tags]
    known = [row for row in old if row is not None] or [calibration.tag_ratio["untagged"]]

    def moved(need: str, odds: float) -> float:
        before = float(np.mean([row[need] for row in known]))
        return odds + share * (log(calibration.tag_ratio[topic][need]) - log(before))

    row = {need: moved(need, odds) for need, odds in calibration.topic[piece].items()}
    return replace(calibration, topic={**calibration.topic, piece: row})
