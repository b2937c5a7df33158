"""All statements that define or write the graph, made from the record classes.

A loaded record is a node with one property for each field; its references are relationships as well. A loaded record
that is an arrow (an employment, a role on a deal) is a node, which keeps what the file said, and the arrow beside it.
A computed record belongs to a run. It is long because no other file makes a statement that writes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyarrow as pa

from committee.records import (
    COMPUTED,
    LOADED,
    PROVENANCE,
    TABLES,
    Decision,
    EarlierValue,
    FieldSpec,
    Load,
    Need,
    Record,
    fields_of,
)
from committee.records.fields import INSTANT, WORDS
from committee.records.record import Link

__all__ = [
    "KEPT",
    "STATED",
    "End",
    "arrow_fields",
    "arrows_created",
    "arrows_deleted",
    "arrows_written",
    "can_wait",
    "definitions",
    "edges_created",
    "edges_deleted",
    "edges_linked",
    "end_label",
    "end_table",
    "ends_of",
    "free_property",
    "made_waiting",
    "nodes_created",
    "nodes_deleted",
    "nodes_updated",
    "properties_of",
    "references_of",
    "texts_of",
]

STATED = "stated_"  # before the name of a resolved field: what the file said, where it differs
KEPT: tuple[type[Record], ...] = (*LOADED, Load, EarlierValue)  # what a Change can write

# Labels of the store's own nodes: schema version, columns in use, the writer's lock, runs and the pointer to the current one.
_OWN_LABELS = (
    "CommitteeStore",
    "CommitteeTable",
    "WriterLock",
    "Publication",
    "Run",
    "Head",
    "FindingsColumns",
    "Calibration",
)

# Two questions are asked of every market: an account's engagements in a stretch of time, and what belongs to a run.
_COMPOSITES = {"Engagement": (("account_id", "occurred_at"),)}


@dataclass(frozen=True)
class End:
    """One reference of a record that is a relationship in the graph."""

    field: str
    label: str  # of the target
    table: str  # of the target
    relationship: str
    reverse: bool
    carries: tuple[str, ...] = ()

    def arrow(self, near: str, far: str, properties: str = "", name: str = "") -> str:
        """Return the arrow between two names, in the direction in which the graph is read."""
        middle = f"-[{name}:{self.relationship}{properties}]->"
        return f"({far}){middle}({near})" if self.reverse else f"({near}){middle}({far})"


@cache
def references_of(record: type[Record]) -> tuple[FieldSpec, ...]:
    """Return the fields that refer to other records, whether or not they are relationships."""
    return tuple(spec for spec in fields_of(record) if spec.reference is not None)


@cache
def ends_of(record: type[Record]) -> tuple[End, ...]:
    """Return the references of a record that are relationships."""
    found = []
    for spec in references_of(record):
        reference = spec.reference
        if reference is not None and reference.relationship:
            target = TABLES[reference.table]
            found.append(
                End(spec.name, target.label, target.table, reference.relationship, reference.reverse, reference.carries)
            )
    return tuple(found)


@cache
def properties_of(record: type[Record]) -> dict[str, pa.DataType]:
    """Return the properties of a record's node that stand for its fields, with their types; free columns come beside them."""
    specs = [*fields_of(record), *(PROVENANCE if record.provenance else ())]
    kinds = {spec.name: spec.kind.arrow for spec in specs}
    kinds |= {STATED + spec.name: spec.kind.arrow for spec in fields_of(record) if spec.resolved}
    return kinds


