"""Mail addresses and domains: whose they are, and which belong to nobody in particular."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import tldextract

__all__ = ["MailWords", "domain_of", "mail_key", "mail_keys", "mail_words", "name_of_domain"]

# The list of public suffixes that the library ships: no file is written, nothing is asked over the network.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True)
class MailWords:
    """Which hosts and which names before the @ are nobody's own.

    Attributes
    ----------
    free, forwarding : frozenset of str
        Hosts at which anybody can have an address; hosts that only pass mail on.
    shared : frozenset of str
        Names before the @ that several people read.
    least_colleagues : int
        Contacts of one account, and of no other, whose mail domain is taken for the account's.
    """

    free: frozenset[str]
    forwarding: frozenset[str]
    shared: frozenset[str]
    least_colleagues: int

    def company_host(self, host: str) -> bool:
        """Whether a host can name a company."""
        domain = domain_of(host)
        return bool(domain) and not {host, domain} & (self.free | self.forwarding)

    def is_shared(self, address: str) -> bool:
        """Whether several people read what is sent to an address."""
        local = address.partition("@")[0].lower()
        first = re.split(r"[.\-_+]", local)[0]
        return local in self.shared or (first in self.shared and re.sub(r"[^a-z]", "", local) != local)


def mail_words(companies: Mapping[str, Any], people: Mapping[str, Any]) -> MailWords:
    """Make the lists of ``defaults/companies.toml`` and ``defaults/people.toml``."""
    hosts = companies["domains"]
    return MailWords(
        frozenset(hosts["free"]),
        frozenset(hosts["forwarding"]),
        frozenset(people["mail"]["shared"]),
        int(people["new_faces"]["least_colleagues"]),
    )


def mail_key(address: str | None) -> str:
    """Return an address as it is compared: lower case, without what follows a plus; empty when it is none.

    >>> mail_key(" Ada.Keller+news@Acme.example "), mail_key("not an address")
    ('ada.keller@acme.example', '')
    """
    low = (address or "").strip().lower()
    if not _ADDRESS.match(low):
        return ""
    local, _, host = low.rpartition("@")
    return f"{local.partition('+')[0] or local}@{host}"


def mail_keys(addresses: pa.Array) -> pa.Array:
    """Return `mail_key` of a column, in one go; null where it is none."""
    low = pc.utf8_lower(pc.utf8_trim_whitespace(addresses))
    good = pc.match_substring_regex(low, r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    bare = pc.replace_substring_regex(low, r"^([^@+]+)\+[^@]*@", r"\1@")
    return pc.if_else(pc.fill_null(good, False), bare, pa.scalar(None, pa.string()))


@cache
def domain_of(host: str) -> str:
    """Return the part of a host, address or web address that somebody registered; empty when there is none.

    >>> domain_of("mail.acme.co.uk"), domain_of("https://www.acme.example/about"), domain_of("ada@lab.acme.com")
    ('acme.co.uk', 'acme.example', 'acme.com')
    """
    return ".".join(part for part in _registered(host) if part) if all(_registered(host)) else ""


@cache
def name_of_domain(host: str) -> str:
    """Return the registered name without its public suffix.

    >>> name_of_domain("acme.co.uk"), name_of_domain("acme.com")
    ('acme', 'acme')
    """
    return _registered(host)[0]


def _registered(host: str) -> tuple[str, str]:
    """The registered name and its suffix; the last label is a suffix where the list knows none."""
    found = _SUFFIXES(host.strip().lower().rpartition("@")[2])
    if found.suffix or found.ipv4 or not found.subdomain:
        return found.domain, found.suffix
    return found.subdomain.rpartition(".")[2], found.domain
