"""Looks up the record behind a claim, by its id and nothing else: what a brief says is held against this.

It shares no code with the making of a brief. From a store each record is asked for by itself, with its earlier values,
so that it reads as it did when the run was made. It is long because both ways to a record, tables and graph, stand side
by side.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from committee.errors import NotFound
from committee.findings import Findings
from committee.findings import Run as RunOfFindings
from committee.graph.looking_up import (
    decisions_about,
    earlier,
    evidence_of,
    groups_of_any_run,
    memberships_of,
    nodes,
    stood_for,
    touches_of,
)
from committee.graph.store import Store
from committee.market import Market
from committee.records import TABLES, Record, key_of
from committee.records.columns import whole

__all__ = ["KINDS", "Facts", "GraphFacts", "TableFacts"]

Row = Mapping[str, Any]
KINDS: Mapping[str, str] = {  # of record, and the table it stands in
    **{table.removesuffix("s"): table for table in ("accounts", "programs", "contacts", "engagements", "signals")},
    "content": "content",
    "opportunity": "opportunities",
    "load": "loads",
    "group": "groups",
    "flag": "flags",
    "membership": "memberships",
    "evidence": "evidence",
    "seat": "coverage",
    "status": "statuses",
    "persona": "personas",
    "tag": "content_tags",
    "decision": "decisions",
}
_OF_RUN = {"group", "flag"}
_LATER = {"suppressed", "deleted"}  # who must not be contacted is known until the brief was made
_ONE = {"account", "contact"}


class Facts(Protocol):
    """Where records are looked up."""

    run: RunOfFindings | None

    def ask_for(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look up kinds and ids of records before they are asked for one by one."""

    def rows(self, kind: str, key: str) -> list[Row]:
        """Return a record, behind it those it stands for; nothing where there is none."""

    def people_of(self, group_id: str) -> list[Row]:
        """Return the touches that count for a group by person: contact_id, engagements, first_at, last_at (milliseconds)."""

    def members_of(self, group_id: str) -> list[Row]:
        """Return the memberships of a group."""

    def run_of(self, run_id: str) -> RunOfFindings | None:
        """Return a run; nothing where it is not kept."""

    def loads_since(self) -> int:
        """Return how many files were loaded after the run until the brief was made."""


