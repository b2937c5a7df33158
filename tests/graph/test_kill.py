"""A process that is killed in the middle, at a random moment: the next run completes, and nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from committee.graph.store import open_store
from tests.graph.made_up import everything, in_small_batches, random_findings, random_market, snapshot

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("COMMITTEE_SOAK") or 5)


def _child(address: str, work: str, seed: int) -> subprocess.Popen:
    command = [sys.executable, str(Path(__file__).with_name("child.py")), address, work, str(seed)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "begun\n", process.communicate()
    return process


def _kill_at_random_moments(address: str, work: str, seed: int) -> None:
    """Start the work again and again and kill it; how long it may run grows to what it needs."""
    draw = random.Random(seed)
    for _ in range(KILLS):
        process = _child(address, work, seed)
        time.sleep(draw.uniform(0.0, 1.5))
        process.kill()
        process.communicate()


def _run_to_its_end(address: str, work: str, seed: int) -> None:
    process = _child(address, work, seed)
    _, complaint = process.communicate()
    assert process.returncode == 0, complaint


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> dict[str, tuple]:
    """Give the graph as it is when nothing is interrupted, before and after publishing."""
    market = random_market(1, engagements=3000, contacts=300)
    with open_store(str(tmp_path_factory.mktemp("graph")), in_small_batches()) as store:
        store.write(everything(market))
        written = snapshot(store)
        store.publish(random_findings(market, 1, groups=60))
        return {"write": written, "publish": snapshot(store)}


def test_a_write_that_is_killed_is_completed_by_the_next(store_uri, uninterrupted):
    _kill_at_random_moments(store_uri, "write", 1)
    _run_to_its_end(store_uri, "write", 1)
    with open_store(store_uri, in_small_batches()) as store:
        assert snapshot(store) == uninterrupted["write"]
        assert store.market() == random_market(1, engagements=3000, contacts=300)


def test_a_publication_that_is_killed_is_completed_by_the_next(store_uri, uninterrupted):
    market = random_market(1, engagements=3000, contacts=300)
    with open_store(store_uri, in_small_batches()) as store:
        store.write(everything(market))
    _kill_at_random_moments(store_uri, "publish", 1)
    _run_to_its_end(store_uri, "publish", 1)
    with open_store(store_uri, in_small_batches()) as store:
        assert snapshot(store) == uninterrupted["publish"]


@pytest.mark.parametrize("work", ["write", "publish"])
def test_a_server_that_is_killed_is_told_in_one_line_and_the_next_run_completes(neo4j_to_kill, uninterrupted, work):
    market = random_market(1, engagements=3000, contacts=300)
    if work == "publish":
        with open_store(neo4j_to_kill.uri, in_small_batches()) as store:
            store.write(everything(market))
    process = _child(neo4j_to_kill.uri, work, 1)
    time.sleep(0.5)
    neo4j_to_kill.kill()
    _, complaint = process.communicate()
    assert process.returncode == 1
    assert complaint.count("\n") == 1
    assert "does not answer" in complaint
    neo4j_to_kill.start()
    _run_to_its_end(neo4j_to_kill.uri, work, 1)
    with open_store(neo4j_to_kill.uri, in_small_batches()) as store:
        assert snapshot(store) == uninterrupted[work]
