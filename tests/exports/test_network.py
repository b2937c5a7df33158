"""The network of an account in the forms of other tools, read back by other readers than the ones that wrote them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import networkx as nx
import pytest
from reports.crowded_world import crowded
from reports.small_world import SCRIPT_NAME, small_findings, small_market

from committee.errors import NotFound
from committee.exports.network import EDGE_COLUMNS, as_gexf, as_graphml, as_node_link, edge_rows, network
from committee.market import Market


@pytest.fixture(scope="module")
def small():
    return network(small_market(), small_findings(), "acc-a")


def test_who_must_not_be_contacted_is_marked_at_node_and_edges(small):
    assert {node for node, data in small.nodes(data=True) if data["do_not_contact"]} == {"contact:c-fin"}
    assert {frozenset(edge[:2]) for edge in small.edges(data="do_not_contact") if edge[2]} == {
        frozenset({"contact:c-fin", other}) for other in small["contact:c-fin"]
    }


def test_the_bridge_is_marked_and_nothing_is_empty(small):
    assert [data["record_id"] for _, data in small.nodes(data=True) if data["bridge"]] == ["c-proc"]
    every = [data for _, data in small.nodes(data=True)] + [data for *_, data in small.edges(data=True)]
    assert all(value is not None for data in every for value in data.values())


def test_graphml_is_read_back_as_it_was(small):
    back = nx.parse_graphml(as_graphml(small))
    assert dict(back.nodes(data=True)) == dict(small.nodes(data=True))
    assert {frozenset(edge[:2]): edge[2] for edge in back.edges(data=True)} == {
        frozenset(edge[:2]): edge[2] for edge in small.edges(data=True)
    }


def test_gexf_holds_each_node_and_edge_and_the_day_of_the_findings(small):
    text = as_gexf(small)
    root = ElementTree.fromstring(text)
    space = {"g": "http://www.gexf.net/1.2draft"}
    nodes = root.findall(".//g:node", space)
    assert {node.get("id"): node.get("label") for node in nodes} == dict(small.nodes(data="label"))
    assert len(root.findall(".//g:edge", space)) == small.number_of_edges()
    assert root.find("g:meta", space).get("lastmodifieddate") == "2026-02-20"


def test_json_is_the_node_link_form(small):
    back = nx.node_link_graph(json.loads(as_node_link(small)), edges="links")
    assert nx.utils.graphs_equal(back, small)
    assert back.graph["run_id"] == "run0123456789"


def test_edges_are_told_from_people_on(small):
    rows = [dict(zip(EDGE_COLUMNS, row, strict=True)) for row in edge_rows(small)]
    assert len(rows) == small.number_of_edges()
    members = {(row["source"], row["target"]): row for row in rows if row["kind"] == "member"}
    assert members["contact:c-sci", "group:g1"]["probability"] == 0.97
    assert members["contact:c-sci", "group:g1"]["source_name"] == SCRIPT_NAME
    assert {row["source"].partition(":")[0] for row in rows if row["kind"] == "buys_for"} == {"group"}


def test_a_group_is_exported_with_its_own_people_only():
    drawn = network(small_market(), small_findings(), "acc-a", "g2")
    assert {node for node in drawn if node.startswith("contact")} == {
        "contact:c-proc",
        "contact:c-long",
        "contact:c-odd",
    }
    assert "program:p-202" in drawn


def test_characters_that_xml_cannot_hold_do_not_break_a_file():
    market, findings = small_market(), small_findings()
    contacts = market.contacts.to_pydict() | {
        "name": ["Bad\x00\x0b name \ud83e\udd80 <x> & \ufffe".encode("utf-8", "replace").decode()]
        * market.contacts.num_rows
    }
    drawn = network(Market({**market, "contacts": contacts}), findings, "acc-a")
    assert ElementTree.fromstring(as_graphml(drawn)) is not None
    assert ElementTree.fromstring(as_gexf(drawn)) is not None


def test_two_hundred_people_are_all_exported():
    drawn = network(*crowded(4, 200, 5), "acc")
    assert sum(data["kind"] == "contact" for _, data in drawn.nodes(data=True)) == 200


def test_the_same_findings_give_the_same_bytes():
    one, other = (network(*crowded(), "acc") for _ in range(2))
    assert all(form(one) == form(other) for form in (as_graphml, as_gexf, as_node_link))


def test_an_unknown_account_or_group_is_told():
    with pytest.raises(NotFound, match="account nobody"):
        network(small_market(), small_findings(), "nobody")
    with pytest.raises(NotFound, match="group g9"):
        network(small_market(), small_findings(), "acc-a", "g9")