class TableFacts:
    """Records out of tables in memory.

    Parameters
    ----------
    market : Market
        As it was known.
    findings : Findings
    decisions : pyarrow Table, optional
    """

    def __init__(self, market: Market, findings: Findings, decisions: pa.Table | None = None) -> None:
        self._tables = {**market, **findings}
        if decisions is not None:
            self._tables["decisions"] = decisions
        self.run = findings.run
        self._found: dict[tuple[str, str], list[Row]] = {}

    def ask_for(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look up many records at once."""
        by_kind: dict[str, set[str]] = defaultdict(set)
        for kind, key in wanted:
            if (kind, key) not in self._found and kind in KINDS:
                by_kind[kind].add(key)
        for kind, keys in by_kind.items():
            self._found |= {(kind, key): [] for key in keys}
            if kind == "decision":
                for row in self._tables.get("decisions", pa.table({})).to_pylist():
                    self._found[kind, f"{row['subject']}|{_part(row['decided_at'])}"] = [row]
                continue
            for row in _rows_of(self._tables[KINDS[kind]], TABLES[KINDS[kind]], keys):
                self._found[kind, _key(TABLES[KINDS[kind]], row)] = [row]

    def rows(self, kind: str, key: str) -> list[Row]:
        """Return a record."""
        self.ask_for([(kind, key)])
        return self._found.get((kind, key), [])

    def people_of(self, group_id: str) -> list[Row]:
        """Count the touches of a group by person."""
        table = self._tables["evidence"]
        some = table.filter(pc.equal(whole(table.column("group_id")), group_id)).to_pylist()
        self.ask_for(("engagement", row["engagement_id"]) for row in some)
        moments: dict[str, list[datetime]] = defaultdict(list)
        for row in some:
            for touch in self.rows("engagement", row["engagement_id"]):
                moments[row["contact_id"]].append(touch["occurred_at"])
        return [
            {"contact_id": one, "engagements": len(at), "first_at": _ms(min(at)), "last_at": _ms(max(at))}
            for one, at in sorted(moments.items())
        ]

    def members_of(self, group_id: str) -> list[Row]:
        """Return the memberships of a group."""
        table = self._tables["memberships"]
        some: list[Row] = table.filter(pc.equal(whole(table.column("group_id")), group_id)).to_pylist()
        return some

    def run_of(self, run_id: str) -> RunOfFindings | None:
        """Return the run of the findings."""
        return self.run if self.run is not None and self.run.run_id == run_id else None

    def loads_since(self) -> int:
        """Return none: what is in memory was made with all there was."""
        return 0


class GraphFacts:
    """Records out of a store, each asked for by its id.

    Parameters
    ----------
    store : Store
    run_id : str
        A run the store keeps.
    account_ids : collection of str
        Accounts whose packed findings (seats, statuses, personas) are read.
    until : datetime, optional
        When the brief was made, as far as loads tell: who must not be contacted is known until then.
    """

    def __init__(self, store: Store, run_id: str, account_ids: Collection[str], until: datetime | None = None) -> None:
        self._store, self._run_id, self._accounts = store, run_id, sorted(account_ids)
        self.run: RunOfFindings | None = store.run(run_id)
        self._found: dict[tuple[str, str], list[Row]] = {}
        self._earlier: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._people: dict[str, list[Row]] = {}
        self._until = _ms(until) if until else None

    @cached_property
    def _packed(self) -> TableFacts:
        findings = self._store.findings(self._run_id, self._accounts)
        return TableFacts(Market(), findings, self._store.decisions().decisions)

    @cached_property
    def _known(self) -> int | None:
        """Until when the run knew, in milliseconds."""
        run = self.run
        if run is not None and run.known_at:
            return _ms(datetime.fromisoformat(run.known_at))
        loads = nodes(self._store, TABLES["loads"], self._store.loads_of_run(self._run_id))
        return max((row["loaded_at"] for row in loads.values()), default=None)

    def ask_for(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Look up many records at once."""
        by_kind: dict[str, set[str]] = defaultdict(set)
        for kind, key in wanted:
            if (kind, key) not in self._found and kind in KINDS:
                by_kind[kind].add(key)
        for kind, keys in sorted(by_kind.items()):
            self._found |= {(kind, key): [] for key in keys}
            record = TABLES[KINDS[kind]]
            if kind == "membership":
                some = memberships_of(self._store, self._run_id, {key.partition("|")[0] for key in keys})
                self._found |= {(kind, _key(record, row)): [row] for row in some}
            elif kind == "decision":
                for row in decisions_about(self._store, {key.rpartition("|")[0] for key in keys}):
                    self._found[kind, f"{row['subject']}|{_part(_moment(row['decided_at']))}"] = [row]
            elif kind == "evidence":
                self._found |= {(kind, _key(record, row)): [row] for row in self._evidence(keys)}
            elif record.bulk:
                self._packed.ask_for((kind, key) for key in keys)
                self._found |= {(kind, key): self._packed.rows(kind, key) for key in keys}
            else:
                self._of_nodes(kind, record, keys)

    def _evidence(self, keys: set[str]) -> Iterator[Row]:
        by_group: dict[str, set[str]] = defaultdict(set)
        for key in keys:
            group_id, _, engagement_id = key.partition("|")
            by_group[group_id].add(engagement_id)
        for group_id, ids in sorted(by_group.items()):
            yield from evidence_of(self._store, self._run_id, group_id, ids)

    def _of_nodes(self, kind: str, record: type[Record], keys: set[str]) -> None:
        said = nodes(self._store, record, keys, self._run_id if kind in _OF_RUN else "")
        others = stood_for(self._store, record, keys) if kind in _ONE else {}
        if record.provenance:
            (name,) = key_of(record)
            ids = {*keys, *(str(row.get(name, row["key"])) for some in others.values() for row in some)}
            for value in earlier(self._store, ids):
                if value["record_table"] == record.table:
                    self._earlier[record.table, value["record_id"]].append(value)
        if kind == "group":  # of another run only its id is told
            for key in groups_of_any_run(self._store, keys - said.keys()):
                said[key] = {"key": key, "group_id": key}
        for key in keys:
            one = [said[key]] if key in said else []
            rows = [self._as_known(record, row) for row in [*one, *others.get(key, [])]]
            self._found[kind, key] = [row for row in rows if row is not None]

    def _as_known(self, record: type[Record], row: Row) -> Row | None:
        """The record as it was known to the run; None where it had not been loaded."""
        if not record.provenance or self._known is None:
            return row
        (name,) = key_of(record)
        latest = max(self._known, self._until or 0)
        if (row.get("loaded_at") or 0) > latest:
            return None
        found = dict(row)
        for value in self._earlier[record.table, str(row.get(name, row.get("key")))]:
            moment = latest if value["field_name"] in _LATER else self._known
            if value["loaded_at"] <= moment < value["replaced_at"]:
                said = value.get("value")
                found[value["field_name"]] = None if said is None else json.loads(said)
        return found

    def rows(self, kind: str, key: str) -> list[Row]:
        """Return a record, behind it those it stands for."""
        self.ask_for([(kind, key)])
        return self._found.get((kind, key), [])

    def people_of(self, group_id: str) -> list[Row]:
        """Count the touches of a group by person, in the graph itself."""
        if group_id not in self._people:
            found = touches_of(self._store, self._run_id, [group_id])
            self._people[group_id] = [{name: row[name] for name in row if name != "group_id"} for row in found]
        return self._people[group_id]

    def members_of(self, group_id: str) -> list[Row]:
        """Return the memberships of a group."""
        return list(memberships_of(self._store, self._run_id, [group_id]))

    def run_of(self, run_id: str) -> RunOfFindings | None:
        """Return a kept run."""
        try:
            return self._store.run(run_id)
        except NotFound:
            return None

    def loads_since(self) -> int:
        """Count the files that were loaded after the run until the brief was made."""
        knew = set(self._store.loads_of_run(self._run_id))
        loads = self._store.loads().select(["load_id", "loaded_at"]).to_pylist()
        seen = {row["load_id"] for row in loads if self._until is None or _ms(row["loaded_at"]) <= self._until}
        return len(seen - knew)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _ms(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _key(record: type[Record], row: Row) -> str:
    return "|".join(_part(row[name]) for name in key_of(record))


def _part(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)


def _rows_of(table: pa.Table, record: type[Record], keys: set[str]) -> list[Row]:
    first = key_of(record)[0]
    column = table.column(first)
    wanted = {key.partition("|")[0] for key in keys} if len(key_of(record)) > 1 else keys
    some = table.filter(pc.is_in(whole(column).cast(pa.string()), value_set=pa.array(sorted(wanted), pa.string())))
    return [row for row in some.to_pylist() if _key(record, row) in keys]
