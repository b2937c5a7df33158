"""Whatever is given, there is one clear line or a reject row: never a traceback, never a lost or doubled record."""

from __future__ import annotations

import csv
import json
import os
import resource
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cli.calling import Answer, called, clean_environment, process
from cli.conftest import Demo

from committee import pipeline
from committee.settings import Settings

ENGAGEMENTS = "engagement_id,occurred_at,contact_id,account_id,content_id,kind\n"


def loaded(*paths: Path, more: tuple[str, ...] = ()) -> tuple[Answer, list[dict[str, object]]]:
    """Load into a store of the test's own; the numbers of each file must add up."""
    answer = called("load", *paths, "--store", "store", "--format", "json", *more)
    assert "Traceback" not in answer.err
    rows = json.loads(answer.out) if answer.code == 0 else []
    for row in rows:
        assert row["read"] == row["loaded"] + row["merged"] + row["waiting"] + row["rejected"], row
    return answer, rows


def rejected() -> list[tuple[str, str, str]]:
    with Path("rejects.csv").open(encoding="utf-8", newline="") as file:
        return [(row["line"], row["field"], row["reason"]) for row in csv.DictReader(file)]


def made(name: str, content: bytes | str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _zip(name: str, **members: str) -> Path:
    with zipfile.ZipFile(name, "w") as packed:
        for member, text in members.items():
            packed.writestr(f"{member}.csv", text)
    return Path(name)


# --- files nobody can read ------------------------------------------------------------------------------------------

UNREADABLE = {
    "a file that is not there": lambda: Path("nowhere.csv"),
    "an empty file": lambda: made("accounts.csv", ""),
    "a picture": lambda: made("accounts.csv", bytes(range(256)) * 64),
    "a folder without any known file": lambda: made("folder/notes.txt", "hello").parent,
    "unknown headers": lambda: made("things.csv", "colour,weight\nred,3\n"),
    "two columns of one name": lambda: made("accounts.csv", "account_id,name,name\n1,A,B\n"),
    "a broken archive": lambda: made("exports.zip", b"PK\x03\x04 and then nothing"),
    "broken JSON": lambda: made("studies.json", '{"studies": ['),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_one_line_that_names_it(what: str) -> None:
    path = UNREADABLE[what]()
    answer, _ = loaded(path)
    assert answer.code == 1, answer
    assert path.name in answer.one_line


def test_a_path_that_is_not_there_makes_no_store() -> None:
    assert called("load", "nowhere.csv", "--store", "store").code == 1
    assert not Path("store").exists()


# --- files that are read in spite of their form ---------------------------------------------------------------------

ACCOUNTS = "account_id,name\na1,Müller Bio\na2,Zweite\n"
READABLE = {
    "only a header": (lambda: made("accounts.csv", "account_id,name\n"), 0),
    "a byte-order mark": (lambda: made("accounts.csv", ACCOUNTS.encode("utf-8-sig")), 2),
    "UTF-16": (lambda: made("accounts.csv", ACCOUNTS.encode("utf-16")), 2),
    "Windows-1252": (lambda: made("accounts.csv", ACCOUNTS.encode("cp1252")), 2),
    "semicolons": (lambda: made("accounts.csv", ACCOUNTS.replace(",", ";")), 2),
    "tabs": (lambda: made("accounts.csv", ACCOUNTS.replace(",", "\t")), 2),
    "line ends of Windows": (lambda: made("accounts.csv", ACCOUNTS.replace("\n", "\r\n")), 2),
    "quoted newlines": (lambda: made("accounts.csv", 'account_id,name\na1,"one\ntwo"\na2,x\n'), 2),
    "another name of the file": (lambda: made("export (3).csv", ACCOUNTS), 2),
    "an archive": (lambda: _zip("exports.zip", accounts=ACCOUNTS), 2),
    "emoji and blanks in ids": (lambda: made("accounts.csv", 'account_id,name\n a 1 ,x\n"🧪 ""q""",y\n'), 2),
}


@pytest.mark.parametrize("what", READABLE)
def test_the_form_of_a_file_does_not_matter(what: str) -> None:
    make, expected = READABLE[what]
    market, intake = pipeline.read_files([make()], Settings.read(environment={}))
    assert market.accounts.num_rows == expected
    assert all(report.adds_up() for report in intake.files)


def test_strange_names_and_ids_are_one_record_each_however_often_they_are_loaded() -> None:
    path = made("accounts.csv", "account_id,name\n'}) DETACH DELETE n //,<script>\n=1+1,@x\n🧪 \"q,$y\n")
    for expected in (3, 0):
        answer, (row,) = loaded(path)
        assert (answer.code, row["loaded"]) == (0, expected)
    named = json.loads(called("ask", "named_accounts", "--store", "store", "--format", "json").out)
    assert sorted((row["id"], row["name"]) for row in named) == [
        ("'}) DETACH DELETE n //", "<script>"),
        ("=1+1", "@x"),
        ('🧪 "q', "$y"),
    ]


# --- rows that cannot be read ---------------------------------------------------------------------------------------


BAD_MOMENTS = {
    "yesterday": "bad_time",
    "2026-02-13T09:30:60Z": "bad_time",
    "2026-02-30": "bad_time",
    "1970-01-01T00:00:00Z": "time_out_of_range",
    "2043-01-01T00:00:00Z": "time_out_of_range",
    "03/04/2026": "ambiguous_date",
    "": "missing_value",
    "#N/A": "missing_value",
    "NaN": "missing_value",
}


def test_a_time_that_is_none_is_a_reject_with_its_line_and_reason() -> None:
    rows = [f"e{place},{moment},c1,,,click\n" for place, moment in enumerate(["2026-02-13T09:30:00Z", *BAD_MOMENTS])]
    answer, (row,) = loaded(made("engagements.csv", ENGAGEMENTS + "".join(rows)))
    assert answer.code == 0
    assert (row["read"], row["rejected"]) == (len(rows), len(BAD_MOMENTS))
    assert sorted(rejected()) == sorted(
        (str(line), "occurred_at", reason) for line, reason in enumerate(BAD_MOMENTS.values(), start=3)
    )
    assert "rejects.csv" in answer.err


def test_rejects_hold_personal_data_so_only_their_owner_reads_them() -> None:
    made("engagements.csv", f"{ENGAGEMENTS}e2,soon,c1,,,click\n")
    loaded(Path("engagements.csv"))
    assert stat.S_IMODE(Path("rejects.csv").stat().st_mode) == 0o600


def test_rejects_go_where_they_are_asked_to() -> None:
    made("engagements.csv", f"{ENGAGEMENTS}e2,soon,c1,,,click\n")
    loaded(Path("engagements.csv"), more=("--rejects", "out/refused.csv"))
    assert Path("out/refused.csv").exists()
    assert not Path("rejects.csv").exists()


def test_dates_with_slashes_are_read_in_the_order_that_is_told() -> None:
    made("engagements.csv", f"{ENGAGEMENTS}e1,03/04/2026,c1,,,click\n")
    answer, (row,) = loaded(Path("engagements.csv"), more=("--date-order", "dmy"))
    assert (answer.code, row["rejected"]) == (0, 0)
    shown = called("ask", "newest_engagement", "--store", "store", "--format", "json")
    assert json.loads(shown.out)[0]["occurred_at"] == "2026-04-03T00:00:00Z"


def test_an_id_that_is_too_long_is_a_reject() -> None:
    made("accounts.csv", f"account_id,name\n{'x' * 10_000},A\na2,B\n")
    answer, (row,) = loaded(Path("accounts.csv"))
    assert (answer.code, row["loaded"], row["rejected"]) == (0, 1, 1)
    assert [reason for *_, reason in rejected()] == ["too_long"]


def test_the_same_id_twice_with_different_values_is_one_record_and_is_told() -> None:
    made("accounts.csv", "account_id,name\na1,First\na1,Second\n")
    answer, _ = loaded(Path("accounts.csv"))
    assert "accounts.name" in answer.out + answer.err
    assert len(json.loads(called("ask", "named_accounts", "--store", "store", "--format", "json").out)) == 1


def test_an_engagement_of_somebody_unknown_waits_and_is_linked_when_they_come() -> None:
    loaded(made("engagements.csv", f"{ENGAGEMENTS}e1,2026-02-13T09:30:00Z,c1,,,click\n"))
    waiting = ["ask", "references_that_wait", "--store", "store", "--format", "json"]
    assert [row["id"] for row in json.loads(called(*waiting).out)] == ["e1"]
    loaded(made("contacts.csv", "contact_id,name\nc1,Ada\n"))
    assert json.loads(called(*waiting).out) == []
    assert [
        row["kind"] for row in json.loads(called("ask", "orphans", "--store", "store", "--format", "json").out)
    ] == ["contact"]


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--set", "window.dayz=3"], "unknown setting window.dayz. Did you mean window.days?"),
        (["--set", "window.days=-1"], "setting window.days has an impossible value"),
        (["--set", "window"], "is no setting"),
        (["--set", "status.stalled_days=90"], "must not exceed"),
        (["--settings", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["--settings", "broken.toml"], "broken.toml is no TOML"),
        (["--settings", "unknown.toml"], "unknown setting wndow"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line(more: list[str], told: str) -> None:
    made("broken.toml", "[window\n")
    made("unknown.toml", "[wndow]\ndays = 3\n")
    answer = called("groups", *more)
    assert answer.code == 1
    assert told in answer.one_line


def test_a_wrong_setting_of_the_folder_or_the_environment_is_refused_too(monkeypatch) -> None:
    made("committee.toml", "[window]\ndayz = 3\n")
    assert "unknown setting window.dayz" in called("groups").one_line
    Path("committee.toml").unlink()
    monkeypatch.setenv("COMMITTEE_WINDOW__DAYS", "often")
    assert "window.days" in called("groups").one_line


# --- stores ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nowhere", "there is no store at nowhere"),
        ("http://localhost:7474", "is no address of a store"),
        ("bolt://127.0.0.1:1", "does not answer"),
        ("bolt://neo4j:secret@127.0.0.1:1", "credentials"),
    ],
)
def test_a_store_that_cannot_be_reached_is_told_in_one_line_without_secrets(address: str, told: str) -> None:
    answer = called("groups", "--store", address, "--set", "store.connect_seconds=1")
    assert answer.code == 1
    assert told in answer.one_line
    assert "secret" not in answer.err


def test_a_wrong_password_is_told_in_one_line(neo4j_server, monkeypatch) -> None:
    monkeypatch.setenv("COMMITTEE_NEO4J_USER", "neo4j")
    monkeypatch.setenv("COMMITTEE_NEO4J_PASSWORD", "certainly-not-this")
    answer = called("groups", "--store", neo4j_server.uri)
    assert answer.code == 1
    assert "refuses the user name or password" in answer.one_line


def test_a_store_in_use_by_another_process_is_told_in_one_line(demo: Demo) -> None:
    code = f"""
import sys
from committee.graph.store import open_store
from committee.settings import Settings
with open_store({str(demo.folder / "store")!r}, Settings.read(environment={{}}).store, read_only=True):
    print("open", flush=True)
    sys.stdin.read()
"""
    holding = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert holding.stdout.readline() == "open\n"
        answer = demo.asked("groups")
    finally:
        holding.communicate("")
    assert answer.code == 1
    assert "store" in answer.one_line


# --- writing --------------------------------------------------------------------------------------------------------


def _small_files_only() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_full_disk_leaves_no_half_written_file(tmp_path: Path) -> None:
    told = process("docs", "--out", "reference.md", cwd=tmp_path, preexec_fn=_small_files_only)
    assert (told.returncode, told.stdout) == (1, "")
    assert "reference.md could not be written" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_answer_that_cannot_be_written_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        told = process("docs", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert told.returncode == 1
    assert told.stderr.splitlines() == ["committee: the answer could not be written: No space left on device"]


def test_a_folder_that_is_a_file_is_told_in_one_line(demo: Demo) -> None:
    made("taken", "")
    answer = demo.asked("export", "findings", "--out", "taken/answers")
    assert answer.code == 1
    assert "could not be written" in answer.one_line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told_in_one_line(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    answer = demo.asked("export", "findings", "--out", "locked/answers")
    assert answer.code == 1
    assert "could not be written" in answer.one_line


# --- people who stop ------------------------------------------------------------------------------------------------


def test_nobody_reads_on_and_nothing_is_said() -> None:
    line = [sys.executable, "-m", "committee", "docs"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment()) as running:
        running.stdout.close()
        told = running.stderr.read()
    assert (running.returncode, told) == (1, b"")


def test_ctrl_c_ends_with_130_and_one_line(monkeypatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("committee.cli.titles.mapped_rows", stopped)
    answer = called("personas", "map", "-")
    assert answer.code == 130
    assert "stopped" in answer.one_line


def test_a_bug_keeps_its_traceback(monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("committee.cli.titles.mapped_rows", broken)
    with pytest.raises(ZeroDivisionError):
        called("personas", "map", "-")


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "is empty"), ("name,mail\nAda,a@b\n", "has no column title")],
)
def test_a_file_without_titles_is_told_in_one_line(text: str, told: str) -> None:
    answer = called("personas", "map", made("people.csv", text))
    assert answer.code == 1
    assert told in answer.one_line


def test_a_row_with_two_bad_cells_is_one_row() -> None:
    path = made("accounts.csv", "account_id,name,employees\na1,,many\na2,B,3\n")
    answer = called("load", path, "--store", "store")
    assert "1 row could not be read: rejects.csv says which" in answer.err


def test_rejects_that_cannot_be_written_do_not_hide_that_the_rest_was_read() -> None:
    path = made("accounts.csv", "account_id,name\na1,\na2,B\n")
    made("taken", "a file")
    answer = called("load", path, "--store", "store", "--rejects", "taken/rejects.csv")
    assert answer.code == 1
    assert answer.one_line.startswith("committee: everything but 1 row was read, but taken/rejects.csv could not be")
    assert "--rejects" in answer.one_line
    _, (row,) = loaded(path)
    assert (row["loaded"], row["merged"], row["rejected"]) == (0, 1, 1)
