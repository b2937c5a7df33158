"""Job changes: employments worked out from employers that later files replaced, so that nothing is overwritten.

What a file states about employments is left alone; an employer whose account turned out to be the same company is none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.market import Market
from committee.records.loaded import Employment
from committee.records.tables import typed_table

__all__ = ["WORKED_OUT", "employments_worked_out", "stated_employments"]

WORKED_OUT = "worked_out|"  # before the id of such an employment


def stated_employments(employments: pa.Table) -> pa.Table:
    """Return the employments that files state."""
    return employments.filter(pc.invert(pc.fill_null(employments["worked_out"], False)))


def employments_worked_out(market: Market, standing: Mapping[str, str]) -> pa.Table:
    """Return the former employments of contacts whose employer was replaced, and their present one with its first day.

    Parameters
    ----------
    market : Market
        Its earlier values say which employers were replaced, and when.
    standing : mapping
        Accounts that others stand for.

    Returns
    -------
    pyarrow Table
        Employments; days are those on which the next employer was stated, UTC.
    """
    history = market["earlier_values"].filter(
        pc.equal(market["earlier_values"]["record_table"].cast(pa.string()), "contacts")
    )
    rows = history.filter(
        pc.is_in(history["field_name"].cast(pa.string()), value_set=pa.array(["account_id", "title"]))
    )
    by_person: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: {"account_id": [], "title": []})
    for row in rows.to_pylist():
        by_person[row["record_id"]][row["field_name"]].append(row)
    moved = {person: told for person, told in by_person.items() if any(row["value"] for row in told["account_id"])}
    stated = {(row["contact_id"], row["account_id"]) for row in stated_employments(market["employments"]).to_pylist()}
    people = market["contacts"].filter(
        pc.is_in(market["contacts"]["contact_id"], value_set=pa.array(list(moved), pa.string()))
    )
    found = []
    for person in people.to_pylist():
        made = _stretches(person, moved[person["contact_id"]], standing)
        found += [one for one in made if (one["contact_id"], one["account_id"]) not in stated]
    found.sort(key=lambda one: one["employment_id"])
    return typed_table(Employment, {name: [one[name] for one in found] for name in found[0]} if found else {})


def _stretches(
    person: Mapping[str, Any], told: Mapping[str, list[dict[str, Any]]], standing: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One employment for each employer in turn; one that merely goes by another account is gone on with."""
    replaced = sorted((row for row in told["account_id"] if row["value"]), key=lambda row: row["superseded_at"])
    turns = [(json.loads(row["value"]), row["superseded_at"], row["replaced_by"]) for row in replaced]
    titles = {row["replaced_by"]: json.loads(row["value"]) for row in told["title"] if row["value"]}
    found: list[dict[str, Any]] = []
    start: str | None = None
    for number, (account, until, load_id) in enumerate(turns):
        following = turns[number + 1][0] if number + 1 < len(turns) else person["account_id"]
        if following is not None and standing.get(account, account) == standing.get(following, following):
            continue
        title = titles.get(load_id) or person["title"]
        found.append(_employment(person["contact_id"], account, title, start, until.date().isoformat()))
        start = until.date().isoformat()
    if found and person["account_id"] is not None:
        found.append(_employment(person["contact_id"], person["account_id"], person["title"], start, None))
    return found


def _employment(contact: str, account: str, title: str | None, start: str | None, end: str | None) -> dict[str, Any]:
    return {
        "employment_id": f"{WORKED_OUT}{contact}|{account}|{start or ''}|{end or ''}",
        "contact_id": contact,
        "account_id": account,
        "title": title,
        "from_on": start,
        "to_on": end,
        "worked_out": True,
    }
