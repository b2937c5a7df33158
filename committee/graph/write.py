"""Writes a change of the market into the graph, so that writing it twice, or half and then whole, leaves the same graph.

Order: loads as unfinished, earlier values before the values that replace them, targets before what refers to them; then
what goes, who made kept engagements as it is known now, references that waited, and last the loads as finished.
Each batch is one transaction that leaves its records whole: nodes, relationships, and which references wait. It is long
because the order of these steps is one idea.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.graph import schema
from committee.graph.bolt import Bolt, DoubleKey, Statement
from committee.graph.columns import plain_column, plain_values, sent
from committee.graph.packed import columns_node
from committee.graph.projection import Projection, collected_rows
from committee.graph.properties import Properties
from committee.graph.read_layer import ReadLayer
from committee.graph.schema import KEPT, STATED, End
from committee.graph.targets import Targets
from committee.history import Change
from committee.progress import Progress
from committee.records import COMPUTED, LOADED, Load, Record, digest, fields_of
from committee.records.loaded import Engagement
from committee.records.tables import free_columns_of, typed_table

__all__ = ["ChangeWriter", "Run"]

Run = Callable[..., list[list[Any]]]  # runs one statement inside a transaction
_Before = Mapping[str, Mapping[str, Any]]  # what nodes said, by key and property
_FIRST = ("loads", "earlier_values")
_USED = """
MERGE (t:CommitteeTable {key: $table})
SET t.columns = coalesce(t.columns, []) + [name IN $used WHERE NOT name IN coalesce(t.columns, [])],
    t.free_columns = coalesce(t.free_columns, []) + [name IN $free WHERE NOT name IN coalesce(t.free_columns, [])]
