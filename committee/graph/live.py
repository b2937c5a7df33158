"""Reads what a database holds: labels, relationships, constraints, indexes, and the properties of a sample of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from committee.errors import NotFound
from committee.graph.model import Shape
from committee.graph.store import Store

__all__ = ["shape_of"]


@dataclass(frozen=True)
class _Asked:
    """A question of this module."""

    name: str
    text: str
    returns: Sequence[str] = ()


def shape_of(store: Store, sample: int) -> Shape:
    """Look at a store; of each label and relationship at most so many.

    Raises
    ------
    NotFound
        The store is empty.
    OldSchema
        The database holds another schema version, or somebody else's data.
    """
    store.loads()  # refuses what is not this product's
    if not _rows(store, "MATCH (s:CommitteeStore {key: 'store'}) RETURN s.schema_version AS version"):
        raise NotFound("the store is empty", "Load something first, or name another store with --store")
    labels = sorted(row[0] for row in _rows(store, "CALL db.labels() YIELD label RETURN label"))
    named = "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType"
    types = sorted(row[0] for row in _rows(store, named))
    indexes = "SHOW INDEXES YIELD type, labelsOrTypes, properties, owningConstraint WHERE owningConstraint IS NULL"
    seen = {label: _node_properties(store, label, sample) for label in labels}
    return Shape(
        nodes={label: properties for label, properties in seen.items() if properties},
        arrows={ends: properties for name in types for ends, properties in _arrows(store, name, sample).items()},
        constraints=_places(store, "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties", "UNIQUE"),
        indexes=_places(store, indexes, "RANGE"),
    )


def _rows(store: Store, text: str) -> list[list[Any]]:
    return store.ask(_Asked("the model", text), {}).rows


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _node_properties(store: Store, label: str, sample: int) -> dict[str, list[Any]]:
    rows = _rows(store, f"MATCH (n:{_quoted(label)}) RETURN properties(n) AS properties LIMIT {int(sample)}")
    return _gathered(row[0] for row in rows)


def _arrows(store: Store, name: str, sample: int) -> dict[tuple[str, str, str], dict[str, list[Any]]]:
    told = "RETURN labels(a)[0] AS a, labels(b)[0] AS b, properties(r) AS properties"
    rows = _rows(store, f"MATCH (a)-[r:{_quoted(name)}]->(b) {told} LIMIT {int(sample)}")
    ends = {(str(source), str(target)) for source, target, _ in rows}
    return {
        (source, name, target): _gathered(row[2] for row in rows if (str(row[0]), str(row[1])) == (source, target))
        for source, target in sorted(ends)
    }


def _gathered(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for properties in rows:
        for name, value in properties.items():
            found.setdefault(name, []).append(value)
    return found


def _places(store: Store, text: str, kind: str) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Label and properties of the constraints or indexes of a kind; those of tokens have neither."""
    return frozenset(
        (label, tuple(properties))
        for found, labels, properties, *_ in _rows(store, text)
        if kind in str(found) and properties
        for label in (labels or [])[:1]
    )
