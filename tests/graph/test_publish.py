from __future__ import annotations

import threading
from datetime import timedelta

import pyarrow as pa
import pytest

from committee.errors import NotFound, StoreBusy
from committee.findings import Findings
from committee.graph.store import open_store
from committee.history import Change
from committee.progress import SILENT
from tests.graph.made_up import START, everything, in_small_batches, random_findings, random_market, snapshot


@pytest.fixture
def loaded(store):
    store.write(everything(random_market(1)))
    return store


MARKET = random_market(1)


def _assert_published(found, published):
    for name in published:
        for column in published[name].column_names:
            if column != "lineage_id":
                assert found[name].column(column).to_pylist() == published[name].column(column).to_pylist(), (
                    name,
                    column,
                )
    assert found.run == published.run


def test_findings_come_back_as_they_were_published_also_those_about_unknown_records(loaded):
    findings = random_findings(MARKET, 1)
    loaded.publish(findings)
    _assert_published(loaded.findings(), findings)
    _assert_published(loaded.findings(findings.run.run_id), findings)


def test_findings_stay_as_published_when_what_they_are_about_goes(loaded):
    findings = random_findings(MARKET, 1)
    loaded.publish(findings)
    evidence, members = findings["evidence"], findings["memberships"]
    engagements = evidence.column("engagement_id").to_pylist()[:20]
    people = members.column("contact_id").to_pylist()[:2]
    loaded.write(Change(removed={"engagements": engagements, "contacts": people}))
    assert loaded.counts()["EVIDENCE_FOR"] < evidence.num_rows - 15
    _assert_published(loaded.findings(), findings)


def test_publishing_the_same_run_twice_changes_nothing(loaded):
    findings = random_findings(MARKET, 1)
    loaded.publish(findings)
    before = snapshot(loaded)
    loaded.publish(findings)
    assert snapshot(loaded) == before


def test_findings_of_some_accounts_are_those_of_their_groups(loaded):
    findings = random_findings(MARKET, 1)
    loaded.publish(findings)
    part = loaded.findings(accounts=["a1"])
    groups = [row["group_id"] for row in findings["groups"].to_pylist() if row["account_id"] == "a1"]
    assert part["groups"].column("group_id").to_pylist() == groups
    for name in ("statuses", "coverage", "evidence"):
        assert set(part[name].column("group_id").to_pylist()) == set(groups)
    assert [row["flag_id"] for row in part["flags"].to_pylist()] == ["f2"]


@pytest.mark.parametrize(
    ("days", "known_at", "moves"),
    [(1, "", True), (0, "", True), (-1, "", False), (1, "2026-01-01T00:00:00Z", False)],
    ids=["a later run", "another run as of the same moment", "an earlier run", "a run that knew less"],
)
def test_the_pointer_moves_to(loaded, days, known_at, moves):
    first = random_findings(MARKET, 1)
    second = random_findings(MARKET, 2, as_of=START + timedelta(days=days), known_at=known_at)
    loaded.publish(first)
    loaded.publish(second)
    current = second if moves else first
    assert loaded.findings().run.run_id == current.run.run_id
    assert [run.run_id for run in loaded.runs() if run.current] == [current.run.run_id]
    _assert_published(loaded.findings(second.run.run_id), second)


def test_a_reader_sees_the_old_run_or_the_new_one_never_half(loaded):
    runs = [random_findings(MARKET, seed, as_of=START + timedelta(days=seed), groups=40) for seed in range(3)]
    loaded.publish(runs[0])
    expected = {findings.run.run_id: findings for findings in runs}
    ended = threading.Event()
    seen, wrong = set(), []

    def read() -> None:
        while not ended.is_set():
            found = loaded.findings()
            seen.add(found.run.run_id)
            published = expected[found.run.run_id]
            if any(found[name].num_rows != published[name].num_rows for name in published):
                wrong.append(found)

    reader = threading.Thread(target=read)
    reader.start()
    for findings in runs[1:]:
        loaded.publish(findings)
    ended.set()
    reader.join()
    assert wrong == []
    assert runs[0].run.run_id in seen


def test_a_publication_that_was_interrupted_is_not_seen_and_is_completed_by_the_next(loaded):
    done, findings = random_findings(MARKET, 1), random_findings(MARKET, 2, as_of=START + timedelta(days=1), groups=40)
    loaded.publish(done)
    reference = random_findings(MARKET, 2, as_of=START + timedelta(days=1), groups=40)
    publisher = loaded._publisher()
    steps = iter(range(4))

    once = publisher._once

    def fails(run_id, batch, statements):
        if next(steps, None) is None:
            raise StoreBusy("interrupted")
        once(run_id, batch, statements)

    publisher._once = fails
    with loaded.writing("test"), pytest.raises(StoreBusy):
        publisher.publish(findings, SILENT)
    assert loaded.findings().run == done.run
    assert [run.run_id for run in loaded.runs()] == [done.run.run_id]
    with pytest.raises(NotFound):
        loaded.findings(findings.run.run_id)
    loaded.publish(reference)
    _assert_published(loaded.findings(), reference)
    assert loaded.counts()["BuyingGroup"] == 46


def test_a_publication_that_was_interrupted_can_be_pruned(loaded):
    loaded.publish(random_findings(MARKET, 1))
    before = snapshot(loaded)
    publisher = loaded._publisher()
    publisher._finish = lambda *_: None
    with loaded.writing("test"):
        publisher.publish(random_findings(MARKET, 2), SILENT)
    assert snapshot(loaded) != before
    assert loaded.prune(5) == []
    assert snapshot(loaded) == before


def test_pruning_keeps_the_current_run_and_the_latest_others(loaded):
    runs = [random_findings(MARKET, seed, as_of=START + timedelta(days=seed)) for seed in range(4)]
    for findings in runs:
        loaded.publish(findings)
    ids = [findings.run.run_id for findings in runs]
    assert loaded.prune(1) == [ids[1], ids[0]]
    assert [run.run_id for run in loaded.runs()] == [ids[3], ids[2]]
    _assert_published(loaded.findings(ids[2]), runs[2])
    assert loaded.counts()["BuyingGroup"] == 12
    assert loaded.counts()["Flag"] == 4


def test_a_group_goes_on_under_the_id_of_the_first_group_of_its_line(loaded):
    runs = [random_findings(MARKET, seed, as_of=START + timedelta(days=seed)) for seed in range(3)]
    for findings in runs:
        loaded.publish(findings)
    for findings in runs:
        lines = loaded.findings(findings.run.run_id)["groups"].column("lineage_id").to_pylist()
        assert lines == [f"g0-{n}" for n in range(6)]
    assert loaded.counts()["CONTINUES"] == 12


def test_loads_after_a_run_are_counted(loaded):
    findings = random_findings(MARKET, 1)
    loaded.publish(findings)
    assert loaded.loads_since_run() == 0
    loads = MARKET.loads.set_column(0, "load_id", pa.array(["load-2"]))
    loaded.write(Change(new={"loads": loads}))
    assert loaded.loads_since_run() == 1
    assert loaded.loads_since_run(findings.run.run_id) == 1


def test_without_a_run_there_are_no_findings(store):
    with pytest.raises(NotFound):
        store.findings()
    with pytest.raises(NotFound):
        store.findings("no such run")


def test_a_run_of_nothing_can_be_published(store_uri):
    with open_store(store_uri, in_small_batches()) as store:
        store.publish(Findings({}, random_findings(MARKET, 1).run))
        assert store.findings()["groups"].num_rows == 0
