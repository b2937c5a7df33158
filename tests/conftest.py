"""Fixtures of the whole suite: the stores that the tests run on."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import real_neo4j

SERVER_BOUND = {"neo4j_server", "neo4j_database", "neo4j_2026_server", "neo4j_2026_database", "neo4j_to_kill"}
# Machines are noisy: how long an example takes says nothing about the product.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

RUN_FOLDER = pytest.StashKey[Path]()
RUN_OWNER = pytest.StashKey[int]()


# --- a test run has one folder, made and removed by the process that leads it ---------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", None)
    config.stash[RUN_FOLDER] = Path(told["run_folder"] if told else tempfile.mkdtemp(prefix="committee-test-"))
    config.stash[RUN_OWNER] = told["run_owner"] if told else os.getpid()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["run_folder"] = str(node.config.stash[RUN_FOLDER])
    node.workerinput["run_owner"] = node.config.stash[RUN_OWNER]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        real_neo4j.stop_shared_servers(config.stash[RUN_FOLDER])
        shutil.rmtree(config.stash[RUN_FOLDER], ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give one worker all tests that need a server, since they would only wait for one another; else a file stays together."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group("neo4j" if _server_bound(item) else item.nodeid.partition("::")[0]))


def _server_bound(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return parameters.get("store_uri") == "neo4j" or bool(SERVER_BOUND.intersection(getattr(item, "fixturenames", ())))


# --- real servers ---------------------------------------------------------------------------------------------------


def _shared_server(config: pytest.Config, line: str, required_by: str) -> real_neo4j.Neo4jServer:
    with _skipped_or_failed(line, required_by):
        return real_neo4j.shared_server(line, config.stash[RUN_FOLDER], config.stash[RUN_OWNER])


@contextlib.contextmanager
def _skipped_or_failed(line: str, required_by: str) -> Iterator[None]:
    try:
        yield
    except real_neo4j.UnavailableError as reason:
        if os.environ.get(required_by, "0") in ("", "0"):
            pytest.skip(f"no real Neo4j {line}: {reason}")
        message = f"{required_by} asks for a real Neo4j {line}, and there is none: {reason}"
        raise pytest.fail.Exception(message, pytrace=False) from None


@pytest.fixture(scope="session")
def neo4j_server(pytestconfig: pytest.Config) -> real_neo4j.Neo4jServer:
    """Give the run's Neo4j 5.26, with whatever is in its database: most tests want ``neo4j_database``."""
    return _shared_server(pytestconfig, "5.26", "COMMITTEE_REQUIRE_NEO4J")


@pytest.fixture(scope="session")
def neo4j_2026_server(pytestconfig: pytest.Config) -> real_neo4j.Neo4jServer:
    """Give the run's Neo4j of the 2026 line, started when the first test asks for it."""
    return _shared_server(pytestconfig, "2026", "COMMITTEE_REQUIRE_NEO4J_2026")


@pytest.fixture
def neo4j_database(neo4j_server: real_neo4j.Neo4jServer, monkeypatch) -> Iterator[real_neo4j.Neo4jServer]:
    """Give Neo4j 5.26 with an empty database of the test's own, its credentials in the environment."""
    with real_neo4j.empty_database(neo4j_server) as server:
        _put_credentials(server, monkeypatch)
        yield server


@pytest.fixture
def neo4j_2026_database(neo4j_2026_server: real_neo4j.Neo4jServer, monkeypatch) -> Iterator[real_neo4j.Neo4jServer]:
    """Give the same on the 2026 line."""
    with real_neo4j.empty_database(neo4j_2026_server) as server:
        _put_credentials(server, monkeypatch)
        yield server


@pytest.fixture
def neo4j_to_kill(pytestconfig: pytest.Config, tmp_path: Path, monkeypatch) -> Iterator[real_neo4j.ServerToKill]:
    """Give a running server (from Maven) that is this test's alone: ``kill()`` it, ``start()`` it again on the same address."""
    server = real_neo4j.ServerToKill(tmp_path / "neo4j", secrets.token_urlsafe(12), pytestconfig.stash[RUN_OWNER])
    with _skipped_or_failed(server.line, "COMMITTEE_REQUIRE_NEO4J"):
        server.start()
    _put_credentials(server, monkeypatch)
    yield server
    server.kill()


def _put_credentials(server, monkeypatch) -> None:
    monkeypatch.setenv("COMMITTEE_NEO4J_USER", server.user)
    monkeypatch.setenv("COMMITTEE_NEO4J_PASSWORD", server.password)


# --- any store ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["embedded", "neo4j"])
def store_uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an empty store; a test that takes it runs once on each engine."""
    if request.param == "embedded":
        return str(tmp_path / "graph")
    return request.getfixturevalue("neo4j_database").uri