"""


class ChangeWriter:
    """Writes one change.

    Parameters
    ----------
    bolt : Bolt
    batch_rows : int
        Rows of one transaction.
    guard : callable
        Called inside each write transaction; raises when the right to write is lost.
    read_layer_rows : int
        Engagements up to which the layer of who read what is kept.
    """

    def __init__(self, bolt: Bolt, batch_rows: int, guard: Callable[[Run], None], read_layer_rows: int = 0) -> None:
        self._bolt = bolt
        self._readings = ReadLayer(bolt, batch_rows, read_layer_rows, guard)
        self._rows = batch_rows
        self._guard = guard
        self._targets = Targets(bolt, batch_rows)
        self._projection = Projection(bolt, batch_rows)
        self._properties = Properties(self._targets, Change())

    def write(self, change: Change, progress: Progress) -> None:
        """Write the change; see the module for the order."""
        tables = _tables_of(change)
        self._properties = Properties(self._targets, change)
        self._note_stated(change)
        loads = tables.pop("loads", None)
        if loads is not None:
            place = loads.schema.get_field_index("finished")
            self._table(Load, loads.set_column(place, "finished", pa.array([False] * loads.num_rows)), progress)
        if _may_link(tables, change) or _finishes(loads):
            engagements = change.new.get("engagements")
            self._readings.begin(0 if engagements is None else engagements.num_rows)
            for record in sorted(KEPT, key=lambda kept: kept.table not in _FIRST):
                if record.table in tables:
                    self._table(record, tables[record.table], progress)
            self._remove(change.removed, progress)
            self._resolve_kept(tables.get("engagements"), progress)
            self._link_waiting(change.relink, progress)
            self._readings.finish(progress)
        if loads is not None:
            self._table(Load, loads, progress)

    def add(self, record: type[Record], table: pa.Table, progress: Progress) -> None:
        """Write rows of one table."""
        self._table(record, table, progress)

    # --- a table ----------------------------------------------------------------------------------------------------

    def _table(self, record: type[Record], table: pa.Table, progress: Progress) -> None:
        if not table.num_rows:
            return
        places = self._properties.places(record, table)
        self._note_columns(record, table)
        self._make_needs(record, table)
        empty = not self._bolt.rows(f"MATCH (n:{record.label}) RETURN n.key AS key LIMIT 1")
        with progress.step(record.table, table.num_rows) as step:
            for start in range(0, table.num_rows, self._rows):
                some = None if places is None else places.slice(start, self._rows)
                batch = self._properties.of(record, table.slice(start, self._rows), some)
                self._batch(record, batch, known_new=empty)
                self._targets.arrived(record.table)
                step.advance(batch.num_rows)

    def _batch(self, record: type[Record], batch: pa.Table, known_new: bool) -> None:
        if record is Engagement:
            self._readings.touch(plain_values(pc.unique(plain_column(batch.column("contact_id")))))
        if known_new:
            try:
                self._transact(self._created(record, batch))
                return
            except DoubleKey:  # the batch arrived before: its transaction ran twice
                pass
        before = self._before(record, plain_values(batch.column("key")))
        there = pc.is_in(batch.column("key"), value_set=pa.array(list(before), pa.string()))
        old, new = batch.filter(there), batch.filter(pc.invert(there))
        self._transact([*self._created(record, new), *self._updated(record, old, before)])

    def _created(self, record: type[Record], batch: pa.Table) -> list[Statement]:
        if not batch.num_rows:
            return []
        statements: list[Statement] = []
        for part, ends in self._by_ends(batch, [end for end in schema.ends_of(record) if not _is_list(batch, end)]):
            expressions, parameters = sent(part, _properties(part), nulls=False)
            parameters["key"] = plain_values(part.column("key"))
            parameters |= {f"end_{end.field}": plain_values(part.column(end.field)) for end in ends}
            statements.append((schema.nodes_created(record.label, expressions, ends), parameters))
        for end in schema.ends_of(record):
            if _is_list(batch, end):
                statements += self._linked(record, end, batch)
        return statements + self._arrows(record, batch)

    def _updated(self, record: type[Record], batch: pa.Table, before: _Before) -> list[Statement]:
        """What makes nodes that are there say what the batch says; relationships are touched only where they differ."""
        if not batch.num_rows:
            return []
        statements: list[Statement] = []
        keys = plain_values(batch.column("key"))
        moved: dict[str, list[int]] = {}
        for end in schema.ends_of(record):
            now = {name: plain_values(batch.column(name)) for name in (end.field, *end.carries)}
            differs = [
                row for row, key in enumerate(keys) if any(said[row] != before[key][name] for name, said in now.items())
            ]
            waited = [row for row, key in enumerate(keys) if end.field in (before[key]["waits_for"] or ())]
            if differs:
                statements.append((schema.edges_deleted(record.label, end), {"key": [keys[row] for row in differs]}))
            moved[end.field] = sorted({*differs, *waited})
        if record.link is not None:
            source = [before[key][record.link.source] for key in keys]
            statements.append((schema.arrows_deleted(record), {"key": keys, "source": source}))
        expressions, parameters = sent(batch, _properties(batch), nulls=True)
        statements.append((schema.nodes_updated(record.label, expressions), {**parameters, "key": keys}))
        for end in schema.ends_of(record):
            statements += self._linked(record, end, batch.take(pa.array(moved[end.field], pa.int64())))
        return statements + self._arrows(record, batch)

    def _linked(self, record: type[Record], end: End, batch: pa.Table) -> list[Statement]:
        keys, targets = _pairs(batch, end.field)
        there = self._targets.there(end.table, targets)
        pairs = dict.fromkeys((key, target) for key, target in zip(keys, targets, strict=True) if target in there)
        if not pairs:
            return []
        columns = {"key": [key for key, _ in pairs], "target": [target for _, target in pairs]}
        return [(schema.edges_linked(record.label, end), columns)]

    def _arrows(self, record: type[Record], batch: pa.Table) -> list[Statement]:
        if record.link is None:
            return []
        link = record.link
        for name in (link.source, link.target):
            batch = batch.filter(pa.array(self._targets.present(schema.end_table(record, name), batch.column(name))))
        if not batch.num_rows:
            return []
        expressions, parameters = sent(
            batch, [name for name in schema.arrow_fields(record) if name in batch.column_names], nulls=True
        )
        ends = {"source": plain_values(batch.column(link.source)), "target": plain_values(batch.column(link.target))}
        return [
            (
                schema.arrows_written(record, expressions),
                {**parameters, **ends, "key": plain_values(batch.column("key"))},
            )
        ]

    def _by_ends(self, batch: pa.Table, ends: Sequence[End]) -> Iterator[tuple[pa.Table, list[End]]]:
        """The batch in parts whose rows have the same ends to be linked to."""
        pattern = np.zeros(batch.num_rows, dtype=np.int64)
        for bit, end in enumerate(ends):
            pattern |= self._targets.present(end.table, batch.column(end.field)).astype(np.int64) << bit
        for mask in np.unique(pattern):
            part = batch if (pattern == mask).all() else batch.filter(pa.array(pattern == mask))
            yield part, [end for bit, end in enumerate(ends) if mask >> bit & 1]

    def _before(self, record: type[Record], keys: list[str]) -> dict[str, dict[str, Any]]:
        """What the nodes with these keys that are there say about their ends."""
        names = ["waits_for", *sorted(_link_fields(record))]
        returned = ", ".join(f"n.{name} AS {name}" for name in ["key", *names])
        rows = self._bolt.rows(f"MATCH (n:{record.label}) WHERE n.key IN $keys RETURN {returned}", {"keys": keys})
        before = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
        if record is Engagement:
            self._readings.touch({said["contact_id"] for said in before.values()})
        return before

    # --- what goes, what is known better now, what waited ------------------------------------------------------------

    def _remove(self, removed: Mapping[str, Sequence[str]], progress: Progress) -> None:
        for record in reversed(KEPT):  # what refers to others before what is referred to
            ids = sorted(removed.get(record.table, ()))
            if not ids:
                continue
            with progress.step(f"{record.table} that go", len(ids)) as step:
                for start in range(0, len(ids), self._rows):
                    some = ids[start : start + self._rows]
                    self._transact(self._removed(record, some))
                    step.advance(len(some))
            self._targets.forget(record.table)

    def _removed(self, record: type[Record], keys: list[str]) -> list[Statement]:
        statements: list[Statement] = []
        before = self._before(record, keys)
        if record.link is not None:
            source = [said[record.link.source] for said in before.values()]
            statements.append((schema.arrows_deleted(record), {"key": list(before), "source": source}))
        for other in LOADED:
            for spec in schema.references_of(other):
                if spec.reference is not None and spec.reference.table == record.table:
                    statements.append((schema.made_waiting(other, spec), {"keys": keys, "field": spec.name}))
        return [*statements, *self._findings_kept(record, keys), (schema.nodes_deleted(record.label), {"keys": keys})]

    def _findings_kept(self, record: type[Record], keys: list[str]) -> list[Statement]:
        """What keeps findings of published runs about records that go: as columns, since their arrows go too."""
        statements = []
        for kind in COMPUTED:
            if kind.link is None or schema.end_table(kind, kind.link.source) != record.table:
                continue
            match = f"MATCH (s:{record.label})-[n:{kind.link.relationship}]->(:BuyingGroup) WHERE s.key IN $keys"
            said = {**schema.properties_of(kind), "run_id": pa.string()}
            rows = collected_rows(self._bolt, match, said, {"keys": keys})
            for run_id in pc.unique(rows.column("run_id")).to_pylist():
                some = rows.filter(pc.equal(rows.column("run_id"), run_id)).drop_columns(["run_id"])
                statements.append(columns_node(kind, some, run_id, -1, f"lost {digest(keys)}"))
        return statements

    def _resolve_kept(self, written: pa.Table | None, progress: Progress) -> None:
        """Set who made kept engagements, as it is known now."""
        kept = plain_column(self._properties.resolved.column("engagement_id"))
        if written is not None and len(kept):
            kept = kept.filter(pc.invert(pc.is_in(kept, value_set=plain_column(written.column("engagement_id")))))
        self._again("engagements", kept.to_pylist(), progress)

    def _link_waiting(self, relink: Mapping[str, Sequence[str]], progress: Progress) -> None:
        """Link what waited for a target that is there now."""
        for record in LOADED:
            if any(map(schema.can_wait, schema.references_of(record))):
                (keys,) = self._bolt.row(f"MATCH (n:{record.label}) WHERE n.waits = true RETURN collect(n.key) AS keys")
                self._again(record.table, sorted({*keys, *relink.get(record.table, ())}), progress)

    def _again(self, table: str, keys: Sequence[str], progress: Progress) -> None:
        """Write kept records as they are, with what is resolved and what is there by now."""
        (record,) = (kept for kept in KEPT if kept.table == table)
        if not keys:
            return
        stated = [STATED + spec.name for spec in fields_of(record) if spec.resolved]
        names = [
            "waits_for",
            *sorted({*_link_fields(record), *(spec.name for spec in schema.references_of(record)), *stated}),
        ]
        with progress.step(f"{table} linked", len(keys)) as step:
            for start in range(0, len(keys), self._rows):
                some = keys[start : start + self._rows]
                kept = self._projection.kept(record, some, names)
                again = self._properties.again(record, kept)
                differs = _differing(kept, again)
                before = {row["key"]: row for row in kept.filter(differs).to_pylist()}
                if record is Engagement:
                    self._readings.touch(
                        [*(row["contact_id"] for row in before.values()), *plain_values(again.column("contact_id"))]
                    )
                self._transact(self._updated(record, again.filter(differs), before))
                step.advance(len(some))

    # --- what is noted beside the rows -----------------------------------------------------------------------------

    def _note_columns(self, record: type[Record], table: pa.Table) -> None:
        """Keep which properties the table's nodes have, and what its free columns were called."""
        free = free_columns_of(record, table)
        used = [
            name for name in table.column_names if name not in free and table.column(name).null_count < table.num_rows
        ]
        if self._properties.resolved.num_rows:
            resolved = [spec.name for spec in fields_of(record) if spec.resolved]
            used += [*resolved, *(STATED + name for name in resolved)]
        self._transact([(_USED, {"table": record.table, "used": sorted({*used}), "free": free})])

    def _note_stated(self, change: Change) -> None:
        """Keep that references may differ from what the files said: some accounts or contacts stand for others."""
        statements = []
        for record in LOADED if any(change.same.values()) else ():
            names = [spec.name for spec in fields_of(record) if spec.resolved]
            if names and record is not Engagement:
                used = sorted({*names, *(STATED + name for name in names)})
                statements.append((_USED, {"table": record.table, "used": used, "free": []}))
        self._transact(statements)

    def _make_needs(self, record: type[Record], table: pa.Table) -> None:
        fields = [end.field for end in schema.ends_of(record) if end.table == "needs"]
        needs = {
            need
            for name in fields
            for need in pc.list_flatten(plain_column(table.column(name))).to_pylist()
            if need is not None
        }
        if needs:
            self._transact([(schema.nodes_updated("Need", {"need_id": "$key[i]"}), {"key": sorted(needs)})])

    def _transact(self, statements: Sequence[Statement]) -> None:
        if not statements:
            return

        def work(run: Run) -> None:
            self._guard(run)
            for text, parameters in statements:
                run(text, parameters)

        self._bolt.transact(work)


