from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from committee.history import Change, record_ids
from committee.records import LOADED
from tests.graph.made_up import everything, random_market, resolution, snapshot

TARGETS = ("accounts", "programs", "contacts", "content", "campaigns", "opportunities")


def _later(market, tables) -> Change:
    return Change(new={name: market[name] for name in tables if market[name].num_rows})


def test_records_that_come_before_their_targets_are_linked_when_the_targets_come(store, embedded):
    market = random_market(1)
    first = [record.table for record in LOADED if record.table not in TARGETS]
    store.write(Change(new=_later(market, first).new, resolved=resolution(market)))
    assert store.counts().get("WITH", 0) == 0
    for table in ("content", "campaigns", "contacts", "opportunities", "programs", "accounts", "loads"):
        store.write(_later(market, [table]))
    embedded.write(everything(market))
    assert snapshot(store) == snapshot(embedded)


def test_waiting_gives_the_whole_rows_as_they_were_stated(store):
    market = random_market(2)
    store.write(everything(market))
    pieces = pa.array(market.content.column("content_id").to_pylist())
    people = pa.array(market.contacts.column("contact_id").to_pylist())
    rows = market.engagements
    lost = [
        pc.and_(column.is_valid(), pc.invert(pc.is_in(column.cast(pa.string()), value_set=known)))
        for column, known in ((rows.column("content_id"), pieces), (rows.column("contact_id"), people))
    ]
    expected = rows.filter(pc.or_(*lost))
    assert store.waiting()["engagements"].to_pylist() == expected.to_pylist()


def test_a_record_waits_until_its_last_target_is_there(store):
    market = random_market(3, engagements=1)
    row = market.engagements.to_pylist()[0] | {
        "contact_id": "new person",
        "content_id": "new piece",
        "campaign_id": None,
    }
    table = pa.table({name: [value] for name, value in row.items()})
    engagements = market.with_tables(engagements=table).engagements
    alone = Change(
        new={"engagements": engagements},
        resolved=pa.table(
            {
                "engagement_id": [row["engagement_id"]],
                "contact_id": ["new person"],
                "account_id": pa.array([None], pa.string()),
            }
        ),
    )
    store.write(alone)
    contact = market.contacts.slice(0, 1).set_column(0, "contact_id", pa.array(["new person"]))
    piece = market.content.slice(0, 1).set_column(0, "content_id", pa.array(["new piece"]))
    store.write(Change(new={"contacts": contact}))
    assert "engagements" in store.waiting()
    assert store.counts()["MADE"] == 1
    store.write(Change(new={"content": piece}))
    assert "engagements" not in store.waiting() or row["account_id"] is not None
    assert store.counts()["WITH"] == 1


def test_who_it_was_can_be_told_later_for_a_kept_engagement(store):
    market = random_market(4, engagements=10)
    store.write(everything(market))
    ids = record_ids(LOADED[6], market.engagements).to_pylist()
    told = pa.table({"engagement_id": ids[:2], "contact_id": ["c2", None], "account_id": ["a5", "a5"]})
    store.write(Change(resolved=told))
    assert store.market() == market
    found = store._bolt.rows(
        "MATCH (c:Contact)-[:MADE]->(e:Engagement) WHERE e.key IN $keys RETURN e.key, c.key", {"keys": ids[:2]}
    )
    assert found == [[ids[0], "c2"]]
    ((account,), (other,)) = store._bolt.rows(
        "MATCH (e:Engagement) WHERE e.key IN $keys RETURN e.account_id", {"keys": ids[:2]}
    )
    assert (account, other) == ("a5", "a5")


def test_kept_records_named_for_relinking_are_linked(store):
    market = random_market(5)
    store.write(everything(market))
    whole = snapshot(store)
    store._bolt.write(
        [
            ("MATCH ()-[r:WITH]->() DELETE r", {}),
            (
                "MATCH (e:Engagement) WHERE e.content_id IS NOT NULL SET e.waits_for = ['content_id'], e.waits = true",
                {},
            ),
        ]
    )
    store.write(Change(relink={"engagements": record_ids(LOADED[6], market.engagements).to_pylist()}))
    assert store.counts()["WITH"] == sum(link[2] == "WITH" for link in whole[1])
