"""Reads published runs: their findings, which group continues which, and what runs there are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from committee.errors import NotFound
from committee.findings import Findings
from committee.findings import Run as RunOfFindings
from committee.graph import schema
from committee.graph.bolt import Bolt
from committee.graph.columns import plain_column
from committee.graph.learned import learned_of
from committee.graph.packed import unpacked
from committee.graph.projection import collected_rows
from committee.records import COMPUTED, Record, schema_of
from committee.records.tables import typed_table

__all__ = ["CURRENT", "RunReader", "RunSummary"]

CURRENT = "MATCH (:Head {key: 'head'})-[:CURRENT]->(r:Run) RETURN r.run_id AS run_id, r.as_of_at AS as_of_at"


@dataclass(frozen=True)
class RunSummary:
    """A published run in one line."""

    run_id: str
    as_of: str
    known_at: str
    version: str
    calibration: str
    groups: int
    flags: int
    current: bool


class RunReader:
    """Reads runs.

    Parameters
    ----------
    bolt : Bolt
    chunk : int
        Values of one collected column.
    """

    def __init__(self, bolt: Bolt, chunk: int) -> None:
        self._bolt = bolt
        self._chunk = chunk

    def findings(self, run_id: str | None, accounts: Sequence[str] | None) -> Findings:
        """Read the findings of a run, the current one when none is named."""
        if run_id is None:
            current = self._bolt.rows(CURRENT)
            if not current:
                raise NotFound("the store holds no run yet", "Run committee detect")
            run_id = current[0][0]
        run = self.run(run_id)
        tables: dict[str, pa.Table] = {}
        for record in COMPUTED:
            if record.label:
                tables[record.table] = self.nodes_of(record, run_id, accounts)
            elif record.link is not None:
                tables[record.table] = self.links_of(record, run_id, accounts)
            else:
                tables[record.table] = self._columns_of(record, run_id)
        if accounts is not None:
            tables = _only(tables, accounts)
        return Findings(tables, run)

    def run(self, run_id: str) -> RunOfFindings:
        """Read how a run came about."""
        names = ("run_id", "as_of", "known_at", "version", "calibration", "settings_hash", "market", "settings")
        returned = ", ".join(f"r.{name} AS {name}" for name in names)
        rows = self._bolt.rows(
            f"MATCH (r:Run {{key: $run}}) RETURN {returned}, coalesce(r.context, '') AS context, r.counted AS counted",
            {"run": run_id},
        )
        if not rows:
            raise NotFound(f"no run has the id {run_id}", "committee ask runs_made lists the runs")
        said = dict(zip((*names, "context", "rows"), rows[0], strict=True))
        return RunOfFindings(**said | {name: json.loads(said[name]) for name in ("settings", "rows")})

    def learned(self, run_id: str) -> dict[str, str]:
        """Read what a run was concluded with, as texts by name."""
        return learned_of(self._bolt, run_id)

    def nodes_of(self, record: type[Record], run_id: str, accounts: Sequence[str] | None) -> pa.Table:
        """Return the things of one kind that a run found."""
        where = "n.run_id = $run" + ("" if accounts is None else " AND n.account_id IN $accounts")
        parameters = {"run": run_id, "accounts": list(accounts or ())}
        match = f"MATCH (n:{record.label}) WHERE {where}"
        return typed_table(record, collected_rows(self._bolt, match, schema.properties_of(record), parameters))

    def links_of(self, record: type[Record], run_id: str, accounts: Sequence[str] | None) -> pa.Table:
        """Return the arrows of one kind that a run found, those among them that have lost an end."""
        link = record.link
        assert link is not None
        where = "g.run_id = $run" + ("" if accounts is None else " AND g.account_id IN $accounts")
        rows = self._bolt.rows(
            f"MATCH (g:BuyingGroup) WHERE {where} RETURN g.key AS key, coalesce(g.engagements, g.people, 1) AS size ORDER BY key",
            {"run": run_id, "accounts": list(accounts or ())},
        )
        parts, some, size = [], [], 0
        source = schema.end_label(record, link.source)
        match = f"MATCH (:{source})-[n:{link.relationship}]->(g:BuyingGroup) WHERE g.key IN $keys"
        for place, (key, rows_of) in enumerate(rows):
            some.append(key)
            size += rows_of
            if size >= self._chunk or place == len(rows) - 1:
                parts.append(collected_rows(self._bolt, match, schema.properties_of(record), {"keys": some}))
                some, size = [], 0
        loose = self._columns_of(record, run_id)
        whole = [typed_table(record, part) for part in parts if part.num_rows] + [loose]
        return pa.concat_tables([pa.table({n: plain_column(t.column(n)) for n in t.column_names}) for t in whole])

    def _columns_of(self, record: type[Record], run_id: str) -> pa.Table:
        rows = self._bolt.rows(
            "MATCH (n:FindingsColumns) WHERE n.run_id = $run AND n.table_name = $table "
            "RETURN n.rows AS rows, properties(n) AS columns ORDER BY n.part",
            {"run": run_id, "table": record.table},
        )
        parts = [unpacked(columns, schema_of(record), rows_of) for rows_of, columns in rows]
        plain = [pa.table({n: plain_column(t.column(n)) for n in t.column_names}) for t in parts]
        return typed_table(record, pa.concat_tables(plain) if plain else {})

    def in_order(self) -> list[tuple[str, list[str]]]:
        """Return the ids of the runs in the order in which they were published, and the loads each knew."""
        rows = self._bolt.rows("MATCH (r:Run) RETURN r.run_id AS run_id, r.load_ids AS load_ids ORDER BY r.place")
        return [(run_id, list(load_ids or ())) for run_id, load_ids in rows]

    def runs(self) -> list[RunSummary]:
        """Return the published runs, the latest first."""
        rows = self._bolt.rows(
            "MATCH (r:Run) RETURN r.run_id AS run_id, r.as_of AS as_of, r.known_at AS known_at, r.version AS version, "
            "r.calibration AS calibration, COUNT { MATCH (g:BuyingGroup) WHERE g.run_id = r.run_id } AS groups, "
            "COUNT { MATCH (f:Flag) WHERE f.run_id = r.run_id } AS flags, "
            "EXISTS { MATCH (:Head)-[:CURRENT]->(r) } AS current ORDER BY r.as_of_at DESC, r.place DESC"
        )
        return [RunSummary(*row) for row in rows]

    def lineage(self, run_id: str) -> pa.Table:
        """Return which group continues which, as it was found out when the run was published."""
        rows = self._bolt.rows(
            "MATCH (g:BuyingGroup) WHERE g.run_id = $run OPTIONAL MATCH (g)-[:CONTINUES]->(b:BuyingGroup) "
            "RETURN g.group_id AS group_id, g.lineage_id AS lineage_id, b.key AS before_key ORDER BY group_id",
            {"run": run_id},
        )
        names = ("group_id", "lineage_id", "before_key")
        return pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(names)})


def _only(tables: dict[str, pa.Table], accounts: Sequence[str]) -> dict[str, pa.Table]:
    """Cut tables that were read whole down to the accounts, where they name one, or a group of one."""
    wanted, groups = pa.array(accounts, pa.string()), plain_column(tables["groups"].column("group_id"))
    for name, table in tables.items():
        if "account_id" in table.column_names:
            tables[name] = table.filter(pc.is_in(plain_column(table.column("account_id")), value_set=wanted))
        elif "group_id" in table.column_names:
            tables[name] = table.filter(pc.is_in(plain_column(table.column("group_id")), value_set=groups))
    return tables