def _tables_of(change: Change) -> dict[str, pa.Table]:
    """New and changed rows of each table; which of them are there is asked of the graph, not believed."""
    tables: dict[str, pa.Table] = {}
    for record in KEPT:
        parts = [
            part[record.table]
            for part in (change.new, change.changed)
            if record.table in part and part[record.table].num_rows
        ]
        if parts:
            whole = (
                parts[0]
                if len(parts) == 1
                else pa.concat_tables(map(_without_dictionaries, parts), promote_options="default")
            )
            tables[record.table] = typed_table(record, whole)
    return tables


def _may_link(tables: Mapping[str, pa.Table], change: Change) -> bool:
    return bool(tables) or change.resolved.num_rows > 0 or any(change.relink.values()) or any(change.removed.values())


def _finishes(loads: pa.Table | None) -> bool:
    """Whether a load ends: one that was interrupted may have brought targets without linking what waited for them."""
    return loads is not None and bool(pc.any(loads.column("finished")).as_py())


def _without_dictionaries(table: pa.Table) -> pa.Table:
    return pa.table({name: plain_column(table.column(name)) for name in table.column_names})


def _link_fields(record: type[Record]) -> set[str]:
    names = {name for end in schema.ends_of(record) for name in (end.field, *end.carries)}
    return names | ({record.link.source, record.link.target, *schema.arrow_fields(record)} if record.link else set())


def _properties(batch: pa.Table) -> list[str]:
    return [name for name in batch.column_names if name != "key"]


def _is_list(batch: pa.Table, end: End) -> bool:
    return bool(pa.types.is_list(batch.schema.field(end.field).type))


def _pairs(batch: pa.Table, field: str) -> tuple[list[str], list[str | None]]:
    """Keys and targets of one reference; a list of targets gives one pair for each."""
    keys, column = plain_column(batch.column("key")), plain_column(batch.column(field))
    if pa.types.is_list(column.type):
        keys, column = keys.take(pc.list_parent_indices(column)), pc.list_flatten(column)
    return plain_values(keys), plain_values(column)


def _differing(before: pa.Table, after: pa.Table) -> pa.Array:
    names = [name for name in before.column_names if name != "key"]
    old, new = before.select(names).to_pylist(), after.select(names).to_pylist()
    return pa.array([one != other for one, other in zip(old, new, strict=True)], pa.bool_())
