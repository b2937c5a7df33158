"""Looks single records up by their ids, as the graph holds them: another way to a fact than reading whole tables.

Every text only reads, takes ids as parameters, and is made from the record classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from committee.graph.store import Store
from committee.records import EarlierValue, Record, key_of, run_key

__all__ = [
    "decisions_about",
    "earlier",
    "evidence_of",
    "groups_of_any_run",
    "memberships_of",
    "nodes",
    "stood_for",
    "touches_of",
]

_AT_ONCE = 200  # ids of one question: an answer holds no more rows than a setting allows


@dataclass(frozen=True)
class _LookUp:
    name: str
    text: str
    returns: Sequence[str]


def nodes(store: Store, record: type[Record], ids: Iterable[str], run_id: str = "") -> dict[str, dict[str, Any]]:
    """Return the properties of records by their ids; of those of one run where they belong to a run."""
    (key,) = key_of(record)
    keys = {run_key(run_id, one) if run_id else one: one for one in ids}
    asked = _LookUp(
        f"{record.table} by id",
        f"MATCH (n:{record.label}) WHERE n.key IN $keys RETURN n.key AS key, properties(n) AS said ORDER BY key",
        ("key", "said"),
    )
    found = {}
    for row_key, said in _asked(store, asked, sorted(keys)):
        found[keys[row_key]] = {**said, key: keys[row_key]}
    return found


def stood_for(store: Store, record: type[Record], ids: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the records that each of these stands for, by its id; in the order of their own ids."""
    asked = _LookUp(
        f"{record.table} that are one with another",
        f"MATCH (n:{record.label}) WHERE n.is_now IN $keys RETURN n.key AS key, n.is_now AS now, properties(n) AS said ORDER BY key",
        ("key", "now", "said"),
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for _, now, said in _asked(store, asked, sorted(set(ids))):
        found.setdefault(now, []).append(said)
    return found


def earlier(store: Store, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the earlier values of records with these ids, whatever their table."""
    asked = _LookUp(
        "earlier values of records",
        f"MATCH (n:{EarlierValue.label}) WHERE n.record_id IN $keys RETURN properties(n) AS said ORDER BY n.key",
        ("said",),
    )
    return [said for (said,) in _asked(store, asked, sorted(set(ids)))]


def decisions_about(store: Store, subjects: Iterable[str]) -> list[dict[str, Any]]:
    """Return the decisions about some subjects, the earliest first."""
    asked = _LookUp(
        "decisions about",
        "MATCH (n:Decision) WHERE n.subject IN $keys RETURN properties(n) AS said ORDER BY n.decided_at, n.key",
        ("said",),
    )
    return [said for (said,) in _asked(store, asked, sorted(set(subjects)))]


def groups_of_any_run(store: Store, ids: Iterable[str]) -> set[str]:
    """Return which of some group ids any kept run has."""
    asked = _LookUp(
        "groups of any run",
        "MATCH (g:BuyingGroup) WHERE g.group_id IN $keys RETURN DISTINCT g.group_id AS group_id ORDER BY group_id",
        ("group_id",),
    )
    return {group_id for (group_id,) in _asked(store, asked, sorted(set(ids)))}


def memberships_of(store: Store, run_id: str, group_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the members of groups of a run: what stands on the arrows, with the ids at their ends."""
    asked = _LookUp(
        "members of groups",
        "MATCH (c:Contact)-[r:MEMBER_OF]->(g:BuyingGroup) WHERE g.key IN $keys "
        "RETURN g.group_id AS group_id, c.key AS contact_id, properties(r) AS said ORDER BY group_id, contact_id",
        ("group_id", "contact_id", "said"),
    )
    return [
        {**said, "group_id": group_id, "contact_id": contact_id}
        for group_id, contact_id, said in _asked(store, asked, _of_run(run_id, group_ids), 1)
    ]


def evidence_of(store: Store, run_id: str, group_id: str, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return what stands on the arrows from engagements to a group of a run."""
    asked = _LookUp(
        "evidence for a group",
        "MATCH (e:Engagement) WHERE e.key IN $keys MATCH (e)-[r:EVIDENCE_FOR]->(g:BuyingGroup) WHERE g.key = $group "
        "RETURN e.key AS engagement_id, properties(r) AS said ORDER BY engagement_id",
        ("engagement_id", "said"),
    )
    group = {"group": run_key(run_id, group_id)}
    return [
        {**said, "group_id": group_id, "engagement_id": engagement_id}
        for engagement_id, said in _asked(store, asked, sorted(set(ids)), more=group)
    ]


def touches_of(store: Store, run_id: str, group_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return how many engagements of each person speak for groups of a run, and when the first and the last were.

    Returns
    -------
    list of dict
        group_id, contact_id, engagements, first_at and last_at (milliseconds).
    """
    names = ("group_id", "contact_id", "engagements", "first_at", "last_at")
    asked = _LookUp(
        "touches of groups",
        "MATCH (e:Engagement)-[r:EVIDENCE_FOR]->(g:BuyingGroup) WHERE g.key IN $keys "
        "RETURN g.group_id AS group_id, r.contact_id AS contact_id, count(*) AS engagements, "
        "min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at ORDER BY group_id, contact_id",
        names,
    )
    return [dict(zip(names, row, strict=True)) for row in _asked(store, asked, _of_run(run_id, group_ids), 1)]


def _of_run(run_id: str, ids: Iterable[str]) -> list[str]:
    return sorted({run_key(run_id, one) for one in ids})


def _asked(
    store: Store, asked: _LookUp, keys: Sequence[str], at_once: int = _AT_ONCE, more: Mapping[str, Any] | None = None
) -> Iterator[list[Any]]:
    for start in range(0, len(keys), at_once):
        some = list(keys[start : start + at_once])
        answer = store.ask(asked, {**(more or {}), "keys": some})
        if answer.truncated and len(some) > 1:
            yield from _asked(store, asked, some, len(some) // 2, more)
        else:
            yield from answer.rows
