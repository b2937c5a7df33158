"""What erasing a person needs of a store: the key of the tombstones, the journal, what was written where, and the removal itself.

The journal is a property of the store's own node: what is to be erased stands there from the first write until nothing is
left, so that whoever opens the store after an interruption can go on. Two things stand here that no other verb does: a
reading of every node, relationship and index, and a fresh copy of an embedded store.
It is long because all that only erasing may do to a graph stands in one place.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from committee.decisions import Decisions
from committee.erasure import Traces, decisions_without, table_without
from committee.errors import WriteFailed
from committee.graph import model, schema
from committee.graph.bolt import Bolt, Statement
from committee.graph.embedded import Engine
from committee.graph.packed import packed, unpacked
from committee.progress import Progress
from committee.records import COMPUTED, TABLES, Decision, schema_of
from committee.records.tables import typed_table
from committee.settings import StoreSettings

__all__ = ["Erasing", "Property"]

_Run = Callable[..., list[list[Any]]]
_KEY_FILE = "erasure.key"
_OWN = "MERGE (s:CommitteeStore {key: 'store'}) "
_FLAG_LISTS = ("contact_ids", "engagement_ids", "witness_ids", "removal_ids")
_FEW = 500  # nodes whose properties are read at once
_LARGE = ("FindingsColumns", "Run")


@dataclass(frozen=True)
class Property:
    """A text in the graph: at which node or relationship (a label, or label and type, and the node's key), under which name."""

    place: str
    key: str
    name: str
    text: str
    about: Mapping[str, Any]


class Erasing:
    """Erases in one store.

    Parameters
    ----------
    bolt : Bolt
    settings : StoreSettings
    engine : Engine or None
        The embedded engine, where it is one.
    guard : callable
        Called inside each write transaction; raises when the right to write is lost.
    """

    def __init__(
        self, bolt: Bolt, settings: StoreSettings, engine: Engine | None, guard: Callable[[_Run], None]
    ) -> None:
        self._bolt = bolt
        self._settings = settings
        self._engine = engine
        self._guard = guard

    # --- the key of the tombstones ----------------------------------------------------------------------------------

    def key(self) -> bytes:
        """Return the key of the tombstones; empty when nobody was erased yet."""
        if self._engine is not None:
            with contextlib.suppress(FileNotFoundError):
                return bytes.fromhex((self._engine.folder / _KEY_FILE).read_text())
            return b""
        rows = self._bolt.rows("MATCH (s:CommitteeStore {key: 'store'}) RETURN s.erasure_key AS key")
        return bytes.fromhex(rows[0][0]) if rows and rows[0][0] else b""

    def made_key(self) -> bytes:
        """Return the key of the tombstones, which is made when there is none."""
        key = self.key()
        if not key:
            key = secrets.token_bytes(32)
            self.keep_key(key)
        return key

    def keep_key(self, key: bytes) -> None:
        """Keep a key: in a file that its owner alone may read, beside an embedded store; else in the database."""
        if self._engine is None:
            self._bolt.write([(f"{_OWN}SET s.erasure_key = $key", {"key": key.hex()})])
            return
        path = self._engine.folder / _KEY_FILE
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
                file.write(key.hex())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise WriteFailed(f"{path} could not be written: {error.strerror}", "Free some space") from None

    # --- the journal ------------------------------------------------------------------------------------------------

    def unfinished(self) -> list[str]:
        """Return the erasures that were begun and not finished, as they were told to `begin`."""
        rows = self._bolt.rows("MATCH (s:CommitteeStore {key: 'store'}) RETURN s.erasing AS erasing")
        return list(rows[0][0] or ()) if rows else []

    def begin(self, journal: str) -> None:
        """Note what is to be erased: from here on it is carried out, by whoever opens the store next if need be."""
        text = f"{_OWN}SET s.erasing = [one IN coalesce(s.erasing, []) WHERE one <> $one] + [$one]"
        self._transact([(text, {"one": journal})])

    def finish(self, journal: str) -> None:
        """Take what was erased out of the journal."""
        text = f"{_OWN}SET s.erasing = [one IN coalesce(s.erasing, []) WHERE one <> $one]"
        self._transact([(text, {"one": journal})])

    # --- files ------------------------------------------------------------------------------------------------------

    def written(self) -> list[dict[str, str]]:
        """Return what the product wrote beside the store: machine, kind and path."""
        rows = self._bolt.rows("MATCH (s:CommitteeStore {key: 'store'}) RETURN s.written AS written")
        return [json.loads(one) for one in (rows[0][0] or ())] if rows else []

    def note_written(self, files: Sequence[Mapping[str, str]]) -> None:
        """Remember what is written beside the store; a store that cannot be written does not keep it."""
        told = [json.dumps(dict(one), sort_keys=True, ensure_ascii=False) for one in files]
        if told and not {*told} <= {json.dumps(one, sort_keys=True, ensure_ascii=False) for one in self.written()}:
            if self._engine is not None:
                self._engine.writes()
            text = f"{_OWN}SET s.written = [one IN coalesce(s.written, []) WHERE NOT one IN $these] + $these"
            self._bolt.write([(text, {"these": told})])

    def forget_written(self, files: Sequence[Mapping[str, str]]) -> None:
        """Forget files that are gone."""
        told = [json.dumps(dict(one), sort_keys=True, ensure_ascii=False) for one in files]
        text = f"{_OWN}SET s.written = [one IN coalesce(s.written, []) WHERE NOT one IN $these]"
        self._transact([(text, {"these": told})])

    # --- removing ---------------------------------------------------------------------------------------------------

    def forget(self, traces: Traces, engagements: Sequence[str], progress: Progress) -> dict[str, int]:
        """Take a person and their touches out of the findings of all runs and out of the decisions; return what went.

        The nodes of the person and of the touches are not deleted here: as long as they are there, an interrupted
        erasure finds them again.
        """
        gone = {
            "memberships and evidence": self._without_arrows(traces, engagements),
            "rows of findings": self._without_rows(traces, frozenset(engagements), progress),
            "flags changed": self._without_members(traces, frozenset(engagements)),
            "decisions": self._without_decisions(traces),
        }
        return {name: count for name, count in gone.items() if count}

    def _without_arrows(self, traces: Traces, engagements: Sequence[str]) -> int:
        gone = 0
        keys = {"contacts": list(traces.person.ids), "engagements": list(engagements)}
        for record in (kind for kind in COMPUTED if kind.link is not None):
            link = record.link
            assert link is not None
            source = schema.end_table(record, link.source)
            arrow = f"(s:{TABLES[source].label})-[r:{link.relationship}]->(:BuyingGroup)"
            some = keys.get(source, [])
            for start in range(0, len(some), self._settings.batch_rows):
                part = {"keys": some[start : start + self._settings.batch_rows]}
                ((count,),) = self._bolt.rows(f"MATCH {arrow} WHERE s.key IN $keys RETURN count(r) AS arrows", part)
                if count:
                    gone += count
                    self._transact([(f"MATCH {arrow} WHERE s.key IN $keys DELETE r", part)])
            where = f"MATCH (g:BuyingGroup)<-[r:{link.relationship}]-() WHERE r.contact_id IN $ids"
            ((count,),) = self._bolt.rows(f"{where} RETURN count(r) AS arrows", {"ids": keys["contacts"]})
            if count:
                gone += count
                self._transact([(f"{where} DELETE r", {"ids": keys["contacts"]})])
        return gone

    def _without_rows(self, traces: Traces, engagements: frozenset[str], progress: Progress) -> int:
        """Exchange the nodes that hold columns of many findings for such without the person."""
        (keys,) = self._bolt.row("MATCH (n:FindingsColumns) RETURN collect(n.key) AS keys")
        gone = 0
        with progress.step("findings of all runs", len(keys)) as step:
            for key in sorted(keys):
                rows = self._bolt.rows(
                    "MATCH (n:FindingsColumns {key: $key}) RETURN properties(n) AS said", {"key": key}
                )
                for (said,) in rows:
                    gone += self._columns_without(key, said, traces, engagements)
                step.advance(1)
        return gone

    def _columns_without(self, key: str, said: Mapping[str, Any], traces: Traces, engagements: frozenset[str]) -> int:
        record = TABLES.get(said["table_name"])
        if record is None:
            return 0
        before = typed_table(record, unpacked(said, schema_of(record), said["rows"]))
        after = table_without(record, before, traces, engagements)
        if after.equals(before):
            return 0
        about = {name: said[name] for name in ("run_id", "table_name", "part")}
        if after.num_rows:
            properties = {**about, **packed(after), "key": key, "rows": after.num_rows}
            gone = ", ".join(f"n.{name}" for name in sorted(said.keys() - properties.keys()))
            exchange = f"MATCH (n:FindingsColumns {{key: $key}}) SET {', '.join(f'n.{name} = $p_{name}' for name in properties)}"
            parameters = {f"p_{name}": value for name, value in properties.items()} | {"key": key}
            self._transact([(f"{exchange} REMOVE {gone}" if gone else exchange, parameters)])
        else:
            self._transact([("MATCH (n:FindingsColumns {key: $key}) DELETE n", {"key": key})])
        return before.num_rows - after.num_rows or 1

    def _without_members(self, traces: Traces, engagements: frozenset[str]) -> int:
        """Take the person and their touches out of the lists of flags."""
        returned = ", ".join(f"f.{name} AS {name}" for name in _FLAG_LISTS)
        changed = []
        for key, *lists in self._bolt.rows(f"MATCH (f:Flag) RETURN f.key AS key, {returned}"):
            kept = [
                None if ids is None else [one for one in ids if not traces.names(one) and one not in engagements]
                for ids in lists
            ]
            if kept != lists:
                changed.append((key, dict(zip(_FLAG_LISTS, kept, strict=True))))
        sets = ", ".join(f"f.{name} = ${name}" for name in _FLAG_LISTS)
        for start in range(0, len(changed), _FEW):
            self._transact(
                [
                    (f"MATCH (f:Flag {{key: $key}}) SET {sets}", {"key": key, **lists})
                    for key, lists in changed[start : start + _FEW]
                ]
            )
        return len(changed)

    def _without_decisions(self, traces: Traces) -> int:
        names = ("decision_id", "kind", "subject", "reason", "seen")
        returned = ", ".join(f"n.{name} AS {name}" for name in names)
        rows = self._bolt.rows(f"MATCH (n:Decision) RETURN {returned} ORDER BY decision_id")
        before = Decisions({Decision.table: {name: [row[place] for row in rows] for place, name in enumerate(names)}})
        after, gone = decisions_without(before, traces.person)
        was = {row["decision_id"]: row for row in before.decisions.to_pylist()}
        statements: list[Statement] = [
            (
                "MATCH (n:Decision {key: $key}) SET n.reason = $reason, n.seen = $seen",
                {"key": row["decision_id"], "reason": row["reason"], "seen": row["seen"]},
            )
            for row in after.decisions.to_pylist()
            if row != was[row["decision_id"]]
        ]
        statements += [("MATCH (n:Decision) WHERE n.key IN $keys DETACH DELETE n", {"keys": gone})] if gone else []
        self._transact(statements)
        return len(statements) - bool(gone) + len(gone)

    # --- looking at everything --------------------------------------------------------------------------------------

    def size(self) -> tuple[int, int]:
        """Return how many nodes and relationships there are, whatever they are."""
        ((nodes,),) = self._bolt.rows("MATCH (n) RETURN count(n) AS nodes")
        ((arrows,),) = self._bolt.rows("MATCH ()-[r]->() RETURN count(r) AS arrows")
        return nodes, arrows

    def texts(self, progress: Progress) -> Iterator[Property | tuple[int, int]]:
        """Yield every text of every node and relationship, lists text by text; last, how many of both were looked at."""
        nodes = arrows = 0
        labels = self._bolt.rows("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS nodes ORDER BY label")
        with progress.step("every node and relationship", sum(count for _, count in labels)) as step:
            for label, _ in labels:
                (keys,) = self._bolt.row(f"MATCH (n:`{label}`) RETURN collect(n.key) AS keys")
                few = 5 if label in _LARGE else _FEW
                for start in range(0, len(keys), few):
                    some = {"keys": keys[start : start + few]}
                    match = f"MATCH (n:`{label}`) WHERE n.key IN $keys"
                    for key, said in self._bolt.rows(f"{match} RETURN n.key AS key, properties(n) AS said", some):
                        nodes += 1
                        yield from _texts(label, key, said)
                    found = self._bolt.rows(
                        f"{match} MATCH (n)-[r]->() RETURN n.key AS key, type(r) AS type, properties(r) AS said", some
                    )
                    for key, kind, said in found:
                        arrows += 1
                        yield from _texts(f"{label}-{kind}", key, said)
                    step.advance(len(some["keys"]))
            for said in self._bolt.rows("MATCH (n) WHERE n.key IS NULL RETURN properties(n) AS said"):
                nodes += 1
                yield from _texts("a node without a key", "", said[0])
        yield nodes, arrows

    def around(self, keys: Mapping[str, Sequence[str]]) -> dict[str, int]:
        """Count nodes by label, and their relationships by type."""
        found: dict[str, int] = {}
        for label, some in keys.items():
            for start in range(0, len(some), self._settings.batch_rows):
                part = {"keys": list(some[start : start + self._settings.batch_rows])}
                match = f"MATCH (n:{label}) WHERE n.key IN $keys"
                counted = self._bolt.rows(f"{match} RETURN 'nodes {label}' AS what, count(n) AS count", part)
                counted += self._bolt.rows(f"{match} MATCH (n)-[r]-() RETURN type(r) AS what, count(r) AS count", part)
                for what, count in counted:
                    name = what if what.startswith("nodes ") else f"relationships {what} of {label}"
                    found[name] = found.get(name, 0) + count
        return {name: count for name, count in found.items() if count}

    def in_indexes(self, values: Sequence[str]) -> tuple[int, list[tuple[str, str, int]]]:
        """Ask every index and unique constraint of one property for these values.

        Returns
        -------
        asked : int
        found : list of (label, property, nodes)
        """
        found, asked = [], 0
        for label, properties in sorted(model.constraints() | model.indexes()):
            if len(properties) == 1:
                asked += 1
                text = f"MATCH (n:{label}) WHERE n.{properties[0]} IN $values RETURN count(n) AS nodes"
                ((count,),) = self._bolt.rows(text, {"values": list(values)})
                if count:
                    found.append((label, properties[0], count))
        return asked, found

    @property
    def folder(self) -> Path | None:
        """The folder of an embedded store; None for a server."""
        return self._engine.folder if self._engine is not None else None

    def _transact(self, statements: Sequence[Statement]) -> None:
        if not statements:
            return

        def work(run: _Run) -> None:
            self._guard(run)
            for text, parameters in statements:
                run(text, parameters)

        self._bolt.transact(work)


def _texts(place: str, key: str, said: Mapping[str, Any]) -> Iterator[Property]:
    for name, value in said.items():
        if isinstance(value, str):
            yield Property(place, key, name, value, said)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, str):
                    yield Property(place, key, name, one, said)
