"""The command bench: forms, folders, pages, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from markets import small

from committee.benchmark.detectors import DETECTORS
from committee.benchmark.detectors.page import END, START
from committee.benchmark.detectors.table import COLUMNS
from committee.cli.bench import bench_command
from committee.errors import NotFound

QUICK = ("--worlds", "plain", "--accounts", "3", "--detectors", "program_topic_gap,topic_gap", "--weeks", "0")


def called(*arguments: object) -> Result:
    return CliRunner().invoke(bench_command, [str(one) for one in arguments], catch_exceptions=False)


def test_each_form_tells_the_same_rows() -> None:
    answers = {form: called(*QUICK, "--format", form) for form in ("table", "csv", "json", "md")}
    assert {answer.exit_code for answer in answers.values()} == {0}
    rows = json.loads(answers["json"].stdout)
    assert [(row["world"], row["detector"]) for row in rows] == [("plain", "program_topic_gap"), ("plain", "topic_gap")]
    assert list(rows[0]) == list(COLUMNS)
    listed = list(csv.DictReader(io.StringIO(answers["csv"].stdout)))
    assert [float(row["bcubed_f1"]) for row in listed] == [row["bcubed_f1"] for row in rows]
    assert answers["md"].stdout.startswith("| world | detector | bcubed f1 |")
    assert "group_and_program_f1: program_topic_gap" in answers["table"].stdout


def test_a_folder_with_truth_is_scored_instead_of_made_worlds(tmp_path: Path) -> None:
    small("plain").write(tmp_path / "mine")
    rows = json.loads(
        called("--world", tmp_path / "mine", "--detectors", "topic_gap", "--weeks", 0, "--format", "json").stdout
    )
    assert [(row["world"], row["detector"]) for row in rows] == [("mine", "topic_gap")]


def test_stated_probabilities_are_a_table_of_their_own() -> None:
    rows = json.loads(called(*QUICK, "--stated", "--format", "json").stdout)
    assert {row["world"] for row in rows} == {"all"}
    assert all(float(row["stated"][:3]) <= row["mean_stated"] <= float(row["stated"][-3:]) for row in rows)


def test_ranking_and_chance_are_tables_of_their_own() -> None:
    ranking = json.loads(called(*QUICK, "--worlds", "forming", "--accounts", 6, "--ranking", "--format", "json").stdout)
    assert [row["score"] for row in ranking[:2]] == ["ajo_score", "ajo_completeness"]
    chance = json.loads(called(*QUICK, "--chance", "--format", "json").stdout)
    assert set(chance[0]) == {"world", "detector", "groups_per_account", "planted_per_account", "shifted", "exchanged"}


def test_the_page_gets_all_tables_and_the_line_that_makes_them(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\n## Speed\n\nFast.\n", encoding="utf-8")
    for _ in range(2):
        assert called(*QUICK, "--markdown-out", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Benchmarks\n\n## Speed\n\nFast.\n")
    assert text.count(START) == text.count(END) == 1
    line = "committee bench --worlds plain --detectors program_topic_gap,topic_gap --accounts 3 --weeks 0 --markdown-out docs/benchmarks.md"
    assert f"`{line}`" in text
    assert [part.splitlines()[0] for part in text.split("### ")[1:]] == [
        "Groups",
        "Accounts ranked",
        "Stated probabilities",
        "By chance",
        "Luck, as the run report tells it",
    ]
    assert str(tmp_path) not in text


def test_a_missing_package_is_said_and_the_rest_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    from committee.benchmark.detectors import detector

    monkeypatch.setattr(detector, "find_spec", lambda name: None)
    answer = called("--worlds", "plain", "--accounts", 2, "--weeks", 0, "--format", "json")
    assert "leiden is left out: it needs igraph" in answer.stderr
    assert [row["detector"] for row in json.loads(answer.stdout)] == [
        name for name, one in DETECTORS.items() if name != "leiden" and not one.asked
    ]


def test_unknown_names_and_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(NotFound, match="no detector 'magic'"):
        called(*QUICK, "--detectors", "magic")
    with pytest.raises(NotFound, match="no world 'nowhere'"):
        called(*QUICK, "--worlds", "nowhere")
    assert called(*QUICK, "--seeds", "1,x").exit_code == 2
    assert called(*QUICK, "--accounts", "0").exit_code == 2
