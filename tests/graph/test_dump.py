from __future__ import annotations

import json
from datetime import timedelta

import pytest

from committee.decisions import Decisions
from committee.errors import BadFile, OldSchema, WriteFailed
from committee.graph.store import open_store
from tests.graph.made_up import START, everything, in_small_batches, random_findings, random_market, snapshot

MARKET = random_market(1)
DECISIONS = Decisions(
    {
        "decisions": {
            "decision_id": ["d1", "d2"],
            "kind": ["accepted", "undone"],
            "subject": ["group:g0-1", "group:g0-1"],
            "reason": ["met them ☕", None],
            "decided_at": [START, START],
        }
    }
)


@pytest.fixture
def full(store):
    store.write(everything(MARKET))
    for seed in range(3):
        store.publish(random_findings(MARKET, seed, as_of=START + timedelta(days=3 - seed)))
    store.record(DECISIONS)
    return store


def test_a_dump_restored_into_an_empty_store_is_the_same_graph(full, tmp_path):
    full.dump(tmp_path / "dump")
    with open_store(str(tmp_path / "other"), in_small_batches()) as other:
        other.restore(tmp_path / "dump")
        assert snapshot(other) == snapshot(full)
        assert other.market().fingerprint() == full.market().fingerprint()
        assert other.decisions() == DECISIONS
        assert other.findings() == full.findings()
        assert other.runs() == full.runs()
        other.restore(tmp_path / "dump")
        assert snapshot(other) == snapshot(full)


def test_a_dump_of_a_dump_has_the_same_files(full, tmp_path):
    full.dump(tmp_path / "one")
    with open_store(str(tmp_path / "other"), in_small_batches()) as other:
        other.restore(tmp_path / "one")
        other.dump(tmp_path / "two")
    assert (tmp_path / "one" / "manifest.json").read_bytes() == (tmp_path / "two" / "manifest.json").read_bytes()


def test_a_dump_is_restored_into_an_empty_store_only(full, embedded, tmp_path):
    full.dump(tmp_path / "dump")
    embedded.write(everything(random_market(2, load="another")))
    with pytest.raises(WriteFailed, match="not empty"):
        embedded.restore(tmp_path / "dump")


def test_a_folder_with_files_is_not_dumped_into(embedded, tmp_path):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(WriteFailed, match="not empty"):
        embedded.dump(tmp_path)


def test_a_folder_that_is_no_dump_or_was_changed_is_refused(embedded, tmp_path):
    with pytest.raises(BadFile):
        embedded.restore(tmp_path)
    embedded.write(everything(MARKET))
    embedded.dump(tmp_path / "dump")
    with open_store(str(tmp_path / "other"), in_small_batches()) as other:
        contacts = tmp_path / "dump" / "market" / "contacts.parquet"
        content = contacts.read_bytes()
        contacts.write_bytes(content[:-1] + b"?")
        with pytest.raises(BadFile, match=r"contacts\.parquet"):
            other.restore(tmp_path / "dump")
        contacts.write_bytes(content)
        manifest = tmp_path / "dump" / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema_version": 99}))
        with pytest.raises(OldSchema):
            other.restore(tmp_path / "dump")


def test_recording_a_decision_twice_keeps_it_once(store):
    store.record(DECISIONS)
    store.record(DECISIONS)
    assert store.decisions() == DECISIONS
    assert store.counts() == {"Decision": 2}
