"""Who is meant: one person, by contact id, mail address or whole name; never a guess, since erasing cannot be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow.compute as pc

from committee.erasure import Person, Tombstones, mail_text, name_text, person_in, person_of_text
from committee.errors import AmbiguousName, NotFound
from committee.market import Market
from committee.records.columns import whole

__all__ = ["asked_for", "erased_on", "whom"]

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
        if len(found) > 1:
            listed = ", ".join(_told(row) for row in found[:_SHOWN])
            more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise AmbiguousName(
                f"'{wanted}' may be {len(found)} people: {listed}{more}; nothing was changed",
                f"Name one of them as {_KIND}ID",
            )
        if found:
            return person_in(market, ids=[found[0]["contact_id"]])
        mails = {mail_text(mail) for mail in pc.unique(whole(market.engagements["email"])).to_pylist() if mail}
        if mail_text(wanted) in mails:
            return person_in(market, mails=[wanted])
    near = [row for row in contacts if wanted and name_text(wanted) in name_text(row["name"] or "")]
    raise NotFound(
        f"nobody here has the id, the mail address or the whole name '{wanted}'; nothing was changed",
        f"Did you mean {', '.join(_told(row) for row in near[:_SHOWN])}?" if near else "Check the spelling",
    )


def asked_for(market: Market, text: str) -> Person:
    """Return the person that a text means; one whom nobody knows is searched for by the text itself.

    Raises
    ------
    AmbiguousName
        Several people may be meant.
    """
    try:
        return whom(market, text)
    except NotFound:
        return person_of_text(market, text.strip().removeprefix(_KIND))


def erased_on(tombstones: Tombstones, text: str) -> datetime | None:
    """Return when somebody of this id, address or name was erased."""
    wanted = text.strip().removeprefix(_KIND)
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


def _having(market: Market, contacts: list[dict[str, Any]], field: str, wanted: str, same: Any) -> list[dict[str, Any]]:
    """Contacts who have, or had, a name or an address."""
    import json

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
