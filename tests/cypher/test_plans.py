"""How a Neo4j server goes about each question: nothing is searched through that an index would find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cypher import tiny_world

from committee.cypher.catalog import questions
from committee.errors import CommitteeError
from committee.graph.store import Store


@pytest.fixture
def server(neo4j_database) -> Iterator[Store]:
    with tiny_world.filled(neo4j_database.uri) as opened:
        yield opened


def test_no_question_looks_at_every_engagement_unless_it_says_why(server: Store) -> None:
    wrong = {}
    for asked in questions().values():
        given = asked.parameters({one.name: "A" for one in asked.params if one.required})
        for form in (asked, asked.counted, *([asked.drawn] if asked.picture else [])):
            steps = [(str(step).strip(), str(details)) for step, details, _ in server.explain(form, given).rows]
            assert steps, asked.name
            scans = [
                f"{step} {details}" for step, details in steps if step == "NodeByLabelScan" and ":Engagement" in details
            ]
            if any(step == "AllNodesScan" for step, _ in steps) or (scans and not asked.slow):
                wrong[asked.name] = scans or ["AllNodesScan"]
    assert wrong == {}


def test_the_embedded_engine_says_that_it_shows_no_plan(tmp_path) -> None:
    with tiny_world.filled(str(tmp_path / "store")) as store, pytest.raises(CommitteeError, match="shows no plan"):
        store.explain(questions()["bridges"], {})
