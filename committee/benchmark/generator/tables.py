"""From flat arrays to canonical tables."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.benchmark.generator.arrays import DAY, Streams
from committee.benchmark.generator.columns import as_days, as_text, join, masked, moments, word
from committee.benchmark.generator.companies import company_names
from committee.benchmark.generator.contacts import addresses, contacts_of
from committee.benchmark.generator.content import Library
from committee.benchmark.generator.drawn import Drawn
from committee.benchmark.generator.rows import CHANNELS, KINDS
from committee.benchmark.generator.spec import PERSONAS, Words, words

__all__ = ["tables_of"]

SELLER = "https://seller.example/resources/"


def tables_of(drawn: Drawn, streams: Streams) -> dict[str, pa.Table]:
    """Write the canonical tables."""
    return {
        "accounts": _accounts(drawn, streams),
        "programs": _programs(drawn),
        "contacts": contacts_of(drawn, streams),
        "content": _content(drawn, streams),
        "campaigns": _campaigns(drawn),
        "engagements": _engagements(drawn, streams),
    }


def _accounts(drawn: Drawn, streams: Streams) -> pa.Table:
    rng = streams("company names")
    accounts, names, domains = drawn.accounts, *company_names(len(drawn.accounts), streams)
    size = np.asarray([30, 120, 900, 20_000])[np.minimum(accounts.size_class, 3)]
    return pa.table(
        {
            "account_id": drawn.ids.account(np.arange(len(accounts))),
            "name": pa.array(names),
            "domain": pa.array(domains),
            "country": word(words().countries, accounts.country),
            "industry": pa.array(["biopharmaceuticals"] * len(accounts)),
            "employees": pa.array((size * rng.lognormal(0, 0.4, len(accounts))).astype(np.int64)),
        }
    )


def _programs(drawn: Drawn) -> pa.Table:
    programs, vocabulary = drawn.programs, words()
    topics = np.asarray(list(vocabulary.topics), object)
    codes = [f"{chr(65 + a % 26)}{chr(65 + a // 26 % 26)}{chr(65 + a // 676 % 26)}" for a in programs.account.tolist()]
    start = np.full(len(programs), drawn.start, np.int64) - (programs.number + 1) * 40 * DAY
    table = pa.table(
        {
            "program_id": drawn.ids.program(np.arange(len(programs))),
            "account_id": drawn.ids.account(programs.account),
            "name": pa.array([f"{c}-{101 + n}" for c, n in zip(codes, programs.number.tolist(), strict=True)]),
            "therapeutic_area": word(vocabulary.areas, programs.said_area),
            "modality": word(vocabulary.modalities, programs.said_modality),
            "phase": word(vocabulary.phases, programs.said_phase),
            "status": word(("active", "completed"), programs.ended.astype(np.int64)),
            "needs": pa.array([";".join(topics[row]) for row in programs.needs]),
            "started_on": as_days(start),
        }
    )
    return table.filter(pa.array(programs.listed))


def _content(drawn: Drawn, streams: Streams) -> pa.Table:
    rng = streams("content records")
    library, vocabulary = drawn.library, words()
    topics = tuple(vocabulary.topics)
    said = word(topics, library.said_topic)
    both = join(said, ";", word(topics, np.maximum(library.said_second_topic, 0)))
    kinds = [
        vocabulary.kinds[PERSONAS[p]][s] for p, s in zip(library.persona.tolist(), library.stage.tolist(), strict=True)
    ]
    titles = [_piece_title(library, row, kinds[row], vocabulary, rng) for row in range(len(library))]
    slugs = ["-".join("".join(c if c.isalnum() else " " for c in t.lower()).split()) for t in titles]
    return pa.table(
        {
            "content_id": drawn.ids.content(np.arange(len(library))),
            "title": pa.array(titles),
            "kind": pa.array(kinds),
            "topic": pc.if_else(pa.array(library.said_second_topic >= 0), both, said),
            "therapeutic_area": word(vocabulary.areas, library.said_area),
            "modality": word(vocabulary.modalities, library.said_modality),
            "phase": word(vocabulary.phases, library.said_phase),
            "persona": word(PERSONAS, library.persona),
            "stage": word(vocabulary.stages, library.stage),
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
    ids = drawn.ids
    named = join("ABM ", ids.program(np.maximum(program, 0)))
    mailed = join("Newsletter ", pc.cast(pa.array(index - len(programs) + 1), pa.string()))
    return pa.table(
        {
            "campaign_id": ids.campaign(index),
            "name": pc.if_else(pa.array(program >= 0), named, mailed),
            "channel": word(("email", "ads"), (program >= 0).astype(np.int64)),
            "program_id": ids.program(program),
        }
    )


def _engagements(drawn: Drawn, streams: Streams) -> pa.Table:
    rows, people, ids = drawn.rows, drawn.people, drawn.ids
    email = addresses(drawn, streams).take(pa.array(rows.person, mask=~rows.by_email))
    at = drawn.start + rows.at
    mixed = bool(rows.date_only.any())
    occurred = pc.if_else(pa.array(rows.date_only), as_days(at), as_text(at)) if mixed else moments(at)
    return pa.table(
        {
            "engagement_id": ids.engagement(np.arange(len(rows))),
            "occurred_at": occurred,
            "contact_id": ids.person(np.where(rows.by_email, -1, rows.person)),
            "email": email,
            "account_id": masked(ids.account(rows.account), ~people.registered[rows.person]),
            "content_id": ids.content(rows.content),
            "campaign_id": ids.campaign(rows.campaign),
            "channel": word(CHANNELS, rows.channel),
            "kind": word(KINDS, rows.kind),
            "program_id": ids.program(rows.program),
        }
    )
