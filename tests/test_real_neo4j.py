"""The tests' own Neo4j: it answers, it is empty for each test, and it never costs anybody their data."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from pathlib import Path

import neo4j
import pytest
import real_neo4j


def rows(server, statement: str, **parameters) -> list[list]:
    with server.driver() as driver:
        return [record.values() for record in driver.execute_query(statement, parameters).records]


VERSION = "CALL dbms.components() YIELD name, versions WITH * WHERE name = 'Neo4j Kernel' RETURN versions[0]"


def test_the_server_is_a_neo4j_of_the_line_it_says(neo4j_database):
    assert rows(neo4j_database, VERSION)[0][0].startswith(neo4j_database.line)


def test_a_server_of_the_2026_line_answers_too(neo4j_2026_database):
    assert rows(neo4j_2026_database, VERSION)[0][0].startswith("2026.")


def test_credentials_are_where_the_product_looks_for_them(neo4j_database):
    assert os.environ["COMMITTEE_NEO4J_USER"] == neo4j_database.user
    assert os.environ["COMMITTEE_NEO4J_PASSWORD"] == neo4j_database.password


def test_what_one_test_leaves_behind_the_next_does_not_find(neo4j_server):
    with real_neo4j.empty_database(neo4j_server) as server:
        rows(server, "CREATE CONSTRAINT account_key FOR (n:Account) REQUIRE n.key IS UNIQUE")
        rows(server, "CREATE INDEX `made at` FOR (n:Engagement) ON (n.account_id, n.occurred_at)")
        rows(server, "CREATE (a:Account {key: 'hub'}) WITH a UNWIND range(1, 100) AS i CREATE (a)<-[:AT]-(:Engagement)")
    with real_neo4j.empty_database(neo4j_server) as server:
        assert rows(server, "MATCH (n) RETURN count(n)") == [[0]]
        assert rows(server, "SHOW CONSTRAINTS YIELD name") == []
        assert rows(server, "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN type") == []


def test_wiping_goes_on_until_the_last_batch(neo4j_database):
    rows(neo4j_database, "CREATE (a:Account) WITH a UNWIND range(1, 25) AS i CREATE (a)<-[:AT]-(:Engagement)")
    with neo4j_database.driver() as driver:
        real_neo4j.wipe(driver, batch=10)
    assert rows(neo4j_database, "MATCH (n) RETURN count(n)") == [[0]]


def test_a_database_with_somebodys_data_is_refused_and_left_as_it_was(neo4j_database):
    rows(neo4j_database, "CREATE (:Account {name: 'Acme Bio'})")
    somebodys = dataclasses.replace(neo4j_database, ours=False, lock=neo4j_database.lock + ".second")
    with pytest.raises(real_neo4j.ForeignDatabaseError, match="holds 1 nodes"), real_neo4j.empty_database(somebodys):
        pytest.fail("a test was let into somebody's database")
    assert rows(neo4j_database, "MATCH (n) RETURN n.name") == [["Acme Bio"]]


def test_a_marked_database_is_taken_emptied_and_marked_again(neo4j_database):
    rows(neo4j_database, "CREATE (:Leftover), (:CommitteeTestDatabase)")
    marked = dataclasses.replace(neo4j_database, ours=False, lock=neo4j_database.lock + ".second")
    with real_neo4j.empty_database(marked):
        assert rows(neo4j_database, "MATCH (n) RETURN count(n)") == [[0]]
    assert rows(neo4j_database, "MATCH (n) RETURN labels(n)") == [[["CommitteeTestDatabase"]]]


def test_a_killed_server_comes_back_on_its_address_with_what_was_committed(neo4j_to_kill):
    rows(neo4j_to_kill, "CREATE (:Account {name: 'Acme Bio'})")
    address = neo4j_to_kill.uri
    neo4j_to_kill.kill()
    with pytest.raises(neo4j.exceptions.DriverError), neo4j_to_kill.driver() as driver:
        driver.verify_connectivity()
    neo4j_to_kill.start()
    assert neo4j_to_kill.uri == address
    assert rows(neo4j_to_kill, "MATCH (n) RETURN n.name") == [["Acme Bio"]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["start"], "wants the server's home folder"),
        (["start", "home", "--line", "4.4"], "--line must be 5.26 or 2026, not '4.4'"),
        (["start", "home", "--bolt"], "--bolt wants a value"),
        (["start", "home", "--ports", "1"], "unknown option --ports"),
    ],
)
def test_the_server_script_says_in_one_line_what_it_was_not_given(arguments: list[str], sentence: str, tmp_path: Path):
    answer = subprocess.run(
        [real_neo4j.SERVER_SCRIPT, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert sentence in answer.stderr
    assert len(answer.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
