"""What a record was, is, and becomes: merging files into what is known, what was known at a moment, taking a load out.

Each field of a record is a register that the newest statement wins: a statement's *stamp* is the row's ``updated_at``,
else the moment of its load; between equal stamps the greater value wins, so that neither the order of rows nor that of
files matters. An empty cell states nothing. A value that was in force and is replaced by a later load is kept as an
earlier value, with the loads and moments between which it was known.
It is long because merging, looking back and taking out are three readings of the same registers, and have to agree.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.market import Market
from committee.records import TABLES, EarlierValue, Record, fields_of, key_of
from committee.records.columns import encoded, whole
from committee.records.tables import free_columns_of, typed_table

__all__ = ["CHANGED", "MERGED", "NEW", "Change", "Merge", "applied", "known_at", "merge", "record_ids", "without_load"]

MERGED, NEW, CHANGED = 0, 1, 2  # what a row did: said nothing new, made a record, changed one
RESOLVED = pa.schema([("engagement_id", pa.string()), ("contact_id", pa.string()), ("account_id", pa.string())])
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Change:
    """What one write does to the kept market.

    Attributes
    ----------
    new, changed : mapping of table to pyarrow Table
        Records that were not there; whole rows of records as they are from now on.
    removed : mapping of table to list of str
        Ids of records that go.
    resolved : pyarrow Table
        engagement_id, contact_id, account_id: who did it and where, for each new or changed engagement and for kept
        ones that can be told better now.
    relink : mapping of table to list of str
        Ids of kept records whose reference now finds its target, or another one.
    same : mapping of table to mapping of id to id
        Which accounts and contacts stand for which, after the change: references lead to those that stand for others.
    """

    new: Mapping[str, pa.Table] = field(default_factory=dict)
    changed: Mapping[str, pa.Table] = field(default_factory=dict)
    removed: Mapping[str, list[str]] = field(default_factory=dict)
    resolved: pa.Table = field(default_factory=lambda: RESOLVED.empty_table())
    relink: Mapping[str, list[str]] = field(default_factory=dict)
    same: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Whether the write would change nothing."""
        tables = [*self.new.values(), *self.changed.values(), self.resolved]
        return (
            not any(table.num_rows for table in tables)
            and not any(self.removed.values())
            and not any(self.relink.values())
        )


@dataclass(frozen=True)
class Merge:
    """The outcome of merging incoming rows into what is kept.

    Attributes
    ----------
    change : Change
        New and changed records, and the earlier values that the change leaves behind.
    outcomes : mapping of table to int8 array
        For each incoming row, in its order: `MERGED`, `NEW` or `CHANGED`.
    conflicts : Counter
        By "table.field": two values with the same stamp, decided by rule.
    """

    change: Change
    outcomes: Mapping[str, np.ndarray]
    conflicts: Counter[str]


class _Stated(NamedTuple):
    """A field's value in force: since which stamp, who said it, and since when that is known."""

    stamp: int
    value: Any
    load_id: str
    known_from: int


def record_ids(record: type[Record], table: pa.Table) -> pa.Array:
    """Return the id of each row: its key field, or its key fields joined by '|'."""
    columns = [whole(table.column(name)) for name in key_of(record)]
    return columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, "|")


def merge(current: Mapping[str, pa.Table], incoming: Mapping[str, pa.Table]) -> Merge:
    """Merge incoming rows, several of which may speak of one record, into what is kept.

    Parameters
    ----------
    current : mapping of table to pyarrow Table
        What is kept, one row a record, with provenance; "loads" gives the moments of the loads. Missing = empty.
    incoming : mapping of table to pyarrow Table
        Rows with provenance, in any order.

    Returns
    -------
    Merge
        Independent of the order of the incoming rows.
    """
    moments = _moments(current.get("loads"), *incoming.values())
    new: dict[str, pa.Table] = {}
    changed: dict[str, pa.Table] = {}
    outcomes: dict[str, np.ndarray] = {}
    earlier: list[dict[str, Any]] = []
    conflicts: Counter[str] = Counter()
    done = _finished(current.get("loads"))
    for name in sorted(incoming):
        record = TABLES[name]
        rows = typed_table(record, incoming[name])
        kept = typed_table(record, current.get(name, rows.slice(0, 0)))
        said = np.asarray(pc.is_in(rows.column("load_id"), value_set=done)) if len(done) else np.zeros(len(rows), bool)
        part = _merge_table(record, kept, rows.filter(pa.array(~said)), moments, conflicts, earlier)
        if part.new.num_rows:
            new[name] = part.new
        if part.changed.num_rows:
            changed[name] = part.changed
        outcomes[name] = np.full(rows.num_rows, MERGED, np.int8)
        outcomes[name][~said] = part.outcomes
    if earlier:
        new[EarlierValue.table] = typed_table(EarlierValue, _columns(EarlierValue, earlier))
    return Merge(Change(new=new, changed=changed), outcomes, conflicts)


