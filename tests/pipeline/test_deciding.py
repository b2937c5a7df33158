"""Decisions on both stores: they survive a rerun, an unload and reload of all files, pruning, a dump; nothing is said twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from markets import AS_OF, on_day
from pipeline.conftest import small_exports

from committee import pipeline
from committee.errors import AlreadyDecided, NotFound
from committee.graph.store import Store, open_store
from committee.pipeline.deciding import decide, decision_meant, dismissed_in, take_back
from committee.settings import Settings

SETTINGS = Settings.read(environment={})


def say(store: Store, kind: str, what: str, row: dict, days: int = 1, **more) -> str:
    about = {"account_id": row["account_id"], "reason": "students", "decided_by": "Kim", **more}
    return decide(store, kind, what, row[f"{what}_id"], clock=on_day(days), **about)


def hidden(store: Store) -> tuple[set[str], set[str]]:
    found = dismissed_in(store, store.findings())
    return set(found.groups), set(found.flags)


def test_a_dismissal_outlives_reruns_reloads_pruning_and_a_dump(detected_on_each_engine: Store, tmp_path: Path) -> None:
    store, exports = detected_on_each_engine, small_exports(tmp_path / "again")
    group = store.findings().groups.to_pylist()[0]
    flag = next(row for row in store.findings().flags.to_pylist() if row["group_id"] != group["group_id"])
    say(store, "dismissed", "group", group)
    say(store, "dismissed", "flag", flag)
    expected = hidden(store)
    assert expected[0] == {group["group_id"]}
    assert flag["flag_id"] in expected[1]
    pipeline.detect_store(store, AS_OF + timedelta(hours=1), SETTINGS)
    assert hidden(store) == expected
    kept = store.decisions()
    for load in store.loads().column("load_id").to_pylist():
        pipeline.unload(store, load)
    pipeline.detect_store(store, AS_OF + timedelta(hours=2), SETTINGS)
    assert store.findings().groups.num_rows == 0
    pipeline.load(store, [exports], SETTINGS, on_day(2))
    pipeline.detect_store(store, AS_OF + timedelta(hours=3), SETTINGS)
    store.prune(0)
    assert hidden(store) == expected
    assert store.decisions() == kept
    store.dump(tmp_path / "dump")
    with open_store(str(tmp_path / "elsewhere"), SETTINGS.store) as other:
        other.prepare()
        other.restore(tmp_path / "dump")
        assert other.decisions() == kept
        assert hidden(other) == expected


def test_the_same_is_said_once_the_opposite_takes_it_back_and_both_are_kept(detected: Store) -> None:
    group = detected.findings().groups.to_pylist()[0]
    say(detected, "dismissed", "group", group)
    with pytest.raises(
        AlreadyDecided, match=r"was dismissed on 2026-07-02 by Kim \(students\), and nothing is new since"
    ):
        say(detected, "dismissed", "group", group, days=2)
    say(detected, "accepted", "group", group, days=3)
    with pytest.raises(AlreadyDecided, match="was accepted"):
        say(detected, "accepted", "group", group, days=4)
    assert hidden(detected) == (set(), set())
    assert sorted(detected.decisions().decisions.column("kind").to_pylist()) == ["accepted", "dismissed"]


def test_what_was_said_last_is_taken_back_and_nothing_is_deleted(detected_on_each_engine: Store) -> None:
    store = detected_on_each_engine
    group = store.findings().groups.to_pylist()[0]
    finding = ("group", group["group_id"], group["account_id"])
    about = {"reason": "wrong one", "decided_by": "Lee", "clock": on_day(5)}
    say(store, "dismissed", "group", group)
    say(store, "accepted", "group", group, days=2)
    assert hidden(store) == (set(), set())
    before = store.decisions().decisions.to_pylist()
    done = take_back(store, finding=finding, **about)
    assert (done.kind, done.decided_by) == ("accepted", "Kim")
    assert hidden(store)[0] == {group["group_id"]}
    pipeline.detect_store(store, AS_OF + timedelta(hours=1), SETTINGS)
    assert take_back(store, finding=finding, **about).kind == "dismissed"
    assert hidden(store) == (set(), set())
    after = store.decisions().decisions.to_pylist()
    assert [row for row in after if row["kind"] != "undone"] == before
    assert [row["decided_by"] for row in after if row["kind"] == "undone"] == ["Lee", "Lee"]
    with pytest.raises(NotFound, match=r"nothing was said about group .* that stands"):
        take_back(store, finding=finding, **about)
    with pytest.raises(AlreadyDecided, match="was taken back on 2026-07-06"):
        take_back(store, done.decision_id, **about)
    say(store, "dismissed", "group", group, days=6)  # the same may be said again
    assert hidden(store)[0] == {group["group_id"]}


def test_a_decision_is_found_by_the_beginning_of_its_id_and_an_unknown_one_names_the_nearest(detected: Store) -> None:
    group = detected.findings().groups.to_pylist()[0]
    say(detected, "dismissed", "group", group)
    decisions = detected.decisions().decisions
    (made,) = decisions.column("decision_id").to_pylist()
    assert decision_meant(decisions, made[:5]) == decision_meant(decisions, f"decision:{made}") == made
    assert decision_meant(decisions, made[:3]) is None
    with pytest.raises(NotFound, match=rf"no decision about a group or a flag has the id .* Nearest: {made}"):
        take_back(detected, f"{made[:-2]}xx", reason="r", decided_by="Lee")


def test_nothing_is_said_about_what_is_not_there(detected: Store) -> None:
    group = detected.findings().groups.to_pylist()[0]
    with pytest.raises(NotFound, match="no group has the id nope"):
        say(detected, "dismissed", "group", group | {"group_id": "nope"})
    with pytest.raises(NotFound, match="no run has the id"):
        say(detected, "dismissed", "group", group, run_id="nope")
    assert detected.decisions().decisions.num_rows == 0


def test_groups_detected_in_memory_are_in_line_with_the_current_run(detected: Store) -> None:
    group = detected.findings().groups.to_pylist()[0]
    say(detected, "dismissed", "group", group)
    made = pipeline.detect(detected.market(), AS_OF - timedelta(hours=1), SETTINGS)
    assert set(dismissed_in(detected, made, kept=False).groups) == {group["group_id"]}
