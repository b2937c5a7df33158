"""What tables are without a person: rows about them go, lists lose them, texts that name them are marked.

Touches go whole. An anonymous touch would keep its id, its moment and its piece, and whoever has the file could join it
to the person again; so the counts of published groups stay, and the tombstone says how many touches went. It is long because market,
findings and decisions have to agree on what is about a person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.decisions import Decisions
from committee.erasure.person import Person
from committee.erasure.tombstones import ERASED
from committee.erasure.traces import REMOVED, Traces
from committee.findings import Findings
from committee.history import Change, record_ids
from committee.market import Market
from committee.records import TABLES, Decision, EarlierValue, Record, digest, fields_of
from committee.records.columns import codes_in, encoded, whole
from committee.records.loaded import Alias, Contact, Engagement
from committee.records.record import PROVENANCE
from committee.records.tables import free_columns_of, typed_table

__all__ = ["change_without", "decisions_without", "dropped_engagements", "findings_without", "table_without"]

_Flags = npt.NDArray[np.bool_]
_OF_PEOPLE = ("contacts", "employments", "opportunity_roles")  # tables whose key names a contact


# --- the market -----------------------------------------------------------------------------------------------------


def dropped_engagements(engagements: pa.Table, person: Person, resolved: pa.Table | None = None) -> set[str]:
    """Return the ids of the touches of a person: by the contact they name, by their address where they name none.

    Parameters
    ----------
    engagements : pyarrow Table
    person : Person
    resolved : pyarrow Table, optional
        engagement_id, contact_id, account_id: who made each, as it is known.
    """
    theirs = _among(engagements.column("contact_id"), person.ids)
    unnamed = np.asarray(pc.is_null(whole(engagements.column("contact_id"))))
    theirs |= unnamed & _mails(engagements.column("email"), person)
    found = set(whole(engagements.column("engagement_id")).filter(pa.array(theirs)).to_pylist())
    if resolved is not None:
        also = _among(resolved.column("contact_id"), person.ids)
        found |= set(whole(resolved.column("engagement_id")).filter(pa.array(also)).to_pylist())
    return found


def change_without(market: Market, person: Person, resolved: pa.Table | None = None) -> Change:
    """Return the change that takes a person out of a market."""
    traces = Traces(person)
    engagements = dropped_engagements(market.engagements, person, resolved)
    changed: dict[str, pa.Table] = {}
    removed: dict[str, list[str]] = {}
    for record in Market.records:
        table = market[record.table]
        if not table.num_rows:
            continue
        gone = _gone(record, table, person, engagements, traces)
        if gone.any():
            removed[record.table] = record_ids(record, table.filter(pa.array(gone))).to_pylist()
        rest = table.filter(pa.array(~gone))
        rest, differs = marked(record, rest, traces.without)
        if record is Engagement:
            rest, hit = _without_addresses(rest, person)
            differs |= hit
        if differs.any():
            changed[record.table] = typed_table(record, rest.filter(pa.array(differs)))
    return Change(changed=changed, removed=removed)


def _gone(record: type[Record], table: pa.Table, person: Person, engagements: set[str], traces: Traces) -> _Flags:
    """Which rows of a loaded table are about the person."""
    if record is Contact:
        return _among(table.column("contact_id"), person.ids) | _mails(table.column("email"), person)
    if record is Engagement:
        return _among(table.column("engagement_id"), engagements)
    if record is Alias:
        contacts = np.asarray(pc.equal(whole(table.column("record_table")), "contacts"))
        return contacts & (_among(table.column("old_id"), person.ids) | _among(table.column("kept_id"), person.ids))
    if record is EarlierValue:
        return np.array([_earlier_is_theirs(row, traces, person, engagements) for row in table.to_pylist()], bool)
    if "contact_id" in table.column_names:
        return _among(table.column("contact_id"), person.ids)
    return np.zeros(table.num_rows, bool)


def _earlier_is_theirs(row: dict[str, Any], traces: Traces, person: Person, engagements: set[str]) -> bool:
    if row["record_table"] == "contacts" and traces.names(row["record_id"]):
        return True
    if row["record_table"] == "engagements" and row["record_id"] in engagements:
        return True
    about = row["record_table"] in _OF_PEOPLE or row["field_name"] in ("contact_id", "email", "kept_id", "old_id")
    if row["record_table"] in _OF_PEOPLE and any(traces.names(part) for part in row["record_id"].split("|")):
        return True
    value = json.loads(row["value"]) if row["value"] else None
    if about and isinstance(value, str):
        return (row["field_name"].endswith("_id") and traces.names(value)) or person.has_mail(value)
    return False


def _texts_of(record: type[Record], table: pa.Table) -> list[str]:
    """The columns of a loaded table in which a person may be named beside the point: no keys, no references, no names of others."""
    if record is Contact:
        return []
    known = [
        spec.name
        for spec in fields_of(record)
        if spec.kind.name in ("text", "category") and not (spec.key or spec.reference or spec.required or spec.derived)
    ]
    kept = {"email", "owner", "old_id", "kept_id", "source_system", "load_id", *(spec.name for spec in PROVENANCE)}
    free = free_columns_of(record, table) if record.provenance else []
    return [name for name in [*known, *free] if name not in kept]


def marked(record: type[Record], table: pa.Table, without: Callable[[str], str]) -> tuple[pa.Table, _Flags]:
    """Return a loaded table with texts that name somebody erased marked, and which rows that changed.

    Parameters
    ----------
    without : callable
        Gives a text with a mark in place of whoever was erased.
    """
    differs = np.zeros(table.num_rows, bool)
    for name in _texts_of(record, table):
        if record is EarlierValue:
            table, hit = _exchanged(table, name, lambda text: _json_without(text, without))
        else:
            table, hit = _exchanged(table, name, without)
        differs |= hit
    return table, differs


def _without_addresses(engagements: pa.Table, person: Person) -> tuple[pa.Table, _Flags]:
    """Take the person's address from touches that name somebody else."""
    return _exchanged(engagements, "email", lambda text: None if person.has_mail(text) else text)


