"""Reads the kept market out of the graph: columns collected on the server, many engagements by stretches of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.graph import schema
from committee.graph.bolt import Bolt
from committee.graph.columns import NOTHING, array_of, collected, column_of, plain_column
from committee.graph.schema import STATED
from committee.history import Change
from committee.progress import Progress
from committee.records import Record, fields_of
from committee.records.fields import WORDS
from committee.records.loaded import Engagement
from committee.records.tables import typed_table

__all__ = ["Projection", "collected_rows", "milliseconds"]

_DAY = 86_400_000
_EVER = 2**62  # milliseconds; before and after every moment
_READERS = 2  # two readers nearly double the speed, more do not


def milliseconds(moment: datetime) -> int:
    """Return an aware moment as epoch milliseconds."""
    return round(moment.timestamp() * 1000)


def collected_rows(
    bolt: Bolt, match: str, properties: Mapping[str, pa.DataType], parameters: Mapping[str, Any]
) -> pa.Table:
    """Return properties of the nodes or relationships ``n`` that a MATCH finds, one row each, in no order."""
    columns = ", ".join(f"{collected(f'n.{name}', kind)} AS {name}" for name, kind in properties.items())
    row = bolt.row(f"{match}\nRETURN {columns}", {**parameters, **NOTHING})
    return pa.table(
        {name: array_of(values, kind) for (name, kind), values in zip(properties.items(), row, strict=True)}
    )


class Projection:
    """Reads loaded tables.

    Parameters
    ----------
    bolt : Bolt
    chunk : int
        Values of one collected column.
    """

    def __init__(self, bolt: Bolt, chunk: int) -> None:
        self._bolt = bolt
        self._chunk = chunk
        rows = bolt.rows("MATCH (t:CommitteeTable) RETURN t.key AS table, t.columns AS columns, t.free_columns AS free")
        self._used = {name: (set(columns or []), sorted(free or [])) for name, columns, free in rows}

    def table(
        self,
        record: type[Record],
        progress: Progress,
        *,
        where: Sequence[str] = (),
        parameters: Mapping[str, Any] | None = None,
        until: datetime | None = None,
    ) -> pa.Table:
        """Return the rows of a table as they were stated, in no order; conditions speak of ``n``."""
        if not self._properties(record):  # nothing was ever written
            return typed_table(record, {})
        if record is Engagement:
            ranges = self._ranges(until)
            total = sum(size for _, _, size in ranges)
            with progress.step(f"reading {record.table}", total) as step:
                conditions = ["n.occurred_at >= $lo", "n.occurred_at < $hi", *where]
                parts = []
                for part in self._parts(
                    record, conditions, [{**(parameters or {}), "lo": lo, "hi": hi} for lo, hi, _ in ranges]
                ):
                    parts.append(part)
                    step.advance(part.num_rows)
            return self._joined(record, parts)
        cuts = [] if where else self._key_cuts(record)
        if not cuts:
            return self._joined(record, list(self._parts(record, where, [dict(parameters or {})])))
        between = [{"lo": lo, "hi": hi} for lo, hi in pairwise(["", *cuts])]
        parts = [
            *self._parts(record, ["n.key >= $lo", "n.key < $hi"], between),
            *self._parts(record, ["n.key >= $lo"], [{"lo": cuts[-1]}]),
        ]
        return self._joined(record, parts)

    def resolved(self) -> pa.Table:
        """Return who made each engagement, and where, as it is known now."""
        names = ("engagement_id", "contact_id", "account_id")
        kinds = {name: kind for name, kind in schema.properties_of(Engagement).items() if name in names}
        match = "MATCH (n:Engagement) WHERE n.occurred_at >= $lo AND n.occurred_at < $hi"
        parts = [collected_rows(self._bolt, match, kinds, {"lo": lo, "hi": hi}) for lo, hi, _ in self._ranges(None)]
        plain = [pa.table({name: plain_column(part.column(name)) for name in names}) for part in parts]
        return pa.concat_tables(plain).sort_by("engagement_id") if plain else Change().resolved

    def kept(self, record: type[Record], keys: Sequence[str], names: Iterable[str]) -> pa.Table:
        """Return properties of the nodes with these keys as they stand in the graph, ``key`` among them."""
        kinds = {"key": pa.string(), "waits_for": pa.list_(pa.string()), **schema.properties_of(record)}
        wanted = {name: kinds[name] for name in ("key", *names)}
        return collected_rows(
            self._bolt, f"MATCH (n:{record.label}) WHERE n.key IN $keys", wanted, {"keys": list(keys)}
        )

    def _ranges(self, until: datetime | None) -> list[tuple[int, int, int]]:
        """Stretches of time [lo, hi) with about so many engagements each as one list should hold."""
        end = _EVER if until is None else milliseconds(until)
        rows = self._bolt.rows(
            f"MATCH (n:Engagement) WHERE n.occurred_at < $end RETURN n.occurred_at / {_DAY} AS day, count(*) AS rows ORDER BY day",
            {"end": end},
        )
        cuts: list[tuple[int, int]] = []  # where a stretch begins, and how many it holds
        for day, count in rows:
            pieces = -(-count // self._chunk)
            if pieces > 1 or not cuts or cuts[-1][1] + count > self._chunk:
                cuts += [(day * _DAY + piece * _DAY // pieces, count // pieces) for piece in range(pieces)]
            else:
                cuts[-1] = (cuts[-1][0], cuts[-1][1] + count)
        if not cuts:
            return []
        starts = [-_EVER, *(start for start, _ in cuts[1:]), end]
        return [(lo, hi, size) for (lo, hi), (_, size) in zip(pairwise(starts), cuts, strict=True)]

    def _key_cuts(self, record: type[Record]) -> list[str]:
        """Keys that cut a large table into ranges of about so many rows as one list should hold.

        They are of ASCII letters, which every engine puts in the same place among all other keys.
        """
        (rows,) = self._bolt.row(f"MATCH (n:{record.label}) RETURN count(n) AS rows")
        if rows <= self._chunk:
            return []
        (keys,) = self._bolt.row(f"MATCH (n:{record.label}) RETURN collect(n.key) AS keys")
        return sorted(key for key in keys if key.isascii())[self._chunk :: self._chunk]

    def _parts(
        self, record: type[Record], where: Sequence[str], parameters: Sequence[Mapping[str, Any]]
    ) -> Iterator[pa.Table]:
        condition = f" WHERE {' AND '.join(where)}" if where else ""
        match = f"MATCH (n:{record.label}){condition}"
        properties = self._properties(record)
        if len(parameters) == 1:
            yield self._stated(record, collected_rows(self._bolt, match, properties, parameters[0]))
            return
        with ThreadPoolExecutor(_READERS) as readers:
            read = lambda some: self._stated(record, collected_rows(self._bolt, match, properties, some))  # noqa: E731
            yield from readers.map(read, parameters)

    def _properties(self, record: type[Record]) -> dict[str, pa.DataType]:
        used, free = self._used.get(record.table, (set(), []))
        kinds = {name: kind for name, kind in schema.properties_of(record).items() if name in used}
        return kinds | {schema.free_property(name): pa.string() for name in free}

    def _stated(self, record: type[Record], rows: pa.Table) -> pa.Table:
        """Put what the file said in place of what was resolved."""
        for spec in fields_of(record):
            name = STATED + spec.name
            if spec.resolved and name in rows.column_names and spec.kind is WORDS:
                said = pc.coalesce(plain_column(rows.column(name)), plain_column(rows.column(spec.name)))
                rows = rows.drop_columns([name]).set_column(rows.schema.get_field_index(spec.name), spec.name, said)
            elif spec.resolved and name in rows.column_names:
                said, value = rows.column(name).cast(pa.string()), rows.column(spec.name).cast(pa.string())
                stated = pc.if_else(
                    said.is_valid(), pc.if_else(pc.equal(said, ""), pa.scalar(None, pa.string()), said), value
                )
                encoded = stated.dictionary_encode() if pa.types.is_dictionary(spec.kind.arrow) else stated
                rows = rows.drop_columns([name]).set_column(rows.schema.get_field_index(spec.name), spec.name, encoded)
        return rows

    def _joined(self, record: type[Record], parts: Sequence[pa.Table]) -> pa.Table:
        _, free = self._used.get(record.table, (set(), []))
        names = {schema.free_property(name): name for name in free}
        if not parts:
            return typed_table(record, {})
        columns = {}
        for position, name in enumerate(parts[0].column_names):
            kind = parts[0].schema.field(position).type
            columns[names.get(name, name)] = column_of(
                (chunk for part in parts for chunk in part.column(name).chunks), kind
            )
        return typed_table(record, pa.table(columns))
