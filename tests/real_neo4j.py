"""A real Neo4j for the tests: found or started, shared by the workers, emptied, stopped.

Where it comes from, first that works: the database COMMITTEE_TEST_NEO4J_URI names, a Docker engine that answers, a server
from Maven artifacts (deploy/neo4j). Nobody's data is wiped: a database that this test run did not start must be empty
or hold a ``(:CommitteeTestDatabase)`` node.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import neo4j
from filelock import FileLock

SERVER_SCRIPT = Path(__file__).parents[1] / "deploy" / "neo4j" / "server.sh"
DOCKER_IMAGES = {"5.26": "neo4j:5.26-community", "2026": "neo4j:2026.09-community"}
MARK = "CommitteeTestDatabase"


class UnavailableError(Exception):
    """No server of this line can be had here, and why."""


class ForeignDatabaseError(Exception):
    """The named database holds data that are not ours to wipe."""


@dataclasses.dataclass(frozen=True)
class Neo4jServer:
    """A running server; ``ours`` when this test run started it."""

    uri: str
    user: str
    password: str
    line: str
    lock: str
    ours: bool = True
    home: str = ""
    container: str = ""

    def driver(self) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.user, self.password))


# --- one server per test run ----------------------------------------------------------------------------------------


def shared_server(line: str, folder: Path, owner: int) -> Neo4jServer:
    """Give the one server of this line that all workers of a test run share; the first that asks starts it.

    ``folder`` is the run's own; ``owner`` the process without which the server ends.
    """
    record = folder / f"neo4j-{line}.json"
    with FileLock(folder / f"neo4j-{line}.starting"):
        if not record.exists():
            try:
                found = dataclasses.asdict(_find(line, folder, owner))
            except UnavailableError as reason:
                found = {"unavailable": str(reason)}
            record.write_text(json.dumps(found))
        found = json.loads(record.read_text())
    if "unavailable" in found:
        raise UnavailableError(found["unavailable"])
    return Neo4jServer(**found)


def stop_shared_servers(folder: Path) -> None:
    """Stop what ``shared_server`` started in this folder, each by its own process or container id."""
    for pid_file in folder.glob("*/run/pid"):
        kill(pid_file.parents[1])
    for record in folder.glob("neo4j-*.json"):
        if container := json.loads(record.read_text()).get("container"):
            import docker

            docker.from_env().containers.get(container).remove(force=True, v=True)


def _find(line: str, folder: Path, owner: int) -> Neo4jServer:
    uri = os.environ.get("COMMITTEE_TEST_NEO4J_URI")
    if uri and line == "5.26":
        name = hashlib.sha256(uri.encode()).hexdigest()[:12]
        return Neo4jServer(
            uri=uri,
            user=os.environ.get("COMMITTEE_TEST_NEO4J_USER", "neo4j"),
            password=os.environ.get("COMMITTEE_TEST_NEO4J_PASSWORD", ""),
            line=line,
            lock=str(Path(tempfile.gettempdir()) / f"committee-test-{name}.lock"),
            ours=False,
        )
    lock = str(folder / f"neo4j-{line}.lock")
    reasons = []
    for start in (_start_container, _start_from_maven):
        try:
            return start(line, folder, owner, lock)
        except UnavailableError as reason:
            reasons.append(str(reason))
    raise UnavailableError("; ".join(reasons))


def _start_container(line: str, folder: Path, owner: int, lock: str) -> Neo4jServer:
    import docker
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    try:
        docker.from_env(timeout=2).ping()
    except (DockerException, RequestException, OSError):
        raise UnavailableError("no Docker engine answers") from None

    from testcontainers.community.neo4j import Neo4jContainer
    from testcontainers.core.config import testcontainers_config

    # The reaper would end the container with the worker that started it; stop_shared_servers ends it with the run.
    testcontainers_config.ryuk_disabled = True
    container = Neo4jContainer(DOCKER_IMAGES[line], password=secrets.token_urlsafe(12), username="neo4j")
    container.with_env("NEO4J_server_memory_heap_max__size", "512m")
    container.with_env("NEO4J_server_memory_pagecache_size", "64m")
    try:
        container.start()
    except Exception as reason:  # image not to be had, no room, not ready in time: the next way is tried
        with contextlib.suppress(Exception):
            container.stop()
        raise UnavailableError(f"Docker cannot run {DOCKER_IMAGES[line]} ({type(reason).__name__})") from None
    return Neo4jServer(
        uri=container.get_connection_url(),
        user="neo4j",
        password=container.password,
        line=line,
        lock=lock,
        container=container.get_wrapped_container().id,
    )


def _start_from_maven(line: str, folder: Path, owner: int, lock: str) -> Neo4jServer:
    password = secrets.token_urlsafe(12)
    home = folder / f"neo4j-{line}"
    return Neo4jServer(start(home, line, password, owner), "neo4j", password, line, lock, home=str(home))


# --- a server from Maven artifacts ----------------------------------------------------------------------------------


def start(home: Path, line: str, password: str, owner: int, bolt_port: int = 0) -> str:
    """Start a server in this home (again) and give its address; port 0 takes a free one."""
    options = ["--line", line, "--bolt", str(bolt_port), "--http", "0", "--heap", "512m", "--page-cache", "64m"]
    answer = subprocess.run(
        [SERVER_SCRIPT, "start", home, *options, "--owner", str(owner)],
        env={**os.environ, "COMMITTEE_NEO4J_PASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    if answer.returncode:
        raise UnavailableError("\n".join(answer.stderr.strip().splitlines()[-30:]))
    return (home / "run" / "address").read_text().strip()


def kill(home: Path) -> None:
    """End the server of this home at once, as a power cut would; its data are a test's."""
    pid_file = home / "run" / "pid"
    if pid_file.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid_file.read_text()), signal.SIGKILL)
        pid_file.unlink()


