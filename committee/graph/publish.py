"""Puts the findings of a run into the graph beside those of other runs, and lets readers see them at once.

A run is written in batches under keys of its own, each batch exactly once: a publication notes which are done. Then one
small transaction puts the run in the publication's place and moves the pointer. So a reader sees the old run or the new
one, and a publication that was interrupted is completed by the next, or pruned.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.errors import NotFound
from committee.findings import Findings
from committee.findings import Run as RunOfFindings
from committee.graph import schema
from committee.graph.bolt import Bolt, Statement
from committee.graph.columns import plain_column, plain_values, sent
from committee.graph.lineage import continued
from committee.graph.packed import packed, unpacked
from committee.graph.projection import collected_rows, milliseconds
from committee.graph.schema import End
from committee.graph.targets import Targets
from committee.graph.write import Run
from committee.history import record_ids
from committee.progress import Progress
from committee.records import COMPUTED, Record, run_key, schema_of
from committee.records.computed import Evidence, Group
from committee.records.tables import typed_table
from committee.settings import StoreSettings

__all__ = ["Publisher", "RunSummary"]

_CURRENT = "MATCH (:Head {key: 'head'})-[:CURRENT]->(r:Run) RETURN r.run_id AS run_id, r.as_of_at AS as_of_at"


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


class Publisher:
    """Writes and reads runs.

    Parameters
    ----------
    bolt : Bolt
    settings : StoreSettings
    guard : callable
        Called inside each write transaction; raises when the right to write is lost.
    """

    def __init__(self, bolt: Bolt, settings: StoreSettings, guard: Callable[[Run], None]) -> None:
        self._bolt = bolt
        self._settings = settings
        self._guard = guard
        self._targets = Targets(bolt, settings.batch_rows)

    # --- publishing -------------------------------------------------------------------------------------------------

    def publish(
        self,
        findings: Findings,
        progress: Progress,
        lineage: pa.Table | None = None,
        load_ids: Sequence[str] | None = None,
    ) -> None:
        """Publish the findings of a run.

        Parameters
        ----------
        findings : Findings
            With a run.
        progress : Progress
        lineage : pyarrow Table, optional
            group_id, lineage_id, before_key: which group continues which, where that is known; else it is found out.
        load_ids : sequence of str, optional
            The loads the run knew, where that is known; else all that are there.
        """
        run = findings.run
        if run is None:
            raise ValueError("findings without a run cannot be published")
        if not self._bolt.rows("MATCH (r:Run {key: $run}) RETURN r.key AS key", {"run": run.run_id}):
            rows = self._begin(run.run_id)
            groups = findings["groups"]
            if lineage is None:
                lineage = self._lineage(findings)
            where = pc.index_in(
                plain_column(groups.column("group_id")), value_set=plain_column(lineage.column("group_id"))
            )
            place = groups.schema.get_field_index("lineage_id")
            groups = groups.set_column(place, "lineage_id", plain_column(lineage.column("lineage_id")).take(where))
            for record in COMPUTED:
                table = groups if record is Group else findings[record.table]
                with progress.step(f"publishing {record.table}", table.num_rows) as step:
                    for part, start in enumerate(range(0, table.num_rows, rows)):
                        batch = table.slice(start, rows)
                        self._once(run.run_id, f"{record.table} {part}", self._batch(record, batch, run.run_id, part))
                        step.advance(batch.num_rows)
            self._once(run.run_id, "lineage", _continues(run.run_id, lineage))
        self._finish(run, load_ids)

    def _begin(self, run_id: str) -> int:
        """Begin, or take up, the publication of a run; return how many rows its batches have."""
        statement = (
            "MERGE (p:Publication {key: $run}) SET p.run_id = $run, p.done = coalesce(p.done, []), "
            "p.batch_rows = coalesce(p.batch_rows, $rows) RETURN p.batch_rows AS rows"
        )
        (((rows,),),) = self._transact([(statement, {"run": run_id, "rows": self._settings.batch_rows})])
        return int(rows)

    def _once(self, run_id: str, batch: str, statements: Sequence[Statement]) -> None:
        """Run the statements of a batch in one transaction, unless the publication has done it."""

        def work(run: Run) -> None:
            self._guard(run)
            ((done,),) = run(
                "MATCH (p:Publication {key: $run}) RETURN $batch IN p.done AS done", {"run": run_id, "batch": batch}
            )
            if not done:
                for text, parameters in statements:
                    run(text, parameters)
                run("MATCH (p:Publication {key: $run}) SET p.done = p.done + [$batch]", {"run": run_id, "batch": batch})

        self._bolt.transact(work)

    def _finish(self, run: RunOfFindings, load_ids: Sequence[str] | None) -> None:
        """Put the run in its publication's place and move the pointer to it, if it is not older and knows all."""
        as_of = milliseconds(datetime.fromisoformat(run.as_of))
        about = {
            "run_id": run.run_id,
            "as_of": run.as_of,
            "as_of_at": as_of,
            "known_at": run.known_at,
            "version": run.version,
            "calibration": run.calibration,
            "settings_hash": run.settings_hash,
            "market": run.market,
            "settings": json.dumps(run.settings, sort_keys=True),
            "counted": json.dumps(run.rows, sort_keys=True),
        }

        def work(execute: Run) -> None:
            self._guard(execute)
            if not execute("MATCH (r:Run {key: $run}) RETURN r.key AS key", {"run": run.run_id}):
                ((place,),) = execute("MATCH (r:Run) RETURN coalesce(max(r.place), 0) + 1 AS place")
                ((loads,),) = execute("MATCH (l:Load) RETURN collect(l.load_id) AS loads")
                columns = ", ".join(f"{name}: ${name}" for name in [*about, "place", "load_ids"])
                execute(
                    f"CREATE (:Run {{key: $run_id, {columns}}})",
                    {**about, "place": place, "load_ids": sorted(loads if load_ids is None else load_ids)},
                )
                execute("MATCH (p:Publication {key: $run}) DELETE p", {"run": run.run_id})
            current = execute(_CURRENT)
            if run.known_at or (current and (current[0][0] == run.run_id or current[0][1] > as_of)):
                return
            _point(execute, run.run_id)

        self._bolt.transact(work)

    def point_to(self, run_id: str) -> None:
        """Make a published run the current one."""

        def work(execute: Run) -> None:
            self._guard(execute)
            _point(execute, run_id)

        self._bolt.transact(work)

    def _batch(self, record: type[Record], batch: pa.Table, run_id: str, part: int) -> list[Statement]:
        if record.link is not None:
            return self._arrows(record, batch, run_id, part)
        if not record.label:
            return [_columns_node(record, batch, run_id, part)]
        return self._nodes(record, batch, run_id)

    def _nodes(self, record: type[Record], batch: pa.Table, run_id: str) -> list[Statement]:
        """Statements for computed things; a thing whose end is not there is made without the relationship."""
        columns = {name: batch.column(name) for name in batch.column_names}
        for name in schema.texts_of(record):
            columns[f"{name}_text"] = pc.strftime(batch.column(name), format="%Y-%m-%d %H:%M", locale="C")
        ids = record_ids(record, batch).to_pylist()
        rows = pa.table(columns)
        expressions, parameters = sent(rows, rows.column_names, nulls=False)
        keys = [run_key(run_id, one) for one in ids]
        statements: list[Statement] = [
            (
                schema.nodes_created(record.label, {**expressions, "run_id": "$run_id"}, []),
                {**parameters, "key": keys, "run_id": run_id},
            )
        ]
        for end in schema.ends_of(record):
            column = plain_column(batch.column(end.field))
            owners, targets = pa.array(keys), column
            if pa.types.is_list(column.type):
                owners, targets = owners.take(pc.list_parent_indices(column)), pc.list_flatten(column)
            pairs = self._there(end, run_id, plain_values(owners), plain_values(targets))
            if pairs:
                text = schema.edges_created(record.label, end)
                statements.append((text, {"key": [key for key, _ in pairs], "target": [target for _, target in pairs]}))
        return statements

    def _there(self, end: End, run_id: str, keys: list[str], targets: list[str | None]) -> list[tuple[str, str]]:
        pairs = [(key, target) for key, target in zip(keys, targets, strict=True) if target is not None]
        if end.table == Group.table:
            pairs = [(key, run_key(run_id, target)) for key, target in pairs]
        there = self._targets.there(end.table, [target for _, target in pairs])
        return list(dict.fromkeys(pair for pair in pairs if pair[1] in there))

    def _arrows(self, record: type[Record], batch: pa.Table, run_id: str, part: int) -> list[Statement]:
        """Statements for computed arrows; those without both ends are kept as columns, so that nothing is lost."""
        link = record.link
        assert link is not None
        ends = []
        for name in (link.source, link.target):
            table = schema.end_table(record, name)
            ids = plain_column(batch.column(name))
            ends.append(pc.binary_join_element_wise(run_id, ids, "|") if table == Group.table else ids)
        tables = [schema.end_table(record, name) for name in (link.source, link.target)]
        whole = self._targets.present(tables[0], ends[0]) & self._targets.present(tables[1], ends[1])
        mask = pa.array(whole)
        statements: list[Statement] = []
        linked = batch.filter(mask)
        if linked.num_rows:
            expressions, parameters = sent(linked, linked.column_names, nulls=False)
            columns = {"source": plain_values(ends[0].filter(mask)), "target": plain_values(ends[1].filter(mask))}
            text = schema.arrows_created(record, {**expressions, "run_id": "$run_id"})
            statements.append((text, {**parameters, **columns, "run_id": run_id}))
        if linked.num_rows < batch.num_rows:
            statements.append(_columns_node(record, batch.filter(pc.invert(mask)), run_id, part))
        return statements

    def _transact(self, statements: Sequence[Statement]) -> list[list[list[Any]]]:
        def work(run: Run) -> list[list[list[Any]]]:
            self._guard(run)
            return [run(text, parameters) for text, parameters in statements]

        return self._bolt.transact(work)

    # --- lineage ----------------------------------------------------------------------------------------------------

    def _lineage(self, findings: Findings) -> pa.Table:
        """Which group of the current run each new group continues."""
        current = self._bolt.rows(_CURRENT)
        groups, evidence = findings["groups"], findings["evidence"]
        if not current:
            return continued(groups, evidence, groups.slice(0, 0), evidence.slice(0, 0), "")
        run_id = current[0][0]
        return continued(
            groups, evidence, self._nodes_of(Group, run_id, None), self._links_of(Evidence, run_id, None), run_id
        )

    def lineage(self, run_id: str) -> pa.Table:
        """Return which group continues which, as it was found out when the run was published."""
        rows = self._bolt.rows(
            "MATCH (g:BuyingGroup) WHERE g.run_id = $run OPTIONAL MATCH (g)-[:CONTINUES]->(b:BuyingGroup) "
            "RETURN g.group_id AS group_id, g.lineage_id AS lineage_id, b.key AS before_key ORDER BY group_id",
            {"run": run_id},
        )
        names = ("group_id", "lineage_id", "before_key")
        return pa.table({name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(names)})

    # --- reading ----------------------------------------------------------------------------------------------------

    def findings(self, run_id: str | None, accounts: Sequence[str] | None) -> Findings:
        """Read the findings of a run, the current one when none is named."""
        if run_id is None:
            current = self._bolt.rows(_CURRENT)
            if not current:
                raise NotFound("the store holds no run yet", "Run committee detect")
            run_id = current[0][0]
        names = [
            "run_id",
            "as_of",
            "known_at",
            "version",
            "calibration",
            "settings_hash",
            "market",
            "settings",
            "counted",
        ]
        returned = ", ".join(f"r.{name} AS {name}" for name in names)
        rows = self._bolt.rows(f"MATCH (r:Run {{key: $run}}) RETURN {returned}", {"run": run_id})
        if not rows:
            raise NotFound(f"no run has the id {run_id}", "committee ask runs_made lists the runs")
        said = dict(zip(names, rows[0], strict=True))
        run = RunOfFindings(
            **said | {"settings": json.loads(said["settings"]), "rows": json.loads(said.pop("counted"))}
        )
        tables: dict[str, pa.Table] = {}
        for record in COMPUTED:
            if record.label:
                tables[record.table] = self._nodes_of(record, run_id, accounts)
            elif record.link is not None:
                tables[record.table] = self._links_of(record, run_id, accounts)
            else:
                tables[record.table] = self._columns_of(record, run_id)
        if accounts is not None:
            tables = _only(tables, accounts)
        return Findings(tables, run)

    def _nodes_of(self, record: type[Record], run_id: str, accounts: Sequence[str] | None) -> pa.Table:
        where = "n.run_id = $run" + ("" if accounts is None else " AND n.account_id IN $accounts")
        parameters = {"run": run_id, "accounts": list(accounts or ())}
        match = f"MATCH (n:{record.label}) WHERE {where}"
        return typed_table(record, collected_rows(self._bolt, match, schema.properties_of(record), parameters))

    def _links_of(self, record: type[Record], run_id: str, accounts: Sequence[str] | None) -> pa.Table:
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
            if size >= self._settings.columns_chunk or place == len(rows) - 1:
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

    # --- pruning ----------------------------------------------------------------------------------------------------

    def prune(self, keep: int) -> list[str]:
        """Delete all runs but the current one and the latest so many; return their ids."""
        gone = [run.run_id for place, run in enumerate(run for run in self.runs() if not run.current) if place >= keep]
        (begun,) = self._bolt.row("MATCH (p:Publication) RETURN collect(p.run_id) AS runs")
        for run_id in gone:  # from here on nobody sees it
            self._transact(
                [("MERGE (p:Publication {key: $run}) SET p.run_id = $run, p.done = ['pruned']", {"run": run_id})]
            )
            self._transact([("MATCH (r:Run {key: $run}) DETACH DELETE r", {"run": run_id})])
        for run_id in sorted({*gone, *begun}):
            self._delete(run_id)
        return gone

    def _delete(self, run_id: str) -> None:
        """Delete what a run left, in batches: relationships of its groups and flags, then the nodes, then the publication."""
        batch = {"run": run_id, "rows": self._settings.batch_rows}
        for statement in (
            "MATCH (n:FindingsColumns) WHERE n.run_id = $run WITH n LIMIT $rows DELETE n RETURN count(*) AS gone",
            *(
                f"MATCH (n:{label}) WHERE n.run_id = $run MATCH (n)-[r]-() WITH r LIMIT $rows DELETE r RETURN count(*) AS gone"
                for label in ("BuyingGroup", "Flag")
            ),
            *(
                f"MATCH (n:{label}) WHERE n.run_id = $run WITH n LIMIT $rows DELETE n RETURN count(*) AS gone"
                for label in ("BuyingGroup", "Flag")
            ),
            "MATCH (p:Publication {key: $run}) DELETE p RETURN 0 AS gone",
        ):
            while self._transact([(statement, batch)])[0] not in ([], [[0]]):
                pass


