"""An account as it is compared with others."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from committee.identity.companies.names import CompanyName, read_name
from committee.identity.companies.words import CompanyWords
from committee.identity.mail import MailWords, domain_of

__all__ = ["Company", "companies_of"]


@dataclass(frozen=True)
class Company:
    """An account as it is compared."""

    id: str
    name: CompanyName
    domains: frozenset[str]
    country: str
    parent: str


def companies_of(accounts: pa.Table, words: CompanyWords, mail: MailWords) -> list[Company]:
    """Read the accounts of a market, those their source has deleted left out, in the order of their ids."""
    read: dict[str, CompanyName] = {}
    found = []
    for row in accounts.select(["account_id", "name", "domain", "country", "parent_account_id", "deleted"]).to_pylist():
        if row["deleted"]:
            continue
        text = row["name"] or ""
        if text not in read:
            read[text] = read_name(text, words)
        domains = frozenset(domain_of(host) for host in row["domain"] or () if mail.company_host(host))
        country = (row["country"] or "").strip().casefold()
        found.append(Company(row["account_id"], read[text], domains, country, row["parent_account_id"] or ""))
    return sorted(found, key=lambda company: company.id)
