"""Who may be who: pairs for a person to judge, what is joined and why, what was decided, whom no contact table knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.unmapped import unmapped_titles
from committee.findings import Findings
from committee.graph.store import Store
from committee.identity.as_one import as_one
from committee.identity.companies import Pair, certain_companies, companies_of, pairs_to_review
from committee.identity.joining import APART, JOINED, UNDONE, merged_by_source, rulings, subject_of_ruling
from committee.identity.people import certain_people, people_to_review
from committee.identity.unknowns import judged_addresses
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.identifying import identified, market_seen
from committee.pipeline.words import company_lists, mail_lists, people_lists, personas_of
from committee.progress import SILENT, Progress
from committee.records.columns import whole

__all__ = ["Joined", "Review", "decided", "joined", "parents_in_circles", "review", "titles_unmapped", "unknown_people"]

_SMALL = ("accounts", "contacts", "aliases", "employments")


@dataclass(frozen=True)
class Review:
    """What a person has to judge.

    Attributes
    ----------
    pairs : list of Pair
        The most alike first.
    market : Market
        Every company and person is one record in it.
    circles : list of list of str
        Accounts that are told to be each other's parents.
    """

    pairs: list[Pair]
    market: Market
    circles: list[list[str]]


@dataclass(frozen=True, order=True)
class Joined:
    """One id, the id that stands for it, and why."""

    now: str
    old: str
    why: str


def review(store: Store, table: str) -> Review:
    """Return the pairs of accounts or contacts that may be one and about which nothing is decided."""
    one = as_one(identified(store.market(_SMALL), store.decisions()))
    apart = [(r.kept, r.other) for r in rulings(store.decisions().decisions) if r.kind == APART and r.table == table]
    same = store.same()[table]
    done = {frozenset((same.get(left, left), same.get(right, right))) for left, right in apart}
    if table == "accounts":
        words = company_lists()
        pairs = pairs_to_review(companies_of(one["accounts"], words, mail_lists()), words)
    else:
        pairs = people_to_review(one["contacts"], {}, people_lists(), mail_lists())
    pairs = [pair for pair in pairs if frozenset((pair.one, pair.other)) not in done]
    return Review(pairs, one, parents_in_circles(one["accounts"]) if table == "accounts" else [])


def parents_in_circles(accounts: pa.Table) -> list[list[str]]:
    """Return accounts that their parents lead back to, one list for each circle."""
    names = [whole(accounts.column(name)).to_pylist() for name in ("account_id", "parent_account_id")]
    parent = {one: above for one, above in zip(*names, strict=True) if above is not None}
    found, seen = [], set[str]()
    for start in sorted(parent):
        path: list[str] = []
        now = start
        while now in parent and now not in seen and now not in path:
            path.append(now)
            now = parent[now]
        if now in path:
            found.append(sorted(path[path.index(now) :]))
        seen.update(path)
    return sorted(found)


def joined(store: Store, table: str) -> list[Joined]:
    """Return which ids stand for which, and why: a source merged them, a person joined them, or it is certain."""
    market = store.market(_SMALL)
    why: dict[str, str] = {}
    for one, other, reason in _certain(market, table):
        why.setdefault(other, reason)
        why.setdefault(one, reason)
    for ruling in rulings(store.decisions().decisions):
        if ruling.kind == JOINED and ruling.table == table:
            for one in (ruling.kept, ruling.other):
                why[one] = f"decision {ruling.decision_id}"
    for _, old in merged_by_source(market["aliases"], table):
        why[old] = "merged by its source"
    return sorted(
        Joined(now, old, why.get(old, "one with another that is")) for old, now in store.same()[table].items()
    )


def _certain(market: Market, table: str) -> Iterator[tuple[str, str, str]]:
    if table == "accounts":
        words = company_lists()
        for pair in certain_companies(companies_of(market["accounts"], words, mail_lists()), words):
            yield pair.one, pair.other, pair.reasons[0]
    else:
        standing = market.same()["accounts"]
        for one, other in certain_people(market["contacts"], standing, people_lists(), mail_lists()):
            yield one, other, "one mail address"


def decided(store: Store, table: str) -> list[dict[str, Any]]:
    """Return the decisions to join and to keep apart, those that were taken back among them, the newest first.

    Returns
    -------
    list of dict
        decision_id, kind, kept, other, reason, decided_by, decided_at, undone_at.
    """
    rows = store.decisions().decisions.to_pylist()
    taken_back = {row["subject"]: row["decided_at"] for row in rows if row["kind"] == UNDONE}
    beginning = subject_of_ruling(table, "")
    found = [
        {
            **{name: row[name] for name in ("decision_id", "kind", "reason", "decided_by", "decided_at")},
            "kept": row["subject"].removeprefix(beginning),
            "other": json.loads(row["seen"] or "{}").get("with", ""),
            "undone_at": taken_back.get(f"decision:{row['decision_id']}"),
        }
        for row in rows
        if row["kind"] in (JOINED, APART) and row["subject"].startswith(beginning)
    ]
    return sorted(found, key=lambda row: (row["decided_at"], row["decision_id"]), reverse=True)


def titles_unmapped(store: Store, progress: Progress = SILENT) -> tuple[pa.Table, int]:
    """Rank the titles that the words in force map to no persona by the engagement they cost; see `unmapped_titles`.

    Returns
    -------
    tuple of pyarrow Table and int
        And how many engagements of people count in all. What the current run set aside does not count.
    """
    market = market_seen(store, progress=progress)
    actors = resolved(market["engagements"], market)
    aside = store.findings().set_aside if store.runs() else Findings().set_aside
    ranked = unmapped_titles(market, actors, personas_of(market["contacts"]), aside)
    known = pc.is_in(whole(actors["contact_id"]), value_set=whole(market["contacts"]["contact_id"]))
    out = whole(aside.filter(pc.equal(whole(aside["record"]), "engagements"))["id"])
    counted = pc.and_(known, pc.invert(pc.is_in(whole(actors["engagement_id"]), value_set=out)))
    return ranked, pc.sum(counted).as_py() or 0


def unknown_people(store: Store, progress: Progress = SILENT) -> tuple[pa.Table, Market]:
    """Judge the addresses that engagements name and no contact has; see `judged_addresses`."""
    kept = store.market(progress=progress)
    stated = kept.with_tables(contacts=kept["contacts"].filter(pc.is_null(kept["contacts"]["new_face"])))
    one = as_one(stated, store.same())
    return judged_addresses(one, mail_lists()), one
