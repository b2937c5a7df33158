"""Co-engagement, and communities on it, against brute force and against partitions anybody could name."""

from __future__ import annotations

import itertools
import random
import sys
from collections import defaultdict
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pytest
from analysis.small_markets import AS_OF, FAMILIES, World, day, touch
from hypothesis import given
from hypothesis import settings as told
from hypothesis import strategies as st

from committee.analysis.baselines import leiden, louvain
from committee.analysis.baselines.coengagement import Coengagement, coengagement
from committee.errors import NotFound

NAMES = ("ann", "bob", "cid", "dan", "eve", "fay")
PERSONAS = ("scientific", "finance", "procurement", "scientific", "executive", "finance")
PEOPLE = {name: {"persona": persona} for name, persona in zip(NAMES, PERSONAS, strict=True)}
CONTENT = {"paper": {"topic": ["biomarker"]}, "other": {"topic": ["safety"]}}
RULE: dict[str, Any] = {"people": 3, "personas": 2, "least_share": 0.0, "seed": 1}


def ties(world: World, days: float = 7.0) -> dict[tuple[str, str], float]:
    seen = world.touches()
    graph = coengagement(seen, days=days)
    name = [seen.contact_ids[int(code)].as_py() for code in graph.contact]
    return {
        (name[one], name[other]): weight
        for one, other, weight in zip(graph.source, graph.target, graph.weight.tolist(), strict=True)
    }


def graph_of(accounts: list[list[tuple[int, int, float]]], sizes: list[int]) -> Coengagement:
    """A graph given edge by edge, account by account; nodes are numbered within their account."""
    starts = np.concatenate([[0], np.cumsum(sizes)])
    edges = sorted(
        (starts[a] + one, starts[a] + other, weight)
        for a, listed in enumerate(accounts)
        for one, other, weight in listed
    )
    nothing = np.zeros(0, np.int64)
    return Coengagement(
        account=np.repeat(np.arange(len(sizes)), sizes),
        contact=np.arange(starts[-1]),
        source=np.array([edge[0] for edge in edges], np.int64),
        target=np.array([edge[1] for edge in edges], np.int64),
        weight=np.array([edge[2] for edge in edges], float),
        touch=nothing,
        topic=nothing,
        node=nothing,
    )


drawn_accounts = st.lists(
    st.integers(2, 7).flatmap(
        lambda size: st.tuples(
            st.just(size),
            st.lists(
                st.tuples(st.sampled_from(list(itertools.combinations(range(size), 2))), st.integers(1, 8)),
                max_size=12,
                unique_by=lambda edge: edge[0],
            ),
        )
    ),
    min_size=1,
    max_size=4,
)


def drawn_graph(drawn: list[tuple[int, list[tuple[tuple[int, int], int]]]]) -> Coengagement:
    return graph_of(
        [[(one, other, weight / 4) for (one, other), weight in edges] for _, edges in drawn],
        [size for size, _ in drawn],
    )


def test_three_people_on_one_occasion_are_tied_by_a_half_and_two_by_one() -> None:
    near = 364.9  # all bins are counted back from the day of the report: nothing is parted here
    three = World(PEOPLE, [touch("ann", near - 1), touch("bob", near - 1), touch("cid", near - 1)])
    assert set(ties(three).values()) == {0.5}
    two = World(PEOPLE, [touch("ann", near - 1), touch("bob", near - 1)])
    assert ties(two) == {("ann", "bob"): 1.0}


def test_touching_twice_on_one_occasion_ties_no_more_than_once() -> None:
    rows = [touch("ann", 360), touch("ann", 360.1), touch("bob", 360.2)]
    assert ties(World(PEOPLE, rows)) == {("ann", "bob"): 1.0}


def test_another_topic_another_account_or_another_month_ties_nobody() -> None:
    people = {**PEOPLE, "bob": {"persona": "finance", "account_id": "beta"}}
    rows = [touch("ann", 100), touch("bob", 100), touch("cid", 100, content_id="other"), touch("dan", 140)]
    assert ties(World(people, rows, CONTENT)) == {}


