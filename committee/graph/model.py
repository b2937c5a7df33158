"""What a graph of this product holds, as a value: nodes, arrows, properties, constraints, indexes.

Made from the record classes and the statements that define the graph; compared with what a database holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from committee.graph import schema
from committee.records import (
    COMPUTED,
    PROVENANCE,
    Decision,
    FieldSpec,
    Need,
    Record,
    fields_of,
)

__all__ = ["Arrow", "Node", "Shape", "arrows", "constraints", "differences", "indexes", "nodes"]

# What the store keeps for itself; everything else is a record.
_OWN = {
    "CommitteeStore": "The version of the schema",
    "CommitteeTable": "Which columns of a table are in use",
    "WriterLock": "Who writes at the moment",
    "Publication": "How far the publishing of a run has come",
    "Run": "One run of the detection: when, on what, with which settings",
    "Head": "Points to the current run",
    "FindingsColumns": "Columns of many findings that nobody walks",
    "Calibration": "What was learned from a market, under a name",
}
_FREE = "free_"
_INSTANT_TEXT = "_text"  # beside an instant, for people
_CONSTRAINT = re.compile(r"CREATE CONSTRAINT \w+ IF NOT EXISTS FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE")
_INDEX = re.compile(r"CREATE INDEX \w+ IF NOT EXISTS FOR \(n:(\w+)\) ON \(([^)]*)\)")
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "category": (str,),
    "day": (str,),
    "words": (list,),
    "number": (float,),
    "whole": (int,),
    "instant": (int,),
    "yes_no": (bool,),
}
_SPOKEN = {str: "text", list: "a list", float: "numbers", int: "whole numbers", bool: "yes or no"}


@dataclass(frozen=True)
class Node:
    """A label: what it stands for, its table, the kind of each property; ``open`` ones may hold others too."""

    label: str
    table: str
    says: str
    properties: Mapping[str, str]
    free_columns: bool = False
    open: bool = False


@dataclass(frozen=True)
class Arrow:
    """A relationship between two labels, where it comes from (table.field), and the kind of each property."""

    relationship: str
    source: str
    target: str
    origin: str
    properties: Mapping[str, str]

    def __str__(self) -> str:
        return f"(:{self.source})-[:{self.relationship}]->(:{self.target})"


@dataclass(frozen=True)
class Shape:
    """What a database holds, as far as a sample of it tells.

    Attributes
    ----------
    nodes : mapping
        Label -> property -> values seen.
    arrows : mapping
        (source label, relationship, target label) -> property -> values seen.
    constraints, indexes : collection of (label, properties)
    """

    nodes: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    arrows: Mapping[tuple[str, str, str], Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    constraints: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    indexes: frozenset[tuple[str, tuple[str, ...]]] = frozenset()


@cache
def _records() -> tuple[type[Record], ...]:
    found: tuple[type[Record], ...] = (*schema.KEPT, Need, Decision, *COMPUTED)
    return tuple(dict.fromkeys(found))


@cache
def nodes() -> tuple[Node, ...]:
    """Return every label there can be: the records' own, then those of the store."""
    made = [
        Node(record.label, record.table, _first_line(record), _properties(record), record.free_columns)
        for record in _records()
        if record.label
    ]
    return (*made, *(Node(label, "", says, {"key": "text"}, open=True) for label, says in _OWN.items()))


def _first_line(record: type[Record]) -> str:
    return (record.__doc__ or "").strip().splitlines()[0].rstrip(".")


def _properties(record: type[Record]) -> dict[str, str]:
    specs: Iterable[FieldSpec] = [*fields_of(record), *(PROVENANCE if record.provenance else ())]
    kinds = {"key": "text", **{spec.name: spec.kind.name for spec in specs}}
    kinds |= {schema.STATED + spec.name: spec.kind.name for spec in fields_of(record) if spec.resolved}
    kinds |= {f"{name}{_INSTANT_TEXT}": "text" for name in schema.texts_of(record)}
    if record in COMPUTED:
        kinds["run_id"] = "text"
    if record.provenance and schema.references_of(record):
        kinds |= {"waits": "yes_no", "waits_for": "words"}
    return kinds


