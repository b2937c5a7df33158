"""Whom a market knows: everything by which it knows one person, and what of it others have as well."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.erasure.person import Person, mail_text, mailbox, name_text
from committee.erasure.traces import Traces
from committee.market import Market
from committee.records.columns import whole

__all__ = ["person_in", "person_of_text", "together"]

_ONE_WORD = "a word that says other things"


def person_in(market: Market, ids: Iterable[str] = (), mails: Iterable[str] = ()) -> Person:
    """Return all under which the market knows a person.

    Parameters
    ----------
    market : Market
        With contacts, aliases, accounts, opportunities, engagements and earlier values.
    ids, mails : iterable of str
        What the person is known by: contact ids, or addresses that stand in engagements only.
    """
    contacts = market.contacts.select(["contact_id", "name", "email", "is_now", "new_face"]).to_pylist()
    names, stated = _said(contacts, market.earlier_values)
    known = {mail_text(mail) for mail in mails}
    mine: set[str] = set()
    while True:  # whoever is one with them, and new faces with their addresses, are they as well
        again = _with_merged({*ids, *mine}, market.aliases, contacts)
        known |= {mail for one in again for mail in stated[one]}
        again |= {row["contact_id"] for row in contacts if row["new_face"] and stated[row["contact_id"]] & known}
        if again == mine:
            break
        mine = again
    engaged = market.engagements.select(["contact_id", "email"])
    theirs = pc.is_in(whole(engaged["contact_id"]), value_set=pa.array(sorted(mine), pa.string()))
    known |= {mail_text(mail) for mail in pc.unique(whole(engaged.filter(theirs)["email"])).to_pylist() if mail}
    shared: dict[str, str] = {}
    boxes = {mailbox(mail) for mail in known}
    for row in contacts:
        if row["contact_id"] not in mine:
            for mail in known & stated[row["contact_id"]]:
                shared.setdefault(mail, f"also the address of contact:{row['contact_id']}")
            boxes -= {mailbox(mail) for mail in stated[row["contact_id"]]}
    own_mails = known - shared.keys()
    own_mails |= {
        mail_text(mail) for mail in pc.unique(whole(engaged["email"])).to_pylist() if mail and mailbox(mail) in boxes
    }
    wanted = {name_text(name): name for one in mine for name in names[one]}
    others = _others(market, mine, names)
    for key, name in sorted(wanted.items()):
        if key in others:
            shared[name] = f"also {others[key]}"
        elif " " not in key:
            shared[name] = f"also {_ONE_WORD}"
    own = sorted({name for key, name in wanted.items() if name not in shared})
    found = Person(tuple(sorted(mine)), tuple(sorted(own_mails)), tuple(own), shared, boxes=tuple(sorted(boxes)))
    return replace(found, longer=_longer(market, found))


def person_of_text(market: Market, text: str, kinds: Collection[str] = ()) -> Person:
    """Return a person whom the market does not know, by what somebody calls them.

    Parameters
    ----------
    market : Market
        Says whose names hold the text, or are the same.
    text : str
    kinds : collection of str
        What the text is: id, mail, name; judged by its looks where nothing is said.
    """
    kinds = kinds or (
        ["id", "mail"] if "@" in text and " " not in text else ["name"] if " " in text else ["id", "name"]
    )
    found = Person((text,) if "id" in kinds else ())
    if "mail" in kinds:
        found = replace(found, mails=(mail_text(text),), boxes=(mailbox(text),))
    if "name" in kinds:
        names, _ = _said(market.contacts.select(["contact_id", "name", "email"]).to_pylist(), market.earlier_values)
        why = _others(market, set(), names).get(name_text(text)) or (_ONE_WORD if " " not in name_text(text) else "")
        found = replace(found, shared={text: f"also {why}"}) if why else replace(found, names=(text,))
    return replace(found, longer=_longer(market, found))


def together(people: Iterable[Person]) -> Person:
    """Return one person known by all that several stand for."""
    every = list(people)
    parts = [
        sorted({text for one in every for text in getattr(one, name)}) for name in ("ids", "mails", "names", "boxes")
    ]
    shared = {text: why for one in every for text, why in one.shared.items() if text not in {*parts[1], *parts[2]}}
    longer = {text: why for one in every for text, why in one.longer.items()}
    return Person(tuple(parts[0]), tuple(parts[1]), tuple(parts[2]), shared, longer, tuple(parts[3]))


def _redirects(aliases: pa.Table) -> list[tuple[str, str]]:
    """Return (old id, id that stands for it) of contacts that a source has merged."""
    rows = aliases.filter(pc.equal(aliases.column("record_table").cast(pa.string()), "contacts"))
    return list(zip(rows.column("old_id").to_pylist(), rows.column("kept_id").to_pylist(), strict=True))


def _with_merged(ids: set[str], aliases: pa.Table, contacts: list[dict[str, Any]]) -> set[str]:
    """The ids, those that a source has merged into or out of them, and those that are one person with them."""
    pairs = _redirects(aliases) + [(row["contact_id"], row["is_now"]) for row in contacts if row["is_now"]]
    while True:
        more = {old for old, kept in pairs if kept in ids} | {kept for old, kept in pairs if old in ids}
        if more <= ids:
            return ids
        ids = ids | more


def _said(contacts: list[dict[str, Any]], earlier_values: pa.Table) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Names and addresses of each contact, earlier ones among them."""
    names: dict[str, set[str]] = defaultdict(set)
    mails: dict[str, set[str]] = defaultdict(set)
    for row in contacts:
        names[row["contact_id"]] |= {row["name"]} - {None}
        mails[row["contact_id"]] |= {mail_text(row["email"])} if row["email"] else set()
    of_contacts = pc.equal(earlier_values.column("record_table").cast(pa.string()), "contacts")
    for row in earlier_values.filter(of_contacts).to_pylist():
        value = json.loads(row["value"]) if row["value"] else None
        if value and row["field_name"] == "name":
            names[row["record_id"]].add(value)
        elif value and row["field_name"] == "email":
            mails[row["record_id"]].add(mail_text(value))
    return names, mails


