"""Which ids stand for which: what people decided, what sources merged, and what is certain, in one answer for each id.

A standing decision beats what is certain by name; what a source merged is a fact. The answer depends on which decisions
stand, not on the order in which they were made.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.records.columns import whole

__all__ = [
    "APART",
    "JOINED",
    "UNDONE",
    "Ruling",
    "Rulings",
    "merged_by_source",
    "one_for_each",
    "rulings",
    "subject_of_ruling",
]

JOINED, APART, UNDONE = "joined", "kept_apart", "undone"
_TABLES = {"account": "accounts", "contact": "contacts"}


@dataclass(frozen=True, order=True)
class Ruling:
    """A person's decision about two ids of one table that stands.

    Attributes
    ----------
    kind : str
        joined or kept_apart.
    table : str
        accounts or contacts.
    kept, other : str
        The id that stands for both from then on, and the one it stands for; for kept_apart merely two ids.
    decision_id : str
    """

    kind: str
    table: str
    kept: str
    other: str
    decision_id: str = field(compare=False, default="")


Rulings = tuple[Ruling, ...]


def subject_of_ruling(table: str, kept: str) -> str:
    """Return the subject of a decision to join or to keep apart."""
    return f"{next(kind for kind, name in _TABLES.items() if name == table)}:{kept}"


def rulings(decisions: pa.Table) -> Rulings:
    """Return the decisions to join and to keep apart that stand, sorted; what was taken back is not among them."""
    kinds = decisions.column("kind").cast(pa.string())
    rows = decisions.filter(pc.is_in(kinds, value_set=pa.array([JOINED, APART, UNDONE]))).to_pylist()
    taken_back = {row["subject"].removeprefix("decision:") for row in rows if row["kind"] == UNDONE}
    found = []
    for row in rows:
        what, _, kept = row["subject"].partition(":")
        if row["kind"] in (JOINED, APART) and row["decision_id"] not in taken_back and what in _TABLES:
            other = json.loads(row["seen"] or "{}").get("with", "")
            found.append(Ruling(row["kind"], _TABLES[what], kept, other, row["decision_id"]))
    return tuple(sorted(found))


def merged_by_source(aliases: pa.Table, table: str) -> list[tuple[str, str]]:
    """Return the merges that sources tell, as pairs of the id that is kept and the one that is no more."""
    rows = aliases.filter(pc.equal(aliases.column("record_table").cast(pa.string()), table))
    return sorted(zip(whole(rows.column("kept_id")).to_pylist(), whole(rows.column("old_id")).to_pylist(), strict=True))


def one_for_each(
    merged: Iterable[tuple[str, str]],
    decided: Sequence[Ruling],
    certain: Iterable[tuple[str, str]],
    worth: Callable[[str], Any],
    present: Container[str],
) -> dict[str, str]:
    """Return for each id that something else stands for the id that stands for it.

    Parameters
    ----------
    merged : iterable of (kept, old)
        What sources merged; a circle of merges stands still.
    decided : sequence of Ruling
        About ids of one table.
    certain : iterable of (one, other)
        Pairs that are one beyond doubt; a pair that would bring together what was kept apart is left out.
    worth : callable
        Order among ids that no decision and no source ranks: the least stands for the others.
    present : container of str
        Ids that have a record; only these stand for others, and are stood for.

    Examples
    --------
    >>> joins = [Ruling("joined", "accounts", "a", "b"), Ruling("joined", "accounts", "b", "c")]
    >>> one_for_each([], joins, [], worth=str, present="abc"), one_for_each([], joins, [], worth=str, present="ac")
    ({'b': 'a', 'c': 'a'}, {'c': 'a'})
    >>> one_for_each([], joins, [], worth=str, present="bc")
    {'c': 'b'}
    """
    apart: dict[str, set[str]] = defaultdict(set)
    for ruling in decided:
        if ruling.kind == APART:
            apart[ruling.kept].add(ruling.other)
            apart[ruling.other].add(ruling.kept)
    joins = sorted((ruling.kept, ruling.other) for ruling in decided if ruling.kind == JOINED)
    steps = sorted(_without_circles(merged))
    whole_of = _Components(apart)
    for one, other in steps:
        whole_of.join(one, other, whatever=True)
    for one, other in joins:
        whole_of.join(one, other)
    for one, other in sorted(certain):
        whole_of.join(one, other)
    gone = {old for _, old in steps}
    lower = {other for _, other in joins}
    found: dict[str, str] = {}
    for every in whole_of.larger():
        members = [one for one in every if one in present]
        if len(members) < 2:
            continue
        first = min(members, key=lambda one: (one in gone, one in lower, worth(one), one))
        found |= {one: first for one in members if one != first}
    return dict(sorted(found.items()))


def _without_circles(merged: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    step = {old: kept for kept, old in merged if old != kept}
    good = []
    for old, kept in step.items():
        seen, now = {old}, kept
        while now in step and now not in seen:
            seen.add(now)
            now = step[now]
        if now not in seen:
            good.append((kept, old))
    return good


class _Components:
    """Ids that belong together, and those that must not come together."""

    def __init__(self, apart: Mapping[str, set[str]]) -> None:
        self._apart = apart
        self._root: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}

    def join(self, one: str, other: str, whatever: bool = False) -> None:
        left, right = self._of(one), self._of(other)
        if left is right or not (whatever or self._may_meet(left, right)):
            return
        small, large = sorted((left, right), key=len)
        large |= small
        root = self._root[next(iter(large - small))]
        for member in small:
            self._root[member] = root
        self._members[root] = large

    def larger(self) -> list[set[str]]:
        """Components of two or more."""
        roots = set(self._root.values())
        return [self._members[root] for root in sorted(roots) if len(self._members[root]) > 1]

    def _of(self, one: str) -> set[str]:
        if one not in self._root:
            self._root[one] = one
            self._members[one] = {one}
        return self._members[self._root[one]]

    def _may_meet(self, left: set[str], right: set[str]) -> bool:
        small, large = sorted((left, right), key=len)
        return not any(self._apart.get(member, set()) & large for member in small)
