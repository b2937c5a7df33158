"""One flat, sorted picture of who touched what, for all other analyses, and the list of what does not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.coded import coded_rows
from committee.analysis.codes import Flags, Ints, codes_in, milliseconds, plain, sorted_ids, true_cells
from committee.analysis.programs import UNLISTED, Attributes, first_named, only_fit
from committee.analysis.set_aside import not_relevant, reasons_against, set_aside_table
from committee.market import Market
from committee.settings import CleaningSettings, WindowSettings

__all__ = ["UNKNOWN", "Touches", "epoch_ms", "touches"]

UNKNOWN = "unknown"


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
    now = epoch_ms(as_of)
    rows = market.engagements
    coded = coded_rows(market, actors, tags, now)
    reason = reasons_against(coded, market, actors, now, window, cleaning)
    account_ids, contact_ids, content_ids = coded.account_ids, coded.contact_ids, coded.content_ids
    keep = np.flatnonzero((reason < 0) | not_relevant(reason))
    keep = keep[np.lexsort((keep, coded.first[keep], coded.account[keep]))]
    account, contact, content = coded.account[keep], coded.contact[keep], coded.content[keep]
    campaign_ids = plain(market.campaigns.column("campaign_id"))
    campaign = codes_in(rows.column("campaign_id"), campaign_ids)[keep]
    program, rule = _programs(
        market, rows.take(pa.array(keep)), tags, account, contact, content, campaign, account_ids, content_ids, window
    )
    contact_persona, persona_names = _personas(personas, contact_ids)
    stages = sorted_ids(tags.column("stage"))
    stage_of_row = np.append(codes_in(tags.column("stage"), stages), -1)
    stage_of = np.append(stage_of_row[codes_in(content_ids, plain(tags.column("content_id")))], -1)
    return Touches(
        engagement_ids=coded.engagement_ids,
        account_ids=account_ids,
        contact_ids=contact_ids,
        content_ids=content_ids,
        campaign_ids=campaign_ids,
        program_ids=plain(market.programs.column("program_id")),
        kinds=tuple(coded.kinds.to_pylist()),
        channels=tuple(coded.channels.to_pylist()),
        personas=persona_names,
        topics=tuple(coded.topics.to_pylist()),
        stages=tuple(stages.to_pylist()),
        engagement=keep,
        account=account,
        contact=contact,
        content=content,
        campaign=campaign,
        program=program,
        program_rule=rule,
        first=coded.first[keep],
        last=coded.last[keep],
        kind=coded.kind[keep],
        channel=coded.channel[keep],
        persona=np.append(contact_persona, -1)[contact],
        stage=stage_of[content],
        relevant=reason[keep] < 0,
        topic_start=coded.topic_start,
        topic_code=coded.topic_code,
        program_account=np.where(
            true_cells(market.programs, "deleted"), -1, codes_in(market.programs.column("account_id"), account_ids)
        ),
        contact_persona=contact_persona,
        contact_since=np.asarray(pc.fill_null(milliseconds(market.contacts.column("created_at")), _ALWAYS)),
        as_of=now,
        read=rows.num_rows,
        set_aside=set_aside_table(market, coded.engagement_ids, reason),
    )


_ALWAYS = -(1 << 62)


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
