"""Which contacts are one person: certain by one address, or pairs for a person to judge, with a score and its reasons.

A name alone never joins: colleagues share names, and names one letter apart are mostly two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from committee.identity.companies.matching import Pair
from committee.identity.mail import MailWords, mail_key, mail_keys
from committee.identity.people.names import PersonName, likeness, read_person
from committee.identity.people.words import PeopleWords
from committee.identity.spelling import plain_words
from committee.records.columns import whole

__all__ = ["Person", "certain_people", "people_to_review"]

_COLUMNS = ["contact_id", "account_id", "email", "name", "title"]
_SAME_PERSON = ("same_name", "swapped", "nickname", "initial", "double_name")
_WHY = {
    "same_name": "one name",
    "swapped": "first and family name exchanged",
    "nickname": "a short form of the first name",
    "double_name": "a family name that the other bears as a part",
    "initial": "an initial in place of the first name",
    "other_family_name": "one first name, and the address of one bears the family name of the other",
    "one_letter": "one letter differs",
    "same_title": "one job title",
    "same_local_part": "one name before the @",
    "other_title": "job titles without a word in common",
    "two_addresses": "two addresses at one host",
    "moved": "other accounts",
}


@dataclass(frozen=True)
class Person:
    """A contact as it is compared."""

    id: str
    account: str
    name: PersonName
    mail: str
    title: frozenset[str]


def certain_people(
    contacts: pa.Table, standing: Mapping[str, str], words: PeopleWords, mail: MailWords
) -> list[tuple[str, str]]:
    """Return pairs of contacts with one address of one person, at one account, under names that can be one person's.

    Parameters
    ----------
    contacts : pyarrow Table
        Of a Market.
    standing : mapping
        Accounts that others stand for.
    words : PeopleWords
    mail : MailWords
    """
    pairs = []
    for address, some in _by_address(_read(_sharing_an_address(contacts), standing, words)):
        if mail.is_shared(address):
            continue
        pairs += [
            (one.id, other.id)
            for one, other in combinations(some[: words.most_alike], 2)
            if _one_account(one, other) and _may_be_one(one.name, other.name, words)
        ]
    return sorted(pairs)


def people_to_review(
    contacts: pa.Table,
    standing: Mapping[str, str],
    words: PeopleWords,
    mail: MailWords,
    decided: Iterable[tuple[str, str]] = (),
) -> list[Pair]:
    """Return pairs that may be one person, the most alike first.

    Parameters
    ----------
    contacts, standing, words, mail
        As for `certain_people`.
    decided : iterable of pairs of ids
        Joined or kept apart already.
    """
    done = {frozenset(pair) for pair in decided}
    people = _read(contacts, standing, words)
    found = {}
    for one, other in _candidates(people, words):
        if frozenset((one.id, other.id)) in done or (one.id, other.id) in found:
            continue
        score, reasons = _judged(one, other, words, mail)
        if score >= words.least:
            found[one.id, other.id] = Pair(one.id, other.id, round(min(score, 99.0), 1), reasons)
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.one, pair.other))


def _sharing_an_address(contacts: pa.Table) -> pa.Table:
    keys = mail_keys(whole(contacts["email"]))
    counts = pc.value_counts(keys.drop_null())
    often = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    return contacts.filter(pc.fill_null(pc.is_in(keys, value_set=often), False)) if len(often) else contacts.slice(0, 0)


def _read(contacts: pa.Table, standing: Mapping[str, str], words: PeopleWords) -> list[Person]:
    """Contacts as they are compared, in the order of their ids; new faces and deleted ones are not compared."""
    out = pc.or_(pc.fill_null(contacts["new_face"], False), pc.fill_null(contacts["deleted"], False))
    rows = contacts.filter(pc.invert(out)).select(_COLUMNS).to_pylist()
    people = [
        Person(
            row["contact_id"],
            standing.get(row["account_id"], row["account_id"]) or "",
            read_person(row["name"], words),
            mail_key(row["email"]),
            frozenset(plain_words(row["title"] or "")),
        )
        for row in rows
    ]
    return sorted(people, key=lambda person: person.id)


def _by_address(people: Sequence[Person]) -> Iterator[tuple[str, list[Person]]]:
    found: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if person.mail:
            found[person.mail].append(person)
    return iter(sorted((address, some) for address, some in found.items() if len(some) > 1))


def _one_account(one: Person, other: Person) -> bool:
    return one.account == other.account or not (one.account and other.account)


def _may_be_one(one: PersonName, other: PersonName, words: PeopleWords) -> bool:
    return not one.parts or not other.parts or one.parts == other.parts or likeness(one, other, words) in _SAME_PERSON


def _candidates(people: Sequence[Person], words: PeopleWords) -> Iterator[tuple[Person, Person]]:
    """Pairs worth judging: one address; inside an account one family name, one set of words, one first name; one name anywhere."""
    blocks: dict[tuple[str, ...], list[Person]] = defaultdict(list)
    for person in people:
        name = person.name
        if person.mail:
            blocks["address", person.mail].append(person)
        if not name.parts:
            continue
        blocks["family", person.account, name.family].append(person)
        blocks["given", person.account, name.given].append(person)
        blocks["words", person.account, name.whole].append(person)
        if name.given:
            blocks["anywhere", name.whole].append(person)
    for some in blocks.values():
        if 1 < len(some) <= words.most_alike:
            yield from combinations(some, 2)


def _judged(one: Person, other: Person, words: PeopleWords, mail: MailWords) -> tuple[float, tuple[str, ...]]:
    points = words.points
    if one.mail and one.mail == other.mail:
        if mail.is_shared(one.mail):
            return 0.0, ()
        why = "one address at two accounts" if _may_be_one(one.name, other.name, words) else "one address, two names"
        return points["one_address"], (why,)
    how = likeness(one.name, other.name, words)
    local, other_local = one.mail.partition("@")[0], other.mail.partition("@")[0]
    if how == "other_family_name" and not (_bears(other_local, one.name.family) or _bears(local, other.name.family)):
        how = ""
    if not how:
        return 0.0, ()
    reasons = [how]
    if one.title and one.title == other.title:
        reasons.append("same_title")
    elif one.title and other.title and not one.title & other.title:
        reasons.append("other_title")
    if local and other_local:
        hosts = one.mail.rpartition("@")[2], other.mail.rpartition("@")[2]
        if local == other_local:
            reasons.append("same_local_part")
        elif hosts[0] == hosts[1]:
            reasons.append("two_addresses")
    if not _one_account(one, other):
        reasons.append("moved")
    return sum(points[reason] for reason in reasons), tuple(_WHY[reason] for reason in reasons)


def _bears(local: str, family: str) -> bool:
    return len(family) > 2 and family in "".join(plain_words(local)).replace("ue", "u").replace("oe", "o")
