from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from committee.errors import BadSettings, CommitteeError, NotFound, OldSchema, StoreUnreachable, WriteFailed
from committee.graph import embedded as embedded_engine
from committee.graph.store import open_store
from tests.graph.made_up import everything, in_small_batches, random_market

ROOT = Path(__file__).parents[2]


def _refusal(kind: type[CommitteeError], address: str, environment: dict | None = None, **options) -> str:
    with pytest.raises(kind) as refused, open_store(address, in_small_batches(), environment or {}, **options) as store:
        store.prepare()
    text = str(refused.value)
    assert "\n" not in text
    assert refused.value.remedy
    return text


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_an_address_where_nothing_answers():
    port = _closed_port()
    assert f"bolt://127.0.0.1:{port} does not answer" in _refusal(StoreUnreachable, f"bolt://127.0.0.1:{port}")


def test_a_host_that_does_not_exist():
    _refusal(StoreUnreachable, "neo4j://no-such-host.invalid")


@pytest.mark.parametrize("address", ["http://localhost:7474", "bolt://", "ftp://x", "bolt://localhost:notaport"])
def test_an_address_that_is_none(address):
    _refusal(BadSettings, address)


def test_credentials_in_an_address_are_refused_and_not_repeated():
    assert "hunter2" not in _refusal(BadSettings, "bolt://neo4j:hunter2@localhost:7687")


@pytest.mark.parametrize("password", ["wrong", ""])
def test_a_wrong_password(neo4j_database, password):
    text = _refusal(
        StoreUnreachable, neo4j_database.uri, {"COMMITTEE_NEO4J_USER": "neo4j", "COMMITTEE_NEO4J_PASSWORD": password}
    )
    assert "refuses the user name or password" in text
    assert neo4j_database.password not in text


@pytest.mark.parametrize(
    "names", [("COMMITTEE_NEO4J_USER", "COMMITTEE_NEO4J_PASSWORD"), ("NEO4J_USERNAME", "NEO4J_PASSWORD")]
)
def test_credentials_come_from_the_environment(neo4j_database, names):
    environment = dict(zip(names, (neo4j_database.user, neo4j_database.password), strict=True))
    with open_store(neo4j_database.uri, in_small_batches(), environment) as store:
        assert store.counts() == {}


def test_the_address_comes_from_the_environment_when_none_is_given(tmp_path):
    with open_store(None, in_small_batches(), {"COMMITTEE_STORE": str(tmp_path / "here")}):
        pass
    assert (tmp_path / "here").is_dir()


def test_a_database_of_somebody_else_is_refused(neo4j_database):
    with neo4j_database.driver() as driver:
        driver.execute_query("CREATE (:Movie {title: 'Alien'})")
    environment = {"COMMITTEE_NEO4J_PASSWORD": neo4j_database.password}
    assert "not this product's" in _refusal(OldSchema, neo4j_database.uri, environment)
    with neo4j_database.driver() as driver:
        assert driver.execute_query("SHOW CONSTRAINTS").records == []


@pytest.mark.parametrize("version", [0, 99])
def test_a_store_of_another_schema_version_is_refused(store_uri, version):
    with open_store(store_uri, in_small_batches()) as store:
        store.prepare()
        store._bolt.write([("MATCH (s:CommitteeStore) SET s.schema_version = $version", {"version": version})])
    with (
        open_store(store_uri, in_small_batches()) as store,
        pytest.raises(OldSchema, match=f"schema version {version}"),
    ):
        store.write(everything(random_market(1)))


