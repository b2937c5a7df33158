"""Groups as communities: the constant Potts model maximised by Leiden, once over the graph of all accounts.

Method: Traag, Van Dooren & Nesterov 2011 (CPM); Traag, Waltman & van Eck 2019 (Leiden). The quality of a partition is
the sum over communities of the weight inside minus resolution * n (n - 1) / 2: it has no term that couples accounts, so
one run over their union does for each account what a run of its own would.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from committee.analysis.baselines.coengagement import Coengagement, coengagement, groups_of_communities
from committee.analysis.codes import Ints
from committee.analysis.touches import Touches
from committee.errors import NotFound

__all__ = ["DETECTOR", "communities", "cpm_quality", "find_groups"]

DETECTOR = "leiden/1"


def communities(graph: Coengagement, *, resolution: float, seed: int, iterations: int = -1) -> Ints:
    """Partition the people; ``iterations`` below 0: until nothing moves any more.

    Returns
    -------
    int array
        Number of the community of each node.

    Raises
    ------
    NotFound
        python-igraph is not installed.
    """
    try:
        import igraph
    except ImportError:
        raise NotFound(
            "the Leiden detector needs python-igraph, which is not installed",
            "Install it with: pip install 'buying-committee[bench]', or leave leiden out of --detectors",
        ) from None
    if not len(graph):
        return np.zeros(0, np.int64)
    edges = np.column_stack([graph.source, graph.target])
    whole = igraph.Graph(n=len(graph), edges=edges.tolist() if not len(edges) else edges)
    # igraph draws from one generator of the process: it gets ours for this call, and the usual one back.
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = whole.community_leiden(
            objective_function="CPM", weights=graph.weight.tolist(), resolution=resolution, n_iterations=iterations
        )
    finally:
        igraph.set_random_number_generator(random)
    return np.asarray(found.membership, np.int64)


def cpm_quality(graph: Coengagement, community: Ints, *, resolution: float) -> float:
    """Return the weight inside communities minus ``resolution`` for each pair of people in one."""
    inside: npt.NDArray[np.bool_] = community[graph.source] == community[graph.target]
    size = np.bincount(community, minlength=1).astype(float)
    return float(graph.weight[inside].sum() - resolution * (size * (size - 1) / 2).sum())


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
        Tie that a pair needs on average to stay together.
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
