"""Sending: once, whatever fails in between."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from markets import AS_OF, on_day

from committee import pipeline
from committee.errors import WriteFailed
from committee.graph.store import Store
from committee.pipeline.alerting import due, send
from committee.pipeline.deciding import decide
from committee.reports.alerts import alert_files
from committee.settings import Settings

SETTINGS = Settings.read(None, ["alerts.days=90"], {})
ALERTS = SETTINGS.alerts


def sent_to(store: Store, folder: Path, days: int = 1) -> list[str]:
    send(store, ALERTS, folder, lambda one: alert_files(one.told, one.market, one.findings), on_day(days))
    return delivered(folder)


def delivered(folder: Path) -> list[str]:
    """Ids of the alerts in all folders that somebody sees, as often as they stand there."""
    files = [path for path in folder.glob("*/alerts.jsonl") if not path.parent.name.startswith(".")]
    return sorted(json.loads(line)["alert_id"] for path in files for line in path.read_text("utf-8").splitlines())


def everything(store: Store) -> list[str]:
    return sorted(one.occasion.alert_id for one in due(store, ALERTS, on_day(1)()).told)


def test_what_was_sent_is_not_sent_again_after_a_rerun_or_into_another_folder(
    detected_on_each_engine: Store, tmp_path: Path
) -> None:
    store = detected_on_each_engine
    expected = everything(store)
    assert expected
    assert sent_to(store, tmp_path / "out") == expected
    assert sent_to(store, tmp_path / "out", 2) == expected
    assert sent_to(store, tmp_path / "elsewhere", 2) == []
    pipeline.detect_store(store, AS_OF + timedelta(hours=1), SETTINGS)
    assert due(store, ALERTS, on_day(3)()).told == []
    assert not list((tmp_path / "out").glob(".*"))
    assert not list((tmp_path / "out").glob("*/.*"))


@pytest.mark.parametrize("step", ["files", "record", "name"])
def test_whatever_step_fails_each_alert_arrives_once(detected: Store, tmp_path: Path, monkeypatch, step: str) -> None:
    expected = everything(detected)

    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if step == "files":
            patched.setattr("committee.pipeline.alerting.Decisions.write", broken)
        elif step == "record":
            patched.setattr(type(detected), "record", broken)
        else:
            patched.setattr(os, "rename", broken)
        with pytest.raises(KeyboardInterrupt):
            sent_to(detected, tmp_path)
    assert delivered(tmp_path) == []
    assert (everything(detected) == []) is (step == "name")
    assert sent_to(detected, tmp_path, 2) == expected
    assert sent_to(detected, tmp_path, 3) == expected
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_cannot_be_written_sends_nothing(detected: Store, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, no folder")
    with pytest.raises(WriteFailed):
        sent_to(detected, tmp_path / "out")
    assert everything(detected) != []


def test_a_dismissed_group_alerts_nobody(detected: Store) -> None:
    first = due(detected, ALERTS, on_day(1)()).told[0].occasion
    group = next(one.occasion for one in due(detected, ALERTS, on_day(1)()).told if one.occasion.group_id)
    about = {"account_id": group.account_id, "reason": "no", "decided_by": "Kim", "clock": on_day(1)}
    decide(detected, "dismissed", "group", group.group_id, **about)
    left = [one.occasion for one in due(detected, ALERTS, on_day(1)()).told]
    assert left or first.group_id == group.group_id
    assert group.group_id not in {one.group_id for one in left}