def _finished(loads: pa.Table | None) -> pa.Array:
    """Loads all of whose rows are in what is kept: read again, they say nothing, whatever has been said since."""
    if loads is None or not loads.num_rows:
        return pa.array([], pa.string())
    return whole(loads.filter(pc.fill_null(loads.column("finished"), False)).column("load_id"))


class _MergedTable(NamedTuple):
    new: pa.Table
    changed: pa.Table
    outcomes: np.ndarray


def _merge_table(
    record: type[Record],
    kept: pa.Table,
    rows: pa.Table,
    moments: Mapping[str, int],
    conflicts: Counter[str],
    earlier: list[dict[str, Any]],
) -> _MergedTable:
    kept, rows = _same_columns(record, kept, rows)
    outcomes = np.zeros(rows.num_rows, np.int8)
    if not kept.num_rows and _distinct(record_ids(record, rows)):  # a first load
        outcomes[:] = NEW
        return _MergedTable(rows, kept, outcomes)
    codes = pa.concat_arrays([record_ids(record, kept), record_ids(record, rows)]).dictionary_encode()
    code = np.asarray(codes.indices)
    kept_code, row_code = code[: kept.num_rows], code[kept.num_rows :]
    place = np.full(len(codes.dictionary), -1, np.int64)  # where in kept the record stands
    place[kept_code] = np.arange(kept.num_rows)
    fresh = place[row_code] < 0

    order = _by_record_then_load(row_code, rows)
    starts = np.ones(len(order), bool)
    starts[1:] = row_code[order][1:] != row_code[order][:-1]
    leader = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
    first, repeat = np.zeros(rows.num_rows, bool), np.zeros(rows.num_rows, bool)
    first[order[starts]] = True
    repeat[order[~starts]] = _repeats(record, rows, order[~starts], leader[~starts])

    idle = repeat | _says_nothing_new(record, kept, rows, place[row_code])
    argued = np.zeros(len(place), bool)  # records about which a row says something that is not simply taken as it is
    argued[row_code[~idle & ~(fresh & first)]] = True
    simple = fresh & first & ~argued[row_code]
    outcomes[simple] = NEW
    fold_rows = order[argued[row_code[order]] & ~repeat[order]]
    made, altered = _fold(record, kept, rows, fold_rows, row_code, place, moments, conflicts, earlier, outcomes)
    return _MergedTable(
        _joined(record, rows.filter(pa.array(simple)), made), _joined(record, kept.slice(0, 0), altered), outcomes
    )


def _distinct(ids: pa.Array) -> bool:
    """Whether no id comes twice; in ascending order, as exports often are, neighbours tell."""
    if pc.all(pc.less(ids.slice(0, max(len(ids) - 1, 0)), ids.slice(1))).as_py():
        return True
    return len(pc.unique(ids)) == len(ids)


def _by_record_then_load(row_code: np.ndarray, rows: pa.Table) -> np.ndarray:
    """Order of the rows by record, then load moment, load and line: which row comes first depends on nothing else."""
    load = np.asarray(
        pc.rank(pc.fill_null(rows.column("load_id").cast(pa.string()), ""), sort_keys="ascending", tiebreaker="dense")
    )
    moment, line = _whole_numbers(rows.column("loaded_at")), _whole_numbers(rows.column("line"))
    return np.lexsort((line, load, moment, row_code))