@dataclasses.dataclass
class ServerToKill:
    """A server of one test's own, to be killed and started again on the same address and data."""

    home: Path
    password: str
    owner: int
    line: str = "5.26"
    user: str = "neo4j"
    uri: str = ""

    def start(self) -> None:
        port = int(self.uri.rpartition(":")[2]) if self.uri else 0
        self.uri = start(self.home, self.line, self.password, self.owner, port)

    def kill(self) -> None:
        kill(self.home)

    def driver(self) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(self.uri, auth=(self.user, self.password))


# --- one empty database after another -------------------------------------------------------------------------------


@contextlib.contextmanager
def empty_database(server: Neo4jServer) -> Iterator[Neo4jServer]:
    """Hold the server's one database, empty, while all other tests that want it wait.

    Before and after, a database that is not ours carries the mark; a test sees it really empty.
    """
    with FileLock(server.lock), server.driver() as driver:
        _refuse_foreign(server, driver)
        wipe(driver)
        try:
            yield server
        finally:
            wipe(driver)
            if not server.ours:
                driver.execute_query(f"CREATE (:{MARK})")


def _refuse_foreign(server: Neo4jServer, driver: neo4j.Driver) -> None:
    if server.ours:
        return
    ((nodes,),) = driver.execute_query("MATCH (n) RETURN count(n)").records
    ((marks,),) = driver.execute_query(f"MATCH (n:{MARK}) RETURN count(n)").records
    if nodes and not marks:
        raise ForeignDatabaseError(
            f"{server.uri} holds {nodes} nodes and none is (:{MARK}): the tests would wipe somebody's data. "
            f"Name an empty database in COMMITTEE_TEST_NEO4J_URI, or, if all in it may go: CREATE (:{MARK})"
        )


def wipe(driver: neo4j.Driver, batch: int = 20_000) -> None:
    """Delete constraints, indexes, relationships and nodes; in batches, which keeps a hub within the server's memory."""
    for (name,) in driver.execute_query("SHOW CONSTRAINTS YIELD name").records:
        driver.execute_query(f"DROP CONSTRAINT `{name}`")
    for (name,) in driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").records:
        driver.execute_query(f"DROP INDEX `{name}`")
    for statement in (
        "MATCH ()-[r]->() WITH r LIMIT $batch DELETE r RETURN count(*)",
        "MATCH (n) WITH n LIMIT $batch DELETE n RETURN count(*)",
    ):
        while driver.execute_query(statement, batch=batch).records[0][0]:
            pass
