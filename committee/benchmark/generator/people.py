"""The people of each account: persona, home program, when they left or moved, and the pools groups draw them from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.accounts import Accounts, Programs
from committee.benchmark.generator.arrays import DAY, Bools, Floats, Ints, Pool, Streams, ragged
from committee.benchmark.generator.spec import PERSONAS, MarketSpec

__all__ = ["People", "draw_people"]

UNKNOWN = PERSONAS.index("unknown")


@dataclass(frozen=True)
class People:
    """One entry a person, sorted by account. Unregistered people touch content and are in no contact table."""

    account: Ints
    persona: Ints
    home: Ints  # program, -1 for people who serve the whole account
    stated: Ints  # program the record states, -1; may be wrong, may be one no table lists
    topic: Ints  # favourite need of their own field, -1
    registered: Bools
    late: Bools
    suppressed: Bools
    leaves_at: Ints  # seconds; beyond the history for those who stay
    moves_to: Ints  # account, -1
    by_program: tuple[Pool, Pool]  # scientific and program_lead by home program
    by_account: tuple[Pool, ...]  # each of the six personas by account

    def __len__(self) -> int:
        return len(self.account)


def draw_people(spec: MarketSpec, accounts: Accounts, programs: Programs, streams: Streams) -> People:
    """Scientists and leads by program, shared functions by account, and unregistered readers."""
    rng = streams("people")
    account, persona, home = _staff(spec, accounts, programs, rng)
    registered = np.ones(len(account), bool)
    extra, _ = ragged(rng.poisson(spec.noise.unknown * accounts.programs))
    account = np.r_[account, extra]
    persona = np.r_[persona, np.full(len(extra), UNKNOWN)]
    home = np.r_[home, np.full(len(extra), -1)]
    registered = np.r_[registered, np.zeros(len(extra), bool)]
    order = np.argsort(account, kind="stable")
    account, persona, home, registered = account[order], persona[order], home[order], registered[order]
    count = len(account)

    first = np.cumsum(accounts.programs) - accounts.programs
    elsewhere = first[account] + (rng.random(count) * accounts.programs[account]).astype(np.int64)
    wrong = rng.random(count) < spec.people.stated_wrong
    stated = np.where((home >= 0) & (rng.random(count) < spec.people.stated), np.where(wrong, elsewhere, home), -1)

    liking = rng.random((count, programs.needs.shape[1])) * np.where(home[:, None] >= 0, programs.needs[home], False)
    topic = np.where(home >= 0, liking.argmax(axis=1), -1)
    leaves_at, moves_to = _careers(spec, account, registered, len(accounts), rng)
    six = [persona == p for p in range(UNKNOWN)]
    return People(
        account=account,
        persona=persona,
        home=home,
        stated=stated,
        topic=topic,
        registered=registered,
        late=rng.random(count) < spec.people.late,
        suppressed=registered & (rng.random(count) < spec.people.suppressed),
        leaves_at=leaves_at,
        moves_to=moves_to,
        by_program=(Pool.of(home, len(programs), six[0]), Pool.of(home, len(programs), six[1])),
        by_account=tuple(Pool.of(account, len(accounts), of) for of in six),
    )


def _staff(
    spec: MarketSpec, accounts: Accounts, programs: Programs, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    factor: Floats = np.asarray(spec.accounts.people_factor, float)[accounts.size_class]
    of_account, of_persona, of_home = [], [], []
    for persona, mean in enumerate(spec.people.per_program):
        home, _ = ragged(1 + rng.poisson(np.maximum(mean * factor[programs.account] - 1, 0)))
        of_account.append(programs.account[home])
        of_persona.append(np.full(len(home), persona))
        of_home.append(home)
    grown = accounts.programs**spec.people.growth
    for persona, mean in enumerate(spec.people.per_account, start=2):
        least = 1 if persona in (2, 5) else 0  # somebody buys and somebody leads in every company
        account, _ = ragged(least + rng.poisson(np.maximum(mean * factor * grown - least, 0)))
        of_account.append(account)
        of_persona.append(np.full(len(account), persona))
        of_home.append(np.full(len(account), -1))
    return np.concatenate(of_account), np.concatenate(of_persona), np.concatenate(of_home)


def _careers(
    spec: MarketSpec, account: Ints, registered: Bools, accounts: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    rate = spec.people.moves + spec.people.leaves
    end = spec.days * DAY
    never = end * 10
    if rate == 0:
        return np.full(len(account), never), np.full(len(account), -1)
    at = (rng.exponential(1 / rate, len(account)) * 365.25 * DAY).astype(np.int64)
    at = np.where(registered & (at < end), at, never)
    to = rng.integers(0, accounts, len(account))
    moves = (at < end) & (rng.random(len(account)) < spec.people.moves / rate) & (to != account)
    return at, np.where(moves, to, -1)
