"""From flat arrays to canonical tables and truth tables: ids, names, titles, times as text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.benchmark.generator.accounts import Accounts, Programs
from committee.benchmark.generator.arrays import DAY, Bools, Ints, Streams
from committee.benchmark.generator.content import Library
from committee.benchmark.generator.groups import Groups
from committee.benchmark.generator.noise import Mailings
from committee.benchmark.generator.people import People
from committee.benchmark.generator.rows import CHANNELS, KINDS, Rows
from committee.benchmark.generator.spec import PERSONAS, MarketSpec, Words, words
from committee.benchmark.generator.touches import ORIGINS

__all__ = ["Drawn", "tables_of", "truth_of"]

SELLER = "https://seller.example/resources/"


@dataclass(frozen=True)
class Drawn:
    """All parts of one market as flat arrays."""

    spec: MarketSpec
    accounts: Accounts
    programs: Programs
    people: People
    library: Library
    groups: Groups
    mailings: Mailings
    rows: Rows

    @property
    def start(self) -> int:
        """First moment of the history, seconds since 1970."""
        now = dt.datetime.combine(self.spec.now, dt.time(), dt.UTC)
        return int(now.timestamp()) - self.spec.days * DAY


def tables_of(drawn: Drawn, streams: Streams) -> dict[str, pa.Table]:
    """Write the canonical tables."""
    return {
        "accounts": _accounts(drawn, streams),
        "programs": _programs(drawn),
        "contacts": _contacts(drawn, streams),
        "content": _content(drawn, streams),
        "campaigns": _campaigns(drawn),
        "engagements": _engagements(drawn, streams),
    }


def truth_of(drawn: Drawn) -> dict[str, pa.Table]:
    """Tell what was planted; groups and members as far as they touched anything within the history."""
    rows, people, programs = drawn.rows, drawn.people, drawn.programs
    library, vocabulary = drawn.library, words()
    ids = _Ids(drawn)
    return {
        "accounts": pa.table(
            {
                "account_id": ids.account(np.arange(len(drawn.accounts))),
                "programs": pa.array(drawn.accounts.programs),
                "size_class": _word(drawn.spec.accounts.classes, drawn.accounts.size_class),
            }
        ),
        "truth_contacts": pa.table(
            {
                "contact_id": ids.person(np.arange(len(people))),
                "persona": _word(PERSONAS, people.persona),
                "home_program_id": ids.program(people.home),
            }
        ).filter(pa.array(people.registered)),
        "truth_content": pa.table(
            {
                "asset_id": ids.content(np.arange(len(library))),
                "topic": _word(tuple(vocabulary.topics), library.topic),
                "therapeutic_area": _word(vocabulary.areas, library.area),
                "modality": _word(vocabulary.modalities, library.modality),
                "phase": _word(vocabulary.phases, library.phase),
                "persona": _word(PERSONAS, library.persona),
                "stage": _word(vocabulary.stages, library.stage),
            }
        ),
        "truth_engagements": pa.table(
            {
                "engagement_id": ids.engagement(np.arange(len(rows))),
                "group_id": ids.group(rows.group),
                "origin": _word(ORIGINS, rows.origin),
            }
        ),
        **_true_groups(drawn, ids, programs),
    }


def _true_groups(drawn: Drawn, ids: _Ids, programs: Programs) -> dict[str, pa.Table]:
    rows, groups, people = drawn.rows, drawn.groups, drawn.people
    inside = np.flatnonzero(rows.group >= 0)
    pair = rows.group[inside] * (len(people) + 1) + rows.person[inside]
    key, member, count = np.unique(pair, return_inverse=True, return_counts=True)
    group, person = key // (len(people) + 1), key % (len(people) + 1)
    # a row that gives a day only is known from the beginning of that day
    known = np.where(rows.date_only[inside], rows.at[inside] // DAY * DAY, rows.at[inside])
    joined = np.full(len(key), np.iinfo(np.int64).max)
    np.minimum.at(joined, member, known)
    found = np.unique(group)
    started = np.full(len(groups), np.iinfo(np.int64).max)
    np.minimum.at(started, rows.group[inside], known)
    ended = np.full(len(groups), -1, np.int64)
    np.maximum.at(ended, rows.group[inside], known)
    end = drawn.spec.days * DAY
    program = groups.program[found]
    plan_end = groups.start[found] + groups.length[found]
    return {
        "truth_groups": pa.table(
            {
                "group_id": ids.group(found),
                "account_id": ids.account(programs.account[program]),
                "program_id": ids.program(program),
                "need": _word(tuple(words().topics), groups.need[found]),
                "started_at": _naive(drawn.start + started[found]),
                "ended_at": _naive(drawn.start + ended[found]),
                "listed": pa.array(programs.listed[program].astype(np.int64)),
                "truncated": pa.array((plan_end > end).astype(np.int64)),
                "plan_start": pa.array(np.round(groups.start[found] / DAY, 4)),
                "plan_days": pa.array(np.round(groups.length[found] / DAY, 4)),
            }
        ),
        "truth_membership": pa.table(
            {
                "account_id": ids.account(programs.account[groups.program[group]]),
                "group_id": ids.group(group),
                "program_id": ids.program(groups.program[group]),
                "contact_id": ids.person(person),
                "role": _word(PERSONAS, people.persona[person]),
                "joined_at": _naive(drawn.start + joined),
                "n_engagements": pa.array(count),
            }
        ),
    }


class _Ids:
    """Ids as text. People are numbered in an order that says nothing about their account."""

    def __init__(self, drawn: Drawn) -> None:
        self.shuffled = Streams(len(drawn.people))("ids").permutation(len(drawn.people))

    def account(self, index: Ints) -> pa.Array:
        return _numbered("A", index, 6)

    def program(self, index: Ints) -> pa.Array:
        return _numbered("P", index, 7)

    def person(self, index: Ints) -> pa.Array:
        return _numbered("C", np.where(index >= 0, self.shuffled[index], -1), 8)

    def content(self, index: Ints) -> pa.Array:
        return _numbered("AS", index, 5)

    def campaign(self, index: Ints) -> pa.Array:
        return _numbered("K", index, 7)

    def engagement(self, index: Ints) -> pa.Array:
        return _numbered("E", index, 9)

    def group(self, index: Ints) -> pa.Array:
        return _numbered("G", index, 7)


def _accounts(drawn: Drawn, streams: Streams) -> pa.Table:
    rng = streams("company names")
    accounts, names, domains = drawn.accounts, *_company_names(len(drawn.accounts), streams)
    size = np.asarray([30, 120, 900, 20_000])[np.minimum(accounts.size_class, 3)]
    return pa.table(
        {
            "account_id": _Ids(drawn).account(np.arange(len(accounts))),
            "name": pa.array(names),
            "domain": pa.array(domains),
            "country": _word(words().countries, accounts.country),
            "industry": pa.array(["biopharmaceuticals"] * len(accounts)),
            "employees": pa.array((size * rng.lognormal(0, 0.4, len(accounts))).astype(np.int64)),
        }
    )


def _company_names(count: int, streams: Streams) -> tuple[list[str], list[str]]:
    parts = words().companies
    lists = [parts["first"], parts["second"], parts["third"], parts["fourth"]]
    sizes = [len(one) for one in lists]
    total = int(np.prod(sizes))
    order = streams("company order").permutation(total)
    names, domains = [], []
    for number in range(count):
        a, b, c, d = np.unravel_index(int(order[number % total]), sizes)
        name = f"{lists[0][a]}{lists[1][b]} {lists[2][c]} {lists[3][d]}".strip()
        round_ = f" {number // total + 1}" if number >= total else ""
        names.append(name + round_)
        domains.append("".join(ch for ch in (name + round_).lower() if ch.isalnum()) + ".example")
    return names, domains


def _programs(drawn: Drawn) -> pa.Table:
    programs, vocabulary = drawn.programs, words()
    topics = np.asarray(list(vocabulary.topics), object)
    codes = [f"{chr(65 + a % 26)}{chr(65 + a // 26 % 26)}{chr(65 + a // 676 % 26)}" for a in programs.account.tolist()]
    start = np.full(len(programs), drawn.start, np.int64) - (programs.number + 1) * 40 * DAY
    table = pa.table(
        {
            "program_id": _Ids(drawn).program(np.arange(len(programs))),
            "account_id": _Ids(drawn).account(programs.account),
            "name": pa.array([f"{c}-{101 + n}" for c, n in zip(codes, programs.number.tolist(), strict=True)]),
            "therapeutic_area": _word(vocabulary.areas, programs.said_area),
            "modality": _word(vocabulary.modalities, programs.said_modality),
            "phase": _word(vocabulary.phases, programs.said_phase),
            "status": _word(("active", "completed"), programs.ended.astype(np.int64)),
            "needs": pa.array([";".join(topics[row]) for row in programs.needs]),
            "started_on": _days(start),
        }
    )
    return table.filter(pa.array(programs.listed))


def _contacts(drawn: Drawn, streams: Streams) -> pa.Table:
    rng = streams("contact records")
    people, rows, count = drawn.people, drawn.rows, len(drawn.people)
    stays = people.moves_to < 0
    given, family = _names(count, streams)
    registered = pa.array(people.registered)
    table = pa.table(
        {
            "contact_id": _Ids(drawn).person(np.arange(count)),
            "account_id": _Ids(drawn).account(np.where(stays, people.account, people.moves_to)),
            "email": _addresses(drawn, streams),
            "name": _join(_word(*given), " ", _word(*family)),
            "title": _titles(drawn, rng),
            "department": _departments(people, rng),
            "program_id": _Ids(drawn).program(np.where(stays, people.stated, -1)),
            "created_at": _created(drawn, rows, rng),
            "suppressed": _word(("false", "true"), people.suppressed.astype(np.int64)),
        }
    ).filter(registered)
    return table.sort_by("contact_id")


def _addresses(drawn: Drawn, streams: Streams) -> pa.Array:
    """Draw unique addresses under the domain of the first employer in the history."""
    count = len(drawn.people)
    _, domains = _company_names(len(drawn.accounts), streams)
    given, family = (pc.utf8_lower(_word(stock, index)) for stock, index in _names(count, streams))
    number = pc.cast(pa.array(np.arange(count)), pa.string())
    return _join(given, ".", family, number, "@", pa.array(domains).take(pa.array(drawn.people.account)))


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
    return _word(tuple(stock), index)


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
    return _word(tuple(stock), index)


def _created(drawn: Drawn, rows: Rows, rng: np.random.Generator) -> pa.Array:
    """Before the history, or minutes before the first touch; nobody touches before the record exists."""
    count, end = len(drawn.people), drawn.spec.days * DAY
    first = np.full(count, end, np.int64)
    np.minimum.at(first, rows.person, np.where(rows.date_only, rows.at // DAY * DAY, rows.at))
    by_touch = np.where(first < end, first - rng.integers(0, 600, count), rng.integers(0, end, count))
    early = -rng.integers(0, 900 * DAY, count)
    return _moments(drawn.start + np.where(drawn.people.late, by_touch, early))


def _content(drawn: Drawn, streams: Streams) -> pa.Table:
    rng = streams("content records")
    library, vocabulary = drawn.library, words()
    topics = tuple(vocabulary.topics)
    said = _word(topics, library.said_topic)
    both = _join(said, ";", _word(topics, np.maximum(library.said_second_topic, 0)))
    kinds = [
        vocabulary.kinds[PERSONAS[p]][s] for p, s in zip(library.persona.tolist(), library.stage.tolist(), strict=True)
    ]
    titles = [_piece_title(library, row, kinds[row], vocabulary, rng) for row in range(len(library))]
    slugs = ["-".join("".join(c if c.isalnum() else " " for c in t.lower()).split()) for t in titles]
    return pa.table(
        {
            "content_id": _Ids(drawn).content(np.arange(len(library))),
            "title": pa.array(titles),
            "kind": pa.array(kinds),
            "topic": pc.if_else(pa.array(library.said_second_topic >= 0), both, said),
            "therapeutic_area": _word(vocabulary.areas, library.said_area),
            "modality": _word(vocabulary.modalities, library.said_modality),
            "phase": _word(vocabulary.phases, library.said_phase),
            "persona": _word(PERSONAS, library.persona),
            "stage": _word(vocabulary.stages, library.stage),
            "url": pa.array([f"{SELLER}{slug}-{row}" for row, slug in enumerate(slugs)]),
        }
    )


def _piece_title(library: Library, row: int, kind: str, vocabulary: Words, rng: np.random.Generator) -> str:
    phrases = list(vocabulary.topics.values())[int(library.topic[row])]
    title = phrases[int(rng.integers(len(phrases)))]
    if library.modality[row] >= 0:
        title += f" for {vocabulary.modalities[library.modality[row]]} programs"
    if library.area[row] >= 0:
        title += f" in {vocabulary.areas[library.area[row]]}"
    if library.phase[row] >= 0:
        title += f", {vocabulary.phases[library.phase[row]]}"
    return f"{title[0].upper()}{title[1:]}: {kind}"


def _campaigns(drawn: Drawn) -> pa.Table:
    programs, mailings = drawn.programs, drawn.mailings
    listed = np.flatnonzero(programs.listed)
    index = np.r_[listed, len(programs) + np.arange(len(mailings))]
    program = np.r_[listed, np.full(len(mailings), -1)]
    ids = _Ids(drawn)
    named = _join("ABM ", ids.program(np.maximum(program, 0)))
    mailed = _join("Newsletter ", pc.cast(pa.array(index - len(programs) + 1), pa.string()))
    return pa.table(
        {
            "campaign_id": ids.campaign(index),
            "name": pc.if_else(pa.array(program >= 0), named, mailed),
            "channel": _word(("email", "ads"), (program >= 0).astype(np.int64)),
            "program_id": ids.program(program),
        }
    )


def _engagements(drawn: Drawn, streams: Streams) -> pa.Table:
    rows, people, ids = drawn.rows, drawn.people, _Ids(drawn)
    addresses = _addresses(drawn, streams)
    email = addresses.take(pa.array(rows.person, mask=~rows.by_email))
    at = drawn.start + rows.at
    mixed = bool(rows.date_only.any())
    occurred = pc.if_else(pa.array(rows.date_only), _days(at), _text(at)) if mixed else _moments(at)
    return pa.table(
        {
            "engagement_id": ids.engagement(np.arange(len(rows))),
            "occurred_at": occurred,
            "contact_id": ids.person(np.where(rows.by_email, -1, rows.person)),
            "email": email,
            "account_id": _masked(ids.account(rows.account), ~people.registered[rows.person]),
            "content_id": ids.content(rows.content),
            "campaign_id": ids.campaign(rows.campaign),
            "channel": _word(CHANNELS, rows.channel),
            "kind": _word(KINDS, rows.kind),
            "program_id": ids.program(rows.program),
        }
    )


def _numbered(prefix: str, index: Ints, width: int) -> pa.Array:
    text = pc.utf8_lpad(pc.cast(pa.array(index, mask=index < 0), pa.string()), width=width, padding="0")
    return _join(prefix, text)


def _join(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _word(vocabulary: tuple[str, ...], index: Ints) -> pa.Array:
    return pa.array(vocabulary, pa.string()).take(pa.array(index, mask=np.asarray(index) < 0))


def _masked(values: pa.Array, hidden: Bools) -> pa.Array:
    return pc.if_else(pa.array(hidden), pa.scalar(None, pa.string()), values)


def _moments(seconds: Ints) -> pa.Array:
    return pc.cast(pa.array(seconds, pa.timestamp("s", "UTC")), pa.timestamp("ms", "UTC"))


def _text(seconds: Ints) -> pa.Array:
    return pc.strftime(pa.array(seconds, pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ")


def _naive(seconds: Ints) -> pa.Array:
    return pc.strftime(pa.array(seconds, pa.timestamp("s")), format="%Y-%m-%d %H:%M:%S")


def _days(seconds: Ints) -> pa.Array:
    return pc.strftime(pa.array(seconds, pa.timestamp("s")), format="%Y-%m-%d")
