"""The picture of an account, and why findings say so."""

from __future__ import annotations

import pytest
from analysis.small_markets import FAMILIES, SETTINGS, World, day, touch

from committee.analysis.account_network import account_network, bridges
from committee.analysis.detect import conclude
from committee.analysis.explain import explain_contact, explain_engagement, explain_flag, explain_group
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


def test_of_the_three_conditions_each_says_whether_it_holds(found: Findings) -> None:
    near = explain_group(WORLD.market, found, group_of(found, "P"), SETTINGS.window, SETTINGS.gap)
    slow = explain_group(WORLD.market, found, group_of(found, "Q"), SETTINGS.window, SETTINGS.gap)
    assert [(test.name, test.holds, test.found) for test in near["tests"]] == [
        ("right people", True, 3),
        ("enough of them", True, 4),
        ("at the same time", True, 3.0),
    ]
    assert [(test.name, test.holds, test.found) for test in slow["tests"]] == [
        ("right people", True, 3),
        ("enough of them", True, 3),
        ("at the same time", False, 40.0),
    ]
    assert slow["tests"][2].proof == ("e003", "e004", "e005")
    assert (len(near["flags"]), len(slow["flags"])) == (1, 0)
    assert near["missing"] == {"executive": 0, "finance": 0, "legal_regulatory": 0}
    assert near["evidence"] == {"program by engagement": 5, "topic safety": 5}


def test_the_receipt_of_a_flag_names_people_and_moments(found: Findings) -> None:
    receipt = explain_flag(WORLD.market, found, found.flags.column("flag_id")[0].as_py())
    assert [(row["contact_id"], row["persona"], row["occurred_at"]) for row in receipt["witness"]] == [
        ("bob", "program_lead", day(2)),
        ("ann", "scientific", day(4)),
        ("dan", "procurement", day(5)),
    ]
    assert [row["engagement_id"] for row in receipt["removal"]] == ["e008"]
    assert [row["engagement_id"] for row in receipt["others"]] == ["e000", "e001"]


def test_an_engagement_says_what_it_counts_for_or_why_not(found: Findings) -> None:
    counted, aside, alone = (explain_engagement(WORLD.market, found, key) for key in ("e008", "e006", "e009"))
    assert ([row["group_id"] for row in counted["groups"]], counted["flags"][0]["removal"], counted["reason"]) == (
        [group_of(found, "P")],
        True,
        None,
    )
    assert (aside["counts"], aside["reason"]) == (False, "not_relevant")
    assert (alone["counts"], alone["reason"], alone["says"]) == (
        True,
        "one_person",
        "nobody else touched this program and topic around then",
    )


def test_a_contact_says_what_of_the_touches_counts(found: Findings) -> None:
    answer = explain_contact(WORLD.market, found, "dan")
    assert answer["touches"] == {"read": 3, "counted": 2, "set_aside": {"not_relevant": 1}}
    assert sorted(row["group_id"] for row in answer["groups"]) == sorted([group_of(found, "P"), group_of(found, "Q")])
    assert answer["flags"] == found.flags.column("flag_id").to_pylist()


def test_what_is_not_there_is_an_error(found: Findings) -> None:
    with pytest.raises(KeyError):
        explain_flag(WORLD.market, found, "nothing")


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


def test_a_group_of_too_few_personas_was_never_together() -> None:
    rows = [touch(who, at, program_id="P") for at, who in enumerate(("ann", "cat", "bob"))]
    world = World(PEOPLE, rows, CONTENT, {"P": {}})
    answer = Findings(conclude(*world.inputs, SETTINGS, day(200), FAMILIES)[0])
    tests = explain_group(world.market, answer, group_of(answer, "P"), SETTINGS.window, SETTINGS.gap)["tests"]
    assert [(test.holds, test.found) for test in tests] == [(False, 2), (True, 3), (False, None)]
