"""Following up from the command line: changes, accept, dismiss, feedback, alerts, route, on a copy of the demo."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli.calling import Answer, called
from cli.conftest import Demo


@pytest.fixture
def store(demo: Demo, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.folder / "store", tmp_path / "store"))


def asked(store: Path, *line: str | Path) -> Answer:
    answer = called(*line, "--store", store)
    assert answer.code == 0, answer.err
    return answer


def rows(store: Path, *line: str) -> list[dict]:
    return json.loads(asked(store, *line, "--format", "json").out)


def test_changes_since_a_day_say_what_happened_and_with_which_file(demo: Demo) -> None:
    answer = demo.asked("changes", "--since", "2026-06-01", "--format", "json")
    assert "detected anew" in answer.err
    found = json.loads(answer.out)
    assert {row["what"] for row in found} >= {"born", "flag raised"}
    dated = [row for row in found if row["what"] not in ("credit moved", "left")]
    assert all("no group claims engagement" in row["cause"] for row in found if row["what"] == "left")
    assert {row["file"] for row in dated} == {"engagements.csv"}
    assert all(row["engagement_id"] in row["cause"] for row in dated)


def test_changes_since_a_kept_run_name_the_setting_that_differs(store: Path) -> None:
    first = json.loads(asked(store, "ask", "runs_made", "--format", "json").out)[0]["run_id"]
    asked(store, "detect", "--as-of", "2026-06-30T23:59:59.999Z", "--set", "window.days=3")
    answer = asked(store, "changes", "--since", first[:6])
    assert "window.days 14 -> 3" in answer.out
    assert "Nothing changed" in asked(store, "changes", "--since", first, "--run", first).out


@pytest.mark.parametrize("since", ["nonsense", "3/4/2026", ""])
def test_a_since_that_is_neither_a_date_nor_a_run_is_told(demo: Demo, since: str) -> None:
    answer = demo.asked("changes", "--since", since)
    assert answer.code == 1
    assert "neither a date nor a kept run" in answer.one_line


def test_a_dismissed_group_is_listed_with_all_only_and_feedback_counts_it(store: Path) -> None:
    group = rows(store, "groups")[0]
    flags = rows(store, "flags")
    assert "was dismissed" in asked(store, "dismiss", group["group_id"][:6], "--reason", "students", "--by", "Kim").err
    again = called("dismiss", f"group:{group['group_id']}", "--reason", "x", "--store", store)
    assert again.code == 1
    assert "was dismissed" in again.one_line
    assert group["group_id"] not in {row["group_id"] for row in rows(store, "groups")}
    assert {row["flag_id"] for row in flags} - {row["flag_id"] for row in rows(store, "flags")} == set(
        group["flag_ids"]
    )
    assert group["group_id"] in {row["group_id"] for row in rows(store, "groups", "--all")}
    assert "by Kim: students" in asked(store, "groups", "--all").out
    assert "1 dismissed group is not shown" in asked(store, "groups").out
    assert "not enough: 1 of 10 answers" in asked(store, "feedback").out
    assert rows(store, "feedback", "--list")[0]["reason"] == "students"
    asked(store, "accept", group["group_id"], "--reason", "met them")
    assert group["group_id"] in {row["group_id"] for row in rows(store, "groups")}


def test_a_dismissed_group_that_grows_comes_back_and_says_what_is_new(store: Path, tmp_path: Path) -> None:
    group = next(row for row in rows(store, "groups") if row["account"] == "Daiichi Sankyo")
    asked(store, "detect", "--as-of", "2026-06-05")
    kept = rows(store, "ask", "runs_made")
    run = next(row["run_id"] for row in kept if row["as_of_at"].startswith("2026-06-05"))
    then = next(row for row in rows(store, "groups", "--run", run) if row["account"] == "Daiichi Sankyo")
    asked(store, "dismiss", then["group_id"], "--reason", "students", "--run", run)
    told = asked(store, "groups").out
    assert group["group_id"] in told
    assert "is back, dismissed on" in told
    assert re.search("since then .*joined; .* for the first time", told)


def test_undo_shows_a_dismissed_group_again_and_the_list_says_when(store: Path) -> None:
    group = rows(store, "groups")[0]["group_id"]
    asked(store, "dismiss", f"group:{group}", "--reason", "students")
    assert group not in {row["group_id"] for row in rows(store, "groups")}
    assert "was dismissed on" in asked(store, "undo", f"group:{group}", "--reason", "they are no students").err
    assert group in {row["group_id"] for row in rows(store, "groups")}
    undone, dismissed = rows(store, "feedback", "--list")
    assert (undone["kind"], undone["subject"]) == ("undone", f"decision:{dismissed['decision_id']}")
    assert dismissed["undone_at"] == undone["decided_at"]
    assert called("undo", dismissed["decision_id"][:6], "--reason", "x", "--store", store).code == 1
    assert "Nobody has accepted" in asked(store, "feedback").out


def test_a_flag_of_an_older_run_is_told_with_its_run_and_can_be_judged_there(store: Path) -> None:
    flag = rows(store, "flags")[0]["flag_id"]
    run = rows(store, "ask", "runs_made")[0]["run_id"]
    asked(store, "detect", "--as-of", "2026-06-30T23:59:59.999Z", "--set", "window.days=3", "--set", "window.shifts=0")
    refused = called("dismiss", f"flag:{flag[:8]}", "--reason", "students", "--store", store)
    assert refused.code == 1
    assert f"is not in the current run, but in run {run} as of 2026-06-30. Add --run {run}" in refused.one_line
    assert "was dismissed" in asked(store, "dismiss", f"flag:{flag[:8]}", "--reason", "students", "--run", run).err


def test_an_unknown_id_and_an_empty_reason_are_told(demo: Demo) -> None:
    answer = demo.asked("dismiss", "no-such-thing", "--reason", "x")
    assert answer.code == 1
    assert "no group or flag is called 'no-such-thing'" in answer.one_line
    assert demo.asked("accept", "no-such-thing", "--reason", "  ").code == 2
    assert demo.asked("accept", "no-such-thing").code == 2


def test_alerts_are_sent_once_and_played_with_other_settings(store: Path, tmp_path: Path) -> None:
    found = rows(store, "alerts", "--set", "alerts.days=90")
    assert found
    out = tmp_path / "alerts"
    asked(store, "alerts", "--send", "--out", out, "--set", "alerts.days=90")
    (sending,) = out.iterdir()
    lines = [json.loads(line) for line in (sending / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert [line["alert_id"] for line in lines] == [row["alert_id"] for row in found]
    mail = (sending / "mail" / "without-owner.txt").read_text("utf-8")
    assert mail.startswith("Subject: ")
    assert all(row["account"] in mail for row in found)
    assert "Nothing was sent" in asked(store, "alerts", "--send", "--out", out, "--set", "alerts.days=90").err
    assert list(out.iterdir()) == [sending]
    replay = asked(store, "alerts", "--replay", "90d", "--set", "window.personas=4").out
    assert "k = 4, n = 14: " in replay
    assert "With personas from 2 function families: " in replay


@pytest.mark.parametrize("step", ["store.record", "_named"])
def test_a_sending_that_is_killed_sends_each_alert_once_with_the_next_one(
    store: Path, tmp_path: Path, step: str
) -> None:
    """The process is killed before the store knows of the sending, or after it and before the folder has its name."""
    out, line = tmp_path / "alerts", ["alerts", "--send", "--out", tmp_path / "alerts", "--set", "alerts.days=90"]
    expected = sorted(row["alert_id"] for row in rows(store, "alerts", "--set", "alerts.days=90"))
    place = "committee.graph.store.Store.record" if step == "store.record" else "committee.pipeline.alerting._named"
    owner, _, name = place.rpartition(".")
    end = f"setattr(pkgutil.resolve_name('{owner.replace('store.Store', 'store:Store')}'), '{name}', lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))"
    code = f"import os, pkgutil, signal, sys; from committee.cli import run; {end}; run(sys.argv[1:])"
    killed = subprocess.run([sys.executable, "-c", code, *map(str, line), "--store", store], check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert [path for path in out.iterdir() if not path.name.startswith(".")] == []
    for _ in range(2):
        asked(store, *line)
        lines = [text for path in out.glob("[!.]*/alerts.jsonl") for text in path.read_text("utf-8").splitlines()]
        assert sorted(json.loads(text)["alert_id"] for text in lines) == expected
    assert not list(out.glob(".*"))


@pytest.mark.parametrize(
    "line",
    [["--send"], ["--out", "x"], ["--replay", "soon"], ["--replay", "0d"], ["--send", "--out", "x", "--replay", "9d"]],
)
def test_wrong_usage_of_alerts_is_told(demo: Demo, line: list[str]) -> None:
    assert demo.asked("alerts", *line).code == 2


def test_nobody_who_must_not_be_contacted_is_named_in_an_alert_or_a_route(demo: Demo, tmp_path: Path) -> None:
    from committee.demo import DATA
    from committee.market import Market
    from committee.pipeline import read_files

    market: Market = read_files([DATA])[0]
    barred = [row for row in market.contacts.to_pylist() if row["suppressed"] or row["deleted"]]
    assert barred
    demo.asked("route", "--out", tmp_path / "work")
    told = demo.asked("alerts", "--set", "alerts.days=300", "--format", "json").out
    told += "".join(path.read_text("utf-8") for path in (tmp_path / "work").iterdir())
    for row in barred:
        assert row["name"] not in told
        assert f'"{row["contact_id"]}"' not in told


def test_routing_takes_away_files_of_owners_who_own_nothing_and_nothing_else(demo: Demo, tmp_path: Path) -> None:
    work = tmp_path / "work"
    demo.asked("route", "--out", work)
    (work / "mine.csv").write_text("mine")
    (work / "kim-123456.csv").write_text("old")
    with (work / "routes.csv").open("a", encoding="utf-8") as index:
        index.write("kim-123456.csv,Kim,1,1,1\n")
    demo.asked("route", "--out", work)
    assert {path.name for path in work.iterdir()} == {"routes.csv", "without-owner.csv", "mine.csv"}


def test_the_months_of_a_group_are_those_of_its_touches(demo: Demo) -> None:
    group = json.loads(demo.asked("groups", "--format", "json").out)[0]
    months = json.loads(demo.asked("group", group["group_id"], "--timeline", "--format", "json").out)
    assert months[0]["month"] == group["formed_at"][:7]
    assert months[-1]["month"] == "2026-06"
    assert {who for month in months for who in month["joined_ids"]} >= {
        who for month in months for who in month["went_dark_ids"]
    }
    assert sum(len(month["joined"]) for month in months) == group["people"]


def test_require_fit_is_refused_until_accounts_say_who_fits_and_then_gates_flags_and_routes(
    store: Path, tmp_path: Path
) -> None:
    for line in (["flags", "--require-fit"], ["route", "--out", tmp_path / "none", "--require-fit"]):
        refused = called(*line, "--store", store)
        assert refused.code == 1
        assert "no account says in a column 'fit' whether it fits" in refused.one_line
    assert not (tmp_path / "none").exists()
    flags, accounts = rows(store, "flags"), rows(store, "compare")
    of_flag = {row["flag_id"]: row["account"] for row in flags}
    chosen = next(row for row in accounts if row["account"] == flags[0]["account"])
    files = tmp_path / "icp" / "accounts.csv"
    files.parent.mkdir()
    with files.open("w", newline="") as file:
        said = csv.writer(file)
        said.writerow(["account_id", "name", "fit"])
        said.writerows(
            [one["account_id"], one["account"], "strong" if one == chosen else "weak"] for one in accounts[:-1]
        )
    asked(store, "load", files)
    answer = asked(store, "flags", "--require-fit", "--format", "json")
    assert {row["account"] for row in json.loads(answer.out)} == {chosen["account"]}
    assert {row["flag_id"] for row in json.loads(answer.out)} == {
        key for key, name in of_flag.items() if name == chosen["account"]
    }
    assert "left out" in answer.err
    asked(store, "route", "--out", tmp_path / "work", "--require-fit")
    routed = "".join(path.read_text("utf-8") for path in (tmp_path / "work").iterdir())
    assert chosen["account"] in routed
    assert not any(name in routed for name in set(of_flag.values()) - {chosen["account"]})
