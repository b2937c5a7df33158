"""The model of the graph for people: as rows, as a Mermaid diagram, as a page; made from the record classes."""

from __future__ import annotations

from typing import Any

from committee.graph.model import Arrow, Node, arrows, constraints, indexes, nodes
from committee.records import TABLES, fields_of
from committee.records.record import PROVENANCE

__all__ = ["mermaid", "model_page", "model_rows"]

_ASKING = """
## Asking in words of your own

`committee ask` lists the prepared questions; `committee ask NAME --source` prints one as its file has it. A folder of such files is asked with `committee ask --questions FOLDER` and checked with `committee ask --check FOLDER`.

- The current run is reached by `(:Head)-[:CURRENT]->(run:Run)`; a group or flag belongs to it when its `run_id` is the run's.
- An engagement carries `account_id`, `contact_id`, `content_id` and `occurred_at` itself: begin there, with a bound on `occurred_at`, and the index is used. A condition on every property of a composite index, or it is not.
- A moment is a whole number: so many days before the run are `run.as_of_at - $days * 86400000`.
- Values come as parameters; each column has a name; the last key of `ORDER BY` has no ties.
- `NAME.picture.cypher` goes on where the rows end: `// first: 25` says how many are drawn, its columns are at hand by their names, it returns paths and ends in `LIMIT`.
- The same text runs on Neo4j 5.26, on the 2026 line under both versions of the language, and on the embedded engine: no APOC, no GDS, no `id()`, no `exists()`, no `RETURN *`, no unbounded `*`. Inside `CALL (x) { }` the embedded engine forgets `x` at the next `WITH`: hand it on.
"""
_MEANINGS = {
    "key": "Key in the graph: workspace, source and id in one text",
    "run_id": "The run it belongs to",
    "waits": "A record it refers to has not arrived yet",
    "waits_for": "The fields whose record has not arrived",
}


def model_rows() -> list[dict[str, Any]]:
    """Return one row a property of a node or relationship; one without properties has a row of its own."""
    rows = []
    for node in nodes():
        rows += _rows_of(f"(:{node.label})", node.table, node.properties, node.says, node.label)
    for arrow in arrows():
        rows += _rows_of(str(arrow), arrow.origin, arrow.properties, "", "")
    return rows


def _rows_of(thing: str, origin: str, properties: Any, says: str, label: str) -> list[dict[str, Any]]:
    meanings = _meanings(origin.partition(".")[0])
    unique = {name for owner, names in constraints() if owner == label for name in names}
    indexed = {name for owner, names in indexes() if owner == label for name in names}
    return [
        {
            "thing": thing,
            "property": name,
            "kind": kind.replace("_", " or "),
            "rule": "unique" if name in unique else "indexed" if name in indexed else "",
            "meaning": meanings.get(name, says),
            "comes_from": origin,
        }
        for name, kind in properties.items()
    ] or [{"thing": thing, "property": "", "kind": "", "rule": "", "meaning": says, "comes_from": origin}]


def _meanings(table: str) -> dict[str, str]:
    specs = [*fields_of(TABLES[table]), *PROVENANCE] if table in TABLES else []
    meanings = {spec.name: spec.meaning for spec in specs}
    texts = {f"{name}_text": "The same as text, UTC" for name in meanings}
    stated = {f"stated_{name}": "What the file said, where it differs" for name in meanings}
    return {**texts, **stated, **_MEANINGS, **meanings}


def mermaid() -> str:
    """Return the model as a Mermaid flowchart: labels, and relationships in the direction in which they are read."""
    drawn = [arrow for arrow in _told_once() if "Head" not in (arrow.source, arrow.target)]
    lines = ["flowchart LR"]
    ends = dict.fromkeys(label for arrow in drawn for label in (arrow.source, arrow.target))
    lines += [f"    {label}([{label}])" for label in ends]
    lines += [f"    {arrow.source} -->|{arrow.relationship}| {arrow.target}" for arrow in drawn]
    return "\n".join(lines) + "\n"


def _told_once() -> list[Arrow]:
    """The arrows, each pair of ends once: an employment and a contact's employer draw the same one."""
    return list({(arrow.source, arrow.relationship, arrow.target): arrow for arrow in reversed(arrows())}.values())[
        ::-1
    ]


def model_page() -> str:
    """Return the model as a page of Markdown; the same code gives the same bytes."""
    records = [node for node in nodes() if node.table]
    own = [node for node in nodes() if not node.table]
    parts = [
        "# The graph\n\nMade by `make docs` from the code; a test fails when it is stale. `committee schema --check` compares a store with it.\n",
        "\nEvery relationship reads as a sentence along its arrow.\n\n```mermaid\n" + mermaid() + "```\n",
        "\n## Nodes\n\nThe columns of each table are in the [reference](reference.md#records).\n\n",
        _table(
            ("label", "what it is", "table", "indexed"),
            [(f"`{node.label}`", node.says, node.table, _indexed(node)) for node in records],
        ),
        "\nEvery node has a unique text property `key`. A table that may have columns of its own keeps them as `free_...`. An instant is a whole number of milliseconds since 1970, UTC; beside it a text for people ends in `_text`.\n",
        "\n## Relationships\n\n",
        _table(
            ("relationship", "comes from", "properties"),
            [(f"`{arrow}`", arrow.origin, ", ".join(f"`{name}`" for name in arrow.properties)) for arrow in arrows()],
        ),
        "\n## What the store keeps for itself\n\n",
        _table(("label", "what it is"), [(f"`{node.label}`", node.says) for node in own]),
        _ASKING,
    ]
    return "".join(parts)


def _indexed(node: Node) -> str:
    found = sorted(names for label, names in indexes() if label == node.label)
    return ", ".join(f"`{' + '.join(names)}`" for names in found)


def _table(head: tuple[str, ...], lines: list[tuple[str, ...]]) -> str:
    written = [head, tuple("---" for _ in head), *lines]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in written)