def _others(market: Market, mine: set[str], names: Mapping[str, set[str]]) -> dict[str, str]:
    """Whose names others have: contacts, companies, owners."""
    found: dict[str, str] = {}
    for one, theirs in names.items():
        if one not in mine:
            found |= {name_text(name): f"the name of contact:{one}" for name in theirs}
    for row in market.accounts.select(["account_id", "name"]).to_pylist():
        found[name_text(row["name"] or "")] = f"the name of account:{row['account_id']}"
    for table in (market.accounts, market.opportunities):
        found |= {
            name_text(owner): "an owner in sales" for owner in pc.unique(whole(table["owner"])).to_pylist() if owner
        }
    return found


def _longer(market: Market, person: Person) -> dict[str, str]:
    """Names and addresses of others in which a name or an address of the person stands."""
    traces = Traces(person)
    found: dict[str, str] = {}

    def look(text: str | None, whose: str) -> None:
        if text and any(trace.kind != "id" and len(trace.says) < len(text.strip()) for trace in traces.in_text(text)):
            found.setdefault(text, whose)

    for row in market.contacts.select(["contact_id", "name", "email"]).to_pylist():
        if not traces.names(row["contact_id"]):
            look(row["name"], f"the name of contact:{row['contact_id']}")
            look(row["email"], f"the address of contact:{row['contact_id']}")
    for row in market.accounts.select(["account_id", "name"]).to_pylist():
        look(row["name"], f"the name of account:{row['account_id']}")
    for mail in pc.unique(whole(market.engagements["email"])).to_pylist():
        if mail and not person.has_mail(mail):
            look(mail, "the address of somebody else")
    others = {row["contact_id"]: "contact" for row in market.contacts.select(["contact_id"]).to_pylist()}
    others |= {row["account_id"]: "account" for row in market.accounts.select(["account_id"]).to_pylist()}
    others |= {one: "contact" for pair in _redirects(market.aliases) for one in pair}
    for one, kind in others.items():
        if not traces.names(one) and any(mine in one for mine in traces.sure_ids):
            found.setdefault(one, f"the id of {kind}:{one}")
    return found
