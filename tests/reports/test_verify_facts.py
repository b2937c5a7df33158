"""What is looked up record by record in a graph is what whole tables say, also of the time before later files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from markets import AS_OF, on_day, write_small

from committee import pipeline
from committee.findings import Findings
from committee.graph.store import Store, open_store
from committee.market import Market
from committee.pipeline.identifying import market_seen
from committee.records import TABLES, fields_of, key_of
from committee.reports.handoff_check.facts import KINDS, GraphFacts, TableFacts
from committee.settings import Settings

SETTINGS = Settings.read(environment={"COMMITTEE_WINDOW__SHIFTS": "0"})
LOOKED_AT = 25  # records of each kind


@pytest.fixture
def store(store_uri: str, tmp_path: Path) -> Iterator[Store]:
    with open_store(store_uri, SETTINGS.store) as opened:
        pipeline.load(opened, [write_small(tmp_path / "exports", accounts=3)], SETTINGS, on_day(0))
        pipeline.detect_store(opened, AS_OF, SETTINGS)
        yield opened


def plain(value: object) -> object:
    """A value as the graph keeps it: moments in milliseconds, empty lists as nothing."""
    if isinstance(value, datetime):
        return round(value.astimezone(UTC).timestamp() * 1000)
    return value or None if isinstance(value, list) else value


def tables_of(market: Market, findings: Findings) -> dict[str, pa.Table]:
    return {**market, **findings}


def looked_up_alike(store: Store, market: Market, findings: Findings, facts: GraphFacts) -> dict[str, int]:
    """Compare both ways for some records of each kind; return how many there were."""
    counted = {}
    other = TableFacts(market, findings)
    for kind, table in KINDS.items():
        if kind == "decision":
            continue
        rows = tables_of(market, findings)[table].to_pylist()
        rows = rows[:: max(1, len(rows) // LOOKED_AT)]
        record = TABLES[table]
        parts = [[row[name] for name in key_of(record)] for row in rows]
        keys = [
            "|".join(p.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(p, datetime) else p for p in part) for part in parts
        ]
        facts.ask_for((kind, key) for key in keys)
        names = [spec.name for spec in fields_of(record) if not spec.derived and not spec.resolved]
        for key, row in zip(keys, rows, strict=True):
            for found in (facts.rows(kind, key), other.rows(kind, key)):
                assert found, (kind, key)
                assert {name: plain(found[0].get(name)) for name in names} == {name: plain(row[name]) for name in names}
        counted[kind] = len(rows)
    return counted


def test_each_record_looked_up_by_its_id_says_what_its_table_says(store: Store) -> None:
    findings = store.findings()
    assert findings.run is not None
    accounts = store.market(["accounts"]).accounts.column("account_id").to_pylist()
    counted = looked_up_alike(store, store.market(), findings, GraphFacts(store, findings.run.run_id, accounts))
    assert all(
        counted[kind] for kind in ("account", "contact", "engagement", "load", "group", "membership", "evidence")
    )
    assert all(counted[kind] for kind in ("seat", "status", "persona", "tag"))
    graph, tables = GraphFacts(store, findings.run.run_id, []), TableFacts(store.market(), findings)
    assert [graph.rows(kind, "nobody|nothing") for kind in KINDS] == [[] for _ in KINDS]
    for group_id in findings.groups.column("group_id").to_pylist():
        assert graph.people_of(group_id) == tables.people_of(group_id)
        assert len(graph.members_of(group_id)) == len(tables.members_of(group_id)) > 0


def test_a_record_that_later_files_changed_is_looked_up_as_the_run_knew_it(store: Store, tmp_path: Path) -> None:
    run, before = store.findings(), market_seen(store)
    with (tmp_path / "exports" / "contacts.csv").open(newline="") as file:
        people = list(csv.DictReader(file))
    for person in people:
        person.update(title="Head of Procurement", name=person["name"] + " Later")
    people.append({**people[0], "contact_id": "c-new", "email": "new@example.org"})
    with (tmp_path / "contacts.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
    pipeline.load(store, [tmp_path / "contacts.csv"], SETTINGS, on_day(3))
    assert run.run is not None
    facts = GraphFacts(store, run.run.run_id, [])
    some = before.contacts.to_pylist()[:LOOKED_AT]
    assert [facts.rows("contact", row["contact_id"])[0]["name"] for row in some] == [row["name"] for row in some]
    assert [facts.rows("contact", row["contact_id"])[0]["title"] for row in some] == [row["title"] for row in some]
    assert facts.rows("contact", "c-new") == []
    assert market_seen(store).contacts.to_pylist() != before.contacts.to_pylist()
