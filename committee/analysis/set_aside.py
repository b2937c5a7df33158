"""What does not count, and why: one reason for each engagement, the first that holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from committee.analysis.cleaning import burst_clicks, crawled, gateway_clicks
from committee.analysis.coded import CodedRows, empty_cells, marked
from committee.analysis.codes import Flags, plain, true_cells
from committee.market import Market
from committee.records import TABLES, key_of
from committee.records.computed import SetAside
from committee.records.tables import typed_table
from committee.settings import CleaningSettings, WindowSettings

__all__ = ["REASONS", "Reasons", "not_relevant", "reasons_against", "set_aside_table"]

Reasons = npt.NDArray[np.int8]

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

_NUMBER = {name: number for number, name in enumerate(REASONS)}


def reasons_against(
    coded: CodedRows, market: Market, actors: pa.Table, now: int, window: WindowSettings, cleaning: CleaningSettings
) -> Reasons:
    """Judge every engagement.

    Parameters
    ----------
    coded : CodedRows
    market, actors
        What the rows were coded from.
    now : int
        The day of the report, epoch milliseconds.
    window : WindowSettings
        What is relevant.
    cleaning : CleaningSettings
        What a machine does. Machines are looked for among the rows that have no earlier reason.

    Returns
    -------
    int array
        Position in `REASONS`, -1 = it counts.
    """
    rows = market.engagements
    reason = np.full(len(coded.first), -1, np.int8)

    def aside(where: Flags, name: str) -> None:
        reason[where & (reason < 0)] = _NUMBER[name]

    aside(coded.first > now, "after_as_of")
    aside(true_cells(rows, "deleted"), "deleted")
    nobody = empty_cells(actors, "contact_id") & empty_cells(rows, "contact_id") & empty_cells(rows, "email")
    aside(nobody & (coded.account < 0), "anonymous")
    aside(nobody, "account_level")
    aside(coded.contact < 0, "no_person")
    aside(marked(market.contacts, "contact_id", coded.contact_ids)[coded.contact], "deleted_contact")
    aside(_among(coded.kinds, cleaning.machine_kinds)[coded.kind], "machine_made")
    aside(coded.account < 0, "no_account")
    aside(marked(market.accounts, "account_id", coded.account_ids)[coded.account], "deleted_account")
    aside(_machine_clicks(coded, reason < 0, cleaning), "machine_click")
    aside(_crawlers(coded, reason < 0, cleaning), "crawler")
    about_something = np.append(np.diff(coded.topic_start) > 0, False)[coded.content]
    by_itself = empty_cells(rows, "content_id") & _among(coded.kinds, window.kinds_without_content)[coded.kind]
    if window.relevance == "topic":
        aside(~(about_something | by_itself), "not_relevant")
    return reason


def not_relevant(reason: Reasons) -> Flags:
    """Return where a genuine touch of a person is only not relevant."""
    found: Flags = reason == _NUMBER["not_relevant"]
    return found


def _among(words: pa.Array, wanted: Sequence[str]) -> Flags:
    """For each word whether it is one of those wanted, whatever its case, blanks and hyphens; a last cell, no, for -1."""
    spelt = {_spelt(word) for word in wanted}
    return np.array([*(_spelt(word) in spelt for word in words.to_pylist()), False], bool)


def _spelt(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")


def _machine_clicks(coded: CodedRows, where: Flags, cleaning: CleaningSettings) -> Flags:
    """Mail clicks at a known moment that a gateway or a burst made."""
    found = np.zeros(len(where), bool)
    mail = _among(coded.channels, cleaning.mail_channels)[coded.channel]
    click = (coded.kind < 0) | _among(coded.kinds, cleaning.click_kinds)[coded.kind]
    clicks = np.flatnonzero(where & mail & click & (coded.first == coded.last))
    contact, moment = coded.contact, coded.first
    found[clicks] = burst_clicks(
        contact[clicks], moment[clicks], clicks=cleaning.burst_clicks, seconds=cleaning.burst_seconds
    )
    pieces = clicks[coded.content[clicks] >= 0]
    found[pieces] |= gateway_clicks(
        coded.account[pieces],
        coded.content[pieces],
        contact[pieces],
        moment[pieces],
        people=cleaning.gateway_people,
        minutes=cleaning.gateway_minutes,
    )
    return found


def _crawlers(coded: CodedRows, where: Flags, cleaning: CleaningSettings) -> Flags:
    found = np.zeros(len(where), bool)
    rows = np.flatnonzero(where & (coded.content >= 0))
    found[rows] = crawled(
        coded.contact[rows],
        coded.content[rows],
        coded.first[rows],
        day_pieces=cleaning.crawler_day_pieces,
        pieces=cleaning.crawler_pieces,
        days=cleaning.crawler_days,
    )
    return found


def set_aside_table(market: Market, ids: pa.Array, reason: Reasons) -> pa.Table:
    """Return the engagements that do not count, and every other record that its source has deleted."""
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