def _point(execute: Run, run_id: str) -> None:
    execute("MERGE (h:Head {key: 'head'})")
    execute("MATCH (:Head {key: 'head'})-[c:CURRENT]->(:Run) DELETE c")
    execute("MATCH (h:Head {key: 'head'}) MATCH (r:Run {key: $run}) CREATE (h)-[:CURRENT]->(r)", {"run": run_id})


def _columns_node(record: type[Record], batch: pa.Table, run_id: str, part: int) -> Statement:
    properties = packed(batch)
    columns = ", ".join(f"{name}: $c_{name}" for name in properties)
    text = (
        "CREATE (n:FindingsColumns {key: $key, run_id: $run_id, table_name: $table_name, part: $part, rows: $rows"
        + (f", {columns}}})" if columns else "})")
    )
    about = {"run_id": run_id, "table_name": record.table, "part": part, "rows": batch.num_rows}
    key = run_key(run_id, record.table, str(part))
    return text, {"key": key, **about, **{f"c_{name}": values for name, values in properties.items()}}


def _continues(run_id: str, lineage: pa.Table) -> list[Statement]:
    pairs = [(run_key(run_id, row["group_id"]), row["before_key"]) for row in lineage.to_pylist() if row["before_key"]]
    if not pairs:
        return []
    text = (
        "UNWIND range(0, size($key) - 1) AS i\nMATCH (g:BuyingGroup {key: $key[i]})\nMATCH (b:BuyingGroup {key: $before[i]})\n"
        "CREATE (g)-[:CONTINUES]->(b)"
    )
    return [(text, {"key": [key for key, _ in pairs], "before": [before for _, before in pairs]})]


def _only(tables: dict[str, pa.Table], accounts: Sequence[str]) -> dict[str, pa.Table]:
    """Cut tables that were read whole down to the accounts, where they name one, or a group of one."""
    wanted, groups = pa.array(accounts, pa.string()), plain_column(tables["groups"].column("group_id"))
    for name, table in tables.items():
        if "account_id" in table.column_names:
            tables[name] = table.filter(pc.is_in(plain_column(table.column("account_id")), value_set=wanted))
        elif "group_id" in table.column_names:
            tables[name] = table.filter(pc.is_in(plain_column(table.column("group_id")), value_set=groups))
    return tables
