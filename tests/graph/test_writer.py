from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from committee.errors import StoreBusy
from committee.graph import lock
from committee.graph.store import open_store
from tests.graph.made_up import everything, in_small_batches, random_market

ROOT = Path(__file__).parents[2]
HOLD = """
import sys, time
from committee.graph.store import open_store
from tests.graph.made_up import in_small_batches
with open_store(sys.argv[1], in_small_batches()) as store, store.writing("a long load"):
    print("held", flush=True)
    time.sleep(60)
"""


def _holder(address: str) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-c", HOLD, address], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    return process


def _kill(process: subprocess.Popen) -> None:
    process.kill()
    process.communicate()


def test_a_second_process_that_wants_to_write_is_refused_and_told_why(store_uri):
    holder = _holder(store_uri)
    try:
        with pytest.raises(StoreBusy) as refused, open_store(store_uri, in_small_batches()) as store:
            store.write(everything(random_market(1)))
        assert str(refused.value).count(". ") == 1
        assert "another process" in str(refused.value)
    finally:
        _kill(holder)


def test_the_right_to_write_of_a_killed_process_is_taken_over_at_once(store_uri):
    _kill(_holder(store_uri))
    with open_store(store_uri, in_small_batches()) as store:
        store.write(everything(random_market(1)))
        assert store.market() == random_market(1)


def test_two_stores_of_one_process_do_not_write_at_once(neo4j_database):
    with (
        open_store(neo4j_database.uri, in_small_batches()) as one,
        open_store(neo4j_database.uri, in_small_batches()) as other,
    ):
        with one.writing("load"):
            with pytest.raises(StoreBusy, match=f"process {os.getpid()}"), other.writing("load"):
                pass
            assert other.market().accounts.num_rows == 0
        with other.writing("load"):
            pass


def test_one_process_does_not_open_a_folder_twice(tmp_path):
    address = str(tmp_path / "graph")
    with open_store(address, in_small_batches()), pytest.raises(StoreBusy), open_store(address, in_small_batches()):
        pass


def test_a_writer_on_another_machine_that_went_silent_loses_its_right_in_time(neo4j_database, monkeypatch):
    settings = in_small_batches(lock_seconds=1.0)
    with open_store(neo4j_database.uri, settings) as one, open_store(neo4j_database.uri, settings) as other:
        one.prepare()
        monkeypatch.setattr(lock.platform, "node", lambda: "elsewhere")
        monkeypatch.setattr(lock.WriterLock, "_renew", lambda self: None)
        with one.writing("load"):
            monkeypatch.setattr(lock.platform, "node", lambda: "here")
            with pytest.raises(StoreBusy, match="elsewhere"), other.writing("load"):
                pass
            time.sleep(1.1)
            with other.writing("load"), pytest.raises(StoreBusy, match="took the lock over"):
                one.write(everything(random_market(1)))


def test_a_writer_that_renews_keeps_its_right(neo4j_database, monkeypatch):
    settings = in_small_batches(lock_seconds=1.0)
    with (
        open_store(neo4j_database.uri, settings) as one,
        open_store(neo4j_database.uri, settings) as other,
        one.writing("load"),
    ):
        time.sleep(1.5)
        with pytest.raises(StoreBusy), other.writing("load"):
            pass
        one.write(everything(random_market(1)))


@pytest.mark.parametrize(
    ("owner", "told"), [("ann", "(load, by ann on here, process 7)"), ("", "(load, on here, process 7)")]
)
def test_whoever_writes_is_named_as_far_as_the_machine_knows(owner, told):
    class Busy:
        def rows(self, text):
            return [["token", owner, "here", 7, "load"]]

    assert told in str(lock.WriterLock(Busy(), 60)._busy())


def test_a_user_is_found_without_any_variable_that_names_one(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert lock._user() != "somebody"
    monkeypatch.setattr(lock.getpass, "getuser", lambda: (_ for _ in ()).throw(OSError("no name")))
    assert lock._user() == ""
