"""The picture of one account: people, groups, content, programs, and who bridges two groups."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.compute as pc

from committee.findings import Findings
from committee.market import Market

__all__ = ["account_network", "bridges"]


def account_network(market: Market, findings: Findings, account_id: str) -> nx.Graph[str]:
    """Draw one account as a graph.

    Parameters
    ----------
    market : Market
    findings : Findings
    account_id : str

    Returns
    -------
    networkx Graph
        Nodes are named ``kind:id`` with attributes kind (contact, group, content, program), id, caption, and what else
        is known (persona, status, need). Edges: contact - group (probability, engagements), contact - content
        (engagements, of those that are evidence), group - program, contact - program as stated. Without groups it holds
        the programs, and the people stated on them. Nodes and edges come in the order of their ids.

    Examples
    --------
    >>> account_network(Market(), Findings(), "acme").number_of_nodes()
    0
    """
    graph: nx.Graph[str] = nx.Graph(account_id=account_id)
    for program in _rows(market.programs, "account_id", account_id):
        _node(graph, "program", program["program_id"], program["name"])
    groups = _rows(findings.groups, "account_id", account_id)
    for group in groups:
        key = _node(graph, "group", group["group_id"], group["need"], status=group["status"], need=group["need"])
        if group["program_id"]:
            graph.add_edge(key, _node(graph, "program", group["program_id"], None), kind="buys_for")
    ids = pa.array([group["group_id"] for group in groups], pa.string())
    members = _among(findings.memberships, "group_id", ids)
    stated = _rows(market.contacts, "account_id", account_id)
    people = {row["contact_id"] for row in members} | {row["contact_id"] for row in stated if row["program_id"]}
    persona = {
        row["contact_id"]: row["persona"]
        for row in _among(findings.personas, "contact_id", pa.array(sorted(people), pa.string()))
    }
    for contact in _among(market.contacts, "contact_id", pa.array(sorted(people), pa.string())):
        key = _node(
            graph, "contact", contact["contact_id"], contact["name"], persona=persona.get(contact["contact_id"])
        )
        if contact["program_id"]:
            graph.add_edge(key, _node(graph, "program", contact["program_id"], None), kind="stated")
    for row in members:
        key = _node(graph, "contact", row["contact_id"], None)
        graph.add_edge(
            key,
            f"group:{row['group_id']}",
            kind="member",
            probability=row["probability"],
            engagements=row["engagements"],
        )
    _add_reading(graph, market, _among(findings.evidence, "group_id", ids))
    return graph


def bridges(graph: nx.Graph[str]) -> list[tuple[str, list[str]]]:
    """List who serves several groups.

    Returns
    -------
    list of (contact id, group ids)
        People who are members of two groups or more, most groups first, then by id.
    """
    found = []
    for node, data in graph.nodes(data=True):
        if data["kind"] == "contact":
            groups = sorted(graph.nodes[other]["id"] for other in graph[node] if graph.nodes[other]["kind"] == "group")
            if len(groups) > 1:
                found.append((data["id"], groups))
    return sorted(found, key=lambda bridge: (-len(bridge[1]), bridge[0]))


def _add_reading(graph: nx.Graph[str], market: Market, evidence: list[dict[str, Any]]) -> None:
    """Join people to the content of the engagements that speak for their groups, each engagement once."""
    ids = pa.array(sorted({str(row["engagement_id"]) for row in evidence}), pa.string())
    who = {row["engagement_id"]: row["contact_id"] for row in evidence}
    titles = dict(
        zip(market.content.column("content_id").to_pylist(), market.content.column("title").to_pylist(), strict=True)
    )
    for row in _among(market.engagements, "engagement_id", ids):
        if row["content_id"] is None:
            continue
        person = f"contact:{who[row['engagement_id']]}"
        piece = _node(graph, "content", row["content_id"], titles.get(row["content_id"]))
        before = graph.get_edge_data(person, piece, {"engagements": 0})["engagements"]
        graph.add_edge(person, piece, kind="read", engagements=before + 1)


def _node(graph: nx.Graph[str], kind: str, name: str, caption: str | None, **more: Any) -> str:
    key = f"{kind}:{name}"
    if key not in graph:
        graph.add_node(key, kind=kind, id=name, caption=caption or name, **more)
    return key


def _rows(table: pa.Table, name: str, value: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.filter(pc.equal(table.column(name).cast(pa.string()), value)).to_pylist()
    return found


def _among(table: pa.Table, name: str, values: pa.Array) -> list[dict[str, Any]]:
    column = table.column(name).cast(pa.string())
    found: list[dict[str, Any]] = table.filter(pc.is_in(column, value_set=values)).to_pylist()
    return found
