"""The canonical folder: one file a kind of record, its columns are the record's fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.loaders.incoming import Gathering, Words
from committee.loaders.tables import (
    Column,
    How,
    Opening,
    Shape,
    bare,
    free_names,
    one_array,
    read_rows,
    reject_ragged,
    typed,
)
from committee.records import CANONICAL, LOADED, PROVENANCE, TABLES, Record, fields_of
from committee.records.fields import CATEGORY

__all__ = ["SHAPES", "read"]

# Keys that are made of other fields where the file has no column for them.
_COMPOSED = {"employments": ("contact_id", "account_id", "from_on"), "aliases": ("record_table", "old_id")}
_NEEDED_INSTEAD = {
    "employments": ("contact_id", "account_id", "from_on|to_on"),
    "aliases": ("record_table", "old_id", "kept_id"),
}
_LEAST = 2  # an id alone is no record
_PRODUCT_WORDS = ("therapeutic_area", "modality", "phase")


def _shape(record: type[Record]) -> Shape:
    fields = [spec for spec in fields_of(record) if not spec.derived]
    needed = _NEEDED_INSTEAD.get(record.table) or tuple(spec.name for spec in fields if spec.required)
    knows = [spec.name for spec in fields] + ["updated_at"]
    return Shape.of(CANONICAL, record.table, needed, knows, _LEAST)


SHAPES: tuple[Shape, ...] = tuple(_shape(record) for record in LOADED)


def read(openings: Iterable[Opening], gathering: Gathering, how: How, words: Words) -> None:
    """Read canonical files, each on its own."""
    for opening in openings:
        _read_one(opening, gathering, how, words)


def _read_one(opening: Opening, gathering: Gathering, how: How, words: Words) -> None:
    assert opening.shape is not None
    record = TABLES[opening.shape.kind]
    specs = {bare(spec.name): spec for spec in fields_of(record)}
    raw = read_rows(
        opening, [i for i, name in enumerate(opening.header) if (s := specs.get(bare(name))) and s.kind is CATEGORY]
    )
    entry = gathering.begin(opening.file, CANONICAL, record.table, raw.read, raw.notes)
    columns: dict[str, Column] = {}
    unknown: dict[str, Column] = {}
    for header, cells in zip(raw.header, raw.columns, strict=True):
        spec = specs.get(bare(header))
        if spec is not None and spec.derived:
            entry.note(f"{header}: left out, the product writes it itself")
        elif spec is not None:
            columns[spec.name] = Column(header, cells)
        elif bare(header) == bare("updated_at"):
            columns["updated_at"] = Column(header, cells)
        elif not header:
            if cells.null_count < len(cells):
                entry.note("a column without a name was left out")
        else:
            unknown[_another(header, unknown)] = Column(header, cells)
    _compose_key(record, columns)
    made = typed(record, columns, raw.lines, how, CANONICAL, _kept_columns(record, unknown, how, entry))
    table = made.table
    for name in _PRODUCT_WORDS if record.table in ("programs", "content") else ():
        if name in table.column_names:
            table = _in_product_words(table, name, words)
    entry.add(record.table, made)
    if entry.tables:
        entry.tables[-1] = (record.table, table)
    reject_ragged(entry, raw)


def _another(header: str, taken: Iterable[str]) -> str:
    """Keep columns of the same name apart."""
    name, number = header, 1
    while name in taken:
        number += 1
        name = f"{header} {number}"
    return name


def _compose_key(record: type[Record], columns: dict[str, Column]) -> None:
    key = next(spec.name for spec in fields_of(record) if spec.key)
    parts = _COMPOSED.get(record.table, ())
    if key in columns or not parts:
        return
    texts = [one_array(columns[part].cells).cast(pa.string()) for part in parts if part in columns]
    trimmed = [pc.fill_null(pc.utf8_trim_whitespace(text), "") for text in texts]
    columns[key] = Column(columns[parts[0]].header, pc.binary_join_element_wise(*trimmed, "|"))


def _kept_columns(record: type[Record], unknown: dict[str, Column], how: How, entry: Any) -> dict[str, Column]:
    ours = {"source_system", "load_id", "loaded_at"}
    if ours <= set(unknown):  # an export of the product, with where its rows once came from
        unknown = {name: column for name, column in unknown.items() if name not in {spec.name for spec in PROVENANCE}}
        entry.note("columns of an earlier load were left out: " + ", ".join(sorted(ours)))
    if not unknown:
        return {}
    if not record.free_columns:
        entry.note("columns left out, this record has no free ones: " + ", ".join(sorted(unknown)))
        return {}
    names = free_names(unknown, [spec.name for spec in fields_of(record)])
    if record.table == "contacts":
        left_out = sorted(header for header, name in names.items() if name not in how.contact_columns)
        names = {header: name for header, name in names.items() if name in how.contact_columns}
        if left_out:
            entry.note(
                "columns left out as personal data (load.contact_free_columns keeps them): " + ", ".join(left_out)
            )
    if names:
        said = [header if header == name else f"{header} (as {name})" for header, name in sorted(names.items())]
        entry.note("unknown columns kept: " + ", ".join(said))
    return {name: unknown[header] for header, name in names.items()}


def _in_product_words(table: pa.Table, name: str, words: Words) -> pa.Table:
    """Translate a column to the product's words; where that changes it, the source's word stays beside it."""
    values = one_array(table[name])
    stated = values.dictionary.to_pylist()
    told = [words.normalise(name, word) or word if word is not None else None for word in stated]
    if told == stated:
        return table
    spoken = pa.array(told, pa.string()).take(values.indices)
    differs = pa.array([a != b for a, b in zip(told, stated, strict=True)]).take(values.indices)
    beside = pc.if_else(differs, values.cast(pa.string()), pa.scalar(None, pa.string()))
    table = table.set_column(table.column_names.index(name), name, spoken.dictionary_encode())
    column = f"{name}_as_stated"
    return table if column in table.column_names else table.append_column(column, beside)
