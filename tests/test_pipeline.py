"""The main job from end to end: exports in, findings out, the same from files, the embedded store and a real Neo4j."""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from markets import AS_OF, LOADED, on_day, write_small

from committee import pipeline
from committee.findings import Findings
from committee.graph.store import open_store
from committee.market import Market
from committee.settings import Settings

KILLS = int(os.environ.get("COMMITTEE_SOAK", "5"))


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings.read(environment={})


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    return write_small(tmp_path_factory.mktemp("exports"))


@pytest.fixture(scope="module")
def from_files(exports, settings) -> Findings:
    market, _ = pipeline.read_files([exports], settings, on_day(0))
    return pipeline.detect(market, AS_OF, settings)


def bytes_of(findings: Findings, folder: Path) -> dict[str, bytes]:
    """The answers folder but for what names the lineage, which only a store can know."""
    findings.write(folder)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def shuffled_copy(exports: Path, folder: Path, seed: int) -> Path:
    """The same rows in another order, each file in two pieces of other names."""
    dice = random.Random(seed)
    folder.mkdir()
    for path in exports.glob("*.csv"):
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        dice.shuffle(rows)
        for number, part in enumerate((rows[::2], rows[1::2])):
            with (folder / f"{dice.randrange(10**6)}-{number}.csv").open("w", newline="") as file:
                csv.writer(file).writerows([header, *part])
    return folder


def test_there_is_something_to_find(from_files):
    assert from_files["groups"].num_rows > 3
    assert from_files["flags"].num_rows > 0
    assert from_files["memberships"].num_rows > 3 * from_files["groups"].num_rows - 1


def test_every_row_read_is_accounted_for(exports, settings):
    _, intake = pipeline.read_files([exports], settings, on_day(0))
    assert intake.files
    assert all(report.adds_up() for report in intake.files), intake.files
    assert sum(report.read for report in intake.files) == sum(
        sum(1 for _ in csv.reader(path.open(newline=""))) - 1 for path in exports.glob("*.csv")
    )


def test_a_store_gives_the_findings_of_the_files_to_the_byte(store_uri, exports, settings, from_files, tmp_path):
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        intake = pipeline.load(store, [exports], settings, on_day(0))
        assert all(report.adds_up() for report in intake.files)
        found = pipeline.detect_store(store, AS_OF, settings)
        again = store.findings().with_learned(store.learned(found.run.run_id))
    expected = bytes_of(from_files, tmp_path / "files")
    assert bytes_of(found, tmp_path / "detected") == expected
    assert bytes_of(again, tmp_path / "published") == expected


def test_row_and_file_order_do_not_matter(exports, settings, from_files, tmp_path):
    market, _ = pipeline.read_files([shuffled_copy(exports, tmp_path / "shuffled", 1)], settings, on_day(0))
    found = pipeline.detect(market, AS_OF, settings)
    assert bytes_of(found, tmp_path / "a") == bytes_of(from_files, tmp_path / "b")


def test_loading_the_same_files_again_changes_nothing(store_uri, exports, settings):
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        pipeline.load(store, [exports], settings, on_day(0))
        before, counts = store.market(), store.counts()
        intake = pipeline.load(store, [exports], settings, on_day(5))
        assert sum(report.loaded for report in intake.files) == 0
        assert all(report.adds_up() for report in intake.files)
        after = store.market()
        assert store.counts() == counts
    assert tables(after) == tables(before)


def test_files_may_come_one_by_one_in_any_order(store_uri, exports, settings, from_files, tmp_path):
    files = sorted(exports.glob("*.csv"), reverse=True)  # programs and engagements first come, accounts last
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        for path in files:
            pipeline.load(store, [path], settings, on_day(0))
        assert (
            not store.waiting()
            or all(table.num_rows == 0 for table in store.waiting().values())
            or known_gaps(store, exports)
        )
        found = pipeline.detect_store(store, AS_OF, settings)
    assert bytes_of(found, tmp_path / "a") == bytes_of(from_files, tmp_path / "b")


def known_gaps(store, exports: Path) -> bool:
    """Whether whatever still waits, waits for something no file holds."""
    names = {
        "contacts": "contact_id",
        "accounts": "account_id",
        "content": "content_id",
        "programs": "program_id",
        "campaigns": "campaign_id",
    }
    there = {}
    for table, key in names.items():
        with (exports / f"{table}.csv").open(newline="") as file:
            there[table] = {row[key] for row in csv.DictReader(file)}
    for table in store.waiting().values():
        for row in table.to_pylist():
            refs = {
                "contacts": row.get("contact_id"),
                "content": row.get("content_id"),
                "campaigns": row.get("campaign_id"),
                "programs": row.get("program_id"),
            }
            missing = [value for name, value in refs.items() if value and value not in there[name]]
            if not missing and not row.get("email"):
                return False
    return True


def tables(market: Market) -> dict[str, list[dict]]:
    """Everything, provenance too."""
    return {name: market[name].to_pylist() for name in market}


# ---- time travel -----------------------------------------------------------------------------------------------------