def test_a_folder_with_something_else_in_it(tmp_path):
    (tmp_path / "letters.txt").write_text("Dear")
    assert "letters.txt" in _refusal(StoreUnreachable, str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letters.txt"]


def test_a_file_instead_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    _refusal(StoreUnreachable, str(tmp_path / "file"))
    _refusal(WriteFailed, str(tmp_path / "file" / "store"))


def test_a_store_that_is_not_there_is_not_made_for_reading(tmp_path):
    _refusal(NotFound, str(tmp_path / "nothing"), read_only=True)
    assert not (tmp_path / "nothing").exists()


def test_a_store_opened_for_reading_does_not_write(store_uri):
    with open_store(store_uri, in_small_batches()) as store:
        store.prepare()
    with open_store(store_uri, in_small_batches(), read_only=True) as store, pytest.raises(BadSettings):
        store.write(everything(random_market(1)))


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_folder_that_may_not_be_written():
    script = (
        "import os, sys\n"
        "from committee.errors import WriteFailed\n"
        "from committee.graph.store import open_store\n"
        "from tests.graph.made_up import in_small_batches\n"
        "settings = in_small_batches()\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "try: open_store(sys.argv[1], settings)\n"
        "except WriteFailed as error: print(error)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        for place in (folder, f"{folder}/new"):
            answer = subprocess.run(
                [sys.executable, "-c", script, place], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert "cannot be written" in answer.stdout, answer.stderr
        Path(folder).chmod(0o700)


def test_the_password_of_an_embedded_store_is_for_its_owner_only(embedded, tmp_path):
    assert stat.S_IMODE((tmp_path / "embedded" / "password").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "embedded").stat().st_mode) == 0o700


def test_a_disk_that_is_full_is_told_in_one_line(store, monkeypatch):
    from neo4j.exceptions import DatabaseError, Neo4jError

    full = Neo4jError._hydrate_neo4j(
        code="Neo.DatabaseError.Transaction.TransactionCommitFailed", message="No space left on device\n at x.y.Z"
    )
    assert isinstance(full, DatabaseError)

    def fails(work):
        raise full

    session = store._bolt._driver.session
    monkeypatch.setattr(store._bolt._driver, "session", lambda **options: _Failing(session(**options), fails))
    with pytest.raises(WriteFailed, match="No space left on device") as told:
        store.write(everything(random_market(1)))
    assert "\n" not in str(told.value)
    monkeypatch.undo()
    store.write(everything(random_market(1)))
    assert store.market() == random_market(1)


class _Failing:
    """A session whose writes of nodes fail."""

    def __init__(self, session, fails) -> None:
        self.session = session
        self.fails = fails

    def __enter__(self):
        self.session.__enter__()
        return self

    def __exit__(self, *reasons):
        return self.session.__exit__(*reasons)

    def execute_read(self, work):
        return self.session.execute_read(work)

    def execute_write(self, work):
        def failing(transaction):
            return work(_Transaction(transaction, self.fails))

        return self.session.execute_write(failing)


class _Transaction:
    def __init__(self, transaction, fails) -> None:
        self.transaction = transaction
        self.fails = fails

    def run(self, text, parameters=None):
        if "CREATE (n:Contact" in text:
            self.fails(text)
        return self.transaction.run(text, parameters)


def test_a_database_named_in_the_address_is_refused_with_the_variable_that_names_it():
    text = _refusal(BadSettings, "bolt://127.0.0.1:7687/otherdb")
    assert "Name the database otherdb in COMMITTEE_NEO4J_DATABASE" in text
    assert "does not answer" in _refusal(StoreUnreachable, f"bolt://127.0.0.1:{_closed_port()}/")


@pytest.mark.parametrize("address", ["bolt://127.0.0.1:1?policy=x", "neo4j://127.0.0.1:1?policy="])
def test_a_bad_query_in_an_address_is_told_as_sentences(address):
    text = _refusal(BadSettings, address)
    assert ".." not in text.replace("127.0.0.1", "")


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s", "bolt+ssc"])
def test_where_nothing_answers_an_encrypted_address_the_certificate_is_named_as_a_cause(scheme):
    assert "TLS" in _refusal(StoreUnreachable, f"{scheme}://127.0.0.1:{_closed_port()}")


def test_what_fails_in_an_embedded_store_names_its_folder(embedded, tmp_path):
    from neo4j.exceptions import Neo4jError, ServiceUnavailable

    full = Neo4jError._hydrate_neo4j(
        code="Neo.DatabaseError.Statement.ExecutionFailed", message="Error executing Cypher command: CREATE INDEX x"
    )
    for error in (full, ServiceUnavailable("gone")):
        text = str(embedded._bolt._told(error, writing=True))
        assert str(tmp_path / "embedded") in text
        assert not {"bolt://", "Cypher"} & set(text.split())
        assert "127.0.0.1" not in text


def test_what_the_engine_says_past_its_own_log_reaches_no_terminal(tmp_path):
    script = (
        "import os, sys\n"
        "from committee.graph.store import open_store\n"
        "from tests.graph.made_up import in_small_batches\n"
        "with open_store(sys.argv[1], in_small_batches()):\n"
        "    os.write(2, b'at java.base/java.io.FileOutputStream\\n')\n"
        "    print('ours, inside', file=sys.stderr)\n"
        "print('ours, after', file=sys.stderr)\n"
        "os.write(2, b'back again\\n')\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "store")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert answer.stderr.splitlines() == ["ours, inside", "ours, after", "back again"]
    assert "FileOutputStream" in (tmp_path / "store" / "log" / "stderr.log").read_text()


@pytest.mark.parametrize("which", [0, 1])
def test_a_port_that_somebody_took_meanwhile_does_not_keep_a_store_from_opening(tmp_path, monkeypatch, which):
    free = embedded_engine._free_ports
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = list(free())
        ports[which] = taken.getsockname()[1]
        offered = iter([tuple(ports)])
        monkeypatch.setattr(embedded_engine, "_free_ports", lambda: next(offered, None) or free())
        with open_store(str(tmp_path / "store"), in_small_batches()) as store:
            assert store.counts() == {}
