from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from committee.decisions import Decisions
from committee.errors import BadFile, OldSchema, WriteFailed
from committee.graph.dump import Dump, KeptRun, write_dump
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


def test_what_is_written_depends_on_what_the_tables_say_not_on_how_their_words_are_numbered(tmp_path):
    def written(words: list[str], place: str) -> bytes:
        numbers = {word: number for number, word in enumerate(words)}
        column = pa.DictionaryArray.from_arrays(
            pa.array([numbers["b"], numbers["a"], None, numbers["b"]], pa.int32()), pa.array(words)
        )
        ids = pa.array(["e1", "e2", "e3", "e4"])
        resolved = pa.table({"engagement_id": ids, "contact_id": column, "account_id": column})
        run = KeptRun(random_findings(MARKET, 1, as_of=START), pa.table({"group_id": column}), [])
        write_dump(Dump(MARKET, resolved, DECISIONS, [run], ""), tmp_path / place)
        return (tmp_path / place / "manifest.json").read_bytes()  # with the checksum of every file

    assert written(["a", "b"], "one") == written(["z", "b", "a"], "two")


@pytest.mark.parametrize("edit", [{"runs": None}, {"runs": [["gone", []]]}, {"current": None, "runs": 3}])
def test_a_manifest_edited_by_hand_is_refused_in_one_line(embedded, tmp_path, edit):
    embedded.write(everything(MARKET))
    embedded.dump(tmp_path / "dump")
    manifest = tmp_path / "dump" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | edit))
    with open_store(str(tmp_path / "other"), in_small_batches()) as other, pytest.raises(BadFile) as refused:
        other.restore(tmp_path / "dump")
    assert "\n" not in str(refused.value)


def test_a_decision_edited_by_hand_is_refused(embedded, tmp_path):
    embedded.write(everything(MARKET))
    embedded.record(DECISIONS)
    embedded.dump(tmp_path / "dump")
    DECISIONS.with_tables(decisions=DECISIONS.decisions.slice(0, 1)).write(tmp_path / "dump" / "decisions", "parquet")
    with open_store(str(tmp_path / "other"), in_small_batches()) as other:
        with pytest.raises(BadFile, match=r"decisions\.parquet is missing or not as it was written"):
            other.restore(tmp_path / "dump")
        assert other.counts() == {}


def test_a_decision_without_its_id_is_refused_even_where_the_manifest_was_edited_with_it(embedded, tmp_path):
    embedded.write(everything(MARKET))
    embedded.record(DECISIONS)
    embedded.dump(tmp_path / "dump")
    file = tmp_path / "dump" / "decisions" / "decisions.parquet"
    table = pq.read_table(file)
    pq.write_table(table.set_column(0, "decision_id", pa.array([None] * table.num_rows, pa.string())), file)
    manifest = tmp_path / "dump" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["files"]["decisions/decisions.parquet"] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told))
    with (
        open_store(str(tmp_path / "other"), in_small_batches()) as other,
        pytest.raises(BadFile, match="does not fit together"),
    ):
        other.restore(tmp_path / "dump")
