from __future__ import annotations

from dataclasses import dataclass

import pytest

from committee.errors import CommitteeError
from committee.graph.store import open_store
from tests.graph.made_up import everything, in_small_batches, random_market


@dataclass
class Asked:
    text: str
    returns: tuple[str, ...] = ()
    name: str = "made up"


def test_an_answer_has_its_columns_and_its_rows_in_order(store):
    store.write(everything(random_market(1)))
    answer = store.ask(
        Asked(
            "MATCH (a:Account) WHERE a.key IN $keys RETURN a.key AS account_id, a.domain AS domain ORDER BY account_id"
        ),
        {"keys": ["a2", "a1"]},
    )
    assert answer.columns == ["account_id", "domain"]
    assert [row[0] for row in answer.rows] == ["a1", "a2"]
    assert not answer.truncated


def test_an_empty_answer_has_the_columns_of_its_question(store):
    answer = store.ask(Asked("MATCH (a:Account) RETURN a.key AS account_id", ("account_id",)), {})
    assert (answer.columns, answer.rows) == (["account_id"], [])


@pytest.mark.parametrize(("limit", "truncated"), [(7, True), (8, False), (9, False)])
def test_an_answer_stops_at_the_limit_and_says_so(store_uri, limit, truncated):
    with open_store(store_uri, in_small_batches(row_limit=limit)) as store:
        store.write(everything(random_market(1)))
        answer = store.ask(Asked("MATCH (a:Account) RETURN a.key AS account_id ORDER BY account_id"), {})
        assert (len(answer.rows), answer.truncated) == (min(limit, 8), truncated)


def test_a_question_that_takes_too_long_is_given_up(store_uri):
    with open_store(store_uri, in_small_batches(query_seconds=0.3)) as store:
        store.write(everything(random_market(1)))
        with pytest.raises(CommitteeError, match="longer than"):
            store.ask(
                Asked(
                    "MATCH (a:Engagement), (b:Engagement), (c:Engagement) WHERE a.line + b.line + c.line < 0 RETURN count(*) AS rows"
                ),
                {},
            )


def test_a_question_that_is_no_cypher_is_refused_in_one_line(store):
    with pytest.raises(CommitteeError) as refused:
        store.ask(Asked("MATCH (a:Account RETURN a"), {})
    assert "\n" not in str(refused.value)


def test_a_picture_comes_as_plain_values(store):
    store.write(everything(random_market(1)))
    answer = store.ask(Asked("MATCH path = (:Program {key: 'p1'})-[:RUN_BY]->(:Account) RETURN path"), {})
    ((path,),) = answer.rows
    assert [part.get("labels") or part["type"] for part in path] == [["Program"], "RUN_BY", ["Account"]]
    assert path[1]["start"] == "p1"


def test_a_question_cannot_write(store):
    with pytest.raises(CommitteeError):
        store.ask(Asked("CREATE (:Account {key: 'new'}) RETURN 1 AS one"), {})
    assert store.counts() == {}
