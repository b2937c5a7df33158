"""The commands on the demo market: what they answer, in every form, by id and by name."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli.calling import called, clean_environment, process
from cli.conftest import Demo

from committee import pipeline
from committee.cli.options import FORMATS
from committee.demo import DATA
from committee.findings import Findings

DAY = "2026-06-30"
ROWS = [
    ["groups"],
    ["groups", "--rank"],
    ["groups", "--status", "single"],
    ["flags"],
    ["group", "GROUP"],
    ["contact", "CONTACT"],
    ["explain", "flag:FLAG"],
    ["explain", "contact:CONTACT"],
    ["status"],
    ["store", "counts"],
    ["ask", "people_in_two_groups"],
    ["ask", "members_of_group", "--group-id", "GROUP"],
]


def rows_of(demo: Demo, *line: str) -> list[dict[str, object]]:
    answer = demo.asked(*line, "--format", "json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def ids(demo: Demo) -> dict[str, str]:
    groups = rows_of(demo, "groups", "--rank")
    member = rows_of(demo, "group", groups[0]["group_id"])[0]
    flag = next(flag for flag in rows_of(demo, "flags") if flag["group_id"] == groups[0]["group_id"])
    return {"GROUP": groups[0]["group_id"], "CONTACT": member["contact_id"], "FLAG": flag["flag_id"]}


def put_in(line: list[str], ids: dict[str, str]) -> list[str]:
    return [re.sub("GROUP|CONTACT|FLAG", lambda found: ids[found.group()], word) for word in line]


# --- the demo -------------------------------------------------------------------------------------------------------


def test_the_demo_prints_groups_flags_and_the_page_to_read_first(demo: Demo) -> None:
    assert demo.answer.code == 0, demo.answer.err
    out = demo.answer.out
    page = Path(re.search(r"Read first: (\S+\.html)", out)[1])
    assert page.parent == demo.folder
    assert "<html" in page.read_text("utf-8")
    for row in rows_of(demo, "groups"):
        assert (row["group_id"] in out) == (row["status"] not in ("dormant", "closed")), "only open groups are news"
    for row in rows_of(demo, "flags"):
        assert row["flag_id"] in out
    assert len(list(demo.folder.glob("*.html"))) == len(rows_of(demo, "groups"))


def test_the_lines_to_try_next_work_when_copied(demo: Demo) -> None:
    lines = [line.strip() for line in demo.answer.out.partition("Try next:")[2].splitlines() if line.strip()]
    assert len(lines) == 4
    for line in lines:
        words = shlex.split(line)
        place = words.index("committee") if "committee" in words else 0
        told = subprocess.run(
            [sys.executable, "-m", "committee", *words[place + 1 :]],
            capture_output=True,
            text=True,
            env=clean_environment(),
            check=False,
        )
        assert told.returncode == 0, told.stderr
        assert told.stdout.strip(), line


def test_the_demo_can_be_made_twice_and_says_the_same(demo: Demo) -> None:
    assert called("demo", "--out", demo.folder).out == demo.answer.out


def test_every_page_of_the_demo_verifies(demo: Demo) -> None:
    pages = sorted(demo.folder.glob("*.html"))
    assert len(pages) > 3
    for page in pages:
        assert re.match(r"[0-9]+ facts in [0-9]+ lines verified", demo.asked("handoff", "verify", page).out)


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ROWS, ids=" ".join)
def test_what_a_person_reads_and_what_a_program_reads_have_the_same_rows(
    demo: Demo, ids: dict[str, str], line: list[str]
) -> None:
    words = put_in(line, ids)
    table = demo.asked(*words).out.partition("\n\n")[0].splitlines()
    assert len(table) == len(rows_of(demo, *words)) + 1 > 1


def test_every_form_has_the_same_rows_and_columns(demo: Demo) -> None:
    answers = {form: demo.asked("groups", "--rank", "--format", form) for form in FORMATS}
    assert {answer.code for answer in answers.values()} == {0}
    listed = json.loads(answers["json"].out)
    assert [list(row) for row in csv.DictReader(io.StringIO(answers["csv"].out))] == [list(row) for row in listed]
    assert sum(line.startswith("| ") for line in answers["md"].out.splitlines()) == len(listed) + 2


@pytest.mark.parametrize("form", ["md", "html", "json", "csv"])
def test_a_hand_off_comes_in_every_form_and_the_ending_of_its_file_chooses(
    demo: Demo, ids: dict[str, str], form: str, tmp_path: Path
) -> None:
    printed = demo.asked("handoff", ids["GROUP"], "--format", form)
    written = demo.asked("handoff", f"group:{ids['GROUP']}", "--out", tmp_path / f"page.{form}")
    assert (printed.code, written.code, written.out) == (0, 0, "")
    assert (tmp_path / f"page.{form}").read_text("utf-8").rstrip("\n") == printed.out.rstrip("\n")


def test_a_hand_off_into_a_file_of_no_known_form_asks_for_one(demo: Demo, ids: dict[str, str]) -> None:
    answer = demo.asked("handoff", ids["GROUP"], "--out", "page.doc")
    assert answer.code == 2
    assert "add --format" in answer.err


@pytest.mark.parametrize("form", [*FORMATS, "html"])
def test_an_account_is_told_in_every_form(demo: Demo, form: str) -> None:
    answer = demo.asked("account", "AstraZeneca", "--format", form)
    assert answer.code == 0, answer.err
    assert "NCT" in answer.out or "clinical data" in answer.out


# --- choosing -------------------------------------------------------------------------------------------------------


def test_groups_can_be_chosen_by_account_program_and_status(demo: Demo) -> None:
    every = rows_of(demo, "groups")
    chosen = [row for row in every if row["account"] == "AstraZeneca"]
    assert len(chosen) >= 2
    assert rows_of(demo, "groups", "--account", "astrazeneca") == chosen
    program = chosen[0]["program"]
    assert {row["program"] for row in rows_of(demo, "groups", "--program", program)} == {program}
    status = every[0]["status"]
    assert rows_of(demo, "groups", "--status", status) == [row for row in every if row["status"] == status]


def test_a_group_is_found_by_the_beginning_of_its_id_and_by_its_words(demo: Demo, ids: dict[str, str]) -> None:
    whole = rows_of(demo, "group", ids["GROUP"])
    assert rows_of(demo, "group", ids["GROUP"][:6]) == whole
    assert rows_of(demo, "group", f"group:{ids['GROUP'][:4]}") == whole


def test_two_groups_of_one_account_are_refused_with_both(demo: Demo) -> None:
    answer = demo.asked("handoff", "AstraZeneca")
    assert answer.code == 1
    named = {row["group_id"] for row in rows_of(demo, "groups", "--account", "AstraZeneca")}
    assert all(f"group:{group}" in answer.one_line for group in named)


def test_a_misspelt_account_brings_the_nearest(demo: Demo) -> None:
    answer = demo.asked("groups", "--account", "AstraZenica")
    assert answer.code == 1
    assert "Nearest: account:ctgov:astrazeneca (AstraZeneca)" in answer.one_line


def test_a_flag_is_no_group(demo: Demo, ids: dict[str, str]) -> None:
    answer = demo.asked("group", f"flag:{ids['FLAG']}")
    assert (answer.code, "is no group" in answer.one_line) == (1, True)


# --- moments and runs -----------------------------------------------------------------------------------------------


def test_the_past_is_detected_in_memory_and_nothing_is_published(demo: Demo) -> None:
    before = rows_of(demo, "ask", "runs_made")
    answer = demo.asked("groups", "--as-of", "2026-06-01", "--format", "json")
    assert "detected in memory, nothing was published" in answer.one_line
    assert all(row["formed_at"] < "2026-06-02" for row in json.loads(answer.out))
    assert rows_of(demo, "ask", "runs_made") == before


def test_the_day_of_the_run_asked_anew_says_what_the_run_says(demo: Demo) -> None:
    for line in (["groups"], ["flags"], ["groups", "--status", "single"]):
        assert json.loads(demo.asked(*line, "--as-of", DAY, "--format", "json").out) == rows_of(demo, *line)


def test_a_run_is_named_by_its_beginning_or_refused(demo: Demo) -> None:
    run_id = rows_of(demo, "ask", "runs_made")[0]["run_id"]
    assert rows_of(demo, "groups", "--run", run_id[:6]) == rows_of(demo, "groups")
    assert "no run is called 'zzzz'" in demo.asked("groups", "--run", "zzzz").one_line
    assert demo.asked("groups", "--run", run_id, "--as-of", DAY).code == 1


def test_files_and_store_give_the_same_answers_to_the_byte(demo: Demo, tmp_path: Path) -> None:
    assert called("detect", "--from", DATA, "--out", tmp_path / "files", "--as-of", DAY).code == 0
    assert demo.asked("export", "findings", "--everyone", "--out", tmp_path / "store").code == 0
    names = {path.name for path in (tmp_path / "files").iterdir()}
    assert "run.json" in names
    assert names == {path.name for path in (tmp_path / "store").iterdir()}
    for name in names:
        assert (tmp_path / "files" / name).read_bytes() == (tmp_path / "store" / name).read_bytes(), name


def test_findings_can_be_exported_as_parquet_and_read_back(demo: Demo, tmp_path: Path) -> None:
    demo.asked("export", "findings", "--out", tmp_path / "csv")
    demo.asked("export", "findings", "--out", tmp_path / "parquet", "--files", "parquet")
    assert Findings.read(tmp_path / "csv") == Findings.read(tmp_path / "parquet")


def test_old_data_are_said_to_be_old_with_the_option_that_shows_their_time(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pipeline, "moment_now", lambda: datetime(2026, 11, 22, tzinfo=UTC))
    hint = re.compile(
        r"newest engagement is of 2026-06-\d\d \S+ UTC; to see the state of then, add --as-of 2026-06-\d\d"
    )
    assert hint.search(called("detect", "--from", DATA, "--out", tmp_path / "now").err)
    assert not hint.search(called("detect", "--from", DATA, "--out", tmp_path / "then", "--as-of", DAY).err)
    monkeypatch.setattr(pipeline, "moment_now", lambda: datetime(2026, 7, 1, tzinfo=UTC))
    assert not hint.search(called("detect", "--from", DATA, "--out", tmp_path / "soon").err)


def test_a_setting_can_be_changed_for_one_run(tmp_path: Path) -> None:
    def flags(*more: str) -> list[dict[str, str]]:
        called("detect", "--from", DATA, "--out", tmp_path / "answers", "--as-of", DAY, *more)
        return list(csv.DictReader((tmp_path / "answers" / "flags.csv").open(encoding="utf-8")))

    assert len(flags("--set", "window.personas=6")) < len(flags())


# --- loading --------------------------------------------------------------------------------------------------------


def test_loading_twice_changes_nothing_and_unloading_takes_it_back(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "store")]
    first = called("load", DATA, *store, "--format", "json")
    assert first.code == 0, first.err
    for row in json.loads(first.out):
        assert row["read"] == row["loaded"] + row["merged"] + row["waiting"] + row["rejected"]
    counts = called("store", "counts", *store).out
    again = json.loads(called("load", DATA, *store, "--format", "json").out)
    assert sum(row["loaded"] for row in again) == 0
    assert called("store", "counts", *store).out == counts
    loads = json.loads(called("status", *store, "--format", "json").out)
    wrong = next(row for row in loads if row["file"] == "signals.csv")
    assert called("unload", wrong["load_id"][:6], *store).code == 0
    left = json.loads(called("status", *store, "--format", "json").out)
    assert {row["load_id"] for row in loads} - {row["load_id"] for row in left} == {wrong["load_id"]}


def test_status_of_a_store_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "store")]
    called("load", DATA, *store)
    assert "committee detect makes one" in called("status", *store).out
    told = called("groups", *store)
    assert (told.code, "Run committee detect" in told.one_line) == (1, True)


def test_groups_say_how_many_files_came_after_their_run(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "store")]

    def done(*line: object) -> None:
        answer = called(*line, *store)
        assert answer.code == 0, answer.err

    done("load", DATA)
    done("detect", "--as-of", DAY)
    assert "loaded since" not in called("groups", *store).err
    (tmp_path / "accounts.csv").write_text("account_id,name\nnew,New Bio\n")
    done("load", tmp_path / "accounts.csv")
    assert "1 file loaded since this run" in called("groups", *store).one_line


def test_a_dump_restored_into_a_new_store_says_the_same(demo: Demo, tmp_path: Path) -> None:
    assert demo.asked("store", "dump", "--out", tmp_path / "dump").code == 0
    new = ["--store", str(tmp_path / "new")]
    assert called("store", "restore", tmp_path / "dump", *new).code == 0
    for line in (["groups", "--rank"], ["flags"], ["status"], ["store", "counts"]):
        assert called(*line, *new).out == demo.asked(*line).out, line
    assert called("store", "restore", tmp_path / "nowhere", "--store", tmp_path / "other").code == 1


def test_pruning_keeps_the_current_run_and_says_what_went(tmp_path: Path) -> None:
    store = ["--store", str(tmp_path / "store")]
    called("load", DATA, *store)
    for day in ("2026-04-30", "2026-05-31", DAY):
        called("detect", "--as-of", day, *store)
    now = called("groups", *store).out
    assert "Removed 1 run, 2 runs kept" in called("store", "prune", "--keep", "1", *store).err
    assert "Removed 1 run, 1 run kept" in called("store", "prune", "--keep", "0", *store).err
    assert called("groups", *store).out == now


def test_the_store_can_be_named_by_the_environment(demo: Demo, monkeypatch) -> None:
    monkeypatch.setenv("COMMITTEE_STORE", str(demo.folder / "store"))
    assert called("groups").out == demo.asked("groups").out


# --- starting and personas ------------------------------------------------------------------------------------------


def test_init_writes_settings_that_are_the_defaults_and_tables_that_load(tmp_path: Path) -> None:
    from committee.settings import Settings

    assert called("init", tmp_path / "new").code == 0
    file = tmp_path / "new" / "committee.toml"
    defaults = Settings.read(environment={})
    assert Settings.read(file, environment={}) == defaults
    marked = re.sub(r"^# (?=\w+ = )", "", file.read_text("utf-8"), flags=re.MULTILINE)
    file.write_text(marked, "utf-8")
    assert Settings.read(file, environment={}) == defaults
    loaded = called("load", tmp_path / "new" / "exports", "--store", tmp_path / "store", "--format", "json")
    assert loaded.code == 0, loaded.err
    assert {row["read"] for row in json.loads(loaded.out)} == {0}


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "committee.toml").write_text("# mine\n")
    assert "Kept committee.toml" in called("init").err
    assert (tmp_path / "committee.toml").read_text() == "# mine\n"


def test_titles_are_mapped_from_a_list_a_table_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "titles.txt").write_text("CFO\nVP Regulatory\nCFO\n")
    (tmp_path / "people.csv").write_text("name,Job Title,department\nAda,CFO,\nBo,VP Regulatory,\nCy,CFO,\n")
    answers = [
        called("personas", "map", "titles.txt", "--format", "json"),
        called("personas", "map", "people.csv", "--format", "json"),
        called("personas", "map", "-", "--format", "json", stdin="CFO\nVP Regulatory\nCFO\n"),
    ]
    for answer in answers:
        assert [(row["people"], row["title"], row["persona"]) for row in json.loads(answer.out)] == [
            (2, "CFO", "finance"),
            (1, "VP Regulatory", "legal_regulatory"),
        ]


def test_a_mapping_is_explained_by_its_words_rule_and_runner_up() -> None:
    (row,) = json.loads(called("personas", "map", "-", "--explain", "--format", "json", stdin="VP Regulatory").out)
    assert (row["matched"], row["runner_up"]) == ("regulatory", "executive")
    assert row["rule"]


def test_the_personas_are_listed_with_family_entry_and_seats() -> None:
    rows = json.loads(called("personas", "check", "--format", "json").out)
    assert [row["persona"] for row in rows if row["seats"]] == [
        "scientific",
        "program_lead",
        "procurement",
        "finance",
        "legal_regulatory",
        "executive",
    ]


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_parameter_is_an_option_or_a_param(demo: Demo) -> None:
    by_option = demo.asked("ask", "groups_forming", "--days", "400")
    assert by_option.out == demo.asked("ask", "groups_forming", "--param", "days=400").out
    assert len(by_option.out.splitlines()) > len(demo.asked("ask", "groups_forming", "--days", "1").out.splitlines())


def test_the_count_is_the_number_of_rows(demo: Demo) -> None:
    (row,) = rows_of(demo, "ask", "groups_forming", "--days", "400", "--count")
    assert row == {"rows": len(rows_of(demo, "ask", "groups_forming", "--days", "400"))}


def test_the_text_to_paste_needs_no_store_and_no_parameters() -> None:
    answer = called("ask", "groups_without", "--persona", "finance", "--cypher")
    assert answer.code == 0
    assert "'finance'" in answer.out
    assert "$" not in answer.out


def test_questions_are_found_by_words_in_any_form() -> None:
    assert json.loads(called("ask", "two", "groups", "--format", "json").out)[0]["name"] == "people_in_two_groups"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["ask", "grups_forming"], "Nearest: groups_forming"),
        (["ask", "xylophone"], "no question is called xylophone"),
        (["ask", "members_of_group"], "needs group_id"),
        (["ask", "groups_forming", "--days", "soon"], "parameter days takes a whole value"),
        (["ask", "groups_forming", "--param", "dayz=3"], "Did you mean days?"),
    ],
)
def test_a_question_asked_wrongly_is_told_in_one_line(demo: Demo, line: list[str], told: str) -> None:
    answer = called(*line)
    assert answer.code == 1
    assert told in answer.one_line


def test_more_rows_than_the_limit_are_cut_and_it_is_said(demo: Demo) -> None:
    answer = demo.asked("ask", "named_contacts", "--set", "store.row_limit=5", "--format", "json")
    assert len(json.loads(answer.out)) == 5
    assert "Only the first 5 rows" in answer.one_line


# --- as a process ---------------------------------------------------------------------------------------------------


def test_in_a_pipe_there_is_no_bar_and_no_colour(demo: Demo, tmp_path: Path) -> None:
    told = process("load", DATA, "--store", tmp_path / "store")
    assert told.returncode == 0
    assert "\x1b" not in told.stdout + told.stderr
    assert told.stderr == ""


def test_the_same_lines_on_any_store_give_what_the_files_give(store_uri: str, tmp_path: Path) -> None:
    store = ["--store", store_uri]
    for line in (
        ["load", DATA],
        ["detect", "--as-of", DAY],
        ["export", "findings", "--everyone", "--out", tmp_path / "store"],
    ):
        answer = called(*line, *store)
        assert answer.code == 0, answer.err
    called("detect", "--from", DATA, "--out", tmp_path / "files", "--as-of", DAY)
    for path in (tmp_path / "files").iterdir():
        assert path.read_bytes() == (tmp_path / "store" / path.name).read_bytes(), path.name
    (row,) = json.loads(called("ask", "people_in_two_groups", *store, "--format", "json").out)
    assert called("contact", row["name"], *store).code == 0
