"""The base of all record classes, and what is derived from a class: its field list, its Arrow schema, its keys."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, get_args

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, model_validator

from committee.records.fields import CATEGORY, INSTANT, TEXT, WHOLE, FieldSpec, Kind, Reference

__all__ = ["PROVENANCE", "Link", "Record", "fields_of", "key_of", "schema_of"]


class Link:
    """How a record that is an arrow is kept: as a relationship between two records.

    A loaded arrow has a label as well: its node keeps what the file said while an end of the arrow is not there.
    """

    def __init__(self, relationship: str, source: str, target: str) -> None:
        self.relationship = relationship
        self.source = source  # the field that holds the id of the arrow's start
        self.target = target  # the field that holds the id of the arrow's end


class Record(BaseModel):
    """One row of one table. Subclasses say what the thing is; everything else is derived from them.

    Attributes
    ----------
    table : str
        Name of its table, and of its file in a folder.
    label : str
        Its label in the graph; empty when it is no node of its own.
    link : Link or None
        The relationship it is kept as, for records that are arrows.
    bulk : bool
        Kept in the graph as columns of many rows in one node: tables that nobody walks.
    free_columns : bool
        Whether columns that the class does not know are kept beside the fields.
    provenance : bool
        Whether the table says of each row where it came from.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    table: ClassVar[str]
    label: ClassVar[str] = ""
    link: ClassVar[Link | None] = None
    bulk: ClassVar[bool] = False
    free_columns: ClassVar[bool] = False
    provenance: ClassVar[bool] = False

    @model_validator(mode="after")
    def _nothing_required_is_missing(self) -> Record:
        for spec in fields_of(type(self)):
            value = getattr(self, spec.name)
            if spec.required and not spec.derived and value in (None, "", []):
                code = "missing_key" if spec.key else "missing_value"
                raise ValueError(f"{code}: {spec.name} is empty")
        return self


# Where a record comes from. These columns stand behind the fields in every loaded table.
PROVENANCE: tuple[FieldSpec, ...] = (
    FieldSpec("source_system", CATEGORY, "The source system that said so"),
    FieldSpec("load_id", CATEGORY, "The load (one file) that first brought the record", indexed=True),
    FieldSpec("loaded_at", INSTANT, "When that load was made"),
    FieldSpec("line", WHOLE, "Line of the record in its file; the header is line 1"),
    FieldSpec("updated_at", INSTANT, "When the source last changed the row, if it says so"),
    FieldSpec(
        "origins",
        TEXT,
        "For fields set later or at another time than the record: JSON of field -> [stamp in ms, load_id]",
    ),
)


@cache
def fields_of(record: type[Record]) -> tuple[FieldSpec, ...]:
    """Return the fields of a record class in the order they are written."""
    return tuple(_spec(name, info) for name, info in record.model_fields.items())


def _spec(name: str, info: Any) -> FieldSpec:
    kinds = [part for part in (*info.metadata, *get_args(info.annotation)) if isinstance(part, Kind)]
    if len(kinds) != 1:
        raise TypeError(f"field {name} names {len(kinds)} kinds, one is needed")
    extra = info.json_schema_extra or {}
    reference = extra.get("reference")
    return FieldSpec(
        name,
        kinds[0],
        info.description or "",
        reference=Reference(**reference) if reference else None,
        **extra["facts"],
    )


def key_of(record: type[Record]) -> tuple[str, ...]:
    """Return the names of the fields that identify a record of this class."""
    return tuple(spec.name for spec in fields_of(record) if spec.key)


@cache
def schema_of(record: type[Record]) -> pa.Schema:
    """Return the Arrow schema of the record's table, provenance columns last."""
    specs = [*fields_of(record), *(PROVENANCE if record.provenance else ())]
    return pa.schema([pa.field(spec.name, spec.kind.arrow) for spec in specs])
