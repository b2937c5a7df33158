"""Who did it, and for whom they worked that day: engagements resolved to a contact and an account.

A row names its person by id or by mail address; ids that a source has merged stand for the kept one; the account is the
one stated on the row, else the employer of that moment, else the contact's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.identity.employments import stated_employments
from committee.identity.mail import mail_keys
from committee.records.columns import encoded, whole

__all__ = ["resolve_actors", "resolve_people"]

_EVER, _NEVER = -(1 << 62), 1 << 62  # before and after all moments, ms


def resolve_actors(
    engagements: pa.Table,
    contacts: pa.Table,
    aliases: pa.Table,
    employments: pa.Table,
    earlier_values: pa.Table,
) -> pa.Table:
    """Resolve the person and the account of each engagement.

    Parameters
    ----------
    engagements, contacts, aliases, employments, earlier_values : pyarrow Table
        Tables of a Market.

    Returns
    -------
    pyarrow Table
        engagement_id, contact_id, account_id as text, one row per engagement in the order given. contact_id is empty
        when the row names nobody, or a mail address that no contact, or more than one, has. An id that no contact has
        (yet) stays as it is.
    """
    people = resolve_people(engagements, contacts, aliases)
    accounts = _told(engagements, "account_id", _redirects(aliases, "accounts"))
    silent = np.asarray(pc.and_(pc.is_null(accounts), pc.is_valid(people)))
    if silent.any():
        employers = _employers(accounts, people, silent, _moments(engagements), contacts, employments, earlier_values)
        accounts = _redirected(employers, _redirects(aliases, "accounts"))
    return pa.table(
        {"engagement_id": whole(engagements["engagement_id"]), "contact_id": people, "account_id": accounts}
    )


def resolve_people(engagements: pa.Table, contacts: pa.Table, aliases: pa.Table) -> pa.Array:
    """Resolve the person of each engagement alone: the contact_id of `resolve_actors`."""
    people = _told(engagements, "contact_id", _redirects(aliases, "contacts"))
    unnamed = pc.and_(pc.is_null(people), pc.is_valid(whole(engagements["email"])))
    return _by_mail(people, engagements["email"], unnamed, contacts) if pc.any(unnamed).as_py() else people


def _told(table: pa.Table, name: str, final: Mapping[str, str]) -> pa.Array:
    """What the rows say themselves, old ids replaced by those that stand for them."""
    cells = encoded(table[name])
    return whole(pa.DictionaryArray.from_arrays(cells.indices, _redirected(cells.dictionary, final)))


def _moments(engagements: pa.Table) -> np.ndarray:
    return np.asarray(pc.fill_null(engagements.column("occurred_at").cast(pa.int64()), 0))


def _redirects(aliases: pa.Table, table: str) -> dict[str, str]:
    """Old id to the id that stands for it in the end; ids that lead in a circle stand for themselves."""
    rows = aliases.filter(pc.equal(aliases.column("record_table").cast(pa.string()), table))
    step = dict(zip(rows.column("old_id").to_pylist(), rows.column("kept_id").to_pylist(), strict=True))
    final = {}
    for old in step:
        seen, now = {old}, step[old]
        while now in step and now not in seen:
            seen.add(now)
            now = step[now]
        if now not in seen:
            final[old] = now
    return final


def _redirected(ids: pa.Array, final: Mapping[str, str]) -> pa.Array:
    if not final:
        return ids
    where = pc.index_in(ids, value_set=pa.array(list(final), pa.string()))
    return pc.coalesce(pa.array(list(final.values()), pa.string()).take(where), ids)


def _by_mail(people: pa.Array, mails: pa.ChunkedArray, unnamed: pa.Array, contacts: pa.Table) -> pa.Array:
    """The contact that has the address; if none has, the one that has it but for what follows a plus."""
    cells = encoded(mails)
    stated, asked = _address(whole(contacts["email"])), _address(cells.dictionary)
    owners = _only_owner(stated, asked, contacts)
    if owners.null_count:
        nobody = pc.invert(pc.is_in(asked, value_set=stated.drop_null()))
        alike = _only_owner(mail_keys(stated), mail_keys(asked), contacts)
        owners = pc.if_else(nobody, alike, owners)
    return pc.if_else(unnamed, owners.take(cells.indices), people)


def _only_owner(mails: pa.Array, asked: pa.Array, contacts: pa.Table) -> pa.Array:
    known = pa.table({"mail": mails, "id": whole(contacts["contact_id"])})
    known = known.filter(pc.is_valid(known["mail"]))
    once = known.group_by("mail").aggregate([("id", "count"), ("id", "min")])
    once = once.filter(pc.equal(once["id_count"], 1))
    return whole(once["id_min"]).take(pc.index_in(asked, value_set=whole(once["mail"]), skip_nulls=True))


def _address(mails: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(mails))


def _employers(
    accounts: pa.Array,
    people: pa.Array,
    silent: np.ndarray,
    moments: np.ndarray,
    contacts: pa.Table,
    employments: pa.Table,
    earlier_values: pa.Table,
) -> pa.Array:
    cells = encoded(people)
    known = whole(contacts["account_id"]).take(pc.index_in(cells.dictionary, value_set=whole(contacts["contact_id"])))
    now = known.take(cells.indices)
    filled = pc.if_else(pa.array(silent), now, accounts)
    stretches = _stretches(employments, earlier_values)
    if not stretches:
        return filled
    moved = silent & np.asarray(pc.is_in(people, value_set=pa.array(list(stretches), pa.string())))
    at = np.flatnonzero(moved)
    if not len(at):
        return filled
    values = filled.to_pylist()
    for place, person in zip(at.tolist(), people.take(pa.array(at)).to_pylist(), strict=True):
        values[place] = next(
            (account for start, end, account in stretches[person] if start <= moments[place] < end), values[place]
        )
    return pa.array(values, pa.string())


def _stretches(employments: pa.Table, earlier_values: pa.Table) -> dict[str, list[tuple[int, int, str]]]:
    """Per person: (start, end, account) in ms, end excluded, stated stretches before those read off replaced values."""
    stretches: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in stated_employments(employments).to_pylist():
        stretches[row["contact_id"]].append(
            (_day_start(row["from_on"], _EVER), _day_end(row["to_on"]), row["account_id"])
        )
    if earlier_values.num_rows:
        wanted = pc.and_(
            pc.equal(earlier_values.column("record_table").cast(pa.string()), "contacts"),
            pc.equal(earlier_values.column("field_name").cast(pa.string()), "account_id"),
        )
        columns = earlier_values.filter(wanted)
        replaced = columns.column("superseded_at").cast(pa.int64()).to_pylist()
        former = [
            _former(row, until)
            for row, until in zip(columns.to_pylist(), replaced, strict=True)
            if row["value"] is not None
        ]
        for person, until, account in sorted(former):
            stretches[person].append(
                (_EVER, until, account)
            )  # in order of their ends: the first that still holds counts
    return stretches


def _former(row: Mapping[str, Any], until: int) -> tuple[str, int, str]:
    return row["record_id"], until, json.loads(row["value"])


def _day_start(day: str | None, otherwise: int) -> int:
    if day is None:
        return otherwise
    year, month, date_of_month = ([int(part) for part in day.split("-")] + [1, 1])[:3]
    return round(datetime(year, month, date_of_month, tzinfo=UTC).timestamp() * 1000)


def _day_end(day: str | None) -> int:
    """First millisecond after the day, month or year named."""
    if day is None:
        return _NEVER
    parts = [int(part) for part in day.split("-")]
    if len(parts) == 1:
        after = date(parts[0] + 1, 1, 1)
    elif len(parts) == 2:
        after = date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
    else:
        after = date(*parts) + timedelta(days=1)
    return _day_start(after.isoformat(), _NEVER)
