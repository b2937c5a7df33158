"""What follows from a change: who did the engagements, and the words that readers of the graph find beside a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.history import Change, record_ids
from committee.identity.actors import resolve_actors
from committee.market import Market
from committee.pipeline.words import personas_of, tags_of
from committee.records.columns import codes_in, whole
from committee.records.loaded import Engagement

__all__ = ["resolved", "with_consequences"]


def with_consequences(change: Change, kept: Market, after: Market) -> Change:
    """Add to a change what follows from it.

    Parameters
    ----------
    change : Change
    kept, after : Market
        What is kept before and after the change.
    """
    return replace(_derived(change), resolved=_resolved_anew(kept, after, change))


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
        old, new = whole(was[name]), whole(now[name])
        same = pc.or_(pc.fill_null(pc.equal(old, new), False), pc.and_(pc.is_null(old), pc.is_null(new)))
        anew |= ~np.asarray(same)
    return now.filter(pa.array(anew))


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
