"""Who is meant: one person, by contact id, mail address or whole name; never a guess, since erasing cannot be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from committee.erasure import Person, mail_text, name_text, person_in, person_of_text, together
from committee.errors import AmbiguousName, NotFound
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.staying_away import tombstones_of
from committee.records.columns import whole

__all__ = ["asked_for", "tombstoned", "whom"]

_KIND = "contact:"
_SHOWN = 6


def whom(market: Market, text: str) -> Person:
    """Return the person that a text means: ``contact:ID``, an id, a mail address, or a whole name.

    A mail address that stands in engagements only, or an id that only references name, is a person as well.

    Raises
    ------
    AmbiguousName
        Several people may be meant; they are in the message.
    NotFound
        Nobody is; people whose name holds the text are in the message.
    """
    wanted = text.strip().removeprefix(_KIND)
    contacts = market.contacts.select(["contact_id", "name", "email", "title", "account_id"]).to_pylist()
    if wanted and (wanted in {row["contact_id"] for row in contacts} or wanted in _referred(market)):
        return person_in(market, ids=[wanted])
    if wanted and not text.strip().startswith(_KIND):
        by_mail = _having(market, contacts, "email", mail_text(wanted), mail_text)
        found = by_mail or _having(market, contacts, "name", name_text(wanted), name_text)
        one = person_in(market, ids=[found[0]["contact_id"]]) if found else None
        if one is not None and all(row["contact_id"] in one.ids for row in found):
            return one  # several records of one person
        if len(found) > 1:
            listed = ", ".join(_told(row) for row in found[:_SHOWN])
            more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise AmbiguousName(
                f"'{wanted}' may be {len(found)} people: {listed}{more}; nothing was changed",
                f"Name one of them as {_KIND}ID",
            )
        mails = {mail_text(mail) for mail in pc.unique(whole(market.engagements["email"])).to_pylist() if mail}
        if mail_text(wanted) in mails:
            return person_in(market, mails=[wanted])
    near = [row for row in contacts if wanted and name_text(wanted) in name_text(row["name"] or "")]
    raise NotFound(
        f"nobody here has the id, the mail address or the whole name '{wanted}'; nothing was changed",
        f"Did you mean {', '.join(_told(row) for row in near[:_SHOWN])}?" if near else "Check the spelling",
    )


def asked_for(store: Store, market: Market, *texts: str) -> Person:
    """Return the person that texts mean; texts by which nobody is known are searched for as what they were, or may be.

    Raises
    ------
    AmbiguousName
        Several people may be meant.
    """
    found, tombstones = [], tombstones_of(store)
    for text in texts:
        bare = text.strip().removeprefix(_KIND)
        try:
            found.append(whom(market, text))
        except NotFound:
            kinds = [kind for kind in ("id", "mail", "name") if tombstones.since(kind, bare)]
            found.append(person_of_text(market, bare, kinds or (["id"] if text.strip().startswith(_KIND) else [])))
    return together(found)


def tombstoned(store: Store, text: str) -> datetime | None:
    """Return when somebody of this id, address or name was erased from a store."""
    tombstones, wanted = tombstones_of(store), text.strip().removeprefix(_KIND)
    found = [tombstones.since(kind, wanted) for kind in ("id", "mail", "name")]
    return next((moment for moment in found if moment), None)


def _referred(market: Market) -> set[str]:
    """Ids of contacts that are named, whether or not there is such a contact."""
    found: set[str] = set()
    for name in ("engagements", "employments", "opportunity_roles"):
        found |= set(pc.unique(whole(market[name]["contact_id"])).to_pylist())
    aliases = market.aliases.to_pylist()
    found |= {row[name] for row in aliases if row["record_table"] == "contacts" for name in ("old_id", "kept_id")}
    return found - {None}


def _having(
    market: Market, contacts: list[dict[str, Any]], field: str, wanted: str, same: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Contacts who have, or had, a name or an address."""
    had = {
        row["record_id"]
        for row in market.earlier_values.to_pylist()
        if row["record_table"] == "contacts" and row["field_name"] == field and row["value"]
        if same(json.loads(row["value"]) or "") == wanted
    }
    now = [row for row in contacts if row[field] and same(row[field]) == wanted]
    return now or [row for row in contacts if row["contact_id"] in had]


def _told(row: Mapping[str, Any]) -> str:
    about = ", ".join(str(row[name]) for name in ("name", "title", "account_id") if row[name])
    return f"{_KIND}{row['contact_id']}" + (f" ({about})" if about else "")
