"""Who is who, in rows: pairs to judge, what is joined and why, what was decided, people whom no contact table knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from committee.identity.companies import Pair
from committee.identity.unknowns import NO_PERSON
from committee.market import Market
from committee.pipeline.reviewing import Joined, Review
from committee.reports.answer import Rows
from committee.reports.lookup import Row, by_id
from committee.reports.words import count, listed, plain

__all__ = ["decided_rows", "joined_rows", "review_rows", "unknown_rows", "unmapped_rows"]

_KEY = {"accounts": "account_id", "contacts": "contact_id"}


def review_rows(found: Review, table: str) -> Rows:
    """List pairs that may be one, the most alike first."""
    key = _KEY[table]
    things = by_id(found.market[table], key, {one for pair in found.pairs for one in (pair.one, pair.other)})
    accounts = _accounts_of(found.market, things) if table == "contacts" else {}
    listing = [_pair(pair, things, accounts) for pair in found.pairs]
    notes = [
        f"{count(len(listing), 'pair')} that may be one: none is joined; committee {_group(table)} join ID OTHER --reason TEXT joins, keep-apart parts"
    ]
    notes += [
        f"{listed(circle)} are each other's parents, in a circle: the files contradict one another"
        for circle in found.circles
    ]
    columns = (
        "score one_name other_name reasons one other"
        if table == "accounts"
        else ("score one_name one_account other_name other_account reasons one other")
    )
    return Rows.of(columns, listing, notes, needed=4)


def _pair(pair: Pair, things: dict[str, Row], accounts: dict[str, str]) -> Row:
    sides = {"one": things.get(pair.one, {}), "other": things.get(pair.other, {})}
    named = {f"{side}_name": plain(row.get("name")) for side, row in sides.items()}
    at = {f"{side}_account": accounts.get(row.get("account_id") or "", "") for side, row in sides.items()}
    return {"score": pair.score, "one": pair.one, "other": pair.other, "reasons": list(pair.reasons), **named, **at}


def _accounts_of(market: Market, people: dict[str, Row]) -> dict[str, str]:
    ids = {row["account_id"] for row in people.values() if row["account_id"]}
    return {key: plain(row["name"]) for key, row in by_id(market.accounts, "account_id", ids).items()}


def _group(table: str) -> str:
    return {"accounts": "companies", "contacts": "people"}[table]


def joined_rows(found: Sequence[Joined], market: Market, table: str) -> Rows:
    """List which records are one with another, and why."""
    key = _KEY[table]
    things = by_id(market[table], key, {one for each in found for one in (each.old, each.now)})
    listing = [
        {
            "stands": each.now,
            "stands_name": plain(things.get(each.now, {}).get("name")),
            "for": each.old,
            "for_name": plain(things.get(each.old, {}).get("name")),
            "why": each.why,
        }
        for each in found
    ]
    return Rows.of("stands_name for_name why stands for", listing, needed=3)


def decided_rows(found: Iterable[dict[str, Any]], market: Market, table: str) -> Rows:
    """List decisions to join and to keep apart, the newest first."""
    key = _KEY[table]
    made = list(found)
    things = by_id(market[table], key, {one for row in made for one in (row["kept"], row["other"])})
    listing = [
        {
            **row,
            "kind": row["kind"].replace("_", " "),
            "kept_name": plain(things.get(row["kept"], {}).get("name")),
            "other_name": plain(things.get(row["other"], {}).get("name")),
            "reason": plain(row["reason"]),
        }
        for row in made
    ]
    columns = "decision_id kind kept_name other_name reason decided_by decided_at undone_at kept other"
    return Rows.of(columns, listing, needed=4)


def unknown_rows(judged: pa.Table, market: Market, every: bool = False) -> Rows:
    """List the new faces by how much they engaged; with ``every``, also the addresses that are no person, and why."""
    found = [row for row in judged.to_pylist() if every or not row["reason"]]
    accounts = by_id(market.accounts, "account_id", {row["account_id"] for row in found if row["account_id"]})
    listing = [
        {
            "email": plain(row["mail"]),
            "account_id": row["account_id"],
            "account": plain(accounts.get(row["account_id"], {}).get("name")),
            "engagements": row["engagements"],
            "no_person_because": NO_PERSON.get(row["reason"], ""),
        }
        for row in found
    ]
    listing.sort(key=lambda row: (-row["engagements"], row["email"]))
    reasons: dict[str, tuple[int, int]] = {}
    for row in judged.to_pylist():
        if row["reason"]:
            people, touches = reasons.get(row["reason"], (0, 0))
            reasons[row["reason"]] = people + 1, touches + row["engagements"]
    notes = [
        f"{count(people, 'address', 'addresses')} with {count(touches, 'engagement')} {'is' if people == 1 else 'are'} no person: {NO_PERSON[reason]}"
        for reason, (people, touches) in sorted(reasons.items())
    ]
    columns = "email account engagements account_id" + (" no_person_because" if every else "")
    return Rows.of(columns, listing, notes, needed=3)


def unmapped_rows(ranked: pa.Table, counted: int) -> Rows:
    """List the titles that stand for no persona, by the engagement they cost; people without a title are told below."""
    found = ranked.to_pylist()
    listing = [{**row, **{name: plain(row[name]) for name in ("title", "department")}} for row in found if row["title"]]
    blank = [row for row in found if not row["title"]]
    people, touches = (sum(row[name] for row in blank) for name in ("people", "engagements"))
    lost = sum(row["engagements"] for row in listing)
    notes = [f"{count(lost, 'engagement')} of {counted:,} by people whose title stands for no persona"]
    if people:
        notes.append(
            f"{count(people, 'person has', 'people have')} no title at all, with {count(touches, 'engagement')}"
        )
    return Rows.of("engagements people accounts title department", listing, notes, needed=4)
