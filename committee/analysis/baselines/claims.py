"""From touches claimed by groups to findings: what every detector of people and topics has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Ints, distinct, joined_ids, named, runs
from committee.analysis.flags import instants, lists_of
from committee.analysis.touches import UNKNOWN, Touches
from committee.records import digest
from committee.records.computed import Group, Membership
from committee.records.tables import sorted_by_key, typed_table

__all__ = ["Claims", "by_topic", "distinct_per_owner", "findings_of", "large_enough", "program_of"]


@dataclass(frozen=True)
class Claims:
    """Which touches belong to which group.

    Attributes
    ----------
    touch, owner : int arrays
        Position in the `Touches` and number of the group; by group, then time and id. A touch may be in several.
    need, program : int arrays
        Topic and program code of each group, -1 = none.
    """

    touch: Ints
    owner: Ints
    need: Ints
    program: Ints

    def __len__(self) -> int:
        return len(self.need)


def by_topic(touches: Touches) -> tuple[Ints, Ints]:
    """Lay out the relevant touches once for each topic of their content.

    Returns
    -------
    touch, topic : int arrays
        In the order of the touches: account, time, id.
    """
    touch = np.flatnonzero(touches.relevant & (touches.content >= 0))
    opens, closes = touches.topic_start[touches.content[touch]], touches.topic_start[touches.content[touch] + 1]
    size = closes - opens
    place = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size) + np.repeat(opens, size)
    return np.repeat(touch, size), touches.topic_code[place]


def distinct_per_owner(owner: Ints, value: Ints, owners: int) -> Ints:
    """Count the distinct values of each owner; negative values count as none."""
    known = value >= 0
    if not known.any():
        return np.zeros(owners, np.int64)
    width = int(value.max()) + 1
    return np.bincount(distinct(owner[known] * width + value[known]) // width, minlength=owners)


def large_enough(touches: Touches, touch: Ints, owner: Ints, owners: int, people: int, personas: int) -> Ints:
    """Say which owners have enough people and enough known personas: their numbers, ascending."""
    crowd = distinct_per_owner(owner, touches.contact[touch], owners)
    kinds = distinct_per_owner(owner, touches.persona[touch], owners)
    return np.flatnonzero((crowd >= people) & (kinds >= personas))


def program_of(touches: Touches, touch: Ints, owner: Ints, owners: int, *, least_share: float) -> Ints:
    """Elect the program of each owner: its people vote, each for the programs of their touches there.

    Parameters
    ----------
    touches : Touches
    touch, owner : int arrays
        Claims.
    owners : int
    least_share : float
        Share of the owner's people that the winner needs; below it there is no program.

    Returns
    -------
    int array
        Program code of each owner, -1 = none; among equals the one with more touches, then the smallest code.
    """
    winner = np.full(owners, -1, np.int64)
    people = distinct_per_owner(owner, touches.contact[touch], owners)
    told = touches.program[touch] >= 0
    program, who, whose = touches.program[touch][told], touches.contact[touch][told], owner[told]
    if not len(program):
        return winner
    case = joined_ids(whose, program)
    votes = distinct_per_owner(case, who, int(case.max()) + 1)
    size = np.bincount(case)
    head = np.unique(case, return_index=True)[1]
    order = np.lexsort((-program[head], size, votes, whose[head]))
    last = runs(whose[head][order])[1:] - 1
    best = order[last]
    enough = votes[best] >= least_share * people[whose[head][best]]
    winner[whose[head][best[enough]]] = program[head[best[enough]]]
    return winner


def chosen(claims: Claims, owners: Ints) -> Claims:
    """Keep these groups, numbered anew."""
    number = np.full(len(claims), -1, np.int64)
    number[owners] = np.arange(len(owners))
    keep = number[claims.owner] >= 0
    return Claims(claims.touch[keep], number[claims.owner[keep]], claims.need[owners], claims.program[owners])


def findings_of(touches: Touches, claims: Claims, detector: str, families: Mapping[str, str]) -> dict[str, pa.Table]:
    """Write groups and memberships as findings.

    Parameters
    ----------
    touches : Touches
    claims : Claims
        Every group has a touch.
    detector : str
        Name and version.
    families : mapping
        Function family of each persona.

    Returns
    -------
    dict
        Findings tables groups (status "forming": statuses are told elsewhere) and memberships, each sorted by key.
    """
    number = len(claims)
    bounds = runs(claims.owner) if number else np.zeros(1, np.int64)
    first, last = touches.first[claims.touch], touches.last[claims.touch]
    head = claims.touch[bounds[:-1]]
    account = named(touches.account_ids, touches.account[head])
    program, need = named(touches.program_ids, claims.program), named(touches.topics, claims.need)
    opened = named(touches.engagement_ids, touches.engagement[head])
    people = _pairs(claims.owner, touches.contact[claims.touch])
    members = distinct_per_owner(claims.owner, touches.contact[claims.touch], number)
    about = (column.to_pylist() for column in (account, program, need, opened))
    crowd = lists_of(people[0], named(touches.contact_ids, people[1]), number).to_pylist()
    ids = np.array(
        [digest(["group", detector, a, p or "", n or "", e, *c]) for a, p, n, e, c in zip(*about, crowd, strict=True)],
        object,
    )
    known = touches.persona[claims.touch] >= 0
    kinds = _pairs(claims.owner[known], touches.persona[claims.touch][known])
    personas = lists_of(kinds[0], named(touches.personas, kinds[1]), number).to_pylist()
    groups = typed_table(
        Group,
        {
            "group_id": ids.tolist(),
            "lineage_id": ids.tolist(),
            "account_id": account,
            "program_id": program,
            "need": need,
            "status": ["forming"] * number,
            "formed_at": instants(first[bounds[:-1]]),
            "last_active_at": instants(last[bounds[1:] - 1]),
            "people": members,
            "personas": personas,
            "engagements": np.diff(bounds),
            "strength": members.astype(float),
            "program_alternatives": [[] for _ in ids],
            "detector": [detector] * number,
            "families": [sorted({families[name] for name in names if name in families}) for names in personas],
        },
    )
    return {
        "groups": sorted_by_key(Group, groups),
        "memberships": sorted_by_key(Membership, _memberships(touches, claims, ids)),
    }


def _pairs(owner: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Distinct pairs, in order."""
    if not len(owner):
        return owner, value
    width = int(value.max()) + 1
    pair = distinct(owner * width + value)
    return pair // width, pair % width


def _memberships(touches: Touches, claims: Claims, ids: np.ndarray[tuple[int, ...], np.dtype[np.object_]]) -> pa.Table:
    contact = touches.contact[claims.touch]
    order = np.lexsort((np.arange(len(contact)), contact, claims.owner))
    touch, owner = claims.touch[order], claims.owner[order]
    bounds = runs(joined_ids(owner, contact[order])) if len(order) else np.zeros(1, np.int64)
    head, tail = touch[bounds[:-1]], touch[bounds[1:] - 1]
    persona = np.array([*touches.personas, UNKNOWN], object)[touches.contact_persona[touches.contact[head]]]
    columns = {
        "group_id": ids[owner[bounds[:-1]]].tolist(),
        "contact_id": named(touches.contact_ids, touches.contact[head]),
        "account_id": named(touches.account_ids, touches.account[head]),
        "persona": persona.tolist(),
        "first_at": instants(touches.first[head]),
        "last_at": instants(touches.last[tail]),
        "engagements": np.diff(bounds),
    }
    return typed_table(Membership, columns)
