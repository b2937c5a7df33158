from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from committee.graph.store import open_store
from committee.history import Change
from committee.market import Market
from tests.graph.made_up import NAMES, START, everything, in_small_batches, random_market, resolution, snapshot


def _columns(table: pa.Table) -> dict:
    return {name: table.column(name).to_pylist() for name in table.column_names}


def test_what_is_written_comes_back_with_its_provenance_and_free_columns(store):
    for seed in range(3):
        market = random_market(seed, engagements=250)
        market = market.with_tables(loads=market.loads)
        removed = {name: store.market()[name] for name in ("accounts",)}
        assert removed["accounts"].num_rows in (0, 8)
        store.write(everything(market))
        back = store.market()
        assert back == market
        assert back.fingerprint() == market.fingerprint()
        for name in market:
            assert _columns(back[name]) == _columns(market[name]), name


def test_writing_the_same_market_twice_leaves_the_same_graph(store):
    market = random_market(1)
    store.write(everything(market))
    once = snapshot(store)
    store.write(everything(market))
    assert snapshot(store) == once


def test_a_closed_store_holds_what_was_written(store_uri):
    market = random_market(2)
    with open_store(store_uri, in_small_batches()) as store:
        store.write(everything(market))
    with open_store(store_uri, in_small_batches(), read_only=True) as store:
        assert store.market() == market


def test_names_that_look_like_cypher_are_only_names(store):
    store.write(everything(random_market(3)))
    names = set(store.market().accounts.column("name").to_pylist())
    assert names <= set(NAMES)
    assert store.counts()["Account"] == 8


def test_every_reference_with_a_target_is_a_relationship_and_no_other(store):
    market = random_market(4)
    store.write(everything(market))
    people = set(market.contacts.column("contact_id").to_pylist())
    accounts = set(market.accounts.column("account_id").to_pylist())
    pieces = set(market.content.column("content_id").to_pylist())
    counts = store.counts()
    rows = market.engagements.to_pylist()
    assert counts["MADE"] == sum(row["contact_id"] in people for row in rows)
    assert counts["WITH"] == sum(row["content_id"] in pieces for row in rows)
    assert counts["PART_OF"] == sum(row["campaign_id"] is not None for row in rows)
    assert counts["SUBSIDIARY_OF"] == sum(row["parent_account_id"] in accounts for row in market.accounts.to_pylist())
    assert counts["NEEDS"] == sum(len(row["needs"] or ()) for row in market.programs.to_pylist())
    employed = sum(row["account_id"] in accounts for row in market.contacts.to_pylist())
    assert counts["WORKS_AT"] == employed + 2  # two of the three employments have both ends


def test_a_person_works_at_an_account_as_what_and_from_when_to_when(store):
    store.write(everything(random_market(5)))
    ((title, to_on),) = store._bolt.rows(
        "MATCH (:Contact {key: 'c1'})-[w:WORKS_AT]->(:Account {key: 'a0'}) WHERE w.key = 'x1' RETURN w.title, w.to_on"
    )
    assert (title, to_on) == ("Analyst", "2024-05")


def test_engagements_before_a_moment_are_those_that_occurred_before_it(store):
    market = random_market(6)
    store.write(everything(market))
    moments = sorted(market.engagements.column("occurred_at").to_pylist())
    for until in (moments[100], moments[0], moments[-1] + timedelta(milliseconds=1)):
        expected = [row["engagement_id"] for row in market.engagements.to_pylist() if row["occurred_at"] < until]
        assert store.market(until=until).engagements.column("engagement_id").to_pylist() == expected


def test_a_crowded_day_and_an_empty_year_are_read_whole(store):
    market = random_market(7, engagements=2500)
    same = pa.array(
        [START] * 2000 + [START + timedelta(days=400)] * 499 + [START - timedelta(days=20_000)],
        pa.timestamp("ms", tz="UTC"),
    )
    table = market.engagements.set_column(1, "occurred_at", same).set_column(2, "occurred_until", same)
    market = market.with_tables(engagements=table)
    store.write(everything(market))
    assert store.market() == market


def test_the_market_of_some_accounts_is_what_belongs_to_them(store):
    market = random_market(8)
    store.write(everything(market))
    part = store.market(accounts=["a1", "a2"])
    assert part.accounts.column("account_id").to_pylist() == ["a1", "a2"]
    assert set(part.contacts.column("account_id").to_pylist()) <= {"a1", "a2"}
    resolved = {row["engagement_id"]: row["account_id"] for row in resolution(market).to_pylist()}
    assert set(part.engagements.column("engagement_id").to_pylist()) == {
        one for one, account in resolved.items() if account in ("a1", "a2")
    }
    assert part.content == market.content


