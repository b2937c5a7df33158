"""What a row of a table becomes in the graph: key, properties, who it is resolved to, which of its references wait."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.graph import schema
from committee.graph.columns import plain_column
from committee.graph.schema import STATED
from committee.graph.targets import Targets
from committee.history import Change, record_ids
from committee.records import FieldSpec, Record, fields_of
from committee.records.loaded import Engagement
from committee.records.tables import free_columns_of

__all__ = ["Properties"]

_NO_TEXT = pa.scalar(None, pa.string())


class Properties:
    """Makes properties of rows.

    Parameters
    ----------
    targets : Targets
    change : Change
        Who made which engagement, and which accounts and contacts stand for which.
    """

    def __init__(self, targets: Targets, change: Change) -> None:
        self._targets = targets
        self.resolved = change.resolved
        self._same = {
            table: (pa.array(list(same), pa.string()), pa.array(list(same.values()), pa.string()))
            for table, same in change.same.items()
            if same
        }

    def places(self, record: type[Record], table: pa.Table) -> pa.Array | None:
        """Return where each engagement is resolved; None for other tables: their references lead to what stands for them."""
        if record is not Engagement:
            return None
        return pc.index_in(record_ids(record, table), value_set=plain_column(self.resolved.column("engagement_id")))

    def of(self, record: type[Record], table: pa.Table, places: pa.Array | None) -> pa.Table:
        """Return rows with a key, free columns under their property names, resolved values in place of stated ones."""
        free = set(free_columns_of(record, table))
        columns = {
            schema.free_property(name) if name in free else name: table.column(name) for name in table.column_names
        }
        for name in schema.texts_of(record):
            columns[f"{name}_text"] = pc.strftime(table.column(name), format="%Y-%m-%d %H:%M", locale="C")
        columns["key"] = record_ids(record, table)
        for spec in fields_of(record):
            stated = plain_column(table.column(spec.name)) if spec.resolved else None
            if stated is not None and places is not None:
                columns |= _resolution(spec.name, stated, self.resolved.column(spec.name), places)
            elif stated is not None:
                columns |= self._standing(record, spec, columns["key"], stated)
        return self._with_waits(record, pa.table(columns))

    def again(self, record: type[Record], kept: pa.Table) -> pa.Table:
        """Return kept rows with what is resolved now, and which of their references still wait.

        A row whose stated person is there by now, but not resolved yet, goes on waiting.
        """
        columns = {name: kept.column(name) for name in kept.column_names if name != "waits_for"}
        specs = [spec for spec in fields_of(record) if spec.resolved]
        if record is not Engagement:
            for spec in specs:
                stated = pc.coalesce(
                    plain_column(kept.column(STATED + spec.name)), plain_column(kept.column(spec.name))
                )
                columns |= self._standing(record, spec, columns["key"], stated)
        elif specs:
            keys = plain_column(kept.column("key"))
            told = self.resolved.filter(pc.is_in(self.resolved.column("engagement_id"), value_set=keys))
            places = pc.index_in(keys, value_set=plain_column(told.column("engagement_id")))
            for spec in specs:
                value, said = plain_column(kept.column(spec.name)), plain_column(kept.column(STATED + spec.name))
                stated = pc.if_else(said.is_valid(), _empty_as_null(said), value)
                now = _resolution(spec.name, stated, told.column(spec.name), places)
                columns[spec.name] = pc.if_else(places.is_valid(), now[spec.name], value)
                columns[STATED + spec.name] = pc.if_else(places.is_valid(), now[STATED + spec.name], said)
        return self._with_waits(record, pa.table(columns), kept)

    def _standing(self, record: type[Record], spec: FieldSpec, keys: pa.Array, stated: pa.Array) -> dict[str, pa.Array]:
        """A reference to what stands for the record that the file named, and what the file said where it differs.

        What would lead a record to itself, such as a company to a parent it is one with, leads nowhere.
        """
        if spec.reference is None or spec.reference.table not in self._same:
            return {spec.name: stated, STATED + spec.name: pa.nulls(len(stated), stated.type)}
        old, now = self._same[spec.reference.table]
        if pa.types.is_list(stated.type):
            same = dict(zip(old.to_pylist(), now.to_pylist(), strict=True))
            cells = stated.to_pylist()
            led = [None if cell is None else list(dict.fromkeys(same.get(one, one) for one in cell)) for cell in cells]
            differs = [one if one != other else None for one, other in zip(cells, led, strict=True)]
            return {spec.name: pa.array(led, stated.type), STATED + spec.name: pa.array(differs, stated.type)}
        value = pc.coalesce(now.take(pc.index_in(stated, value_set=old)), stated)
        if spec.reference.table == record.table:
            own = plain_column(keys)
            own = pc.coalesce(now.take(pc.index_in(own, value_set=old)), own)
            value = pc.if_else(pc.fill_null(pc.equal(value, own), False), _NO_TEXT, value)
        same_text = pc.or_(pc.fill_null(pc.equal(value, stated), False), pc.is_null(stated))
        return {spec.name: value, STATED + spec.name: pc.if_else(same_text, _NO_TEXT, stated)}

    def _with_waits(self, record: type[Record], rows: pa.Table, kept: pa.Table | None = None) -> pa.Table:
        waiting: list[list[str]] = [[] for _ in range(rows.num_rows)]
        for spec in filter(schema.can_wait, schema.references_of(record)):
            column = plain_column(rows.column(spec.name))
            engaged = spec.resolved and record is Engagement
            if engaged:  # where nothing is resolved, the stated target; where nothing was stated, nothing waits
                said = plain_column(rows.column(STATED + spec.name))
                told = pc.fill_null(pc.not_equal(said, ""), True)
                column = pc.if_else(told, pc.coalesce(column, said), _NO_TEXT)
            missing = self._targets.missing(schema.end_table(record, spec.name), column)
            if engaged and kept is not None:
                unresolved = plain_column(rows.column(spec.name)).is_null().to_numpy(zero_copy_only=False)
                waited = [spec.name in (names or ()) for names in kept.column("waits_for").to_pylist()]
                missing |= unresolved & column.is_valid().to_numpy(zero_copy_only=False) & np.array(waited, dtype=bool)
            for row in np.flatnonzero(missing):
                waiting[row].append(spec.name)
        names = pa.array([names or None for names in waiting], pa.list_(pa.string()))
        waits = pa.array([True if names else None for names in waiting], pa.bool_())
        return rows.append_column("waits", waits).append_column("waits_for", names)


def _resolution(name: str, stated: pa.Array, told: pa.ChunkedArray, places: pa.Array) -> dict[str, pa.Array]:
    value = pc.if_else(places.is_valid(), plain_column(told).take(places), stated)
    same = pc.or_(pc.fill_null(pc.equal(value, stated), False), pc.and_(value.is_null(), stated.is_null()))
    return {name: value, STATED + name: pc.if_else(same, _NO_TEXT, pc.fill_null(stated, ""))}


def _empty_as_null(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(column, ""), _NO_TEXT, column)
