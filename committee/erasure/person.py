"""Who is erased: the ids, mail addresses and names under which the kept market knows one person."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc

from committee.market import Market
from committee.records.columns import whole

__all__ = ["Person", "mail_text", "name_text", "person_in", "person_of_text", "redirects"]


@dataclass(frozen=True)
class Person:
    """One person, by all that names them.

    Attributes
    ----------
    ids : tuple of str
        Contact ids, those among them that a source has merged into another.
    mails : tuple of str
        Mail addresses that no other contact has, in lower case.
    names : tuple of str
        Names of two words and more that nobody and nothing else has.
    shared : mapping of str to str
        Names and addresses that others have as well, and who; they are told, and nothing is done about them.
    """

    ids: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    shared: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return the person as JSON text."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)

    @classmethod
    def of_json(cls, text: str) -> Self:
        """Read what `as_json` wrote."""
        told = json.loads(text)
        return cls(tuple(told["ids"]), tuple(told["mails"]), tuple(told["names"]), told["shared"])

    def __bool__(self) -> bool:
        return bool(self.ids or self.mails)


def mail_text(text: str) -> str:
    """Return a mail address as addresses are compared."""
    return unicodedata.normalize("NFC", text).strip().lower()


def name_text(text: str) -> str:
    """Return a name as names are compared: one blank between words, no upper case."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def redirects(aliases: pa.Table) -> list[tuple[str, str]]:
    """Return (old id, id that stands for it) of contacts that a source has merged."""
    rows = aliases.filter(pc.equal(aliases.column("record_table").cast(pa.string()), "contacts"))
    return list(zip(rows.column("old_id").to_pylist(), rows.column("kept_id").to_pylist(), strict=True))


def person_in(market: Market, ids: Iterable[str] = (), mails: Iterable[str] = ()) -> Person:
    """Return all under which the market knows a person.

    Parameters
    ----------
    market : Market
        With contacts, aliases, accounts, opportunities, engagements and earlier values.
    ids, mails : iterable of str
        What the person is known by: contact ids, or addresses that stand in engagements only.
    """
    mine = _with_merged(set(ids), market.aliases)
    contacts = market.contacts.select(["contact_id", "name", "email"]).to_pylist()
    names, stated = _said(contacts, market.earlier_values)
    own_mails = {mail_text(mail) for mail in mails}
    for one in mine:
        own_mails |= stated[one]
    engaged = market.engagements.select(["contact_id", "email"])
    engaged = engaged.filter(pc.is_in(whole(engaged["contact_id"]), value_set=pa.array(sorted(mine), pa.string())))
    own_mails |= {mail_text(mail) for mail in pc.unique(whole(engaged["email"])).to_pylist() if mail}
    shared: dict[str, str] = {}
    for row in contacts:
        if row["contact_id"] not in mine:
            for mail in own_mails & stated[row["contact_id"]]:
                shared.setdefault(mail, f"also the address of contact:{row['contact_id']}")
    wanted = {name_text(name): name for one in mine for name in names[one]}
    others = _others(market, mine, names)
    for key, name in sorted(wanted.items()):
        if key in others:
            shared[name] = f"also {others[key]}"
        elif " " not in key:
            shared[name] = "one word, which says other things as well"
    own = sorted({name for key, name in wanted.items() if name not in shared})
    return Person(tuple(sorted(mine)), tuple(sorted(own_mails - shared.keys())), tuple(own), shared)


def person_of_text(market: Market, text: str) -> Person:
    """Return a person whom the market does not know, by what somebody calls them: an address, or an id or a name."""
    if "@" in text and " " not in text:
        return Person((text,), (mail_text(text),))
    names, _ = _said(market.contacts.select(["contact_id", "name", "email"]).to_pylist(), market.earlier_values)
    others = _others(market, set(), names)
    key = name_text(text)
    if key in others:
        return Person((text,), shared={text: others[key]})
    return (
        Person((text,), names=(text,))
        if " " in key
        else Person((text,), shared={text: "one word, which says other things as well"})
    )


def _with_merged(ids: set[str], aliases: pa.Table) -> set[str]:
    """The ids, and those that a source has merged into or out of them."""
    pairs = redirects(aliases)
    while True:
        more = {old for old, kept in pairs if kept in ids} | {kept for old, kept in pairs if old in ids}
        if more <= ids:
            return ids
        ids = ids | more


def _said(contacts: list[dict[str, str]], earlier_values: pa.Table) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
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
