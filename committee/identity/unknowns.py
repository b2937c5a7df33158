"""New faces: people who engage with a mail address that no contact has, tied to the account whose mail domain it is.

Addresses that several people read, hosts at which anybody can have one or that only pass mail on, hosts of no account or
of several, and an address at another company than the row names are no person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from committee.identity.mail import MailWords, domain_of, mail_keys
from committee.market import Market
from committee.records import digest
from committee.records.columns import whole
from committee.records.loaded import Contact
from committee.records.tables import typed_table

__all__ = ["FACE", "NO_PERSON", "hosts_of_accounts", "judged_addresses", "new_faces"]

FACE = "face:"  # before the id of a new face
NO_PERSON: dict[str, str] = {
    "not_an_address": "it is no mail address",
    "shared_address": "several people read it",
    "anybodys_host": "anybody can have an address at this host",
    "forwarding_host": "the host only passes mail on",
    "no_account": "no account has this domain",
    "several_accounts": "several accounts have this domain",
    "another_account": "the domain is another account's than the row names",
}


def new_faces(market: Market, mail: MailWords) -> pa.Table:
    """Return the people whom engagements show and no contact table does, as rows of contacts.

    Parameters
    ----------
    market : Market
        Every company and person is one record in it; new faces of earlier days are not in it.
    mail : MailWords

    Returns
    -------
    pyarrow Table
        Contacts with an id made of the address, the address, the account and a name to call them by; no persona.
    """
    found = judged_addresses(market, mail)
    people = found.filter(pc.equal(found.column("reason"), ""))
    mails = people.column("mail").to_pylist()
    ids = [digest(["face", one]) for one in mails]
    columns = {
        "contact_id": [FACE + one for one in ids],
        "account_id": people.column("account_id").to_pylist(),
        "email": mails,
        "name": [f"New face {one[:6]}" for one in ids],
        "new_face": [True] * len(ids),
    }
    return typed_table(Contact, columns)


def judged_addresses(market: Market, mail: MailWords) -> pa.Table:
    """Judge every address that engagements name and no contact has.

    Returns
    -------
    pyarrow Table
        mail (as compared), account_id, reason (a key of `NO_PERSON`, empty = a person), engagements; sorted by mail.
    """
    rows = market["engagements"]
    loose = rows.filter(pc.and_(pc.is_null(rows["contact_id"]), pc.is_valid(rows["email"])))
    stated = whole(loose["email"])
    told = pa.table({"stated": stated, "mail": mail_keys(stated), "account": whole(loose["account_id"])})
    known = mail_keys(whole(market["contacts"].column("email"))).drop_null()
    told = told.filter(pc.invert(pc.fill_null(pc.is_in(told["mail"], value_set=known), False)))
    told = told.set_column(1, "mail", pc.coalesce(told["mail"], pc.utf8_trim_whitespace(told["stated"])))
    groups = told.group_by("mail").aggregate([("account", "distinct"), ("stated", "count")]).sort_by("mail")
    hosts = hosts_of_accounts(market, mail)
    accounts, reasons = [], []
    for address, named in zip(groups["mail"].to_pylist(), groups["account_distinct"].to_pylist(), strict=True):
        account, reason = _judged(address, {one for one in named if one is not None}, hosts, mail)
        accounts.append(account)
        reasons.append(reason)
    columns = {"account_id": pa.array(accounts, pa.string()), "reason": pa.array(reasons, pa.string())}
    return pa.table({"mail": groups["mail"], **columns, "engagements": groups["stated_count"]})


def hosts_of_accounts(market: Market, mail: MailWords) -> dict[str, set[str]]:
    """Return which accounts have a mail domain, by registered domain, and by whole host where one is stated."""
    found: dict[str, set[str]] = defaultdict(set)
    accounts = market["accounts"]
    for account, domains, deleted in zip(
        *(accounts.column(name).to_pylist() for name in ("account_id", "domain", "deleted")), strict=True
    ):
        for text in () if deleted else domains or ():
            host = text.strip().lower().rpartition("@")[2].removeprefix("https://").removeprefix("http://")
            host = host.partition("/")[0].removeprefix("www.")
            if mail.company_host(host):
                found[host].add(account)
                found[domain_of(host)].add(account)
    return found


def _judged(address: str, named: set[str], hosts: Mapping[str, set[str]], mail: MailWords) -> tuple[str | None, str]:
    host = address.rpartition("@")[2]
    domain = domain_of(host) if "@" in address else ""
    if not domain or not address.rpartition("@")[0]:
        return None, "not_an_address"
    if {host, domain} & mail.forwarding:
        return None, "forwarding_host"
    if {host, domain} & mail.free:
        return None, "anybodys_host"
    if mail.is_shared(address):
        return None, "shared_address"
    owners = hosts.get(host) or hosts.get(domain) or set()
    if not owners:
        return None, "no_account"
    if named and not named & owners:
        return None, "another_account"
    owners = owners & named or owners
    return (None, "several_accounts") if len(owners) > 1 else (min(owners), "")
