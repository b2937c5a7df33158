"""What follows from a change: who did the engagements, and the words that readers of the graph find beside a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.history import Change, record_ids
from committee.identity.actors import resolve_actors
from committee.identity.as_one import as_one
from committee.market import Market
from committee.pipeline.words import personas_of, tags_of
from committee.records import LOADED, fields_of, key_of
from committee.records.columns import codes_in, whole
from committee.records.loaded import Account, Contact, Employment, Engagement

__all__ = ["resolved", "with_consequences"]


def with_consequences(change: Change, kept: Market, after: Market) -> Change:
    """Add to a change what follows from it.

    Parameters
    ----------
    change : Change
    kept, after : Market
        What is kept before and after the change, each with its answer to who is who; see `identified`.
    """
    told = _told_apart(change, kept, after)
    return replace(_derived(told), resolved=_resolved_anew(as_one(kept), as_one(after), change))


def _resolved_anew(kept: Market, after: Market, change: Change) -> pa.Table:
    """Who did each engagement that is new, changed, or told better now than before."""
    now, before = resolved(after["engagements"], after), resolved(kept["engagements"], kept)
    place = codes_in(now["engagement_id"], whole(before["engagement_id"]))
    anew = place < 0
    for part in (change.new, change.changed):
        if "engagements" in part:
            anew |= codes_in(now["engagement_id"], record_ids(Engagement, part["engagements"])) >= 0
    was = before.take(pa.array(place, mask=anew))
    for name in ("contact_id", "account_id"):
        anew |= ~_alike(was[name], now[name])
    return now.filter(pa.array(anew))


def _told_apart(change: Change, kept: Market, after: Market) -> Change:
    """Add which accounts and contacts are one from now on, new faces, and the references that lead elsewhere."""
    new, changed, removed = dict(change.new), dict(change.changed), dict(change.removed)
    for record in (Account, Contact, Employment):
        name, key = record.table, key_of(record)[0]
        rows, before = after[name], kept[name]
        ids = whole(rows.column(key))
        place = codes_in(ids, whole(before.column(key)))
        said = {
            part: codes_in(ids, record_ids(record, side[name])) >= 0
            for part, side in (("new", new), ("changed", changed))
            if name in side
        }
        nothing = np.zeros(rows.num_rows, bool)
        fresh = said.get("new", nothing) | (place < 0)
        altered = (said.get("changed", nothing) | _retold(rows, before, place)) & ~fresh
        if fresh.any():
            new[name] = rows.filter(pa.array(fresh))
        if altered.any():
            changed[name] = rows.filter(pa.array(altered))
        gone = before.filter(pa.array(codes_in(before.column(key), ids) < 0))
        if gone.num_rows:
            removed[name] = sorted({*removed.get(name, ()), *gone.column(key).to_pylist()})
    same = after.same()
    relink = _led_elsewhere(kept.same(), same, after)
    return replace(change, new=new, changed=changed, removed=removed, relink={**change.relink, **relink}, same=same)


def _retold(rows: pa.Table, before: pa.Table, place: np.ndarray) -> np.ndarray:
    """Records about which something else is known than before, of who is who; a new face may be seen at another account."""
    differs = np.zeros(rows.num_rows, bool)
    was = before.take(pa.array(place, mask=place < 0))
    for name in {"is_now", "belongs_to", "new_face"} & set(rows.column_names):
        differs |= ~_alike(was[name], rows[name])
    if "worked_out" in rows.column_names:
        differs |= np.asarray(pc.fill_null(rows["worked_out"], False)) & ~_alike(was["title"], rows["title"])
    if "new_face" in rows.column_names:
        differs |= np.asarray(pc.fill_null(rows["new_face"], False)) & ~_alike(was["account_id"], rows["account_id"])
    return differs & (place >= 0)


def _alike(one: pa.ChunkedArray, other: pa.ChunkedArray) -> np.ndarray:
    left, right = whole(one), whole(other)
    both_empty = pc.and_(pc.is_null(left), pc.is_null(right))
    return np.asarray(pc.or_(pc.fill_null(pc.equal(left, right), False), both_empty))


def _led_elsewhere(
    before: Mapping[str, Mapping[str, str]], same: Mapping[str, Mapping[str, str]], after: Market
) -> dict[str, list[str]]:
    """Records of which a reference leads to another account or contact than before."""
    moved = {
        table: pa.array(
            sorted(one for one in {*now, *before[table]} if now.get(one) != before[table].get(one)), pa.string()
        )
        for table, now in same.items()
    }
    found = {}
    for record in LOADED:
        table = after[record.table]
        where = np.zeros(table.num_rows, bool)
        for spec in fields_of(record):
            ids = (
                moved.get(spec.reference.table)
                if spec.reference and spec.resolved and record is not Engagement
                else None
            )
            if ids is None or not len(ids):
                continue
            column = whole(table.column(spec.name))
            if pa.types.is_list(column.type):
                hit = np.asarray(pc.list_parent_indices(column))[np.asarray(pc.is_in(column.flatten(), value_set=ids))]
                where[hit] = True
            else:
                where |= np.asarray(pc.is_in(column, value_set=ids))
        if where.any():
            found[record.table] = record_ids(record, table.filter(pa.array(where))).to_pylist()
    return found


def resolved(engagements: pa.Table, market: Market) -> pa.Table:
    """Return who did each engagement and for whom, as a market knows it."""
    return resolve_actors(
        engagements, market["contacts"], market["aliases"], market["employments"], market["earlier_values"]
    )


def _derived(change: Change) -> Change:
    """Write personas and tags beside contacts and content, for whoever reads the graph; no analysis looks at them."""

    def with_words(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        said = {"contacts": _persona_columns, "content": _tag_columns}
        return {name: _beside(table, said[name](table)) if name in said else table for name, table in tables.items()}

    def _beside(table: pa.Table, columns: Mapping[str, pa.Array]) -> pa.Table:
        for name, column in columns.items():
            field = table.schema.field(name)
            table = table.set_column(table.schema.get_field_index(name), field, column.cast(field.type))
        return table

    return replace(change, new=with_words(change.new), changed=with_words(change.changed))


def _persona_columns(contacts: pa.Table) -> dict[str, pa.Array]:
    found = personas_of(contacts)
    names = {"mapped_persona": "persona", "mapped_confidence": "confidence", "mapped_rule": "rule"}
    return {name: _in_order(contacts, "contact_id", found, column) for name, column in names.items()}


def _tag_columns(content: pa.Table) -> dict[str, pa.Array]:
    found = tags_of(content)
    names = {"tagged_topic": "topic", "tagged_stage": "stage", "tag_confidence": "confidence"}
    columns = {name: _in_order(content, "content_id", found, column) for name, column in names.items()}
    by_lexicon = pc.fill_null(pc.less(columns["tag_confidence"], 1.0), False)
    columns["tagged_topic"] = pc.if_else(
        by_lexicon, columns["tagged_topic"], pa.scalar(None, columns["tagged_topic"].type)
    )
    return columns


def _in_order(rows: pa.Table, key: str, found: pa.Table, column: str) -> pa.Array:
    """A finding's column in the order of the rows it was found for."""
    return whole(found[column]).take(pc.index_in(whole(rows[key]), value_set=whole(found[key])))
