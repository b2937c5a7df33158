"""Groups by rule: people of one account who touch one program and topic, until a quiet gap ends it.

Every relevant touch counts for each topic of its content. Touches of one account, program and topic form one stretch as
long as no two that follow each other are more than some days apart. A stretch with enough people and enough known
personas is a group; single people and pairs are kept as early.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Flags, Ints, distinct, joined_ids, named, runs
from committee.analysis.flags import instants
from committee.analysis.programs import RULES
from committee.analysis.touches import UNKNOWN, Touches
from committee.analysis.windows import DAY_MS
from committee.records import digest
from committee.records.computed import Early, Evidence, Group, Membership, Unassigned
from committee.records.tables import sorted_by_key, typed_table
from committee.settings import GapSettings

__all__ = ["DETECTOR", "UNCLAIMED", "Stretches", "early_of", "find_groups", "stretches"]

DETECTOR = "program_topic_gap/1"

UNCLAIMED: dict[str, str] = {
    "one_persona": "enough people touched this program and topic around then, but of too few known personas",
    "two_people": "too few people touched this program and topic around then",
    "one_person": "nobody else touched this program and topic around then",
    "no_program": "nothing says for which program it was",
    "no_topic": "it is about no topic: a meeting, demo request or form",
}


@dataclass(frozen=True)
class Stretches:
    """Touches by account, program and topic, cut at quiet gaps.

    Attributes
    ----------
    touch, topic, stretch : int arrays
        One row for each touch and topic: position in the `Touches`, topic code, number of the stretch; by stretch, time, id.
    people, personas : int arrays
        Distinct people, and distinct known personas, of each stretch.
    """

    touch: Ints
    topic: Ints
    stretch: Ints
    people: Ints
    personas: Ints


def stretches(touches: Touches, *, days: float) -> Stretches:
    """Cut the touches of each account, program and topic at gaps of more than ``days``."""
    relevant = np.flatnonzero(touches.relevant & (touches.content >= 0))
    opens, closes = touches.topic_start[touches.content[relevant]], touches.topic_start[touches.content[relevant] + 1]
    size = closes - opens
    touch = np.repeat(relevant, size)
    topic = touches.topic_code[np.arange(len(touch)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(opens, size)]
    key = joined_ids(touches.account[touch], touches.program[touch], topic)
    order = np.argsort(key, kind="stable")
    touch, topic, key = touch[order], topic[order], key[order]
    fresh = np.ones(len(key), np.int64)
    late = touches.first[touch[1:]] - touches.first[touch[:-1]] > days * DAY_MS
    fresh[1:] = (key[1:] != key[:-1]) | late
    stretch = np.cumsum(fresh) - 1
    number = int(fresh.sum())
    persona = touches.persona[touch]
    return Stretches(
        touch,
        topic,
        stretch,
        _distinct_count(stretch, touches.contact[touch], number),
        _distinct_count(stretch[persona >= 0], persona[persona >= 0], number),
    )


def _distinct_count(owner: Ints, value: Ints, owners: int) -> Ints:
    if not len(owner):
        return np.zeros(owners, np.int64)
    width = int(value.max()) + 1
    return np.bincount(distinct(owner * width + value) // width, minlength=owners)


def find_groups(touches: Touches, settings: GapSettings, families: Mapping[str, str]) -> dict[str, pa.Table]:
    """Find the groups, and say of every other relevant touch why no group claims it.

    Parameters
    ----------
    touches : Touches
    settings : GapSettings
    families : mapping
        Function family of each persona.

    Returns
    -------
    dict
        Findings tables groups (status still "forming"), memberships, evidence, early, unassigned, each sorted by key.
    """
    found, allowed, is_group = _judged(touches, settings)
    groups, group_ids = _groups(touches, found, is_group, families)
    claimed = np.flatnonzero(is_group[found.stretch])
    number = np.cumsum(is_group) - 1
    owner = number[found.stretch[claimed]]
    return {
        "groups": groups.take(pa.array(np.argsort(group_ids, kind="stable"))),
        "memberships": _memberships(touches, found.touch[claimed], owner, group_ids),
        "evidence": _evidence(touches, found.touch[claimed], found.topic[claimed], owner, group_ids),
        "early": _early(touches, found, is_group, settings),
        "unassigned": _unassigned(touches, found, is_group, allowed, settings),
    }


def early_of(touches: Touches, settings: GapSettings) -> pa.Table:
    """Find the single people and pairs whose last touch is recent enough to become a group, sorted by key."""
    found, _, is_group = _judged(touches, settings)
    return _early(touches, found, is_group, settings)


def _judged(touches: Touches, settings: GapSettings) -> tuple[Stretches, Flags, Flags]:
    """Stretches, which of them may be groups, and which are."""
    found = stretches(touches, days=settings.days)
    allowed = _may_be_groups(touches, found, settings)
    return found, allowed, (found.people >= settings.people) & (found.personas >= settings.personas) & allowed


def _may_be_groups(touches: Touches, found: Stretches, settings: GapSettings) -> Flags:
    """Stretches with a program, and those without one where the settings allow it."""
    head = found.touch[runs(found.stretch)[:-1]] if len(found.touch) else found.touch
    named_one = touches.program[head] >= 0
    if settings.without_program == "never":
        return named_one
    if settings.without_program == "always":
        return np.ones(len(head), bool)
    listing = np.zeros(len(touches.account_ids) + 1, bool)
    listing[touches.program_account] = True
    return named_one | ~listing[touches.account[head]]


def _groups(
    touches: Touches, found: Stretches, is_group: Flags, families: Mapping[str, str]
) -> tuple[pa.Table, np.ndarray]:
    bounds = runs(found.stretch)
    chosen = np.flatnonzero(is_group)
    begin, end = bounds[:-1][chosen] if len(chosen) else chosen, bounds[1:][chosen] if len(chosen) else chosen
    head, tail = found.touch[begin], found.touch[end - 1]
    account, program = (
        named(touches.account_ids, touches.account[head]),
        named(touches.program_ids, touches.program[head]),
    )
    need = named(touches.topics, found.topic[begin])
    opened = named(touches.engagement_ids, touches.engagement[head])
    keys = zip(account.to_pylist(), program.to_pylist(), need.to_pylist(), opened.to_pylist(), strict=True)
    ids = np.array([digest(["group", DETECTOR, a, p or "", n, e]) for a, p, n, e in keys], object)
    rows = np.flatnonzero(is_group[found.stretch])
    owner = (np.cumsum(is_group) - 1)[found.stretch[rows]]
    day = touches.first[found.touch[rows]] // DAY_MS
    person = touches.contact[found.touch[rows]]
    persona = touches.persona[found.touch[rows]]
    personas = [
        sorted(set(named(touches.personas, distinct(persona[a:b][persona[a:b] >= 0])).to_pylist()))
        for a, b in _slices(owner)
    ]
    people = found.people[chosen]
    columns = {
        "group_id": ids.tolist(),
        "lineage_id": ids.tolist(),
        "account_id": account,
        "program_id": program,
        "need": need,
        "status": ["forming"] * len(ids),
        "formed_at": instants(touches.first[head]),
        "last_active_at": instants(touches.first[tail]),
        "people": people,
        "personas": personas,
        "engagements": end - begin,
        "strength": _distinct_count(owner, joined_ids(person, day), len(ids)).astype(float),
        "program_alternatives": [[] for _ in ids],
        "detector": [DETECTOR] * len(ids),
        "families": [sorted({families[name] for name in names if name in families}) for names in personas],
    }
    return typed_table(Group, columns), ids


def _slices(owner: Ints) -> list[tuple[int, int]]:
    return list(pairwise(runs(owner).tolist()))


def _memberships(touches: Touches, touch: Ints, owner: Ints, group_ids: np.ndarray) -> pa.Table:
    order = np.lexsort((touch, touches.contact[touch], owner))
    touch, owner = touch[order], owner[order]
    bounds = runs(joined_ids(owner, touches.contact[touch])) if len(owner) else np.zeros(1, np.int64)
    head, tail = touch[bounds[:-1]], touch[bounds[1:] - 1]
    contact = touches.contact[head]
    persona = np.append(np.array([*touches.personas, UNKNOWN], object), UNKNOWN)[touches.contact_persona[contact]]
    columns = {
        "group_id": group_ids[owner[bounds[:-1]]].tolist(),
        "contact_id": named(touches.contact_ids, contact),
        "account_id": named(touches.account_ids, touches.account[head]),
        "persona": persona.tolist(),
        "first_at": instants(touches.first[head]),
        "last_at": instants(touches.first[tail]),
        "engagements": np.diff(bounds),
    }
    return sorted_by_key(Membership, typed_table(Membership, columns))


def _evidence(touches: Touches, touch: Ints, topic: Ints, owner: Ints, group_ids: np.ndarray) -> pa.Table:
    claims = np.bincount(touch, minlength=len(touches))[touch]
    said = np.array([*(f"program by {rule}" for rule in RULES), "no program named"], object)
    rule = touches.program_rule[touch]
    reasons = [
        [why, f"topic {about}"]
        for why, about in zip(said[rule], np.array([*touches.topics, ""], object)[topic], strict=True)
    ]
    columns = {
        "group_id": group_ids[owner].tolist(),
        "engagement_id": named(touches.engagement_ids, touches.engagement[touch]),
        "contact_id": named(touches.contact_ids, touches.contact[touch]),
        # Rounded down, so that the shares of one engagement never sum to more than 1.
        "responsibility": np.floor(1e6 / np.maximum(claims, 1)) / 1e6,
        "reasons": reasons,
    }
    return sorted_by_key(Evidence, typed_table(Evidence, columns))


def _early(touches: Touches, found: Stretches, is_group: Flags, settings: GapSettings) -> pa.Table:
    """Single people and pairs whose last touch is recent enough to become a group."""
    bounds = runs(found.stretch)
    if not len(found.touch):
        return typed_table(Early, {})
    latest = touches.first[found.touch[bounds[1:] - 1]]
    wanted = (found.people <= 2) & ~is_group & (touches.as_of - latest <= settings.early_days * DAY_MS)
    rows = np.flatnonzero(wanted[found.stretch])
    if not len(rows):
        return typed_table(Early, {})
    contact = touches.contact[found.touch[rows]]
    start = runs(found.stretch[rows])
    low = np.repeat(np.minimum.reduceat(contact, start[:-1]), np.diff(start))
    high = np.repeat(np.maximum.reduceat(contact, start[:-1]), np.diff(start))
    touch, topic = found.touch[rows], found.topic[rows]
    who = joined_ids(touches.account[touch], touches.program[touch], topic, low, high)
    order = np.lexsort((touches.first[touch], who))
    bounds = runs(who[order])
    head, tail = order[bounds[:-1]], order[bounds[1:] - 1]
    account, program = (
        named(touches.account_ids, touches.account[touch[head]]),
        named(touches.program_ids, touches.program[touch[head]]),
    )
    need = named(touches.topics, topic[head])
    other = np.where(high[head] == low[head], -1, high[head])
    person, second = named(touches.contact_ids, low[head]), named(touches.contact_ids, other)
    parts = zip(*(column.to_pylist() for column in (account, program, need, person, second)), strict=True)
    columns = {
        "contact_id": person,
        "account_id": account,
        "program_id": program,
        "other_contact_id": second,
        "early_id": ["|".join(text or "" for text in key) for key in parts],
        "need": need,
        "first_at": instants(touches.first[touch[head]]),
        "last_at": instants(touches.first[touch[tail]]),
        "engagements": np.diff(bounds),
    }
    return sorted_by_key(Early, typed_table(Early, columns))


def _unassigned(touches: Touches, found: Stretches, is_group: Flags, allowed: Flags, settings: GapSettings) -> pa.Table:
    """Every relevant touch that no group claims: the reason of the stretch that came closest."""
    why = np.where(found.people == 1, 2, np.where(found.people < settings.people, 1, 0))
    why[~allowed] = 3
    best = np.full(len(touches), 4, np.int64)
    np.minimum.at(best, found.touch, why[found.stretch])
    free = touches.relevant.copy()
    free[found.touch[is_group[found.stretch]]] = False
    rows = np.flatnonzero(free)
    rows = rows[
        np.argsort(touches.engagement[rows], kind="stable")
    ]  # by id: codes of engagements are in the order of ids
    columns = {
        "engagement_id": named(touches.engagement_ids, touches.engagement[rows]),
        "account_id": named(touches.account_ids, touches.account[rows]),
        "reason": named(list(UNCLAIMED), best[rows]),
    }
    return typed_table(Unassigned, columns)
