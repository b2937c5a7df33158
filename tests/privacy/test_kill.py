"""An erasure that is killed in the middle, at a random moment, is finished by the next command, whatever it is."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from _pytest.monkeypatch import derive_importpath
from privacy.conftest import SETTINGS
from privacy.test_erasing import MAILS, NAMES, everything_said

from committee.graph import embedded as embedded_engine
from committee.graph.store import open_store
from committee.privacy import complete, erase, verify, whom

KILLS = int(os.environ.get("COMMITTEE_SOAK") or 3)
ASKED = ["4711", MAILS["4711"], NAMES["4711"]]


def command(*arguments: str) -> subprocess.Popen:
    line = [sys.executable, "-m", "committee", *arguments]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


class CutError(BaseException):
    """The end of a process, as far as the code that runs can tell."""


STEPS = [
    ("committee.graph.store.Store.record", 1),
    ("committee.graph.erasing.Erasing.forget", 1),
    ("committee.graph.store.Store.write", 1),
    ("committee.privacy.erasing.clean", 1),
    ("committee.graph.rebuilding.commit", 1),
    ("committee.graph.rebuilding.os.rename", 3),  # the old data are away
    ("committee.graph.rebuilding.shutil.rmtree", 2),  # the copy is in its place, the old data are still there
]


@pytest.mark.parametrize(("step", "turn"), STEPS)
def test_whichever_step_is_cut_off_the_next_start_finishes(embedded, step, turn, monkeypatch):
    with open_store(embedded, SETTINGS.store) as store:
        person = whom(store.market(), "4711")
    turns = []

    def cut(*_, **__):
        turns.append(step)
        if len(turns) >= turn:
            raise CutError
        return whole(*_, **__)

    with monkeypatch.context() as cutting:
        name, owner = derive_importpath(step, raising=True)
        whole = getattr(owner, name)
        cutting.setattr(step, cut)
        with pytest.raises(CutError), open_store(embedded, SETTINGS.store) as store:
            erase(store, person)
    _forget_the_process()
    with open_store(embedded, SETTINGS.store) as store:
        complete(store)
    with open_store(embedded, SETTINGS.store) as store:
        assert verify(store, person).left == []
        assert store.counts()["Contact"] == 8
    assert sorted(path.name for path in Path(embedded).glob(".re*")) == []


def _forget_the_process() -> None:
    """What the end of a process does: the folder is free."""
    embedded_engine._open_here.clear()


def test_an_erasure_that_is_killed_is_finished_by_the_next_command(filled, exports):
    draw = random.Random(7)
    with open_store(filled, SETTINGS.store) as store:
        before = {name: count for name, count in store.counts().items() if name != "Decision"}
        touches = sum(row["contact_id"] == "4711" for row in store.market().engagements.to_pylist())
    longest = 0.0
    for _ in range(KILLS):
        begun = time.monotonic()
        erasing = command("privacy", "erase", "contact:4711", "--yes", "--store", filled)
        try:
            erasing.communicate(timeout=draw.uniform(0.5, 1.0) * (longest or 6))
            longest = max(longest, time.monotonic() - begun)
        except subprocess.TimeoutExpired:
            erasing.kill()
            erasing.communicate()
    asking = command("status", "--store", filled)
    assert asking.wait() == 0, asking.communicate()
    erasing = command("privacy", "erase", "contact:4711", "--yes", "--store", filled)
    told = erasing.communicate()
    assert erasing.returncode == 0, told
    verifying = command("privacy", "verify", *ASKED, "--store", filled)
    told = verifying.communicate()
    assert verifying.returncode == 0, told
    with open_store(filled, SETTINGS.store) as store:
        assert store.erasing.unfinished() == []
        assert not any(text.lower() in everything_said(store) for text in ASKED[1:])
        after = store.counts()
        assert after["Contact"] == before["Contact"] - 1
        assert before["Engagement"] - after["Engagement"] >= touches
        assert after["BuyingGroup"] == before["BuyingGroup"]
