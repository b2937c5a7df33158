"""The network of an account for other tools: GraphML, GEXF, node-link JSON, and a table of edges.

Nodes are named ``kind:id``. Who must not be contacted says so at every node and edge of theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import networkx as nx
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.account_network import account_network, bridges
from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market

__all__ = ["EDGE_COLUMNS", "as_gexf", "as_graphml", "as_node_link", "edge_rows", "network"]

EDGE_COLUMNS = (
    "source",
    "source_name",
    "kind",
    "target",
    "target_name",
    "probability",
    "engagements",
    "do_not_contact",
)
_RANK = {"contact": 0, "group": 1, "content": 2, "program": 3}  # edges are told from people on: person, group, program
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def network(market: Market, findings: Findings, account_id: str, group_id: str | None = None) -> nx.Graph[str]:
    """Build the network of an account, or of one group with its people and all that they touch.

    Returns
    -------
    networkx Graph
        Nodes carry kind, label, record_id, do_not_contact, bridge, and persona, status, need where known. Edges carry
        kind (member, read, buys_for, stated), weight (touches, 1 where none are counted), do_not_contact, and
        probability and engagements where known. The graph carries account_id, run_id and as_of. Nothing is None.

    Raises
    ------
    NotFound
        The market has no such account, or the findings no such group there.
    """
    if not pc.is_in(pa.scalar(account_id), value_set=market.accounts.column("account_id").combine_chunks()).as_py():
        raise NotFound(f"account {account_id} is not known", "Look the account up by name")
    drawn = account_network(market, findings, account_id)
    if group_id is not None:
        drawn = _around(drawn, group_id)
    barred = _barred(market)
    bridging = {f"contact:{key}" for key, _ in bridges(drawn)}
    run = findings.run
    made: nx.Graph[str] = nx.Graph(
        account_id=account_id, run_id=run.run_id if run else "", as_of=run.as_of if run else ""
    )
    for node, data in sorted(drawn.nodes(data=True)):
        facts = {name: value for name, value in data.items() if name not in ("id", "caption")}
        stopped = data["kind"] == "contact" and data["id"] in barred
        made.add_node(
            node,
            label=data["caption"] or data["id"],
            record_id=data["id"],
            **_said(facts),
            do_not_contact=stopped,
            bridge=node in bridging,
        )
    for one, other, data in sorted(drawn.edges(data=True), key=lambda edge: sorted(edge[:2])):
        stopped = any(made.nodes[node]["do_not_contact"] for node in (one, other))
        made.add_edge(one, other, **_said(data), weight=data.get("engagements") or 1, do_not_contact=stopped)
    return made


def _around(graph: nx.Graph[str], group_id: str) -> nx.Graph[str]:
    """One group, its people, and what touches any of them."""
    centre = f"group:{group_id}"
    if centre not in graph:
        raise NotFound(f"group {group_id} is not among these findings", "List the groups with: committee groups")
    people = {node for node in graph[centre] if graph.nodes[node]["kind"] == "contact"}
    near = {centre, *graph[centre], *(other for node in people for other in graph[node])}
    found = graph.subgraph(near).copy()
    found.remove_nodes_from(
        [node for node, data in list(found.nodes(data=True)) if data["kind"] == "contact" and node not in people]
    )
    return found


def _barred(market: Market) -> set[str]:
    contacts = market.contacts
    stopped = pc.or_(
        pc.fill_null(contacts.column("suppressed"), False), pc.fill_null(contacts.column("deleted"), False)
    )
    return set(contacts.filter(stopped).column("contact_id").to_pylist())


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def as_graphml(graph: nx.Graph[str]) -> str:
    """Return the network as GraphML."""
    return "\n".join(nx.generate_graphml(_for_xml(graph))) + "\n"


def as_gexf(graph: nx.Graph[str]) -> str:
    """Return the network as GEXF, dated by the findings: the same findings give the same bytes."""
    text = "\n".join(nx.generate_gexf(_for_xml(graph)))
    day = graph.graph["as_of"][:10]
    return re.sub(r' lastmodifieddate="[^"]*"', f' lastmodifieddate="{day}"' if day else "", text) + "\n"


def as_node_link(graph: nx.Graph[str]) -> str:
    """Return the network as the node-link JSON that networkx and d3 read."""
    return json.dumps(nx.node_link_data(graph, edges="links"), indent=2, ensure_ascii=False) + "\n"


def edge_rows(graph: nx.Graph[str]) -> list[list[Any]]:
    """Return one row an edge, in the order of `EDGE_COLUMNS`: who, how, what."""
    found = []
    for one, other, data in graph.edges(data=True):
        source, target = sorted((one, other), key=lambda node: (_RANK[graph.nodes[node]["kind"]], node))
        names = {node: graph.nodes[node]["label"] for node in (source, target)}
        found.append(
            [
                source,
                names[source],
                data["kind"],
                target,
                names[target],
                data.get("probability"),
                data.get("engagements"),
                data["do_not_contact"],
            ]
        )
    return sorted(found, key=lambda row: (row[0], row[2], row[3]))


def _for_xml(graph: nx.Graph[str]) -> nx.Graph[str]:
    """The same network without the characters that XML cannot hold."""

    def clean(value: Any) -> Any:
        return _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value

    made: nx.Graph[str] = nx.Graph(**{name: clean(value) for name, value in graph.graph.items()})
    made.add_nodes_from(
        (clean(node), {name: clean(value) for name, value in data.items()}) for node, data in graph.nodes(data=True)
    )
    made.add_edges_from((clean(one), clean(other), dict(data)) for one, other, data in graph.edges(data=True))
    return made
