"""Keeps (Contact)-[:READ {times, first_at, last_at}]->(Content), the short way from people to content, for pictures.

The layer is derived from engagements and adds about a quarter to the time of their load, so it is kept only while the store
holds no more of them than a setting says; a store that outgrows it loses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from committee.graph.bolt import Bolt, Statement
from committee.progress import Progress

__all__ = ["ReadLayer"]

_Run = Callable[..., list[list[Any]]]
_Reading = dict[tuple[str, str], tuple[int, int, int]]

_STATE = "MATCH (s:CommitteeStore {key: 'store'}) RETURN s.read_layer AS state"
_SET_STATE = "MATCH (s:CommitteeStore {key: 'store'}) SET s.read_layer = $state"
_MADE = """
MATCH (c:Contact) WHERE c.key IN $keys
MATCH (c)-[:MADE]->(e:Engagement)-[:WITH]->(k:Content)
WHERE coalesce(e.deleted, false) = false
RETURN c.key AS contact, k.key AS content, count(*) AS times, min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at
"""
_KEPT = """
MATCH (c:Contact) WHERE c.key IN $keys
MATCH (c)-[r:READ]->(k:Content)
RETURN c.key AS contact, k.key AS content, r.times AS times, r.first_at AS first_at, r.last_at AS last_at
"""
_PAIRS = "UNWIND range(0, size($contact) - 1) AS i\nMATCH (c:Contact {key: $contact[i]})\nMATCH (k:Content {key: $content[i]})\n"
_VALUES = "times: $times[i], first_at: $first_at[i], last_at: $last_at[i]"
_CREATE = f"{_PAIRS}CREATE (c)-[:READ {{{_VALUES}}}]->(k)"
_DELETE = "UNWIND range(0, size($contact) - 1) AS i\nMATCH (c:Contact {key: $contact[i]})\nMATCH (c)-[r:READ]->(k:Content)\nWHERE k.key = $content[i]\nDELETE r"


class ReadLayer:
    """Follows the engagements of one write.

    Parameters
    ----------
    bolt : Bolt
    batch_rows : int
    most : int
        Engagements up to which the layer is kept.
    guard : callable
        Called inside each write transaction.
    """

    def __init__(self, bolt: Bolt, batch_rows: int, most: int, guard: Callable[[_Run], None]) -> None:
        self._bolt = bolt
        self._rows = batch_rows
        self._most = most
        self._guard = guard
        self._touched: set[str] = set()
        self._kept = False

    def begin(self, arriving: int) -> None:
        """Note, before so many engagements may arrive, that the layer is behind; drop it when they will be too many."""
        state = self._state()
        (there,) = self._bolt.row("MATCH (e:Engagement) RETURN count(e) AS engagements")
        self._kept = there + arriving <= self._most
        if not self._kept:
            if state is not None:
                self._drop()
            return
        if state != "current":
            self._touched.update(self._people())
        self._set("behind")

    def touch(self, contacts: Iterable[str | None]) -> None:
        """Note that engagements of these people come, change or go."""
        if self._kept:
            self._touched.update(contact for contact in contacts if contact is not None)

    def finish(self, progress: Progress) -> None:
        """Bring the layer up to date for the people touched."""
        if not self._kept:
            return
        people = sorted(self._touched)
        with progress.step("who read what", len(people)) as step:
            few = max(1, self._rows // 10)
            for start in range(0, len(people), few):
                self._refresh(people[start : start + few])
                step.advance(len(people[start : start + few]))
        self._set("current")

    def _refresh(self, keys: list[str]) -> None:
        made, kept = self._reading(_MADE, keys), self._reading(_KEPT, keys)
        gone = [pair for pair, values in kept.items() if made.get(pair) != values]
        new = [pair for pair, values in made.items() if kept.get(pair) != values]
        statements: list[Statement] = []
        for start in range(0, len(gone), self._rows):
            statements.append((_DELETE, _columns(gone[start : start + self._rows])))
        for start in range(0, len(new), self._rows):
            some = new[start : start + self._rows]
            times, first_at, last_at = zip(*(made[pair] for pair in some), strict=True)
            statements.append((_CREATE, {**_columns(some), "times": times, "first_at": first_at, "last_at": last_at}))
        self._transact(statements)

    def _reading(self, text: str, keys: list[str]) -> _Reading:
        return {(row[0], row[1]): (row[2], row[3], row[4]) for row in self._bolt.rows(text, {"keys": keys})}

    def _drop(self) -> None:
        self._set("going")
        people = self._people()
        for start in range(0, len(people), self._rows):
            text = "MATCH (c:Contact) WHERE c.key IN $keys MATCH (c)-[r:READ]->(:Content) DELETE r"
            self._transact([(text, {"keys": people[start : start + self._rows]})])
        self._transact([("MATCH (s:CommitteeStore {key: 'store'}) REMOVE s.read_layer", {})])

    def _people(self) -> list[str]:
        (keys,) = self._bolt.row("MATCH (c:Contact) RETURN collect(c.key) AS keys")
        return sorted(keys)

    def _state(self) -> str | None:
        rows = self._bolt.rows(_STATE)
        return rows[0][0] if rows else None

    def _set(self, state: str) -> None:
        self._transact([(_SET_STATE, {"state": state})])

    def _transact(self, statements: Sequence[Statement]) -> None:
        if not statements:
            return

        def work(run: _Run) -> None:
            self._guard(run)
            for text, parameters in statements:
                run(text, parameters)

        self._bolt.transact(work)


def _columns(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {"contact": [contact for contact, _ in pairs], "content": [content for _, content in pairs]}
