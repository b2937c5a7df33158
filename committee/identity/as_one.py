"""A market in which every company and every person is one record: what the analyses and the pages look at.

Which records are one stands in the market itself, in the derived columns ``is_now`` of accounts and contacts and
``belongs_to`` of accounts. What the files said stays as it is in the market that is kept.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.identity.actors import resolve_actors
from committee.identity.employments import stated_employments
from committee.identity.mail import mail_keys
from committee.market import Market
from committee.records import LOADED, EarlierValue, Record, fields_of, key_of
from committee.records.columns import encoded, whole
from committee.records.loaded import Account, Alias, Contact
from committee.records.tables import empty_table, free_columns_of, typed_table

__all__ = ["Same", "as_one", "standing_for"]

Same = Mapping[str, Mapping[str, str]]  # by table: an id to the id that stands for it
_ONE = {"accounts": Account, "contacts": Contact}
_EITHER = ("suppressed",)  # said of one of them, it holds for the person


def standing_for(ids: pa.Array, same: Mapping[str, str]) -> pa.Array:
    """Return ids, or lists of ids, with those that stand for them in their place; a list names each once."""
    if not same:
        return ids
    if pa.types.is_list(ids.type):
        lists = [
            None if cell is None else list(dict.fromkeys(same.get(i, i) for i in cell)) for cell in ids.to_pylist()
        ]
        return pa.array(lists, ids.type)
    where = pc.index_in(ids, value_set=pa.array(list(same), pa.string()))
    return pc.coalesce(pa.array(list(same.values()), pa.string()).take(where), ids)


def as_one(market: Market, same: Same | None = None) -> Market:
    """Put one record in the place of those that are one.

    Parameters
    ----------
    market : Market
        It is not changed.
    same : mapping, optional
        What else stands for what, when the market holds a part of the accounts or contacts only.

    Returns
    -------
    Market
        The record that stands for others says what any of them says, itself first; who must not be contacted under one
        id must not under any. Each engagement stays with the employer of the id that made it.
    """
    mine = market.same()
    owned = market["accounts"]["belongs_to"].null_count < market["accounts"].num_rows
    market = market.with_tables(employments=stated_employments(market["employments"]))
    if not any(mine.values()) and not any((same or {}).values()) and not owned:
        return market
    every = {name: {**(same or {}).get(name, {}), **mine[name]} for name in _ONE}
    tables = dict(market)
    if every["contacts"]:
        tables["engagements"] = _with_their_employers(market, every["contacts"])
    for record in LOADED:
        for name, target in _references(record):
            if every[target] and tables[record.table].num_rows:
                tables[record.table] = _replaced(tables[record.table], name, every[target])
    tables["accounts"] = _united(Account, _with_owners(tables["accounts"]), mine["accounts"])
    tables["contacts"] = _united(Contact, tables["contacts"], mine["contacts"])
    if every["contacts"]:
        tables["opportunity_roles"] = _each_once(tables["opportunity_roles"])
    if any(every.values()):
        tables["earlier_values"] = _earlier(market["earlier_values"], every)
    return Market(tables)


def _references(record: type[Record]) -> Iterator[tuple[str, str]]:
    """Fields that name accounts or contacts, and which of the two."""
    for spec in fields_of(record):
        if spec.reference is not None and spec.reference.table in _ONE and not spec.derived:
            yield spec.name, spec.reference.table


def _replaced(table: pa.Table, name: str, same: Mapping[str, str]) -> pa.Table:
    place, column = table.schema.get_field_index(name), table.column(name)
    if pa.types.is_dictionary(column.type):
        cells = encoded(column)
        words = standing_for(whole(cells.dictionary), same).dictionary_encode()
        codes = words.indices.take(cells.indices)
        column = pa.DictionaryArray.from_arrays(codes.cast(pa.int32()), words.dictionary)
        return table.set_column(place, table.schema.field(name), column)
    return table.set_column(place, table.schema.field(name), standing_for(whole(column), same))


def _with_owners(accounts: pa.Table) -> pa.Table:
    """Accounts with the parent that public knowledge names where no file does; nobody is their own parent."""
    ids, parent = whole(accounts.column("account_id")), whole(accounts.column("parent_account_id"))
    parent = pc.coalesce(parent, whole(accounts.column("belongs_to")))
    own = pc.fill_null(pc.equal(parent, pc.coalesce(whole(accounts.column("is_now")), ids)), False)
    parent = pc.if_else(own, pa.scalar(None, pa.string()), parent)
    return accounts.set_column(accounts.schema.get_field_index("parent_account_id"), "parent_account_id", parent)


def _united(record: type[Record], table: pa.Table, same: Mapping[str, str]) -> pa.Table:
    """The table without the records that others stand for; those say what theirs say, where they are silent themselves."""
    if not same:
        return table
    key = key_of(record)[0]
    ids = whole(table.column(key))
    gone = np.asarray(pc.is_in(ids, value_set=pa.array(list(same), pa.string())))
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(table.filter(pa.array(gone)).to_pylist(), key=lambda row: str(row[key])):
        told[same[row[key]]].append(row)
    first = np.asarray(pc.is_in(ids, value_set=pa.array(list(told), pa.string()))) & ~gone
    names = [spec.name for spec in fields_of(record) if not spec.key] + free_columns_of(record, table)
    rows = [_together(row, told[row[key]], names) for row in table.filter(pa.array(first)).to_pylist()]
    rest = table.filter(pa.array(~gone & ~first))
    made = typed_table(record, {name: [row[name] for row in rows] for name in table.column_names})
    return typed_table(record, pa.concat_tables([rest, made])) if rows else rest


def _together(row: dict[str, Any], others: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    found = dict(row)
    for name in names:
        said = [one[name] for one in (row, *others) if one[name] is not None]
        if name in _EITHER:
            found[name] = True if any(said) else (said[0] if said else None)
        elif name == "domain":
            found[name] = list(dict.fromkeys(host for hosts in said for host in hosts)) or None
        elif name == "deleted":
            found[name] = True if row[name] and all(one[name] for one in others) else None
        elif name not in ("is_now", "new_face"):
            found[name] = said[0] if said else None
    return found


def _each_once(roles: pa.Table) -> pa.Table:
    seen: set[tuple[str, str]] = set()
    keep = []
    pairs = zip(*(whole(roles.column(name)).to_pylist() for name in ("opportunity_id", "contact_id")), strict=True)
    for pair in pairs:
        keep.append(pair not in seen)
        seen.add(pair)
    return roles.filter(pa.array(keep, pa.bool_()))


def _with_their_employers(market: Market, same: Mapping[str, str]) -> pa.Table:
    """Engagements of ids that another one stands for: by whom, and for whom that id worked on the day."""
    rows, contacts = market["engagements"], market["contacts"]
    old = pa.array(list(same), pa.string())
    mails = mail_keys(whole(contacts.filter(pc.is_in(whole(contacts["contact_id"]), value_set=old)).column("email")))
    by_id = pc.is_in(whole(rows["contact_id"]), value_set=old)
    by_mail = pc.is_in(mail_keys(whole(rows["email"])), value_set=mails.drop_null())
    theirs = np.asarray(pc.or_(by_id, pc.and_(pc.is_null(whole(rows["contact_id"])), by_mail)))
    if not theirs.any():
        return rows
    some = rows.filter(pa.array(theirs))
    did = resolve_actors(some, contacts, empty_table(Alias), market["employments"], market["earlier_values"])
    place = pa.array(np.cumsum(theirs) - 1, mask=~theirs)
    for name in ("contact_id", "account_id"):
        filled = pc.coalesce(whole(rows[name]), whole(did[name]).take(place))
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, rows.schema.field(name), filled.dictionary_encode())
    return rows


def _earlier(values: pa.Table, same: Same) -> pa.Table:
    """Earlier values about the records that stand for others, and with accounts that do."""
    rows = values.to_pylist()
    for row in rows:
        table = row["record_table"]
        if table in same:
            row["record_id"] = same[table].get(row["record_id"], row["record_id"])
        if row["field_name"] == "account_id" and row["value"] is not None:
            said = json.loads(row["value"])
            row["value"] = json.dumps(same["accounts"].get(said, said))
    return typed_table(EarlierValue, {name: [row[name] for row in rows] for name in values.column_names})