@told(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 40), st.sampled_from(["paper", "other"])), max_size=25)
)
def test_ties_agree_with_a_count_occasion_by_occasion(drawn: list[tuple[str, int, str]]) -> None:
    expected: dict[tuple[str, str], float] = defaultdict(float)
    for phase in (0.0, 3.5):
        occasions: dict[tuple[str, int], set[str]] = defaultdict(set)
        for name, at, piece in drawn:
            age = (AS_OF - day(at)).total_seconds() / 86_400
            occasions[piece, int((age + phase) // 7)].add(name)
        for who in occasions.values():
            for pair in itertools.combinations(sorted(who), 2):
                expected[pair] += 0.5 / (len(who) - 1)
    found = ties(World(PEOPLE, [touch(name, at, content_id=piece) for name, at, piece in drawn], CONTENT))
    assert found.keys() == expected.keys()
    for pair, weight in found.items():
        assert weight == pytest.approx(expected[pair])


@told(max_examples=80, deadline=None)
@given(drawn_accounts, st.sampled_from([0.1, 0.3, 1.0]))
def test_leiden_is_no_worse_than_everybody_alone_or_everybody_connected_together(drawn: Any, resolution: float) -> None:
    graph = drawn_graph(drawn)
    found = leiden.cpm_quality(graph, leiden.communities(graph, resolution=resolution, seed=1), resolution=resolution)
    whole = nx.Graph()
    whole.add_nodes_from(range(len(graph)))
    whole.add_edges_from(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    together = np.zeros(len(graph), np.int64)
    for number, part in enumerate(nx.connected_components(whole)):
        together[list(part)] = number
    assert found >= leiden.cpm_quality(graph, np.arange(len(graph)), resolution=resolution) - 1e-9
    assert found >= leiden.cpm_quality(graph, together, resolution=resolution) - 1e-9


@told(max_examples=40, deadline=None)
@given(drawn_accounts)
def test_with_leiden_nobody_gains_by_moving_alone_and_no_community_spans_accounts(drawn: Any) -> None:
    graph = drawn_graph(drawn)
    found = leiden.communities(graph, resolution=0.3, seed=1)
    reached = leiden.cpm_quality(graph, found, resolution=0.3)
    for node in range(len(graph)):
        for other in (*np.unique(found).tolist(), int(found.max()) + 1):
            moved = found.copy()
            moved[node] = other
            assert leiden.cpm_quality(graph, moved, resolution=0.3) <= reached + 1e-9
    for community in np.unique(found):
        assert len(set(graph.account[found == community].tolist())) == 1


@told(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=3), min_size=1, max_size=4))
def test_leiden_over_all_accounts_is_as_good_for_each_as_a_run_of_its_own(teams: list[list[int]]) -> None:
    """Accounts of teams, strongly tied inside and weakly to each other: the best partition is the teams."""

    def account_of(sizes: list[int]) -> list[tuple[int, int, float]]:
        team = np.repeat(np.arange(len(sizes)), sizes)
        pairs = itertools.combinations(range(len(team)), 2)
        return [(one, other, 1.0 if team[one] == team[other] else 0.1) for one, other in pairs]

    whole = graph_of([account_of(sizes) for sizes in teams], [sum(sizes) for sizes in teams])
    reached = leiden.cpm_quality(whole, leiden.communities(whole, resolution=0.4, seed=1), resolution=0.4)
    apart = 0.0
    for sizes in teams:
        own = graph_of([account_of(sizes)], [sum(sizes)])
        apart += leiden.cpm_quality(own, leiden.communities(own, resolution=0.4, seed=1), resolution=0.4)
    best = sum(0.6 * size * (size - 1) / 2 for sizes in teams for size in sizes)
    assert reached == pytest.approx(apart) == pytest.approx(best)


@told(max_examples=40, deadline=None)
@given(drawn_accounts)
def test_louvain_is_no_worse_than_everybody_together_and_never_mixes_accounts(drawn: Any) -> None:
    graph = drawn_graph(drawn)
    found = louvain.communities(graph, resolution=1.0, seed=1)
    assert len(np.unique(np.column_stack([graph.account, found]), axis=0)) == len(np.unique(found))
    for account in range(len(drawn)):
        own = louvain.account_graph(graph, account)
        if own.number_of_edges():
            parts = [
                set(np.flatnonzero((found == number) & (graph.account == account)).tolist())
                for number in set(found[graph.account == account].tolist())
            ]
            assert nx.community.modularity(own, parts) >= nx.community.modularity(own, [set(own)]) - 1e-9


def two_teams() -> World:
    rows = [touch(name, 300 + at, content_id="paper") for at, name in enumerate(("ann", "bob", "cid"))]
    rows += [touch(name, 300 + at, content_id="other") for at, name in enumerate(("dan", "eve", "fay"))]
    rows += [touch("ann", 200, content_id="other")]
    return World(PEOPLE, rows, CONTENT)


@pytest.mark.parametrize(
    "find",
    [
        lambda seen: leiden.find_groups(seen, FAMILIES, days=7.0, resolution=0.1, **RULE),
        lambda seen: louvain.find_groups(seen, FAMILIES, days=7.0, resolution=1.0, **RULE),
    ],
)
def test_two_teams_on_two_topics_are_two_groups(find: Any) -> None:
    tables = find(two_teams().touches())
    people: dict[str, set[str]] = defaultdict(set)
    for row in tables["memberships"].to_pylist():
        people[row["group_id"]].add(row["contact_id"])
    assert {
        (row["need"], frozenset(people[row["group_id"]]), row["formed_at"]) for row in tables["groups"].to_pylist()
    } == {
        ("biomarker", frozenset({"ann", "bob", "cid"}), day(300)),
        ("safety", frozenset({"dan", "eve", "fay"}), day(300)),
    }
    assert find(two_teams().touches()) == tables
    nothing = find(World({}, [], {}).touches())
    assert nothing["groups"].num_rows == nothing["memberships"].num_rows == 0


def test_without_igraph_leiden_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    with pytest.raises(NotFound, match=r"python-igraph.*pip install 'buying-committee\[bench\]'"):
        leiden.find_groups(two_teams().touches(), FAMILIES, days=7.0, resolution=0.1, **RULE)


def test_leiden_leaves_the_random_numbers_of_the_process_alone() -> None:
    def drawn_by_igraph() -> list[tuple[int, int]]:
        random.seed(5)
        return igraph.Graph.Erdos_Renyi(n=12, p=0.4).get_edgelist()

    igraph.set_random_number_generator(random)  # the usual one
    before = drawn_by_igraph()
    leiden.find_groups(two_teams().touches(), FAMILIES, days=7.0, resolution=0.1, **RULE)
    assert drawn_by_igraph() == before
    random.seed(5)
    expected = random.random()
    random.seed(5)
    leiden.find_groups(two_teams().touches(), FAMILIES, days=7.0, resolution=0.1, **RULE)
    assert random.random() == expected