@pytest.fixture
def corrected(exports, tmp_path) -> Path:
    """A second export: changed titles, a moved and a late engagement, a person at another employer."""
    folder = tmp_path / "corrected"
    folder.mkdir()
    with (exports / "contacts.csv").open(newline="") as file:
        people = list(csv.DictReader(file))
    for person in people[::3]:
        person["title"] = "Head of Procurement"
    people[1]["account_id"] = people[-1]["account_id"]
    with (exports / "engagements.csv").open(newline="") as file:
        touches = list(csv.DictReader(file))
    moved = [dict(touch, occurred_at="2026-06-01T10:00:00Z") for touch in touches[5:200:7]]
    late = [
        dict(touch, engagement_id=f"late-{number}", occurred_at="2026-06-20T08:00:00Z")
        for number, touch in enumerate(touches[:40])
    ]
    for name, rows in (("contacts", people), ("engagements", moved + late)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
    return folder


def test_what_was_known_then_is_said_again_to_the_byte_after_later_loads(
    store_uri, exports, corrected, settings, from_files, tmp_path
):
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        pipeline.load(store, [exports], settings, on_day(0))
        then = pipeline.detect_store(store, AS_OF, settings, known=LOADED)
        pipeline.load(store, [corrected], settings, on_day(30))
        again = pipeline.detect_store(store, AS_OF, settings, known=LOADED)
        today = pipeline.detect_store(store, AS_OF, settings)
    assert bytes_of(again, tmp_path / "a") == bytes_of(then, tmp_path / "b"), "run.json too"
    tables_only = {
        name: content for name, content in bytes_of(from_files, tmp_path / "c").items() if name != "run.json"
    }
    assert {
        name: content for name, content in bytes_of(again, tmp_path / "a").items() if name != "run.json"
    } == tables_only
    assert bytes_of(today, tmp_path / "d")["flags.csv"] != tables_only["flags.csv"], "the second load does matter today"


def test_a_wrong_file_taken_out_leaves_the_store_as_it_was(store_uri, exports, corrected, settings):
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        pipeline.load(store, [exports], settings, on_day(0))
        before, counts = tables(store.market()), store.counts()
        intake = pipeline.load(store, [corrected], settings, on_day(30))
        for report in intake.files:
            pipeline.unload(store, report.load_id)
        assert tables(store.market()) == before
        assert store.counts() == counts


def test_a_dump_restored_elsewhere_is_the_same_store(store_uri, exports, corrected, settings, tmp_path):
    with open_store(store_uri, settings.store) as store:
        store.prepare()
        pipeline.load(store, [exports], settings, on_day(0))
        pipeline.load(store, [corrected], settings, on_day(30))
        found = pipeline.detect_store(store, AS_OF, settings)
        store.dump(tmp_path / "dump")
        before = tables(store.market())
    with open_store(str(tmp_path / "elsewhere"), settings.store) as other:
        other.restore(tmp_path / "dump")
        assert tables(other.market()) == before
        published = other.findings().with_learned(other.learned(found.run.run_id))
        assert bytes_of(published, tmp_path / "a") == bytes_of(found, tmp_path / "b")
        assert pipeline.detect(other.market(), AS_OF, settings) == found


# ---- killed in the middle --------------------------------------------------------------------------------------------

JOB = """
import sys
from datetime import datetime
from pathlib import Path
from committee import pipeline
from committee.graph.store import open_store
from committee.settings import Settings
settings = Settings.read(environment={}, overrides=["store.batch_rows=200"])
clock = lambda: datetime.fromisoformat(sys.argv[4])
with open_store(sys.argv[1], settings.store) as store:
    store.prepare()
    if sys.argv[3] == "load":
        pipeline.load(store, [Path(sys.argv[2])], settings, clock)
    else:
        pipeline.detect_store(store, clock(), settings)
"""


def job(address: str, exports: Path, what: str, moment) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", JOB, address, str(exports), what, moment.isoformat()], stderr=subprocess.PIPE
    )


def finish(process: subprocess.Popen) -> None:
    _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told.decode()


@pytest.mark.parametrize("what", ["load", "publish"])
def test_kill_in_the_middle_and_the_next_run_completes(what, store_uri, exports, settings, tmp_path):
    quiet = tmp_path / "uninterrupted"
    moment = {"load": LOADED, "publish": AS_OF}[what]
    finish(job(str(quiet), exports, "load", LOADED))
    if what == "publish":
        finish(job(str(quiet), exports, what, moment))
    with open_store(str(quiet), settings.store) as store:
        expected, found = tables(store.market()), dict(store.findings()) if what == "publish" else {}
    began = time.monotonic()
    finish(job(str(tmp_path / "timed"), exports, "load", LOADED))
    took = time.monotonic() - began
    if what == "publish":
        finish(job(store_uri, exports, "load", LOADED))
    dice = random.Random(KILLS)
    for _ in range(KILLS):
        process = job(store_uri, exports, what, moment)
        time.sleep(dice.uniform(0.3, 1.0) * took)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    finish(job(store_uri, exports, what, moment))
    with open_store(store_uri, settings.store) as store:
        assert tables(store.market()) == expected
        assert not store.loads().filter(store.loads()["finished"].is_null()).num_rows
        if what == "publish":
            assert {name: table.to_pylist() for name, table in store.findings().items()} == {
                name: table.to_pylist() for name, table in found.items()
            }
    shutil.rmtree(quiet)