def _whole_numbers(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.fill_null(column.cast(pa.int64()), 0))


def _said_fields(record: type[Record], table: pa.Table) -> list[str]:
    keys = set(key_of(record))
    return [spec.name for spec in fields_of(record) if not spec.derived and spec.name not in keys] + free_columns_of(
        record, table
    )


def _same_columns(record: type[Record], kept: pa.Table, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Give both tables the free columns of either."""
    free = set(free_columns_of(record, kept)) | set(free_columns_of(record, rows))

    def widened(table: pa.Table) -> pa.Table:
        missing = free - set(table.column_names)
        if not missing:
            return table
        columns = {name: table.column(name) for name in table.column_names}
        return typed_table(record, columns | {name: pa.nulls(table.num_rows, pa.string()) for name in missing})

    return widened(kept), widened(rows)


def _comparable(column: pa.ChunkedArray) -> pa.Array:
    one = whole(column)
    return pc.binary_join(one, "\x1f") if pa.types.is_list(one.type) else one


def _says_nothing_new(record: type[Record], kept: pa.Table, rows: pa.Table, places: np.ndarray) -> np.ndarray:
    """Rows each of whose cells is empty or equal to what is kept, and whose updated_at is not newer."""
    same = places >= 0
    if not same.any():
        return same
    at = np.flatnonzero(same)
    theirs, mine = rows.take(pa.array(at)), kept.take(pa.array(places[at]))
    agrees = np.ones(len(at), bool)
    for name in _said_fields(record, rows):
        left, right = _comparable(theirs.column(name)), _comparable(mine.column(name))
        agrees &= np.asarray(pc.or_(pc.is_null(left), pc.fill_null(pc.equal(left, right), False)))
    newer = pc.greater(theirs.column("updated_at"), pc.coalesce(mine.column("updated_at"), mine.column("loaded_at")))
    agrees &= ~np.asarray(pc.fill_null(newer, False))
    same[at] = agrees
    return same


def _repeats(record: type[Record], rows: pa.Table, those: np.ndarray, leaders: np.ndarray) -> np.ndarray:
    """Rows that say exactly what the first row of their record says, with the same updated_at."""
    if not len(those):
        return np.zeros(0, bool)
    left, right = rows.take(pa.array(those)), rows.take(pa.array(leaders))
    alike = np.ones(len(those), bool)
    for name in [*_said_fields(record, rows), "updated_at"]:
        mine, first = _comparable(left.column(name)), _comparable(right.column(name))
        both_empty = pc.and_(pc.is_null(mine), pc.is_null(first))
        alike &= np.asarray(pc.or_(both_empty, pc.fill_null(pc.equal(mine, first), False)))
    return alike


def _fold(
    record: type[Record],
    kept: pa.Table,
    rows: pa.Table,
    fold_rows: np.ndarray,
    row_code: np.ndarray,
    place: np.ndarray,
    moments: Mapping[str, int],
    conflicts: Counter[str],
    earlier: list[dict[str, Any]],
    outcomes: np.ndarray,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The careful path: records spoken of by several rows, or whose row says something else than what is kept."""
    names = _said_fields(record, rows)
    taken = rows.take(pa.array(fold_rows)).to_pylist()
    places = place[row_code[fold_rows]]
    standing = iter(kept.take(pa.array(places[places >= 0])).to_pylist()) if len(fold_rows) else iter(())
    made, altered = [], []
    position = 0
    while position < len(taken):
        code = row_code[fold_rows[position]]
        end = position
        old = None
        while end < len(taken) and row_code[fold_rows[end]] == code:
            if places[end] >= 0:
                old = next(standing)
            end += 1
        mine = taken[position:end]
        base = old or mine[0]
        before = _statements(base, names, moments) if old else dict.fromkeys(names, _NOTHING)
        after, winners = _newest(record, before, mine, names, moments, conflicts)
        if old is None:
            outcomes[fold_rows[position]] = NEW
            made.append(_row(base, after, names, moments))
        elif after != before:
            outcomes[fold_rows[position + np.array(sorted(winners), int)]] = CHANGED
            altered.append(_row(base, after, names, moments))
            earlier.extend(_left_behind(record, base, before, after))
        position = end
    return made, altered


_NOTHING = _Stated(-(1 << 62), None, "", 0)


def _statements(row: Mapping[str, Any], names: list[str], moments: Mapping[str, int]) -> dict[str, _Stated]:
    """What is in force for each field of a kept row."""
    origins = json.loads(row["origins"]) if row["origins"] else {}
    own = (_stamp(row), row["load_id"] or "")
    statements = {}
    for name in names:
        stamp, load_id = origins.get(name, own)
        known_from = moments.get(load_id, _ms(row["loaded_at"]))
        statements[name] = _Stated(stamp, row[name], load_id, known_from)
    return statements


def _newest(
    record: type[Record],
    before: Mapping[str, _Stated],
    rows: list[dict[str, Any]],
    names: list[str],
    moments: Mapping[str, int],
    conflicts: Counter[str],
) -> tuple[dict[str, _Stated], set[int]]:
    """Let each row state its cells; return what is in force then, and which rows made a difference."""
    after, winners = dict(before), set()
    # Rows argue among themselves by their stamps first, so that their order does not matter: what one of them confirms,
    # another one of the same stamp may not replace.
    best: dict[tuple[str, int], str] = {}
    for row in rows:
        for name in names:
            if row[name] is not None:
                said = name, _stamp(row)
                best[said] = max(best.get(said, ""), _rank(row[name]))
    for number in sorted(range(len(rows)), key=lambda number: _stamp(rows[number])):
        row = rows[number]
        stamp, load_id = _stamp(row), row["load_id"] or ""
        known_from = moments.get(load_id, _ms(row["loaded_at"]))
        for name in names:
            value, standing = row[name], after[name]
            if value is None:
                continue
            if _rank(value) < best[name, stamp]:
                conflicts[f"{record.table}.{name}"] += 1
                continue
            if value == standing.value:
                if row["updated_at"] is not None and stamp > standing.stamp:
                    after[name] = standing._replace(stamp=stamp)  # the source confirms it: an older row may not undo it
                    winners.add(number)
                continue
            if standing.value is not None and stamp == standing.stamp:
                conflicts[f"{record.table}.{name}"] += 1
            if standing.value is None or (stamp, _rank(value)) > (standing.stamp, _rank(standing.value)):
                after[name] = _Stated(stamp, value, load_id, known_from)
                winners.add(number)
    for name, old in before.items():
        if old.value is not None and after[name].value == old.value:
            after[name] = old._replace(stamp=after[name].stamp)  # still known from where it was first known
    return after, winners


def _rank(value: Any) -> str:
    """A total order over values of one field, for ties."""
    return json.dumps(_plain(value), sort_keys=True)


def _row(
    base: Mapping[str, Any], statements: Mapping[str, _Stated], names: list[str], moments: Mapping[str, int]
) -> dict[str, Any]:
    own = (_stamp(base), base["load_id"] or "")
    origins = {
        name: [said.stamp, said.load_id]
        for name, said in sorted(statements.items())
        if said.value is not None and (said.stamp, said.load_id) != own
    }
    row = dict(base) | {name: statements[name].value for name in names}
    row["origins"] = json.dumps(origins, separators=(",", ":")) if origins else None
    return row


def _left_behind(
    record: type[Record], base: Mapping[str, Any], before: Mapping[str, _Stated], after: Mapping[str, _Stated]
) -> Iterable[dict[str, Any]]:
    """The earlier values that a change leaves behind."""
    record_id = "|".join(str(base[name]) for name in key_of(record))
    for name, old in before.items():
        now = after[name]
        if now.value == old.value or now.known_from <= old.known_from:
            continue  # a value replaced within its own load was never known to anybody
        yield {
            "earlier_id": f"{record.table}|{record_id}|{name}|{old.load_id}",
            "record_table": record.table,
            "record_id": record_id,
            "field_name": name,
            "value": None if old.value is None else json.dumps(_plain(old.value)),
            "stamp": _moment(old.stamp),
            "superseded_at": _moment(now.stamp),
            "load_id": old.load_id,
            "loaded_at": _moment(old.known_from),
            "replaced_at": _moment(now.known_from),
            "replaced_by": now.load_id,
        }


def _stamp(row: Mapping[str, Any]) -> int:
    return _ms(row["updated_at"] or row["loaded_at"])


def _ms(moment: datetime | None) -> int:
    return 0 if moment is None else round((moment - _EPOCH).total_seconds() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms >= 0 else _EPOCH


def _plain(value: Any) -> Any:
    return _ms(value) if isinstance(value, datetime) else value


def _moments(loads: pa.Table | None, *tables: pa.Table) -> dict[str, int]:
    """When each load was made."""
    moments: dict[str, int] = {}
    for table in (*tables, *(() if loads is None else (loads,))):
        if table.num_rows:
            # Grouped by their codes: the few loads of many rows are not hashed row by row as texts.
            loads_of_rows, loaded_at = encoded(table.column("load_id")), table.column("loaded_at").cast(pa.int64())
            unique = (
                pa.table({"load_id": loads_of_rows, "at": loaded_at}).group_by("load_id").aggregate([("at", "min")])
            )
            moments |= {
                load: at
                for load, at in zip(unique["load_id"].to_pylist(), unique["at_min"].to_pylist(), strict=True)
                if load is not None and at is not None
            }
    return moments


def _columns(record: type[Record], rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {spec.name: [row[spec.name] for row in rows] for spec in fields_of(record)}


def _joined(record: type[Record], table: pa.Table, rows: list[dict[str, Any]]) -> pa.Table:
    if not rows:
        return table
    more = typed_table(record, {name: [row[name] for row in rows] for name in table.column_names})
    return typed_table(record, pa.concat_tables([table, more])) if table.num_rows else more


def applied(market: Market, change: Change) -> Market:
    """Return the market after a change: what a store holds when it has written it."""
    tables = dict(market)
    for name in market:
        new, changed = change.new.get(name), change.changed.get(name)
        if new is None and changed is None and name not in change.removed:
            continue
        record = TABLES[name]
        kept = tables[name]
        gone = pa.array(change.removed.get(name, []), pa.string())
        if changed is not None:
            gone = pa.concat_arrays([gone, record_ids(record, changed)])
        parts = [kept.filter(pc.invert(pc.is_in(record_ids(record, kept), value_set=gone))) if len(gone) else kept]
        parts += [part for part in (new, changed) if part is not None]
        tables[name] = pa.concat_tables(parts, promote_options="permissive")
    return Market(tables)


def known_at(market: Market, moment: datetime) -> Market:
    """Return the market as it was known at a moment: later loads taken away, earlier values put back."""
    ms = _ms(moment)
    limit = pa.scalar(moment, pa.timestamp("ms", tz="UTC"))
    history = market["earlier_values"]
    back = history.filter(
        pc.and_(pc.less_equal(history["loaded_at"], limit), pc.greater(history["replaced_at"], limit))
    ).to_pylist()
    by_field: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for entry in back:
        by_field[entry["record_table"], entry["field_name"]][entry["record_id"]] = (
            json.loads(entry["value"]) if entry["value"] is not None else None
        )
    tables = {}
    for record in market.world:
        table = market[record.table]
        for (name, field_name), values in by_field.items():
            if name == record.table and field_name in table.column_names:
                table = _put_back(record, table, field_name, values)
        tables[record.table] = table.filter(
            pc.or_kleene(pc.is_null(table["loaded_at"]), pc.less_equal(table["loaded_at"].cast(pa.int64()), ms))
        )
    tables["loads"] = market["loads"].filter(pc.less_equal(market["loads"]["loaded_at"], limit))
    tables["earlier_values"] = history.filter(pc.less_equal(history["replaced_at"], limit))
    return Market(tables)


def _put_back(record: type[Record], table: pa.Table, field_name: str, values: Mapping[str, Any]) -> pa.Table:
    ids = record_ids(record, table)
    where = pc.index_in(ids, value_set=pa.array(list(values), pa.string()))
    column = table.column(field_name)
    now = whole(column)
    old = pa.array(
        [
            _moment(value) if pa.types.is_timestamp(now.type) and value is not None else value
            for value in values.values()
        ],
        now.type,
    )
    at = np.arange(len(now))
    hit = np.asarray(pc.is_valid(where))
    at[hit] = len(now) + np.asarray(where.drop_null())
    columns = {name: table.column(name) for name in table.column_names}
    return typed_table(record, columns | {field_name: pa.concat_arrays([now, old]).take(pa.array(at))})


def without_load(market: Market, load_id: str) -> Change:
    """Return the change that takes a load back out of a market.

    Records that the load brought go, unless later loads set fields of them: then what those said stays. Fields that it
    changed get their earlier value back. Rows of other files that only repeated what this load had said are not
    remembered: loading those files again brings them back.
    """
    moments = _moments(market["loads"])
    history = market["earlier_values"].to_pylist()
    before = {(e["record_table"], e["record_id"], e["field_name"]): e for e in history if e["replaced_by"] == load_id}
    gone, rewritten = _history_without(history, load_id)
    changed: dict[str, pa.Table] = {}
    removed: dict[str, list[str]] = {"loads": [load_id], EarlierValue.table: gone}
    for record in market.world:
        table = market[record.table]
        origins = pc.fill_null(pc.match_substring(table["origins"], f'"{load_id}"'), False)
        touched = table.filter(
            pc.or_(origins, pc.fill_null(pc.equal(table["load_id"].cast(pa.string()), load_id), False))
        )
        keep, drop = [], []
        for row in touched.to_pylist():
            row_id = "|".join(str(row[name]) for name in key_of(record))
            rest = _row_without(record, row, row_id, load_id, before, moments, _said_fields(record, table))
            (drop.append(row_id) if rest is None else keep.append(rest))
        if keep:
            changed[record.table] = _joined(record, table.slice(0, 0), keep)
        if drop:
            removed[record.table] = drop
    if rewritten:
        changed[EarlierValue.table] = typed_table(EarlierValue, _columns(EarlierValue, rewritten))
    return Change(changed=changed, removed=removed)


def _row_without(
    record: type[Record],
    row: dict[str, Any],
    row_id: str,
    load_id: str,
    before: Mapping[tuple[str, str, str], dict[str, Any]],
    moments: Mapping[str, int],
    names: list[str],
) -> dict[str, Any] | None:
    statements = _statements(row, names, moments)
    for name, said in statements.items():
        if said.load_id != load_id or said.value is None:
            continue
        old = before.get((record.table, row_id, name))
        value = json.loads(old["value"]) if old and old["value"] is not None else None
        kind = next((spec.kind.arrow for spec in fields_of(record) if spec.name == name), pa.string())
        value = _moment(value) if pa.types.is_timestamp(kind) and value is not None else value
        statements[name] = _Stated(_ms(old["stamp"]), value, old["load_id"], _ms(old["loaded_at"])) if old else _NOTHING
    base = dict(row)
    if row["load_id"] == load_id:  # someone else's record from now on, if anyone else spoke of it
        others = [said for said in statements.values() if said.value is not None and said.load_id]
        if not others:
            return None
        heir = min(others, key=lambda said: (said.known_from, said.load_id))
        base |= {"load_id": heir.load_id, "loaded_at": _moment(heir.known_from), "updated_at": None, "line": None}
    rest = _row(base, statements, names, moments)
    required = [spec.name for spec in fields_of(record) if spec.required and not spec.derived]
    return None if any(rest[name] is None for name in required) else rest


def _history_without(history: list[dict[str, Any]], load_id: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Earlier values that go with a load, and those whose successor changes."""
    successor = {(e["record_table"], e["record_id"], e["field_name"]): e for e in history if e["load_id"] == load_id}
    gone, rewritten = [], []
    for entry in history:
        next_one = successor.get((entry["record_table"], entry["record_id"], entry["field_name"]))
        if entry["load_id"] == load_id:
            gone.append(entry["earlier_id"])
        elif entry["replaced_by"] == load_id:
            if next_one is None:
                gone.append(entry["earlier_id"])
            else:
                taken = ("superseded_at", "replaced_at", "replaced_by")
                rewritten.append(entry | {name: next_one[name] for name in taken})
    return gone, rewritten
