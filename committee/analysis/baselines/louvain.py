"""Groups as communities: modularity maximised by Louvain, account by account (Blondel et al. 2008)."""

from __future__ import annotations

from collections.abc import Mapping

import networkx as nx
import numpy as np
import pyarrow as pa

from committee.analysis.baselines.coengagement import Coengagement, coengagement, groups_of_communities
from committee.analysis.codes import Ints, runs
from committee.analysis.touches import Touches

__all__ = ["DETECTOR", "account_graph", "communities", "find_groups"]

DETECTOR = "louvain/1"


def account_graph(graph: Coengagement, account: int) -> nx.Graph:
    """Return one account's people and ties as a networkx graph; nodes are their numbers in the whole."""
    begin, end = np.searchsorted(graph.account, [account, account + 1])
    first, last = np.searchsorted(graph.source, [begin, end])
    made = nx.Graph()
    made.add_nodes_from(range(int(begin), int(end)))
    ties = (column[first:last].tolist() for column in (graph.source, graph.target, graph.weight))
    made.add_weighted_edges_from(zip(*ties, strict=True))
    return made


def communities(graph: Coengagement, *, resolution: float, seed: int) -> Ints:
    """Partition the people of each account.

    Returns
    -------
    int array
        Number of the community of each node.
    """
    found = np.arange(len(graph))
    count = 0
    for begin in runs(graph.account)[:-1].tolist() if len(graph) else []:
        own = account_graph(graph, int(graph.account[begin]))
        parts = nx.community.louvain_communities(own, weight="weight", resolution=resolution, seed=seed)
        for part in sorted(parts, key=min):
            found[list(part)] = count
            count += 1
    return found


def find_groups(
    touches: Touches,
    families: Mapping[str, str],
    *,
    days: float,
    resolution: float,
    seed: int,
    people: int,
    personas: int,
    least_share: float,
) -> dict[str, pa.Table]:
    """Find the groups.

    Parameters
    ----------
    touches : Touches
    families : mapping
        Function family of each persona.
    days : float
        How close in time two people touch a topic to be tied.
    resolution : float
        Above 1 smaller communities, below 1 larger ones.
    seed : int
        Of the order in which nodes are moved.
    people, personas : int
        Least people and known personas of a group.
    least_share : float
        Share of its people that a program needs to be the group's.

    Returns
    -------
    dict
        Findings tables groups and memberships, sorted by key.
    """
    graph = coengagement(touches, days=days)
    found = communities(graph, resolution=resolution, seed=seed)
    return groups_of_communities(
        touches, graph, found, DETECTOR, families, people=people, personas=personas, least_share=least_share
    )
