"""The model as a value: what stores of both engines hold of it, and which differences are noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from committee.errors import NotFound, OldSchema
from committee.graph.live import shape_of
from committee.graph.model import Shape, arrows, constraints, differences, indexes, nodes
from committee.graph.store import open_store
from committee.records import TABLES
from tests.graph.made_up import everything, in_small_batches, random_findings, random_market

AS_IT_SHOULD_BE = Shape(constraints=constraints(), indexes=indexes())
ACCOUNT = {"key": ["acme"], "account_id": ["acme"], "name": ["Acme"], "employees": [250], "free_tier": ["A"]}


def test_every_record_that_is_a_node_and_every_reference_that_is_a_relationship_is_in_the_model():
    assert {node.table for node in nodes() if node.table} == {
        record.table for record in TABLES.values() if record.label and record.table not in ("rejects", "waiting")
    }
    told = {str(arrow) for arrow in arrows()}
    assert {
        "(:Contact)-[:MADE]->(:Engagement)",
        "(:Program)-[:RUN_BY]->(:Account)",
        "(:Contact)-[:MEMBER_OF]->(:BuyingGroup)",
        "(:Engagement)-[:TRIPPED]->(:Flag)",
        "(:Head)-[:CURRENT]->(:Run)",
    } <= told


def test_every_label_with_a_unique_key_is_described():
    assert {label for label, _ in constraints()} == {node.label for node in nodes()}
    assert all(node.says for node in nodes())


def test_a_store_with_everything_in_it_is_as_the_model_says(store):
    market = random_market(3)
    store.write(everything(market))
    store.publish(random_findings(market, 3))
    assert differences(shape_of(store, 400)) == []


def test_what_the_graph_should_not_hold_is_told(store):
    store.write(everything(random_market(3)))
    store._bolt.write(
        [
            ("MATCH (a:Account) WITH a LIMIT 1 SET a.employees = 'many', a.nickname = 'Al'", {}),
            ("CREATE (:Stranger {name: 'x'})", {}),
            ("MATCH (c:Contact) WITH c LIMIT 1 MATCH (p:Program) WITH c, p LIMIT 1 CREATE (c)-[:LIKES]->(p)", {}),
            ("MATCH (c:Contact) WITH c LIMIT 1 MATCH (p:Program) WITH c, p LIMIT 1 CREATE (p)-[:MADE]->(c)", {}),
        ]
    )
    assert set(differences(shape_of(store, 1000))) == {
        "label Stranger: not in the model",
        "property Account.employees: holds text, the model says whole numbers",
        "property Account.nickname: not in the model",
        "relationship LIKES: not in the model",
        "relationship MADE: goes from Program to Contact, which the model does not know",
    }


def test_a_constraint_or_an_index_that_was_dropped_is_told(store):
    store.write(everything(random_market(3)))
    store._bolt.define("DROP CONSTRAINT account_key")
    store._bolt.define("CREATE INDEX contact_title IF NOT EXISTS FOR (n:Contact) ON (n.title)")
    assert set(differences(shape_of(store, 50))) == {
        "constraint on Account(key): missing",
        "index on Contact(title): not in the model",
    }


def test_columns_of_the_users_own_are_no_difference():
    assert differences(replace(AS_IT_SHOULD_BE, nodes={"Account": ACCOUNT})) == []
    assert differences(replace(AS_IT_SHOULD_BE, nodes={"Load": {"free_tier": ["A"]}})) == [
        "property Load.free_tier: not in the model"
    ]


def test_yes_or_no_is_no_number():
    found = replace(AS_IT_SHOULD_BE, nodes={"Account": {"employees": [True], "deleted": [1], "revenue_usd": [2]}})
    assert differences(found) == [
        "property Account.deleted: holds whole numbers, the model says yes or no",
        "property Account.employees: holds yes or no, the model says whole numbers",
        "property Account.revenue_usd: holds whole numbers, the model says numbers",
    ]


def test_an_empty_database_and_somebody_elses_are_refused(store_uri):
    with open_store(store_uri, in_small_batches()) as store:
        with pytest.raises(NotFound, match="the store is empty"):
            shape_of(store, 10)
        store._bolt.write([("CREATE (:Movie {title: 'Heat'})", {})])
        with pytest.raises(OldSchema, match="not this product's"):
            shape_of(store, 10)


def test_a_store_of_another_version_is_refused(store):
    store._bolt.write([("MATCH (s:CommitteeStore) SET s.schema_version = 99", {})])
    with pytest.raises(OldSchema, match="schema version 99"):
        shape_of(store, 10)