def free_property(name: str) -> str:
    """Return the property that holds a free column: letters, digits and underscores, and a hash where that loses something."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)[:60]
    return f"free_{plain}" if plain == name else f"free_{plain}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def texts_of(record: type[Record]) -> tuple[str, ...]:
    """Return the instants beside which the graph keeps a text for people.

    Not those of engagements: they are so many that a text would make loading them a tenth slower.
    """
    if record.table in ("engagements", "earlier_values"):
        return ()
    return tuple(spec.name for spec in fields_of(record) if spec.kind is INSTANT)


def definitions() -> list[str]:
    """Return the constraints, then the indexes, each to be run in a transaction of its own before the first data."""
    every: tuple[type[Record], ...] = (*LOADED, *COMPUTED, Load, EarlierValue, Need, Decision)
    nodes = [record for record in every if record.label]
    labels = [*(record.label for record in nodes), *_OWN_LABELS]
    constraints = [
        f"CREATE CONSTRAINT {label.lower()}_key IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
        for label in labels
    ]
    indexes = []
    for record in nodes:
        for properties in _indexes_of(record):
            name = f"{record.label.lower()}_{'_'.join(properties)}"
            columns = ", ".join(f"n.{part}" for part in properties)
            indexes.append(f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{record.label}) ON ({columns})")
    indexes.append("CREATE INDEX findingscolumns_run_id IF NOT EXISTS FOR (n:FindingsColumns) ON (n.run_id)")
    return constraints + indexes


def _indexes_of(record: type[Record]) -> list[tuple[str, ...]]:
    specs = [*fields_of(record), *(PROVENANCE if record.provenance else ())]
    single = [(spec.name,) for spec in specs if spec.indexed]
    if record.provenance and references_of(record):
        single.append(("waits",))
    if record in COMPUTED:
        single.append(("run_id",))
    return single + list(_COMPOSITES.get(record.label, ()))


# --- loaded nodes ---------------------------------------------------------------------------------------------------


def nodes_created(label: str, expressions: Mapping[str, str], ends: Sequence[End]) -> str:
    """Return the statement that makes nodes and the relationships to these ends, all of which are there.

    Parameters ``key`` and ``end_FIELD`` are columns; ``expressions`` give the value of each property in row ``i``.
    """
    lines = ["UNWIND range(0, size($key) - 1) AS i"]
    for number, end in enumerate(ends):
        lines.append(f"MATCH (t{number}:{end.label} {{key: $end_{end.field}[i]}})")
    properties = ", ".join(["key: $key[i]", *(f"{name}: {value}" for name, value in expressions.items())])
    lines.append(f"CREATE (n:{label} {{{properties}}})")
    for number, end in enumerate(ends):
        carried = ", ".join(f"{name}: {expressions.get(name, 'null')}" for name in end.carries)
        lines.append("CREATE " + end.arrow("n", f"t{number}", f" {{{carried}}}" if carried else ""))
    return "\n".join(lines)


def nodes_updated(label: str, expressions: Mapping[str, str]) -> str:
    """Return the statement that sets properties of nodes, made where they are not there."""
    lines = ["UNWIND range(0, size($key) - 1) AS i", f"MERGE (n:{label} {{key: $key[i]}})"]
    if expressions:
        lines.append("SET " + ", ".join(f"n.{name} = {value}" for name, value in expressions.items()))
    return "\n".join(lines)


def nodes_deleted(label: str) -> str:
    """Return the statement that takes nodes away, with all their relationships."""
    return f"MATCH (n:{label}) WHERE n.key IN $keys DETACH DELETE n"


def made_waiting(record: type[Record], spec: FieldSpec) -> str:
    """Return the statement that notes at records that the target of one of their references goes away."""
    found = f"any(one IN n.{spec.name} WHERE one IN $keys)" if spec.kind is WORDS else f"n.{spec.name} IN $keys"
    return (
        f"MATCH (n:{record.label}) WHERE {found}\n"
        f"SET n.waits = true, n.waits_for = [name IN coalesce(n.waits_for, []) WHERE name <> $field] + [$field]"
    )


def edges_deleted(label: str, end: End) -> str:
    """Return the statement that takes away the relationships of one reference of nodes; arrows of other records stay."""
    return (
        f"UNWIND $key AS key\nMATCH (n:{label} {{key: key}})\n"
        f"MATCH {end.arrow('n', f':{end.label}', name='r')}\nWHERE r.key IS NULL\nDELETE r"
    )


def edges_linked(label: str, end: End) -> str:
    """Return the statement that draws the relationships of one reference, once, between nodes that are there."""
    lines = [
        "UNWIND range(0, size($key) - 1) AS i",
        f"MATCH (n:{label} {{key: $key[i]}})",
        f"MATCH (t:{end.label} {{key: $target[i]}})",
    ]
    if not end.carries:
        return "\n".join([*lines, "MERGE " + end.arrow("n", "t")])
    # Another record may draw the same arrow under its own key: this one has none.
    lines.append(f"WHERE NOT EXISTS {{ MATCH {end.arrow('n', 't', name='r')} WHERE r.key IS NULL }}")
    carried = ", ".join(f"{name}: n.{name}" for name in end.carries)
    return "\n".join([*lines, "CREATE " + end.arrow("n", "t", f" {{{carried}}}")])


def edges_created(label: str, end: End) -> str:
    """Return the statement that makes the relationships of one reference, where none of them is there."""
    return "\n".join(
        [
            "UNWIND range(0, size($key) - 1) AS i",
            f"MATCH (n:{label} {{key: $key[i]}})",
            f"MATCH (t:{end.label} {{key: $target[i]}})",
            "CREATE " + end.arrow("n", "t"),
        ]
    )


def arrows_created(record: type[Record], expressions: Mapping[str, str]) -> str:
    """Return the statement that makes the arrows of computed records; ``source`` and ``target`` are columns of keys."""
    link = _link(record)
    properties = ", ".join(f"{name}: {value}" for name, value in expressions.items())
    return "\n".join(
        [
            "UNWIND range(0, size($source) - 1) AS i",
            f"MATCH (s:{end_label(record, link.source)} {{key: $source[i]}})",
            f"MATCH (t:{end_label(record, link.target)} {{key: $target[i]}})",
            f"CREATE (s)-[:{link.relationship} {{{properties}}}]->(t)",
        ]
    )


def arrows_written(record: type[Record], expressions: Mapping[str, str]) -> str:
    """Return the statement that draws the arrows of loaded records that are arrows.

    Parameters ``key``, ``source`` and ``target`` are columns; ``expressions`` give the properties in row ``i``.
    """
    link = _link(record)
    lines = [
        "UNWIND range(0, size($key) - 1) AS i",
        f"MATCH (s:{end_label(record, link.source)} {{key: $source[i]}})",
        f"MATCH (t:{end_label(record, link.target)} {{key: $target[i]}})",
        f"MERGE (s)-[r:{link.relationship} {{key: $key[i]}}]->(t)",
    ]
    if expressions:
        lines.append("SET " + ", ".join(f"r.{name} = {value}" for name, value in expressions.items()))
    return "\n".join(lines)


def arrows_deleted(record: type[Record]) -> str:
    """Return the statement that takes away arrows of loaded records that are arrows; ``key`` and ``source`` are columns."""
    link = _link(record)
    return (
        f"UNWIND range(0, size($key) - 1) AS i\nMATCH (s:{end_label(record, link.source)} {{key: $source[i]}})\n"
        f"MATCH (s)-[r:{link.relationship}]->()\nWHERE r.key = $key[i]\nDELETE r"
    )


def arrow_fields(record: type[Record]) -> list[str]:
    """Return the fields that stand on the arrow: all that are neither an end nor the key."""
    link = _link(record)
    return [spec.name for spec in fields_of(record) if spec.name not in (link.source, link.target) and not spec.key]


def _link(record: type[Record]) -> Link:
    if record.link is None:
        raise TypeError(f"{record.table} is no arrow")
    return record.link


def end_table(record: type[Record], field: str) -> str:
    """Return the table to which a reference of the record points."""
    for spec in fields_of(record):
        if spec.name == field and spec.reference is not None:
            return spec.reference.table
    raise TypeError(f"{record.table}.{field} refers to nothing")


def end_label(record: type[Record], field: str) -> str:
    """Return the label of the node to which a reference of the record points."""
    return TABLES[end_table(record, field)].label


def can_wait(spec: FieldSpec) -> bool:
    """Whether the target of a reference can be absent: needs are made when they are named."""
    return spec.reference is not None and spec.reference.table != Need.table
