"""The table of contacts: names, addresses, messy titles, stated programs, when each record was made."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.benchmark.generator.arrays import DAY, Ints, Streams
from committee.benchmark.generator.columns import join, moments, word
from committee.benchmark.generator.companies import company_names
from committee.benchmark.generator.drawn import Drawn
from committee.benchmark.generator.people import People
from committee.benchmark.generator.rows import Rows
from committee.benchmark.generator.spec import PERSONAS, Words, words

__all__ = ["addresses", "contacts_of"]


def contacts_of(drawn: Drawn, streams: Streams) -> pa.Table:
    """Write the table of contacts, sorted by id; people without a record are not in it."""
    rng = streams("contact records")
    people, rows, count = drawn.people, drawn.rows, len(drawn.people)
    stays = people.moves_to < 0
    given, family = _names(count, streams)
    registered = pa.array(people.registered)
    table = pa.table(
        {
            "contact_id": drawn.ids.person(np.arange(count)),
            "account_id": drawn.ids.account(np.where(stays, people.account, people.moves_to)),
            "email": addresses(drawn, streams),
            "name": join(word(*given), " ", word(*family)),
            "title": _titles(drawn, rng),
            "department": _departments(people, rng),
            "program_id": drawn.ids.program(np.where(stays, people.stated, -1)),
            "created_at": _created(drawn, rows, rng),
            "suppressed": word(("false", "true"), people.suppressed.astype(np.int64)),
        }
    ).filter(registered)
    return table.sort_by("contact_id")


def addresses(drawn: Drawn, streams: Streams) -> pa.Array:
    """Draw unique addresses under the domain of the first employer in the history."""
    count = len(drawn.people)
    _, domains = company_names(len(drawn.accounts), streams)
    given, family = (pc.utf8_lower(word(stock, index)) for stock, index in _names(count, streams))
    number = pc.cast(pa.array(np.arange(count)), pa.string())
    return join(given, ".", family, number, "@", pa.array(domains).take(pa.array(drawn.people.account)))


def _names(count: int, streams: Streams) -> list[tuple[tuple[str, ...], Ints]]:
    """Draw given and family names: the stock and an index a person."""
    rng, people = streams("names"), words().people
    return [(people[part], rng.integers(0, len(people[part]), count)) for part in ("given", "family")]


def _titles(drawn: Drawn, rng: np.random.Generator) -> pa.Array:
    """Titles from a stock of a few hundred per persona: ranks, other languages, typos, credentials."""
    people, vocabulary, spec = drawn.people, words(), drawn.spec.people
    stock: list[str] = []
    index = np.zeros(len(people), np.int64)
    for code, persona in enumerate(PERSONAS):
        clean = [_ranked(t, rank) for t in vocabulary.titles[persona] for rank in vocabulary.people["ranks"]]
        messy = [_messed(clean[int(rng.integers(len(clean)))], vocabulary, rng) for _ in range(300)]
        who = np.flatnonzero(people.persona == code)
        plain = rng.integers(0, len(clean), len(who))
        spoilt = len(clean) + rng.integers(0, len(messy), len(who))
        index[who] = len(stock) + np.where(rng.random(len(who)) < spec.messy_title, spoilt, plain)
        stock += clean + messy
    index[rng.random(len(people)) < spec.blank_title] = -1
    return word(tuple(stock), index)


def _ranked(title: str, rank: str) -> str:
    return " ".join(title.replace("{x}", rank).split())


def _messed(title: str, vocabulary: Words, rng: np.random.Generator) -> str:
    choice = int(rng.integers(6))
    if choice == 0:
        return title.lower()
    if choice == 1:
        return title.upper()
    if choice == 2 and len(title) > 4:
        at = int(rng.integers(1, len(title) - 1))
        return title[:at] + title[at + 1 :]
    if choice == 3:
        return title + vocabulary.people["credentials"][int(rng.integers(len(vocabulary.people["credentials"])))]
    if choice == 4:
        shorter = title
        for long, short in (("Manager", "Mgr"), ("Director", "Dir."), ("Clinical", "Clin."), ("Senior", "Sr")):
            shorter = shorter.replace(long, short)
        return shorter
    return f'  "{title}"'


def _departments(people: People, rng: np.random.Generator) -> pa.Array:
    stock: list[str] = []
    index = np.zeros(len(people), np.int64)
    for code, persona in enumerate(PERSONAS):
        names = words().departments[persona]
        who = np.flatnonzero(people.persona == code)
        index[who] = len(stock) + rng.integers(0, len(names), len(who))
        stock += names
    return word(tuple(stock), index)


def _created(drawn: Drawn, rows: Rows, rng: np.random.Generator) -> pa.Array:
    """Before the history, or minutes before the first touch; nobody touches before the record exists."""
    count, end = len(drawn.people), drawn.spec.days * DAY
    first = np.full(count, end, np.int64)
    np.minimum.at(first, rows.person, np.where(rows.date_only, rows.at // DAY * DAY, rows.at))
    by_touch = np.where(first < end, first - rng.integers(0, 600, count), rng.integers(0, end, count))
    early = -rng.integers(0, 900 * DAY, count)
    return moments(drawn.start + np.where(drawn.people.late, by_touch, early))
