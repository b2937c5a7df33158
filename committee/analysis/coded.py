"""Every engagement as integers: who, where, what, how and when, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.codes import Flags, Ints, codes_in, distinct, milliseconds, plain, sorted_ids, true_cells
from committee.market import Market

__all__ = ["CodedRows", "coded_rows", "empty_cells", "marked"]


@dataclass(frozen=True)
class CodedRows:
    """All engagements in the order of their ids, as codes into sorted lists of ids and words; -1 = none, or unknown.

    Attributes
    ----------
    engagement_ids, account_ids, contact_ids, content_ids : pyarrow arrays of text
    kinds, channels, topics : pyarrow arrays of text
    account, contact, content, kind, channel : int arrays
        Content that its source has deleted is none.
    first, last : int arrays
        Earliest and latest moment, epoch milliseconds; what began by the day of the report is over by then.
    topic_start, topic_code : int arrays
        Topics of the content with code c: ``topic_code[topic_start[c]:topic_start[c + 1]]``, each once, in order.
    """

    engagement_ids: pa.Array
    account_ids: pa.Array
    contact_ids: pa.Array
    content_ids: pa.Array
    kinds: pa.Array
    channels: pa.Array
    topics: pa.Array
    account: Ints
    contact: Ints
    content: Ints
    kind: Ints
    channel: Ints
    first: Ints
    last: Ints
    topic_start: Ints
    topic_code: Ints


def coded_rows(market: Market, actors: pa.Table, tags: pa.Table, now: int) -> CodedRows:
    """Encode the engagements of a market.

    Parameters
    ----------
    market : Market
    actors : pyarrow Table
        engagement_id, contact_id, account_id of each engagement, in the market's order.
    tags : pyarrow Table
        Findings table: what each piece of content is about.
    now : int
        The day of the report, epoch milliseconds.

    Raises
    ------
    ValueError
        ``actors`` does not belong to the market's engagements.
    """
    rows = market.engagements
    ids = plain(rows.column("engagement_id"))
    if not ids.equals(plain(actors.column("engagement_id"))):
        raise ValueError("actors and engagements are not the same rows in the same order")
    contact_ids = plain(market.contacts.column("contact_id"))
    content_ids = plain(market.content.column("content_id"))
    account_ids = sorted_ids(*(table.column("account_id") for table in (market.accounts, actors, market.programs)))
    kinds, channels = sorted_ids(rows.column("kind")), sorted_ids(rows.column("channel"))
    content = codes_in(rows.column("content_id"), content_ids)
    content[marked(market.content, "content_id", content_ids)[content]] = -1
    first, last = _times(rows, now)
    topic_start, topic_code, topics = _topics(tags, content_ids)
    return CodedRows(
        engagement_ids=ids,
        account_ids=account_ids,
        contact_ids=contact_ids,
        content_ids=content_ids,
        kinds=kinds,
        channels=channels,
        topics=topics,
        account=codes_in(actors.column("account_id"), account_ids),
        contact=codes_in(actors.column("contact_id"), contact_ids),
        content=content,
        kind=codes_in(rows.column("kind"), kinds),
        channel=codes_in(rows.column("channel"), channels),
        first=first,
        last=last,
        topic_start=topic_start,
        topic_code=topic_code,
    )


def _times(rows: pa.Table, now: int) -> tuple[Ints, Ints]:
    """Earliest and latest moment of each row; what began by now is over by now."""
    first = np.asarray(pc.fill_null(milliseconds(rows.column("occurred_at")), now + 1))
    until = np.asarray(pc.coalesce(milliseconds(rows.column("occurred_until")), pa.array(first)))
    return first, np.maximum(first, np.minimum(until, now))


def empty_cells(table: pa.Table, name: str) -> Flags:
    """Return where a column says nothing."""
    return np.asarray(pc.is_null(table.column(name)))


def marked(table: pa.Table, key: str, ids: pa.Array) -> Flags:
    """Return for each id whether its record is marked as deleted; a last cell, no, for the code -1."""
    return np.append(np.append(true_cells(table, "deleted"), False)[codes_in(ids, plain(table.column(key)))], False)


def _topics(tags: pa.Table, content_ids: pa.Array) -> tuple[Ints, Ints, pa.Array]:
    """Topics of each content code, as starts and codes, each topic once and in order."""
    column = tags.column("topic")
    lists = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    words = sorted_ids(lists.flatten())
    content = codes_in(tags.column("content_id"), content_ids)[np.asarray(pc.list_parent_indices(lists))]
    topic = codes_in(lists.flatten(), words)
    known = (content >= 0) & (topic >= 0)
    width = max(1, len(words))
    pairs = distinct(content[known] * width + topic[known])
    start = np.searchsorted(pairs // width, np.arange(len(content_ids) + 1))
    return start, pairs % width, words
