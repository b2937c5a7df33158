"""New faces: people who engage with a mail address that no contact has, tied to the account whose mail domain it is.

Addresses that several people read, hosts at which anybody can have one or that only pass mail on, hosts of no account or
of several, and an address at another company than the row names are no person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from committee.identity.mail import MailWords, domain_of, mail_keys
from committee.market import Market
from committee.records import digest
from committee.records.columns import whole
from committee.records.loaded import Contact
from committee.records.tables import typed_table

__all__ = ["FACE", "NO_PERSON", "Hosts", "hosts_of_accounts", "judged_addresses", "new_faces"]

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
    hosts = hosts_of_accounts(market["accounts"], market["contacts"], mail) if groups.num_rows else Hosts({}, {})
    accounts, reasons = [], []
    for address, named in zip(groups["mail"].to_pylist(), groups["account_distinct"].to_pylist(), strict=True):
        account, reason = _judged(address, {one for one in named if one is not None}, hosts, mail)
        accounts.append(account)
        reasons.append(reason)
    columns = {"account_id": pa.array(accounts, pa.string()), "reason": pa.array(reasons, pa.string())}
    return pa.table({"mail": groups["mail"], **columns, "engagements": groups["stated_count"]})


@dataclass(frozen=True)
class Hosts:
    """Which accounts have which mail hosts.

    Attributes
    ----------
    stated : mapping of host to set of account ids
    registered : mapping of registered domain to set of account ids
        Of all hosts stated; asked where none is stated that an address lies in.
    """

    stated: Mapping[str, set[str]]
    registered: Mapping[str, set[str]]

    def owners(self, host: str) -> set[str]:
        """Return the accounts to which a host belongs: that of the longest stated host it lies in."""
        labels = host.split(".")
        for start in range(len(labels) - 1):
            if owners := self.stated.get(".".join(labels[start:])):
                return owners
        return self.registered.get(domain_of(host), set())


def hosts_of_accounts(accounts: pa.Table, contacts: pa.Table, mail: MailWords) -> Hosts:
    """Return the hosts that accounts state and that can name a company.

    A domain that no account states belongs to the account at which all contacts with such an address work, if they are
    as many as the word list asks for.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    registered: dict[str, set[str]] = defaultdict(set)
    columns = (accounts.column(name).to_pylist() for name in ("account_id", "domain", "deleted"))
    for account, domains, deleted in zip(*columns, strict=True):
        for text in () if deleted else domains or ():
            host = text.strip().lower().rpartition("@")[2].rpartition("://")[2].partition("/")[0].removeprefix("www.")
            if mail.company_host(host):
                stated[host].add(account)
                registered[domain_of(host)].add(account)
    for domain, (account, colleagues) in _at_one_account(contacts, mail).items():
        if domain not in registered and colleagues >= mail.least_colleagues:
            registered[domain].add(account)
    return Hosts(stated, registered)


def _at_one_account(contacts: pa.Table, mail: MailWords) -> dict[str, tuple[str, int]]:
    """Mail domains to the account of the people who have an address there, where it is the same for all, and their number."""
    placed = pc.and_(pc.is_valid(contacts["email"]), pc.is_valid(contacts["account_id"]))
    standing = contacts.filter(pc.and_(placed, pc.invert(pc.fill_null(contacts["deleted"], False))))
    address = pc.utf8_lower(whole(standing["email"]))
    host = pc.utf8_trim_whitespace(pc.struct_field(pc.extract_regex(address, r"@(?P<host>[^@]*)$"), "host"))
    people = pa.table({"host": host, "account": whole(standing["account_id"])}).group_by(["host", "account"])
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in people.aggregate([([], "count_all")]).to_pylist():  # a few hosts, however many people
        if row["host"] and mail.company_host(row["host"]):
            found[domain_of(row["host"])][row["account"]] += row["count_all"]
    return {domain: next(iter(at.items())) for domain, at in found.items() if len(at) == 1}


def _judged(address: str, named: set[str], hosts: Hosts, mail: MailWords) -> tuple[str | None, str]:
    local, _, host = address.rpartition("@")
    domain = domain_of(host)
    if not domain or not local:
        return None, "not_an_address"
    if {host, domain} & mail.forwarding:
        return None, "forwarding_host"
    if {host, domain} & mail.free:
        return None, "anybodys_host"
    if mail.is_shared(address):
        return None, "shared_address"
    owners = hosts.owners(host)
    if not owners:
        return None, "no_account"
    if named and not named & owners:
        return None, "another_account"
    owners = owners & named or owners
    return (None, "several_accounts") if len(owners) > 1 else (min(owners), "")