def _json_without(text: str, without: Callable[[str], str]) -> str:
    value = json.loads(text)
    told = (
        [without(one) for one in value]
        if isinstance(value, list)
        else without(value)
        if isinstance(value, str)
        else value
    )
    return text if told == value else json.dumps(told)


def _exchanged(table: pa.Table, name: str, exchange: Callable[[str], str | None]) -> tuple[pa.Table, _Flags]:
    """A table with the texts of one column exchanged, each distinct one once, and where they differ."""
    column = table.column(name)
    cells = encoded(column)
    before = cells.dictionary.to_pylist()
    after = [exchange(text) for text in before]
    changed = np.array([one != other for one, other in zip(before, after, strict=True)] + [False], bool)
    if not changed.any():
        return table, np.zeros(table.num_rows, bool)
    places = pc.fill_null(cells.indices, len(before))
    made = pa.array([*after, None], pa.string()).take(places)
    field = table.schema.field(name)
    made = made.dictionary_encode().cast(field.type) if pa.types.is_dictionary(field.type) else made.cast(field.type)
    return table.set_column(table.schema.get_field_index(name), field, made), np.take(changed, np.asarray(places))


def _among(column: pa.ChunkedArray | pa.Array, ids: Collection[str]) -> _Flags:
    return codes_in(column, pa.array(sorted(ids), pa.string())) >= 0 if ids else np.zeros(len(column), bool)


def _mails(column: pa.ChunkedArray | pa.Array, person: Person) -> _Flags:
    cells = encoded(column)
    theirs = [person.has_mail(text) for text in cells.dictionary.to_pylist()]
    return np.take(np.array([*theirs, False], bool), np.asarray(pc.fill_null(cells.indices, len(theirs))))


# --- findings -------------------------------------------------------------------------------------------------------


def findings_without(findings: Findings, person: Person, engagements: Collection[str]) -> Findings:
    """Return findings without a person and their touches; the counts of groups stay as they were."""
    traces = Traces(person)
    tables = {name: table_without(TABLES[name], findings[name], traces, frozenset(engagements)) for name in findings}
    return findings.with_tables(**tables)


def table_without(record: type[Record], table: pa.Table, traces: Traces, engagements: frozenset[str]) -> pa.Table:
    """Return a computed table without a person and their touches; the same table where nothing is about them.

    Rows about the person, or about one of the touches, go; a pair becomes a single person; lists lose them; a text that
    names a touch or the person is marked.
    """
    person = traces.person
    if record.table == "early":
        table = _single(table, traces)
    gone = np.zeros(table.num_rows, bool)
    names = set(table.column_names)
    if "contact_id" in names:
        gone |= _among(table.column("contact_id"), person.ids)
    if "email" in names:
        gone |= _mails(table.column("email"), person)
    if "engagement_id" in names:
        gone |= _among(table.column("engagement_id"), engagements)
    if {"record", "id"} <= names:
        of = whole(table.column("record"))
        gone |= np.asarray(pc.fill_null(pc.equal(of, "contacts"), False)) & _among(table.column("id"), person.ids)
        gone |= np.asarray(pc.fill_null(pc.equal(of, "engagements"), False)) & _among(table.column("id"), engagements)
    if gone.any():
        table = table.filter(pa.array(~gone))
    for spec in fields_of(record):
        if spec.name not in names:
            continue
        if spec.kind.name == "words" and spec.name.endswith("_ids"):
            table = _thinned(table, spec.name, traces, engagements)
        elif spec.kind.name == "text" and not spec.key and not spec.name.endswith("_id"):
            table, _ = _exchanged(table, spec.name, lambda text: _told_without(text, traces, engagements))
    return table


