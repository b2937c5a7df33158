"""Who is in the story of the demo market: ids as the registry's loader makes them, invented people."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from committee.benchmark.generator.arrays import Streams
from committee.benchmark.generator.spec import words

__all__ = ["Row", "Touch", "account_id", "people_of", "program_id"]

Row = dict[str, str]


def account_id(sponsor: str) -> str:
    """Name the account the registry's loader makes of a sponsor.

    Examples
    --------
    >>> account_id("Y-mAbs Therapeutics")
    'ctgov:y-mabs-therapeutics'
    """
    folded = unicodedata.normalize("NFKD", sponsor.casefold())
    plain = "".join(ch for ch in folded if not unicodedata.combining(ch))
    return "ctgov:" + re.sub(r"[^0-9a-z]+", "-", plain).strip("-")


def program_id(study: str) -> str:
    """Name the program the registry's loader makes of a trial; empty stays empty."""
    return f"ctgov:{study}" if study else ""


@dataclass(frozen=True)
class Touch:
    """One row to be: somebody opened something, or asked."""

    at: dt.datetime
    person: str  # key in the story, empty for an unknown address
    email: str
    account: str
    content: str
    campaign: str
    channel: str
    kind: str
    program: str = ""
    group: str = ""


def people_of(story: Mapping[str, Any]) -> dict[str, Row]:
    """Read everybody in the story, by key, with an invented name and an address under .example."""
    given, family = words().people["given"], words().people["family"]
    order = Streams(story["seed"])("names").permutation(len(given) * len(family))
    people: dict[str, Row] = {}
    for account in story["account"]:
        for person in account["people"]:
            number = len(people)
            first, last = given[int(order[number]) // len(family)], family[int(order[number]) % len(family)]
            people[person["key"]] = {
                "contact_id": f"CT{number + 1:03d}",
                "account_id": account_id(account["sponsor"]),
                "email": f"{first}.{last}@{account['domain']}".lower(),
                "name": f"{first} {last}",
                "title": person["title"],
                "department": person["department"],
                "persona": person["persona"],
                "program_id": program_id(person["program"]),
                "suppressed": "true" if person.get("suppressed") else "",
                "reads": str(person["reads"]),
            }
    return people
