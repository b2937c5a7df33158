"""Companies and their programs: how many, in which field, what each has to buy, which of them no table lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.arrays import Bools, Ints, Streams, ragged
from committee.benchmark.generator.spec import AccountSpec, ProgramSpec, words

__all__ = ["Accounts", "Programs", "draw_accounts", "draw_programs"]


@dataclass(frozen=True)
class Accounts:
    """One entry a company."""

    size_class: Ints
    programs: Ints
    focus: Ints  # therapeutic area
    country: Ints
    offset: Ints  # hours from UTC

    def __len__(self) -> int:
        return len(self.size_class)


@dataclass(frozen=True)
class Programs:
    """One entry a program, sorted by account. ``said_*`` is what the table says: -1 = empty, and it may be wrong."""

    account: Ints
    number: Ints  # position in its account
    area: Ints
    modality: Ints
    phase: Ints
    said_area: Ints
    said_modality: Ints
    said_phase: Ints
    needs: Bools  # program x topic
    listed: Bools
    twin_of: Ints  # program it is a copy of, -1
    ended: Bools

    def __len__(self) -> int:
        return len(self.account)


def draw_accounts(spec: AccountSpec, streams: Streams) -> Accounts:
    """Companies of all sizes, the number of programs log-uniform between the bounds of its class."""
    rng = streams("accounts")
    share = np.asarray(spec.share, float)
    size_class = rng.choice(len(share), spec.count, p=share / share.sum())
    least = np.asarray(spec.programs_least, float)[size_class]
    most = np.asarray(spec.programs_most, float)[size_class]
    programs = np.floor(np.exp(rng.uniform(np.log(least), np.log(most + 1)))).astype(np.int64)
    country = rng.integers(0, len(words().countries), spec.count)
    return Accounts(
        size_class=size_class.astype(np.int64),
        programs=np.clip(programs, least, most).astype(np.int64),
        focus=rng.integers(0, len(words().areas), spec.count),
        country=country,
        offset=np.asarray(words().hours_from_utc, np.int64)[country],
    )


def draw_programs(spec: ProgramSpec, focus_share: float, accounts: Accounts, streams: Streams) -> Programs:
    """Programs of all accounts; a twin copies what can be seen of the program before it."""
    rng = streams("programs")
    account, number = ragged(accounts.programs)
    count = len(account)
    vocabulary = words()
    in_focus = rng.random(count) < focus_share
    area = np.where(in_focus, accounts.focus[account], rng.integers(0, len(vocabulary.areas), count))
    modality = rng.integers(0, len(vocabulary.modalities), count)
    phase = rng.integers(0, len(vocabulary.phases), count)
    needs = _needs(spec, phase, rng)
    twin = (number > 0) & (rng.random(count) < spec.twin)
    twin &= ~np.r_[False, twin[:-1]]  # a twin of a twin would be a triplet
    copied = np.flatnonzero(twin)
    for field in (area, modality, phase):
        field[copied] = field[copied - 1]
    needs[copied] = needs[copied - 1]
    listed = (number == 0) | (rng.random(count) >= spec.unlisted)

    def said(truth: Ints, kinds: int) -> Ints:
        told = np.where(rng.random(count) < spec.attribute_wrong, rng.integers(0, kinds, count), truth)
        return np.where(rng.random(count) < spec.attribute_missing, -1, told)

    return Programs(
        account=account,
        number=number,
        area=area,
        modality=modality,
        phase=phase,
        said_area=said(area, len(vocabulary.areas)),
        said_modality=said(modality, len(vocabulary.modalities)),
        said_phase=said(phase, len(vocabulary.phases)),
        needs=needs,
        listed=listed,
        twin_of=np.where(twin, np.arange(count) - 1, -1),
        ended=rng.random(count) < spec.ended,
    )


def _needs(spec: ProgramSpec, phase: Ints, rng: np.random.Generator) -> Bools:
    """Draw what each program buys: as many topics as the spec says, those usual for its phase first."""
    vocabulary = words()
    topics = len(vocabulary.topics)
    usual = np.zeros((len(vocabulary.phases), topics))
    for row, name in enumerate(vocabulary.phases):
        usual[row, list(vocabulary.phase_needs[name])] = 1.0
    liking = rng.random((len(phase), topics)) + usual[phase]
    wanted = rng.integers(spec.needs_least, spec.needs_most + 1, len(phase))
    rank = np.argsort(np.argsort(-liking, axis=1), axis=1)
    return np.asarray(rank < wanted[:, None], np.bool_)