def test_only_the_tables_asked_for_are_read(store):
    store.write(everything(random_market(9)))
    market = store.market(tables=["accounts"])
    assert market.accounts.num_rows == 8
    assert market.engagements.num_rows == 0


@pytest.mark.parametrize("field", ["contact_id", "account_id"])
def test_the_graph_says_who_it_was_and_the_market_says_what_was_stated(store, field):
    market = random_market(10, engagements=20)
    rows = market.engagements.to_pylist()
    other = {"contact_id": "c2", "account_id": "a2"}
    resolved = resolution(market).to_pydict() | {field: [other[field]] * 20}
    store.write(
        Change(
            new=everything(market).new,
            resolved=pa.table({name: pa.array(values, pa.string()) for name, values in resolved.items()}),
        )
    )
    assert store.market() == market
    graph = store._bolt.rows(f"MATCH (e:Engagement) RETURN e.key, e.{field}, e.stated_{field} ORDER BY e.key")
    for row, (key, value, stated) in zip(rows, graph, strict=True):
        assert (key, value) == (row["engagement_id"], other[field])
        assert stated == (None if row[field] == value else row[field] or "")


def test_a_changed_record_changes_its_node_and_moves_its_relationships(store):
    market = random_market(11)
    store.write(everything(market))
    contacts = market.contacts.slice(0, 5)
    place = contacts.schema.get_field_index("account_id")
    changed = contacts.set_column(place, "account_id", pa.array(["a3"] * 5)).set_column(
        contacts.schema.get_field_index("title"), "title", pa.array(["Chief", None, "x", "y", "z"])
    )
    store.write(Change(changed={"contacts": changed}))
    whole = pa.concat_tables([changed, market.contacts.slice(5)])
    assert store.market() == market.with_tables(contacts=whole)
    for row in changed.to_pylist():
        found = store._bolt.rows(
            "MATCH (c:Contact {key: $key})-[w:WORKS_AT]->(a:Account) WHERE w.key IS NULL RETURN a.key, w.title",
            {"key": row["contact_id"]},
        )
        assert found == [["a3", row["title"]]]


def test_a_changed_graph_equals_one_that_was_told_so_at_once(store, embedded):
    before, after = random_market(12), random_market(13)
    store.write(everything(before))
    store.write(Change(changed=everything(after).new, resolved=resolution(after)))
    embedded.write(everything(after))
    assert store.market() == embedded.market() == after
    assert _without_unused_needs(snapshot(store)) == _without_unused_needs(snapshot(embedded))


def _without_unused_needs(graph: tuple[list, list]) -> tuple[list, list]:
    return [node for node in graph[0] if node[0] != ["Need"]], graph[1]


def test_a_removed_record_is_gone_and_what_refers_to_it_waits(store):
    market = random_market(14)
    store.write(everything(market))
    store.write(Change(removed={"contacts": ["c1"], "content": ["k1"], "employments": ["x2"]}))
    kept = store.market()
    assert "c1" not in kept.contacts.column("contact_id").to_pylist()
    assert kept.engagements.num_rows == market.engagements.num_rows
    waiting = set(store.waiting()["engagements"].column("engagement_id").to_pylist())
    expected = {
        row["engagement_id"]
        for row in market.engagements.to_pylist()
        if row["contact_id"] in ("c1", "c777") or row["content_id"] in ("k1", "k99")
    }
    assert waiting == expected
    store.write(
        Change(
            new={
                name: market[name].filter(pc.is_in(market[name].column(0), value_set=pa.array(["c1", "k1", "x2"])))
                for name in ("contacts", "content", "employments")
            }
        )
    )
    assert store.market() == market


def test_removing_what_came_brings_the_graph_back(store):
    market = random_market(15)
    store.write(everything(market))
    before = snapshot(store)
    late = random_market(16, engagements=40)
    ids = [f"late {n}" for n in range(40)]
    engagements = late.engagements.set_column(0, "engagement_id", pa.array(ids))
    late = Market({"engagements": engagements})
    store.write(Change(new={"engagements": late.engagements}, resolved=resolution(late)))
    assert snapshot(store) != before
    store.write(Change(removed={"engagements": ids}))
    assert snapshot(store) == before


def test_a_large_table_is_read_whole_whatever_its_ids_look_like(store_uri):
    ids = [f"{start}{n}" for n in range(250) for start in ("a", "Z", "ä", "🧬", "\uffee", "~", " ")]
    accounts = Market({"accounts": {"account_id": ids, "name": ids}}).accounts
    with open_store(store_uri, in_small_batches(columns_chunk=100)) as store:
        store.write(Change(new={"accounts": accounts}))
        assert store.market() == Market({"accounts": accounts})
