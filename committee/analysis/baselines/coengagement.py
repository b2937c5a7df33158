"""Who engages with whom: people of one account on the same subject in the same stretch of time, as one graph.

An *occasion* is what people of an account touch about one topic inside one bin of time; bins are laid twice, the second
time shifted by half a bin, so that no border parts two people. Each pair on an occasion of n people gets
1 / (n - 1), after Newman (Physical Review E 64, 016132, 2001): a crowd ties its people less than a small meeting does.
Accounts share no edge, so the graph of all accounts is the union of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from committee.analysis.baselines.claims import Claims, by_topic, chosen, findings_of, large_enough, program_of
from committee.analysis.codes import Ints, distinct, joined_ids, runs
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS

__all__ = ["Coengagement", "coengagement", "groups_of_communities"]


@dataclass(frozen=True)
class Coengagement:
    """People as nodes, and how strongly pairs of them are tied.

    Attributes
    ----------
    account, contact : int arrays
        Of each node; nodes are sorted by account, then contact. Everybody with a relevant touch on some topic is a node.
    source, target : int arrays
        Nodes of each edge, source < target, sorted.
    weight : float array
    touch, topic, node : int arrays
        Every relevant touch, once for each of its topics, and the node that made it.
    """

    account: Ints
    contact: Ints
    source: Ints
    target: Ints
    weight: npt.NDArray[np.float64]
    touch: Ints
    topic: Ints
    node: Ints

    def __len__(self) -> int:
        return len(self.account)


def coengagement(touches: Touches, *, days: float) -> Coengagement:
    """Tie people together who touch one topic within the same ``days``.

    Parameters
    ----------
    touches : Touches
    days : float
        Length of a bin of time, counted back from the day of the report.
    """
    touch, topic = by_topic(touches)
    person = joined_ids(touches.account[touch], touches.contact[touch])
    nodes, first, node = np.unique(person, return_index=True, return_inverse=True)
    account, contact = touches.account[touch[first]], touches.contact[touch[first]]
    source, target, weight = [], [], []
    length = max(1, round(days * DAY_MS))
    for phase in (0, length // 2):
        when = (touches.as_of + phase - touches.first[touch]) // length
        occasion = joined_ids(touches.account[touch], topic, when)
        one, other, tie = _pairs(occasion, node.astype(np.int64), len(nodes))
        source.append(one)
        target.append(other)
        weight.append(tie)
    edge, place = np.unique(np.concatenate(source) * max(1, len(nodes)) + np.concatenate(target), return_inverse=True)
    return Coengagement(
        account,
        contact,
        edge // max(1, len(nodes)),
        edge % max(1, len(nodes)),
        # The two layouts of bins see every meeting twice, or nearly so: each counts half.
        np.bincount(place, np.concatenate(weight), len(edge)) / 2,
        touch,
        topic,
        node.astype(np.int64),
    )


def _pairs(occasion: Ints, node: Ints, nodes: int) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """All pairs of people on one occasion, with 1 / (people - 1)."""
    if not len(occasion):
        empty = np.zeros(0, np.int64)
        return empty, empty, np.zeros(0)
    present = distinct(occasion * nodes + node)
    meeting, who = present // nodes, present % nodes
    size = np.bincount(meeting)[meeting]
    ends = np.repeat(runs(meeting)[1:], np.diff(runs(meeting)))
    following = ends - np.arange(len(who)) - 1  # people of the same occasion behind this one
    one = np.repeat(np.arange(len(who)), following)
    before = np.cumsum(following) - following
    other = np.arange(len(one)) - np.repeat(before, following) + one + 1
    return who[one], who[other], 1.0 / (size[one] - 1)


def groups_of_communities(
    touches: Touches,
    graph: Coengagement,
    community: Ints,
    detector: str,
    families: Mapping[str, str],
    *,
    people: int,
    personas: int,
    least_share: float,
) -> dict[str, pa.Table]:
    """Turn communities of people into groups: each about the topic that most of its people touched.

    Parameters
    ----------
    touches : Touches
    graph : Coengagement
    community : int array
        Number of the community of each node; it may span accounts only if it holds no edge between them.
    detector : str
        Name and version.
    families : mapping
        Function family of each persona.
    people, personas : int
        Least people and known personas of a group.
    least_share : float
        Share of its people that a program needs to be the group's.

    Returns
    -------
    dict
        Findings tables groups and memberships, sorted by key. All people of a community are members, dated by their
        touches on its topic, or by all their touches when they have none on it.
    """
    if not len(graph):
        return findings_of(touches, Claims(*(np.zeros(0, np.int64) for _ in range(4))), detector, families)
    owner = joined_ids(graph.account, community)[graph.node]
    owners = int(owner.max()) + 1
    need = _need(graph, owner, owners)
    on_topic = graph.topic == need[owner]
    reads_it = np.zeros(len(graph), bool)
    reads_it[graph.node[on_topic]] = True
    claimed = on_topic | ~reads_it[graph.node]
    pairs = np.unique(np.column_stack([owner[claimed], graph.touch[claimed]]), axis=0)
    owner, touch = pairs[:, 0], pairs[:, 1]
    program = program_of(touches, touch, owner, owners, least_share=least_share)
    wanted = large_enough(touches, touch, owner, owners, people, personas)
    return findings_of(touches, chosen(Claims(touch, owner, need, program), wanted), detector, families)


def _need(graph: Coengagement, owner: Ints, owners: int) -> Ints:
    """The topic most people of each owner touched; among equals the one touched more often, then the first."""
    pair, case = np.unique(np.column_stack([owner, graph.topic]), axis=0, return_inverse=True)
    case = case.ravel()
    seen = distinct(case * len(graph) + graph.node) // len(graph)
    readers, size = np.bincount(seen, minlength=len(pair)), np.bincount(case, minlength=len(pair))
    order = np.lexsort((-pair[:, 1], size, readers, pair[:, 0]))
    need: Ints = pair[order[runs(pair[order, 0])[1:] - 1], 1]
    return need
