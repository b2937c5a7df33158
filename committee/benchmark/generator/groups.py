"""Planted buying groups: which program buys what and when, who sits in the group, and what its members touch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from committee.benchmark.generator.accounts import Accounts, Programs
from committee.benchmark.generator.arrays import DAY, Floats, Ints, Streams, ragged
from committee.benchmark.generator.people import People
from committee.benchmark.generator.spec import GroupSpec, MarketSpec
from committee.benchmark.generator.touches import Touches

__all__ = ["Groups", "Seats", "draw_touches", "fill_seats", "plan_groups"]


@dataclass(frozen=True)
class Groups:
    """One entry a planned group; times in seconds. ``after`` is the group it follows or doubles, -1."""

    program: Ints
    need: Ints
    start: Floats
    length: Floats
    after: Ints
    shares_people: np.ndarray  # a follower takes over people, a twin has its own

    def __len__(self) -> int:
        return len(self.program)

    def take(self, chosen: np.ndarray) -> Groups:
        """Keep the chosen groups; references to one that is gone become -1."""
        renumbered = np.full(len(self) + 1, -1, np.int64)
        renumbered[:-1][chosen] = np.arange(int(chosen.sum()))
        return Groups(
            self.program[chosen],
            self.need[chosen],
            self.start[chosen],
            self.length[chosen],
            renumbered[self.after[chosen]],
            self.shares_people[chosen],
        )


@dataclass(frozen=True)
class Seats:
    """One entry a member of a group, with the moment of joining and the last moment of the purchase, in seconds."""

    group: Ints
    person: Ints
    role: Ints
    joins: Floats
    until: Floats


def plan_groups(spec: MarketSpec, programs: Programs, streams: Streams) -> Groups:
    """Purchases over the history, then their followers and doubles; two on one program and need keep apart in time."""
    rng = streams("groups")
    groups = spec.groups
    program, _ = ragged(rng.poisson(groups.per_program_year * spec.years, len(programs)))
    count = len(program)
    recent = rng.random(count) < groups.recent
    day = np.where(
        recent, spec.days - rng.random(count) * groups.recent_days, rng.uniform(0, spec.days, count)
    )  # the last ones are cut by the end of the history
    length = _lengths(groups, count, rng)
    first = Groups(
        program=program,
        need=_needs(groups, programs, program, rng),
        start=day * DAY,
        length=length * DAY,
        after=np.full(count, -1, np.int64),
        shares_people=np.zeros(count, bool),
    )
    planned = _and(first, _followers(groups, programs, first, rng), _doubles(groups, programs, first, rng))
    return _apart(planned.take(planned.start < spec.days * DAY), groups.same_need_gap * DAY)


def fill_seats(
    spec: MarketSpec, accounts: Accounts, programs: Programs, people: People, groups: Groups, streams: Streams
) -> Seats:
    """Members by persona, each joining in the part of the purchase usual for the persona."""
    rng = streams("seats")
    of_group, of_person, of_role = [], [], []
    follows = np.flatnonzero((groups.after >= 0) & groups.shares_people)
    for persona, mean in enumerate(spec.groups.seats):
        least = 1 if persona == 0 else 0
        group, position = ragged(least + rng.poisson(max(mean - least, 0.0), len(groups)))
        person = _candidates(spec, persona, programs, people, groups, group, rng)
        # a follower keeps the people of the purchase before it, seat by seat
        seat = np.full((len(groups) + 1, int(position.max(initial=0)) + 1), -1, np.int64)
        seat[group, position] = person
        again = np.isin(group, follows) & (rng.random(len(group)) < spec.groups.reuse)
        before = seat[groups.after[group], position]
        person = np.where(again & (before >= 0), before, person)
        of_group.append(group)
        of_person.append(person)
        of_role.append(np.full(len(group), persona))
    group, person, role = np.concatenate(of_group), np.concatenate(of_person), np.concatenate(of_role)
    joins = _joins(spec.groups, accounts, programs, groups, group, role, rng)
    key = group * (len(people) + 1) + person
    _, once = np.unique(key, return_index=True)
    once = once[person[once] >= 0]
    group, person, role, joins = group[once], person[once], role[once], joins[once]
    return Seats(group, person, role, joins, groups.start[group] + groups.length[group])


def draw_touches(spec: MarketSpec, programs: Programs, groups: Groups, seats: Seats, streams: Streams) -> Touches:
    """Touches of all members: the first when they join, the others until the purchase ends, denser early."""
    rng = streams("group touches")
    mean = np.maximum(np.asarray(spec.groups.touches)[seats.role] - 1, 0.05)
    shape = spec.groups.touches_shape
    seat, position = ragged(1 + rng.poisson(rng.gamma(shape, mean / shape)))
    joins, until = seats.joins[seat], seats.until[seat]
    later = joins + (until - joins) * rng.beta(1.0, 1.3, len(seat))
    at = np.where(position == 0, joins, later)
    group = seats.group[seat]
    program = groups.program[group]
    aim = rng.random(len(seat))
    reading = spec.reading
    other = (rng.random((len(seat), programs.needs.shape[1])) * programs.needs[program]).argmax(axis=1)
    topic = np.where(
        aim < reading.topic, groups.need[group], np.where(aim < reading.topic + reading.program_topic, other, -1)
    )
    elapsed = np.clip((at - groups.start[group]) / groups.length[group], 0, 1) * 1000
    return Touches.of(
        "group",
        seats.person[seat],
        at.astype(np.int64),
        program=program,
        topic=topic,
        group=group,
        elapsed=elapsed.astype(np.int64),
    )


def _lengths(groups: GroupSpec, count: int, rng: np.random.Generator) -> Floats:
    length = groups.length * np.exp(groups.length_spread * rng.standard_normal(count))
    return np.where(rng.random(count) < groups.slow, length * groups.slow_factor, length)


def _needs(groups: GroupSpec, programs: Programs, program: Ints, rng: np.random.Generator) -> Ints:
    topics = programs.needs.shape[1]
    listed = (rng.random((len(program), topics)) * programs.needs[program]).argmax(axis=1)
    return np.where(rng.random(len(program)) < groups.listed_need, listed, rng.integers(0, topics, len(program)))


def _followers(groups: GroupSpec, programs: Programs, first: Groups, rng: np.random.Generator) -> Groups:
    chosen = np.flatnonzero(rng.random(len(first)) < groups.sequential)
    gap = rng.uniform(*groups.sequential_gap, len(chosen)) * DAY
    need = _needs(groups, programs, first.program[chosen], rng)
    topics = programs.needs.shape[1]
    need = np.where(need == first.need[chosen], (need + rng.integers(1, topics, len(chosen))) % topics, need)
    return Groups(
        program=first.program[chosen],
        need=need,
        start=first.start[chosen] + first.length[chosen] + gap,
        length=_lengths(groups, len(chosen), rng) * DAY,
        after=chosen,
        shares_people=np.ones(len(chosen), bool),
    )


def _doubles(groups: GroupSpec, programs: Programs, first: Groups, rng: np.random.Generator) -> Groups:
    """Plan the same need in the twin program, begun while the first purchase runs."""
    pair = np.full(len(programs), -1, np.int64)
    copies = np.flatnonzero(programs.twin_of >= 0)
    pair[copies] = programs.twin_of[copies]
    pair[programs.twin_of[copies]] = copies
    chosen = np.flatnonzero((pair[first.program] >= 0) & (rng.random(len(first)) < groups.twin))
    return Groups(
        program=pair[first.program[chosen]],
        need=first.need[chosen],
        start=first.start[chosen] + rng.uniform(0, 0.6, len(chosen)) * first.length[chosen],
        length=_lengths(groups, len(chosen), rng) * DAY,
        after=chosen,
        shares_people=np.zeros(len(chosen), bool),
    )


def _and(*parts: Groups) -> Groups:
    return Groups(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("program", "need", "start", "length", "after", "shares_people")
        )
    )


def _apart(groups: Groups, gap: float) -> Groups:
    """Without those that begin before an earlier one on the same program and need is ``gap`` past its end."""
    order = np.lexsort((groups.start, groups.need, groups.program))
    program, need = groups.program[order], groups.need[order]
    same = (program[1:] == program[:-1]) & (need[1:] == need[:-1])
    run = np.cumsum(np.r_[False, ~same]) if len(order) else np.zeros(0, np.int64)
    # the latest end so far within a run: shift each run above all ends of the run before it
    step = float((groups.start + groups.length).max(initial=0)) + gap + 1
    end = np.maximum.accumulate(groups.start[order] + groups.length[order] + run * step) - run * step
    free = np.r_[True, ~same | (groups.start[order][1:] >= end[:-1] + gap)] if len(order) else np.zeros(0, bool)
    keep = np.zeros(len(groups), bool)
    keep[order[free]] = True
    return groups.take(keep)


def _candidates(
    spec: MarketSpec,
    role: int,
    programs: Programs,
    people: People,
    groups: Groups,
    group: Ints,
    rng: np.random.Generator,
) -> Ints:
    account = programs.account[groups.program[group]]
    anywhere = people.by_account[role].draw(account, rng, 1.0 if role < 2 else spec.people.busy)
    if role >= 2:
        return anywhere
    own = people.by_program[role].draw(groups.program[group], rng)
    return np.where((rng.random(len(group)) < spec.groups.own_people) & (own >= 0), own, anywhere)


def _joins(
    spec: GroupSpec,
    accounts: Accounts,
    programs: Programs,
    groups: Groups,
    group: Ints,
    role: Ints,
    rng: np.random.Generator,
) -> Floats:
    least, most = np.asarray(spec.join_from)[role], np.asarray(spec.join_to)[role]
    small = accounts.programs[programs.account[groups.program[group]]] <= spec.early_finance_programs
    early = small & (role == 3)
    least, most = np.where(early, 0.0, least), np.where(early, 0.5, most)
    return groups.start[group] + groups.length[group] * rng.uniform(least, most)
