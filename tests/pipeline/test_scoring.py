"""Several processes share the work: the same bytes however it is parted, nothing left behind, one sentence when one is killed."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest
from markets import AS_OF, write_small

from committee import pipeline
from committee.errors import WorkerLost
from committee.market import Market
from committee.pipeline import scoring
from committee.pipeline.scoring import processes
from committee.settings import Settings

PARTED = Settings.read(overrides=["window.shifts=0", "chance.worlds=0", "scoring.touches_at_once=1000"], environment={})


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Market:
    return pipeline.read_files([write_small(tmp_path_factory.mktemp("exports"), accounts=6)], PARTED)[0]


@pytest.fixture
def temporary(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_two_processes_find_what_one_finds_and_leave_nothing_behind(market, temporary):
    environment = dict(os.environ)
    alone = pipeline.detect(market, AS_OF, PARTED)
    shared = pipeline.detect(market, AS_OF, PARTED, workers=2)
    for name in alone:
        assert shared[name].equals(alone[name]), name
    assert shared.learned == alone.learned
    assert shared.run == alone.run
    assert list(temporary.iterdir()) == []
    assert dict(os.environ) == environment


@pytest.mark.skipif(os.name == "nt", reason="processes are ended by signals here")
def test_a_process_that_is_killed_ends_the_work_with_one_sentence_and_nothing_is_left(market, temporary, monkeypatch):
    begun: list[int] = []

    def kill() -> None:
        while not begun:
            time.sleep(0.01)
        os.kill(begun[0], signal.SIGKILL)

    class Watched(scoring.ProcessPoolExecutor):
        def submit(self, *what, **more):
            done = super().submit(*what, **more)
            begun.extend(self._processes)
            return done

    monkeypatch.setattr(scoring, "ProcessPoolExecutor", Watched)
    threading.Thread(target=kill, daemon=True).start()
    with pytest.raises(WorkerLost, match="nothing was published"):
        pipeline.detect(market, AS_OF, PARTED, workers=2)
    assert list(temporary.iterdir()) == []
    assert not any(_lives(one) for one in begun)


def test_ctrl_c_ends_the_other_processes_too(market, temporary, monkeypatch):
    begun: list[int] = []

    class Watched(scoring.ProcessPoolExecutor):
        def submit(self, *what, **more):
            done = super().submit(*what, **more)
            begun.extend(self._processes)
            return done

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "ProcessPoolExecutor", Watched)
    monkeypatch.setattr(scoring, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        pipeline.detect(market, AS_OF, PARTED, workers=2)
    assert list(temporary.iterdir()) == []
    assert begun
    assert not any(_lives(one) for one in begun)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("touches", "workers", "wanted", "expected"),
    [
        (1000, 0, None, 1),  # starting costs more than it gains
        (1000, 8, None, 1),
        (1000, 0, 3, 3),  # asked for
        (10_000_000, 3, None, 3),
        (310_000, 8, None, 3),  # no more than there are parts
    ],
)
def test_as_many_processes_as_are_worth_their_start(touches, workers, wanted, expected):
    settings = Settings.read(overrides=[f"scoring.workers={workers}"], environment={})
    assert processes(touches, settings, wanted) == expected
