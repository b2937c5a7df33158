"""Puts the findings of a run into the graph beside those of other runs, and lets readers see them at once.

A run is written in batches under keys of its own, each batch exactly once: a publication notes which are done. Then one
small transaction puts the run in the publication's place and moves the pointer. So a reader sees the old run or the new
one, and a publication that was interrupted is completed by the next, or pruned. It is long because writing, completing and
pruning have to agree on every key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.findings import Findings
from committee.findings import Run as RunOfFindings
from committee.graph import schema
from committee.graph.bolt import Bolt, Statement
from committee.graph.columns import plain_column, plain_values, sent
from committee.graph.learned import text_nodes
from committee.graph.lineage import continued
from committee.graph.packed import columns_node
from committee.graph.projection import milliseconds
from committee.graph.runs import CURRENT, RunReader
from committee.graph.schema import End
from committee.graph.targets import Targets
from committee.graph.write import Run
from committee.history import record_ids
from committee.progress import Progress
from committee.records import COMPUTED, Record, run_key
from committee.records.computed import Evidence, Group
from committee.settings import StoreSettings

__all__ = ["Publisher"]


class Publisher:
    """Writes runs.

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
        self._reader = RunReader(bolt, settings.columns_chunk)

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
            for name, text in findings.learned.items():
                for part, statements in enumerate(text_nodes(run.run_id, name, text, self._settings.text_chunk)):
                    self._once(run.run_id, f"{name} {part}", statements)
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
            "context": run.context,
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
            current = execute(CURRENT)
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
            return [columns_node(record, batch, run_id, part, str(part))]
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
            statements.append(columns_node(record, batch.filter(pc.invert(mask)), run_id, part, str(part)))
        return statements

    def _transact(self, statements: Sequence[Statement]) -> list[list[list[Any]]]:
        def work(run: Run) -> list[list[list[Any]]]:
            self._guard(run)
            return [run(text, parameters) for text, parameters in statements]

        return self._bolt.transact(work)

    # --- lineage ----------------------------------------------------------------------------------------------------

    def _lineage(self, findings: Findings) -> pa.Table:
        """Which group of the current run each new group continues."""
        current = self._bolt.rows(CURRENT)
        groups, evidence = findings["groups"], findings["evidence"]
        if not current:
            return continued(groups, evidence, groups.slice(0, 0), evidence.slice(0, 0), "")
        run_id = current[0][0]
        return continued(
            groups,
            evidence,
            self._reader.nodes_of(Group, run_id, None),
            self._reader.links_of(Evidence, run_id, None),
            run_id,
        )

    # --- pruning ----------------------------------------------------------------------------------------------------

    def prune(self, keep: int) -> list[str]:
        """Delete all runs but the current one and the latest so many; return their ids."""
        gone = [
            run.run_id
            for place, run in enumerate(run for run in self._reader.runs() if not run.current)
            if place >= keep
        ]
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


def _continues(run_id: str, lineage: pa.Table) -> list[Statement]:
    pairs = [(run_key(run_id, row["group_id"]), row["before_key"]) for row in lineage.to_pylist() if row["before_key"]]
    if not pairs:
        return []
    text = (
        "UNWIND range(0, size($key) - 1) AS i\nMATCH (g:BuyingGroup {key: $key[i]})\nMATCH (b:BuyingGroup {key: $before[i]})\n"
        "CREATE (g)-[:CONTINUES]->(b)"
    )
    return [(text, {"key": [key for key, _ in pairs], "before": [before for _, before in pairs]})]
