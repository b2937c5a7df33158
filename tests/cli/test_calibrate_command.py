"""Calibrate on the command line: learned, kept, listed, scored with; refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.calling import called
from markets import write_small


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> Path:
    return write_small(tmp_path_factory.mktemp("exports"), accounts=4)


@pytest.fixture(scope="module")
def store(exports, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("market") / "store"
    assert called("load", exports, "--store", folder).code == 0
    return folder


def detected(store: Path, *more: str):
    return called("detect", "--store", store, "--as-of", "2026-06-30", "--set", "window.shifts=0", *more)


def test_what_is_learned_is_kept_under_a_name_listed_and_scored_with(store):
    kept = called("calibrate", "--store", store, "--as-of", "2026-06-30", "--name", "this spring", "--format", "json")
    assert kept.code == 0
    assert "committee detect --calibration 'this spring'" in kept.err
    assert {row["part"] for row in json.loads(kept.out)} >= {"touches", "reads", "rate"}
    names = [row["name"] for row in json.loads(called("calibrate", "--list", "--store", store, "--format", "json").out)]
    assert names == ["shipped", "this spring"]
    answer = detected(store, "--calibration", "this spring")
    assert answer.code == 0
    assert "(this spring): as asked: this spring" in answer.out
    assert "kept from run" in detected(store).out
    assert "learned from this market" in detected(store, "--calibration", "learn").out


def test_a_run_says_which_accounts_were_scored_again(store):
    assert "Scored all 4 accounts" in detected(store, "--calibration", "shipped").out
    assert "Scored 0 of 4 accounts again, the rest as in run" in detected(store).out


def test_a_calibration_goes_to_a_file_and_scores_files(exports, tmp_path):
    file = tmp_path / "spring.json"
    learned = called("calibrate", "--from", exports, "--as-of", "2026-06-30", "--sample", "2", "--out", file)
    assert learned.code == 0
    assert json.loads(file.read_text())["accounts"] == 2
    out = tmp_path / "answers"
    answer = called("detect", "--from", exports, "--out", out, "--as-of", "2026-06-30", "--calibration", file, "--set", "window.shifts=0")  # fmt: skip
    assert answer.code == 0
    assert {"calibration.json", "context.json", "marks.json", "run.json"} <= {one.name for one in out.iterdir()}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "this is no calibration"),
        (b"\xff\xfe", "this is no calibration"),
        (b"{}", "this is no calibration"),
        (b'{"version": 1}', "this calibration has version 1"),
    ],
)
def test_a_file_that_is_no_calibration_is_refused_in_one_line(store, tmp_path, text, says):
    file = tmp_path / "wrong.json"
    file.write_bytes(text)
    answer = detected(store, "--calibration", str(file))
    assert answer.code == 1
    assert says in answer.one_line
    assert "wrong.json" in answer.one_line


def test_a_name_nobody_gave_is_answered_with_how_to_list_them(store):
    assert "committee calibrate --list" in detected(store, "--calibration", "autumn").one_line


@pytest.mark.parametrize("name", ["learn", "../etc", "", "a/b", "x" * 61])
def test_a_name_that_cannot_be_one_is_refused(store, name):
    answer = called("calibrate", "--store", store, "--name", name)
    assert answer.code == 1 or not name
    assert not name or "cannot be called" in answer.one_line


def test_files_need_a_place_to_put_the_calibration(exports):
    assert called("calibrate", "--from", exports).code == 2