@cache
def arrows() -> tuple[Arrow, ...]:
    """Return every relationship there can be, in the order of the records."""
    made = [
        Arrow("CURRENT", "Head", "Run", "", {}),
        Arrow("CONTINUES", "BuyingGroup", "BuyingGroup", "", {}),
        Arrow(
            "READ", "Contact", "Content", "engagements", {"times": "whole", "first_at": "instant", "last_at": "instant"}
        ),
    ]
    for record in _records():
        kinds = {spec.name: spec.kind.name for spec in fields_of(record)}
        if record.link is not None:
            link = record.link
            ends = (schema.end_label(record, link.source), schema.end_label(record, link.target))
            own = {**kinds, "key": "text", **({"run_id": "text"} if record in COMPUTED else {})}
            made.append(Arrow(link.relationship, *ends, record.table, own))
        if record.label:
            for end in schema.ends_of(record):
                source, target = (end.label, record.label) if end.reverse else (record.label, end.label)
                carried = {name: kinds[name] for name in end.carries}
                made.append(Arrow(end.relationship, source, target, f"{record.table}.{end.field}", carried))
    return tuple(made)


@cache
def constraints() -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return what has to be unique: label and properties."""
    found = [_CONSTRAINT.fullmatch(statement) for statement in schema.definitions()]
    return frozenset((match[1], (match[2],)) for match in found if match)


@cache
def indexes() -> frozenset[tuple[str, tuple[str, ...]]]:
    """Return what is indexed beside the unique: label and properties, in their order."""
    found = [_INDEX.fullmatch(statement) for statement in schema.definitions()]
    return frozenset(
        (match[1], tuple(part.strip().removeprefix("n.") for part in match[2].split(","))) for match in found if match
    )


def differences(found: Shape) -> list[str]:
    """Return a sentence for each thing in which a database differs from the model; labels without data are no difference."""
    known = {node.label: node for node in nodes()}
    lines = []
    for label, properties in sorted(found.nodes.items()):
        if label not in known:
            lines.append(f"label {label}: not in the model")
        elif not known[label].open:
            free = known[label].free_columns
            lines += _wrong(label, properties, known[label].properties, free)
    allowed: dict[tuple[str, str, str], dict[str, str]] = {}
    for arrow in arrows():
        allowed.setdefault((arrow.source, arrow.relationship, arrow.target), {}).update(arrow.properties)
    types = {relationship for _, relationship, _ in allowed}
    for (source, relationship, target), properties in sorted(found.arrows.items()):
        ends = (source, relationship, target)
        if relationship not in types:
            lines.append(f"relationship {relationship}: not in the model")
        elif ends not in allowed:
            lines.append(f"relationship {relationship}: goes from {source} to {target}, which the model does not know")
        else:
            lines += _wrong(relationship, properties, allowed[ends], False)
    for word, have, want in (
        ("constraint", found.constraints, constraints()),
        ("index", found.indexes, indexes()),
    ):
        lines += [f"{word} on {_place(one)}: missing" for one in sorted(want - have)]
        lines += [f"{word} on {_place(one)}: not in the model" for one in sorted(have - want)]
    return lines


def _place(one: tuple[str, tuple[str, ...]]) -> str:
    return f"{one[0]}({', '.join(one[1])})"


def _wrong(
    owner: str, properties: Mapping[str, Sequence[Any]], kinds: Mapping[str, str], free_columns: bool
) -> list[str]:
    lines = []
    for name, values in sorted(properties.items()):
        if name not in kinds:
            if not (free_columns and name.startswith(_FREE)):
                lines.append(f"property {owner}.{name}: not in the model")
            continue
        odd = sorted(
            {
                _SPOKEN.get(type(value), type(value).__name__)
                for value in values
                if type(value) not in _TYPES[kinds[name]]
            }
        )
        if odd:
            wanted = _SPOKEN[_TYPES[kinds[name]][0]]
            lines.append(f"property {owner}.{name}: holds {' and '.join(odd)}, the model says {wanted}")
    return lines
