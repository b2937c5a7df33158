"""Some accounts cut out of a market, with all that scoring them looks at and nothing else, so that they can be scored elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from committee.analysis.codes import Ints, codes_in, distinct, named, plain
from committee.analysis.episodes.ground import starts, told_apart
from committee.analysis.touches import Touches
from committee.market import Market

__all__ = ["Cutter", "Slice"]

# What the layout of a ground looks at; other columns stay behind.
_COLUMNS = {
    "contacts": ("contact_id", "account_id", "program_id", "title", "deleted"),
    "programs": ("program_id", "account_id", "deleted", "therapeutic_area", "modality", "phase", "needs"),
    "campaigns": ("campaign_id", "program_id", "deleted"),
    "engagements": ("program_id",),  # their ids are those of the touches
}
_OF_TOUCHES = (
    "engagement", "contact", "content", "campaign", "program", "program_rule", "first", "last", "kind", "channel",
    "persona", "stage", "relevant",
)  # fmt: skip


@dataclass(frozen=True)
class Slice:
    """Some accounts of a market: codes count within the slice, in the order of the ids as before.

    Attributes
    ----------
    market : Market
        Their contacts, programs, campaigns and engagements.
    touches : Touches
    tags : pyarrow Table
        Of the pieces that were touched.
    """

    market: Market
    touches: Touches
    tags: pa.Table

    @property
    def account_ids(self) -> list[str]:
        """Ids of the accounts, in order."""
        return [str(one) for one in self.touches.account_ids.to_pylist()]


class Cutter:
    """Cuts accounts out of a market; the costs of a cut are those of what is cut out.

    Parameters
    ----------
    market : Market
    touches : Touches
        Of the whole market.
    tags : pyarrow Table
        Findings table.
    most_programs : int
        Of an account that are told apart.
    """

    def __init__(self, market: Market, touches: Touches, tags: pa.Table, most_programs: int) -> None:
        self._market, self._touches, self._tags, self._most = market, touches, tags, most_programs

    @cached_property
    def _staff(self) -> tuple[Ints, Ints]:
        """Contacts by the account they work for, and where each account's begin."""
        employer = codes_in(self._market.contacts.column("account_id"), self._touches.account_ids)
        return _by_owner(employer, len(self._touches.account_ids))

    @cached_property
    def _programs(self) -> tuple[Ints, Ints]:
        owner = self._touches.program_account
        kept = told_apart(self._market, self._touches, owner, self._most)
        rows, start = _by_owner(owner[kept], len(self._touches.account_ids))
        return kept[rows], start

    @cached_property
    def _place_of_contact(self) -> Ints:
        """Room to note where each contact stands in what is cut out."""
        return np.zeros(len(self._touches.contact_ids), np.int64)

    @cached_property
    def _tag_rows(self) -> Ints:
        return codes_in(self._touches.content_ids, plain(self._tags.column("content_id")))

    def cut(self, accounts: Ints) -> Slice:
        """Cut out accounts, given by their codes in ascending order."""
        seen = self._touches
        low = np.searchsorted(seen.account, accounts, "left")
        size = np.searchsorted(seen.account, accounts, "right") - low
        rows = _ranges(low, size)
        contacts = distinct(np.concatenate([seen.contact[rows], _of(self._staff, accounts)]))
        programs = np.sort(_of(self._programs, accounts))
        order = np.argsort(seen.engagement[rows])
        engagements, place = seen.engagement[rows][order], np.empty(len(rows), np.int64)
        place[order] = np.arange(len(rows))
        self._place_of_contact[contacts] = np.arange(len(contacts))
        content, campaigns = _used(seen.content[rows]), _used(seen.campaign[rows])
        columns = {name: getattr(seen, name)[rows] for name in _OF_TOUCHES}
        columns |= {
            "account": np.repeat(np.arange(len(accounts)), size),
            "engagement": place,
            "contact": self._place_of_contact[columns["contact"]],
            "content": _recoded(content, columns["content"]),
            "campaign": _recoded(campaigns, columns["campaign"]),
            "program": _recoded(programs, columns["program"]),
        }
        topics = np.diff(seen.topic_start)[content]
        touches = replace(
            seen,
            engagement_ids=named(seen.engagement_ids, engagements),
            account_ids=named(seen.account_ids, accounts),
            contact_ids=named(seen.contact_ids, contacts),
            content_ids=named(seen.content_ids, content),
            campaign_ids=named(seen.campaign_ids, campaigns),
            program_ids=named(seen.program_ids, programs),
            topic_start=np.append(0, np.cumsum(topics)),
            topic_code=seen.topic_code[_ranges(seen.topic_start[content], topics)],
            program_account=np.searchsorted(accounts, seen.program_account[programs]),
            contact_persona=seen.contact_persona[contacts],
            contact_since=seen.contact_since[contacts],
            set_aside=seen.set_aside.slice(0, 0),
            **columns,
        )
        wanted = {"contacts": contacts, "programs": programs, "campaigns": campaigns, "engagements": engagements}
        tables = {name: self._taken(name, places) for name, places in wanted.items()}
        tables["engagements"] = tables["engagements"].append_column("engagement_id", touches.engagement_ids)
        market = Market(tables)
        tags = self._tag_rows[content]
        return Slice(market, touches, _plain_rows(self._tags, tags[tags >= 0]))

    def _taken(self, name: str, rows: Ints) -> pa.Table:
        table = self._market[name]
        return _plain_rows(table.select([column for column in _COLUMNS[name] if column in table.column_names]), rows)

    def chunks(self, accounts: Ints, readings: int) -> list[Ints]:
        """Accounts in parts of about as many touches each, so that the memory stays bounded."""
        size = np.bincount(self._touches.account, minlength=len(self._touches.account_ids))[accounts]
        part = (np.cumsum(size) - size // 2) // max(1, readings)
        return [one for one in np.split(accounts, np.flatnonzero(np.diff(part)) + 1) if len(one)]


def _by_owner(owner: Ints, owners: int) -> tuple[Ints, Ints]:
    rows = np.flatnonzero(owner >= 0)
    rows = rows[np.argsort(owner[rows], kind="stable")]
    return rows, starts(owner[rows], owners)


def _of(parted: tuple[Ints, Ints], owners: Ints) -> Ints:
    rows, start = parted
    return rows[_ranges(start[owners], start[owners + 1] - start[owners])]


def _ranges(start: Ints, size: Ints) -> Ints:
    """The ranges ``start[i] .. start[i] + size[i] - 1``, one behind the other."""
    before = np.cumsum(size) - size
    return np.asarray(np.arange(int(size.sum())) + np.repeat(start - before, size), np.int64)


def _used(codes: Ints) -> Ints:
    return distinct(codes[codes >= 0])


def _recoded(kept: Ints, codes: Ints) -> Ints:
    """The places of codes among those kept; what is not kept becomes -1."""
    if not len(kept):
        return np.full(len(codes), -1, np.int64)
    place = np.minimum(np.searchsorted(kept, codes), len(kept) - 1)
    return np.where(kept[place] == codes, place, -1)


def _plain_rows(table: pa.Table, rows: Ints) -> pa.Table:
    """Rows of a table, their words no longer numbered: the list of all words of the market would come along."""
    taken = table.take(pa.array(rows))
    columns = {
        name: taken.column(name).cast(pa.string())
        if pa.types.is_dictionary(taken.column(name).type)
        else taken.column(name)
        for name in taken.column_names
    }
    return pa.table(columns)
