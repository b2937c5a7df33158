"""privacy show, erase, verify as they are typed: what they say, what they refuse, what their exit codes mean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli.calling import called, clean_environment, process
from privacy.conftest import NOW, SETTINGS
from privacy.world import AS_OF, later_files, write_files

from committee import pipeline
from committee.graph.store import open_store

ANA = ("contact:4711", "an.na@adler.example", "Ana María Núñez")


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Give a folder with files, and a store of them with a run."""
    folder = tmp_path_factory.mktemp("kept")
    with open_store(str(folder / "store"), SETTINGS.store) as store:
        pipeline.load(store, [write_files(folder / "exports")], SETTINGS, clock=lambda: NOW)
        pipeline.detect_store(store, AS_OF, SETTINGS)
    return folder


@pytest.fixture
def mine(kept: Path, tmp_path: Path) -> Path:
    """Give a copy of the store that may be changed."""
    return Path(shutil.copytree(kept / "store", tmp_path / "store"))


def counted(store: Path) -> list:
    return json.loads(called("store", "counts", "--store", store, "--format", "json").out)


def test_a_person_is_erased_from_whatever_the_product_wrote_and_proved_to_be_gone(mine, kept, tmp_path):
    group = json.loads(called("groups", "--store", mine, "--format", "json").out)[0]["group_id"]
    for line in (
        ("handoff", group, "--out", "page.html"),
        ("map", group, "--out", "map.html"),
        ("map", group, "--out", "net.graphml"),
        ("export", "findings", "--out", "answers"),
        ("export", "findings", "--out", "columns", "--files", "parquet"),
        ("route", "--out", "work"),
        ("store", "dump", "--out", "backup"),
        ("load", kept / "exports"),
        ("accept", group, "--reason", "Ana María Núñez said so"),
    ):
        answer = called(*line, "--store", mine)
        assert answer.code == 0, answer.err
    assert "an.na" not in Path("rejects.csv").read_text()
    living = called("privacy", "verify", *ANA, "--store", mine)
    assert living.code == 1
    for place in ("page.html", "map.html", "net.graphml", "memberships.csv", "memberships.parquet", "contacts.parquet"):
        assert place in called("privacy", "verify", *ANA, "--store", mine, "--format", "csv").out, place
    dry = called("privacy", "erase", "an.na@adler.example", "--dry-run", "--store", mine)
    assert (dry.code, "Nothing was changed" in dry.err) == (0, True)
    assert "a dump that names them stays as it is" in dry.out
    erased = called("privacy", "erase", "an.na@adler.example", "--yes", "--also", "backup", "--store", mine)
    assert erased.code == 0, erased.out
    assert "Nothing of this person is left" in erased.err
    assert not Path("page.html").exists()
    assert Path("answers/memberships.csv").exists()
    assert "[erased] said so" in called("feedback", "--list", "--store", mine).out
    assert "erased:" not in called("feedback", "--list", "--store", mine).out
    again = called("privacy", "erase", "an.na@adler.example", "--yes", "--store", mine)
    assert (again.code, "was erased on" in again.err) == (0, True)
    loaded = called("load", kept / "exports", "--store", mine)
    assert "the person was erased and stays away" in loaded.out
    proof = called("privacy", "verify", *ANA, "--also", "backup", "--store", mine)
    assert (proof.code, proof.out) == (0, "")
    assert "Erased on" in proof.err
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"an.na@adler.example" not in path.read_bytes().lower(), path


def test_the_copy_is_json_of_everything(kept):
    copy = json.loads(called("privacy", "show", "C-007", "--store", kept / "store", "--format", "json").out)
    assert copy["contacts"][0]["name"] == "Jane Doe"
    assert {"engagements", "memberships", "evidence", "opportunity_roles"} <= set(copy)
    rows = json.loads(json.dumps(called("privacy", "show", "C-007", "--store", kept / "store", "--format", "csv").out))
    assert rows.startswith("kind,count,properties,which\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nobody@adler.example", "nobody here has"),
        ("contact:c-007", "nobody here has"),
        ("Jane", "Did you mean contact:C-007"),
        ("", "nobody here has"),
    ],
)
def test_somebody_unknown_is_one_sentence_and_no_change(kept, text, says):
    before = counted(kept / "store")
    for command in ("show", "erase"):
        answer = called("privacy", command, text, "--store", kept / "store")
        assert answer.code == 1
        assert says in answer.one_line
    assert counted(kept / "store") == before


def test_two_people_are_named_and_nothing_is_done(mine, tmp_path):
    (tmp_path / "contacts.csv").write_text(
        "contact_id,account_id,email,name,title\nt-1,acc-a,s@adler.example,Sam Twin,Chemist\nt-2,acc-a,t@other.example,Sam Twin,CFO\n"
    )
    called("load", tmp_path / "contacts.csv", "--store", mine)
    before = counted(mine)
    answer = called("privacy", "erase", "sam twin", "--yes", "--store", mine)
    assert answer.code == 1
    assert "contact:t-1" in answer.one_line
    assert "contact:t-2" in answer.one_line
    assert counted(mine) == before


@pytest.mark.parametrize(("said", "code"), [("", 2), ("n\n", 1), ("\n", 1)])
def test_without_a_yes_nothing_is_changed(mine, said, code):
    before = counted(mine)
    answer = called("privacy", "erase", "contact:4711", "--store", mine, stdin=said)
    assert answer.code == code
    assert "nothing was changed" in answer.err
    assert counted(mine) == before


def test_a_store_that_another_process_has_open_is_told_in_one_line(mine):
    with open_store(str(mine), SETTINGS.store):
        answer = process("privacy", "erase", "contact:4711", "--yes", "--store", mine, env=clean_environment())
    assert answer.returncode == 1
    assert "open" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_second_writer_is_refused_before_anything_is_begun(neo4j_database, tmp_path):
    write_files(tmp_path / "exports")
    with open_store(neo4j_database.uri, SETTINGS.store) as store:
        pipeline.load(store, [tmp_path / "exports"], SETTINGS, clock=lambda: NOW)
        with store.writing("load"):
            answer = process("privacy", "erase", "contact:4711", "--yes", "--store", neo4j_database.uri, env=None)
        assert answer.returncode == 1
        assert "the store is busy" in answer.stderr
        assert store.erasing.unfinished() == []


def test_the_steps_of_a_server_are_printed(neo4j_database, tmp_path):
    write_files(tmp_path / "exports")
    with open_store(neo4j_database.uri, SETTINGS.store) as store:
        pipeline.load(store, [tmp_path / "exports"], SETTINGS, clock=lambda: NOW)
    line = ("privacy", "erase", "contact:4711", "--yes", "--store", neo4j_database.uri)
    answer = process(*line, env=None)
    assert answer.returncode == 0, answer.stderr
    assert "transaction logs" in answer.stderr
    assert "committee store restore" in answer.stderr


def test_later_files_of_an_erased_person_say_how_many_rows_stayed_away(mine, tmp_path):
    called("privacy", "erase", "contact:4711", "--yes", "--store", mine)
    answer = called("load", later_files(tmp_path / "later"), "--store", mine, "--format", "json")
    (report,) = json.loads(answer.out)
    assert (report["read"], report["rejected"]) == (2, 1)
    assert "1 reject: the person was erased and stays away" in answer.err
    assert not Path("rejects.csv").exists()