def rows_about(table: pa.Table, person: Person, engagements: Collection[str]) -> pa.Table:
    """Return the rows of a loaded or computed table that are about a person, one of their touches, or name them in a list."""
    about = np.zeros(table.num_rows, bool)
    names = set(table.column_names)
    for name in ("contact_id", "other_contact_id", "old_id", "kept_id"):
        if name in names:
            about |= _among(table.column(name), person.ids)
    if "engagement_id" in names:
        about |= _among(table.column("engagement_id"), engagements)
    if "email" in names:
        about |= _mails(table.column("email"), person)
    if {"record", "id"} <= names:
        about |= _among(table.column("id"), {*person.ids, *engagements})
    if "contact_ids" in names:
        about |= np.array(
            [any(one in person.ids for one in ids or ()) for ids in table["contact_ids"].to_pylist()], bool
        )
    return table.filter(pa.array(about))


def _single(early: pa.Table, traces: Traces) -> pa.Table:
    """Pairs that the person is one of become the other one alone."""
    rows = early.to_pylist()
    if not any(traces.names(row["contact_id"]) or traces.names(row["other_contact_id"]) for row in rows):
        return early
    kept = []
    for row in rows:
        pair = [one for one in (row["contact_id"], row["other_contact_id"]) if one and not traces.names(one)]
        if pair:
            if len(pair) == 1 and row["other_contact_id"]:
                parts = (row["account_id"], row["program_id"], row["need"], pair[0], None)
                row |= {"contact_id": pair[0], "other_contact_id": None}
                row["early_id"] = "|".join(part or "" for part in parts)
            kept.append(row)
    unique = list({row["early_id"]: row for row in kept}.values())
    record = TABLES["early"]
    return typed_table(record, {spec.name: [row[spec.name] for row in unique] for spec in fields_of(record)})


def _thinned(table: pa.Table, name: str, traces: Traces, engagements: frozenset[str]) -> pa.Table:
    lists = table.column(name).to_pylist()
    kept = [ids and [one for one in ids if not traces.names(one) and one not in engagements] for ids in lists]
    if kept == lists:
        return table
    field = table.schema.field(name)
    return table.set_column(table.schema.get_field_index(name), field, pa.array(kept, field.type))


def _told_without(text: str, traces: Traces, engagements: frozenset[str]) -> str:
    words = text.split(" ")
    told = " ".join(REMOVED if word.strip(",;.()") in engagements else word for word in words)
    return traces.without(told)


# --- decisions ------------------------------------------------------------------------------------------------------


def decisions_without(decisions: Decisions, person: Person) -> tuple[Decisions, list[str]]:
    """Return the decisions without a person, and the ids of those that went: decisions about the person.

    Decisions about groups stay: the person is taken from what they saw, and marked in their reasons.
    """
    traces = Traces(person)
    hidden = {digest(["contact", one]) for one in person.ids}
    kept, gone = [], []
    for row in decisions.decisions.to_pylist():
        if row["kind"] != ERASED and any(traces.in_text(row["subject"], about_people=_about_people(row["subject"]))):
            gone.append(row["decision_id"])
            continue
        if row["kind"] != ERASED:
            row["reason"] = row["reason"] and traces.without(row["reason"])
            row["seen"] = row["seen"] and _seen_without(row["seen"], hidden, traces)
        kept.append(row)
    names = [spec.name for spec in fields_of(Decision)]
    return Decisions({Decision.table: {name: [row[name] for row in kept] for name in names}}), gone


def _about_people(subject: str) -> bool:
    return subject.startswith(("contact", "person", "people"))


def _seen_without(seen: str, hidden: set[str], traces: Traces) -> str:
    try:
        told = json.loads(seen)
    except ValueError:
        return traces.without(seen)
    cleared = _cleared(told, hidden, traces)
    return seen if cleared == told else json.dumps(cleared, sort_keys=True, ensure_ascii=False)


def _cleared(value: Any, hidden: set[str], traces: Traces) -> Any:
    if isinstance(value, list):
        return [_cleared(one, hidden, traces) for one in value if one not in hidden and not traces.names(one)]
    if isinstance(value, dict):
        return {_cleared(key, hidden, traces): _cleared(one, hidden, traces) for key, one in value.items()}
    if isinstance(value, str):
        return REMOVED if value in hidden or traces.names(value) else traces.without(value)
    return value
