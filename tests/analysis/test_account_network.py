"""The network of an account: who and what is in it, and who bridges its groups."""

from __future__ import annotations

import pytest
from analysis.small_markets import FAMILIES, SETTINGS, World, day, touch

from committee.analysis.account_network import account_network, bridges
from committee.analysis.detect import conclude
from committee.findings import Findings

PEOPLE = {
    "ann": {"persona": "scientific", "program_id": "P", "name": "Ann"},
    "bob": {"persona": "program_lead"},
    "cat": {"persona": "scientific"},
    "dan": {"persona": "procurement"},
    "zoe": {"persona": "finance", "account_id": "beta"},
}
CONTENT = {"paper": {"topic": ["safety"], "title": "Safety first"}, "bio": {"topic": ["biomarker"]}, "plain": {}}
ROWS = [
    *(touch(who, at, program_id="P") for at, who in enumerate(("ann", "cat", "bob"))),
    *(touch(who, 100 + 20 * at, program_id="Q", content_id="bio") for at, who in enumerate(("cat", "dan", "bob"))),
    touch("dan", 3, content_id="plain"),
    touch("ann", 4, program_id="P"),
    touch("dan", 5, program_id="P"),
    touch("zoe", 5, program_id="P"),
]
WORLD = World(PEOPLE, ROWS, CONTENT, {"P": {"name": "Asset P"}, "Q": {}})


@pytest.fixture(scope="module")
def found() -> Findings:
    return Findings(conclude(*WORLD.inputs, SETTINGS, day(200), FAMILIES)[0])


def group_of(found: Findings, program: str) -> str:
    return next(row["group_id"] for row in found.groups.to_pylist() if row["program_id"] == program)


def test_the_network_of_an_account_holds_its_groups_people_content_and_programs_and_no_others(found: Findings) -> None:
    graph = account_network(WORLD.market, found, "acme")
    kinds = {}
    for _, data in graph.nodes(data=True):
        kinds.setdefault(data["kind"], set()).add(data["id"])
    assert kinds["contact"] == {"ann", "bob", "cat", "dan"}
    assert kinds["program"] == {"P", "Q"}
    assert kinds["content"] == {"paper", "bio"}
    assert len(kinds["group"]) == 2
    assert graph.edges["contact:ann", "content:paper"]["engagements"] == 2
    assert graph.edges["contact:ann", "program:P"]["kind"] == "stated"
    assert graph.nodes["contact:ann"]["caption"] == "Ann"


def test_whoever_is_in_two_groups_bridges_them(found: Findings) -> None:
    both = sorted([group_of(found, "P"), group_of(found, "Q")])
    assert bridges(account_network(WORLD.market, found, "acme")) == [("bob", both), ("cat", both), ("dan", both)]
    assert bridges(account_network(WORLD.market, found, "beta")) == []
