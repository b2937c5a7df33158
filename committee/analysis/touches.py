"""One flat, sorted picture of who touched what, for all other analyses, and the list of what does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.cleaning import burst_clicks, crawled, gateway_clicks
from committee.analysis.codes import Flags, Ints, codes_in, milliseconds, plain, sorted_ids, true_cells
from committee.analysis.programs import UNLISTED, Attributes, first_named, only_fit
from committee.market import Market
from committee.records import TABLES, key_of
from committee.records.computed import SetAside
from committee.records.tables import typed_table
from committee.settings import CleaningSettings, WindowSettings

__all__ = ["REASONS", "UNKNOWN", "Touches", "epoch_ms", "touches"]

UNKNOWN = "unknown"

REASONS: dict[str, str] = {
    "after_as_of": "it happened after the day of the report",
    "deleted": "its source has deleted it",
    "anonymous": "it names neither a person nor a company",
    "account_level": "it names a company, no person",
    "no_person": "the person it names is not known",
    "deleted_contact": "the source has deleted the person",
    "deleted_account": "the source has deleted the company",
    "machine_made": "its kind is made by machines: an open, an impression, a delivery",
    "no_account": "nothing says for which company the person acted",
    "machine_click": "a mail gateway or a burst of clicks no person can make",
    "crawler": "more pieces in a short time than anybody reads",
    "not_relevant": "the content is about no topic, and the kind is not relevant by itself",
}


@dataclass(frozen=True)
class Touches:
    """Engagements of people that count, sorted by account, time and id, as codes into sorted lists of ids.

    Attributes
    ----------
    engagement_ids, account_ids, contact_ids, content_ids, campaign_ids, program_ids : pyarrow arrays of text
        Sorted distinct ids; a code is a position in its list. -1 = none.
    kinds, channels, personas, topics, stages : tuple of str
        Sorted distinct words.
    engagement, account, contact, content, campaign, program : int arrays
        Codes, one entry a touch.
    program_rule : int array
        Position in `committee.analysis.programs.RULES` of what named the program, -1 = unassigned.
    first, last : int arrays
        Epoch milliseconds of the earliest and the latest moment it can have happened; equal when the time is exact.
    kind, channel, persona, stage : int arrays
        Codes; a persona of -1 is unknown and counts as none.
    relevant : bool array
        Whether the touch counts for flags and groups.
    topic_start, topic_code : int arrays
        Topics of the content with code c: ``topic_code[topic_start[c]:topic_start[c + 1]]``.
    program_account : int array
        Account code of each listed program; -1 where its source has deleted it.
    contact_persona : int array
        Persona code of each contact.
    contact_since : int array
        Epoch milliseconds since when the source has each contact; very small when it does not say.
    as_of : int
        Epoch milliseconds.
    read : int
        Engagements of the market.
    set_aside : pyarrow Table
        Findings table: record, id, reason for whatever does not count.
    """

    engagement_ids: pa.Array
    account_ids: pa.Array
    contact_ids: pa.Array
    content_ids: pa.Array
    campaign_ids: pa.Array
    program_ids: pa.Array
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    personas: tuple[str, ...]
    topics: tuple[str, ...]
    stages: tuple[str, ...]
    engagement: Ints
    account: Ints
    contact: Ints
    content: Ints
    campaign: Ints
    program: Ints
    program_rule: Ints
    first: Ints
    last: Ints
    kind: Ints
    channel: Ints
    persona: Ints
    stage: Ints
    relevant: Flags
    topic_start: Ints
    topic_code: Ints
    program_account: Ints
    contact_persona: Ints
    contact_since: Ints
    as_of: int
    read: int
    set_aside: pa.Table

    def __len__(self) -> int:
        return len(self.first)


def epoch_ms(moment: datetime) -> int:
    """Return an aware moment as epoch milliseconds."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return int((moment - _EPOCH).total_seconds() * 1000)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def touches(
    market: Market,
    actors: pa.Table,
    personas: pa.Table,
    tags: pa.Table,
    *,
    window: WindowSettings,
    cleaning: CleaningSettings,
    as_of: datetime,
) -> Touches:
    """Lay out what people did until a moment, and set aside with a reason what does not count.

    Parameters
    ----------
    market : Market
    actors : pyarrow Table
        engagement_id, contact_id, account_id: who did it and for whom, in the order of the market's engagements.
    personas, tags : pyarrow Table
        Findings tables: the persona of each contact; what each piece of content is about.
    window : WindowSettings
        Which engagements are relevant.
    cleaning : CleaningSettings
        What a machine does.
    as_of : datetime
        Aware. What happened later does not count.

    Returns
    -------
    Touches
        A function of what the tables say; their row order does not matter. The input is not changed.

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
    campaign_ids = plain(market.campaigns.column("campaign_id"))
    program_ids = plain(market.programs.column("program_id"))
    account_ids = sorted_ids(*(table.column("account_id") for table in (market.accounts, actors, market.programs)))
    kinds, channels, stages = (
        sorted_ids(rows.column("kind")),
        sorted_ids(rows.column("channel")),
        sorted_ids(tags.column("stage")),
    )
    kind, channel = codes_in(rows.column("kind"), kinds), codes_in(rows.column("channel"), channels)
    contact, account = (
        codes_in(actors.column("contact_id"), contact_ids),
        codes_in(actors.column("account_id"), account_ids),
    )
    content = codes_in(rows.column("content_id"), content_ids)
    content[_marked(market.content, "content_id", content_ids)[content]] = -1
    now = epoch_ms(as_of)
    first, last = _times(rows, now)
    topic_start, topic_code, topics = _topics(tags, content_ids)

    reason = np.full(len(first), -1, np.int8)

    def aside(where: Flags, name: str) -> None:
        reason[where & (reason < 0)] = _NUMBER[name]

    aside(first > now, "after_as_of")
    aside(true_cells(rows, "deleted"), "deleted")
    nobody = _empty(actors, "contact_id") & _empty(rows, "contact_id") & _empty(rows, "email")
    aside(nobody & (account < 0), "anonymous")
    aside(nobody, "account_level")
    aside(contact < 0, "no_person")
    aside(_marked(market.contacts, "contact_id", contact_ids)[contact], "deleted_contact")
    aside(_among(kinds, cleaning.machine_kinds)[kind], "machine_made")
    aside(account < 0, "no_account")
    aside(_marked(market.accounts, "account_id", account_ids)[account], "deleted_account")
    mail = (
        (first == last)
        & _among(channels, cleaning.mail_channels)[channel]
        & ((kind < 0) | _among(kinds, cleaning.click_kinds)[kind])
    )
    aside(_machine_clicks((reason < 0) & mail, account, content, contact, first, cleaning), "machine_click")
    aside(_crawlers((reason < 0) & (content >= 0), content, contact, first, cleaning), "crawler")
    keep = np.flatnonzero(reason < 0)
    about_something = np.append(np.diff(topic_start) > 0, False)[content]
    by_itself = _empty(rows, "content_id") & _among(kinds, window.kinds_without_content)[kind]
    relevant = about_something | by_itself | (window.relevance == "any")
    aside(~relevant, "not_relevant")

    keep = keep[np.lexsort((keep, first[keep], account[keep]))]
    account, contact, content = account[keep], contact[keep], content[keep]
    campaign = codes_in(rows.column("campaign_id"), campaign_ids)[keep]
    program, rule = _programs(
        market, rows.take(pa.array(keep)), tags, account, contact, content, campaign, account_ids, content_ids, window
    )
    contact_persona, persona_names = _personas(personas, contact_ids)
    stage_of_row = np.append(codes_in(tags.column("stage"), stages), -1)
    stage_of = np.append(stage_of_row[codes_in(content_ids, plain(tags.column("content_id")))], -1)
    return Touches(
        engagement_ids=ids,
        account_ids=account_ids,
        contact_ids=contact_ids,
        content_ids=content_ids,
        campaign_ids=campaign_ids,
        program_ids=program_ids,
        kinds=tuple(kinds.to_pylist()),
        channels=tuple(channels.to_pylist()),
        personas=persona_names,
        topics=topics,
        stages=tuple(stages.to_pylist()),
        engagement=keep,
        account=account,
        contact=contact,
        content=content,
        campaign=campaign,
        program=program,
        program_rule=rule,
        first=first[keep],
        last=last[keep],
        kind=kind[keep],
        channel=channel[keep],
        persona=np.append(contact_persona, -1)[contact],
        stage=stage_of[content],
        relevant=relevant[keep],
        topic_start=topic_start,
        topic_code=topic_code,
        program_account=np.where(
            true_cells(market.programs, "deleted"), -1, codes_in(market.programs.column("account_id"), account_ids)
        ),
        contact_persona=contact_persona,
        contact_since=np.asarray(pc.fill_null(milliseconds(market.contacts.column("created_at")), _ALWAYS)),
        as_of=now,
        read=rows.num_rows,
        set_aside=_set_aside(market, ids, reason),
    )


_ALWAYS = -(1 << 62)
_NUMBER = {name: number for number, name in enumerate(REASONS)}


def _times(rows: pa.Table, now: int) -> tuple[Ints, Ints]:
    """Earliest and latest moment of each row; what began by now is over by now."""
    first = np.asarray(pc.fill_null(milliseconds(rows.column("occurred_at")), now + 1))
    until = np.asarray(pc.coalesce(milliseconds(rows.column("occurred_until")), pa.array(first)))
    return first, np.maximum(first, np.minimum(until, now))


def _empty(table: pa.Table, name: str) -> Flags:
    return np.asarray(pc.is_null(table.column(name)))


def _marked(table: pa.Table, key: str, ids: pa.Array) -> Flags:
    """For each id whether its record is marked as deleted; a last cell, no, for the code -1."""
    return np.append(np.append(true_cells(table, "deleted"), False)[codes_in(ids, plain(table.column(key)))], False)


def _among(words: pa.Array, wanted: Sequence[str]) -> Flags:
    """For each word whether it is one of those wanted, whatever its case, blanks and hyphens; a last cell, no, for -1."""
    spelt = {_spelt(word) for word in wanted}
    return np.array([*(_spelt(word) in spelt for word in words.to_pylist()), False], bool)


def _spelt(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")


def _machine_clicks(
    where: Flags, account: Ints, content: Ints, contact: Ints, moment: Ints, cleaning: CleaningSettings
) -> Flags:
    found = np.zeros(len(where), bool)
    clicks = np.flatnonzero(where)
    found[clicks] = burst_clicks(
        contact[clicks], moment[clicks], clicks=cleaning.burst_clicks, seconds=cleaning.burst_seconds
    )
    pieces = clicks[content[clicks] >= 0]
    found[pieces] |= gateway_clicks(
        account[pieces],
        content[pieces],
        contact[pieces],
        moment[pieces],
        people=cleaning.gateway_people,
        minutes=cleaning.gateway_minutes,
    )
    return found


def _crawlers(where: Flags, content: Ints, contact: Ints, moment: Ints, cleaning: CleaningSettings) -> Flags:
    found = np.zeros(len(where), bool)
    rows = np.flatnonzero(where)
    found[rows] = crawled(
        contact[rows],
        content[rows],
        moment[rows],
        day_pieces=cleaning.crawler_day_pieces,
        pieces=cleaning.crawler_pieces,
        days=cleaning.crawler_days,
    )
    return found


def _topics(tags: pa.Table, content_ids: pa.Array) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Topics of each content code, as starts and codes, each topic once and in order."""
    column = tags.column("topic")
    lists = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    words = sorted_ids(lists.flatten())
    content = codes_in(tags.column("content_id"), content_ids)[np.asarray(pc.list_parent_indices(lists))]
    topic = codes_in(lists.flatten(), words)
    known = (content >= 0) & (topic >= 0)
    width = max(1, len(words))
    pairs = np.unique(content[known] * width + topic[known])
    start = np.searchsorted(pairs // width, np.arange(len(content_ids) + 1))
    return start, pairs % width, tuple(words.to_pylist())


def _personas(personas: pa.Table, contact_ids: pa.Array) -> tuple[Ints, tuple[str, ...]]:
    """Persona code of each contact, -1 = unknown, and the names of the known personas."""
    names = tuple(name for name in sorted_ids(personas.column("persona")).to_pylist() if name != UNKNOWN)
    of_row = np.append(codes_in(personas.column("persona"), pa.array(names, pa.string())), -1)
    return of_row[codes_in(contact_ids, plain(personas.column("contact_id")))], names


def _programs(
    market: Market,
    rows: pa.Table,
    tags: pa.Table,
    account: Ints,
    contact: Ints,
    content: Ints,
    campaign: Ints,
    account_ids: pa.Array,
    content_ids: pa.Array,
    window: WindowSettings,
) -> tuple[Ints, Ints]:
    """Program code of each touch, and what named it."""
    programs = market.programs
    listed = np.flatnonzero(~true_cells(programs, "deleted"))
    ids = plain(programs.column("program_id")).take(pa.array(listed))

    def said(table: pa.Table) -> Ints:
        column = table.column("program_id")
        code = codes_in(column, ids)
        code[(code < 0) & np.asarray(pc.is_valid(column))] = UNLISTED
        return code

    by_campaign = said(market.campaigns)
    by_campaign[true_cells(market.campaigns, "deleted")] = -1
    stated = (said(rows), np.append(by_campaign, -1)[campaign], np.append(said(market.contacts), -1)[contact])
    silent = (stated[0] == -1) & (stated[1] == -1) & (stated[2] == -1)
    attributes = Attributes.of(programs.take(pa.array(listed)), account_ids, tags, content_ids, window.covers)
    program, rule = first_named((*stated, only_fit(np.where(silent, account, -1), content, attributes)))
    return np.append(listed, -1)[program], rule


def _set_aside(market: Market, ids: pa.Array, reason: npt.NDArray[np.int8]) -> pa.Table:
    """The engagements that do not count, and every other record that its source has deleted."""
    out = np.flatnonzero(reason >= 0)
    table = [pa.array(["engagements"]).take(pa.array(np.zeros(len(out), np.int64)))]
    record_ids = [ids.take(pa.array(out))]
    reasons = [pa.array(list(REASONS)).take(pa.array(reason[out]))]
    for name, records in market.items():
        if name != "engagements" and "deleted" in records.column_names:
            gone = records.filter(pa.array(true_cells(records, "deleted")))
            key = key_of(TABLES[name])
            if gone.num_rows and len(key) == 1:
                table.append(pa.array([name] * gone.num_rows))
                record_ids.append(plain(gone.column(key[0])))
                reasons.append(pa.array(["deleted"] * gone.num_rows))
    columns = {
        "record": pa.concat_arrays(table),
        "id": pa.concat_arrays(record_ids),
        "reason": pa.concat_arrays(reasons),
    }
    return typed_table(SetAside, columns)
