"""Asking: own questions, pictures, plans, and why there is nothing; the door of the embedded engine is `tiny`."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from threading import Thread

import pytest
from cli.calling import called
from cypher import tiny_world

from committee.cli.serving import serving
from committee.graph.store import open_store
from committee.settings import Settings

OWN = """// asks: Which accounts have no domain?
// grain: one account
// for: analyst
// maturity: trial
// param country text = : Only of this country
// returns: account_id, name
MATCH (a:Account)
WHERE a.domain IS NULL AND ($country = '' OR a.country = $country)
RETURN a.account_id AS account_id, a.name AS name
ORDER BY account_id
"""
DRAWN = "// first: 10\nMATCH path = (:Program)-[:RUN_BY]->(:Account {key: account_id})\nRETURN path\nLIMIT 20\n"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "store"
    with tiny_world.filled(str(folder)):
        pass
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "without_domain.cypher").write_text(OWN)
    (folder / "without_domain.picture.cypher").write_text(DRAWN)
    return folder


def test_a_question_of_ones_own_is_listed_found_and_asked_in_all_forms(tiny: Path, own: Path) -> None:
    assert "without_domain" in called("ask", "--questions", own).out
    assert "without_domain" in called("ask", "--questions", own, "no", "domain").out
    line = ["ask", "--questions", own, "without_domain", "--store", tiny]
    rows = json.loads(called(*line, "--format", "json").out)
    assert [row["name"] for row in rows][:3] == ["Adler Bio", "Adler Biologics", "Boreal"]
    assert json.loads(called(*line, "--count", "--format", "json").out) == [{"rows": len(rows)}]
    page = called(*line, "--picture").out
    assert "ADL-101" in page
    assert "7 programs" in page or "programs" in page
    assert called("ask", "--check", own).err.strip() == "1 question, nothing wrong"
    assert called("ask", "--questions", own, "without_domian").err.startswith("committee: no question is called")


def test_the_settings_name_folders_of_ones_own_questions_once_and_for_all(
    tiny: Path, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "my.toml"
    told.write_text(f"[ask]\nfolders = ['{own}']\n")
    plain = called("ask", "--questions", own, "without_domain", "--store", tiny).out
    assert plain
    for line in (
        ["--settings", told, "without_domain"],
        ["without_domain", "--settings", told],
        ["without_domain", "--set", f"ask.folders=['{own}']"],
    ):
        assert called("ask", *line, "--store", tiny).out == plain, line
    assert "without_domain" in called("ask", "--settings", told).out
    assert called("ask", "without_domain", "--store", tiny).code == 1
    monkeypatch.setenv("COMMITTEE_ASK__FOLDERS", f"['{own}']")
    assert called("ask", "without_domain", "--store", tiny).out == plain
    written = called("browser", "--out", tmp_path / "look", "--store", tiny)
    assert written.code == 0, written.err
    assert (tmp_path / "look" / "favorites" / "without_domain.picture.cypher").exists()
    assert "without_domain" in (tmp_path / "look" / "saved-queries.csv").read_text()


@pytest.mark.parametrize("line", [["ask", "bridges"], ["ask"], ["browser", "--out", "look"], ["mcp"]])
def test_a_folder_of_questions_that_is_not_there_is_told_in_one_line(tiny: Path, tmp_path: Path, line) -> None:
    wrong = ["--set", f"ask.folders=['{tmp_path / 'gone'}']"]
    answer = called(*line, *wrong) if line == ["ask"] else called(*line, *wrong, "--store", tiny)
    assert answer.code == 1
    assert f"{tmp_path / 'gone'} is no folder" in answer.one_line
    assert "the setting ask.folders" in answer.one_line


def test_two_folders_may_not_hold_one_name(own: Path, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "without_domain.cypher").write_text(OWN)
    answer = called("ask", "--set", f"ask.folders=['{own}', '{tmp_path / 'more'}']")
    assert answer.code == 1
    assert "without_domain.cypher has the name of a question in another folder" in answer.one_line


def test_the_source_of_a_question_is_a_question(tmp_path: Path) -> None:
    text = called("ask", "groups_without", "--source").out
    (tmp_path / "my_groups.cypher").write_text(text)
    assert "nothing wrong" in called("ask", "--check", tmp_path).err


def test_each_fault_of_ones_own_questions_is_told_with_its_line(own: Path) -> None:
    (own / "bad.cypher").write_text(OWN.replace("MATCH (a:Account)", "MATCH (a:Account)\nSET a.seen = true"))
    (own / "headless.cypher").write_text("MATCH (n) RETURN *")
    (own / "two.cypher").write_text(OWN + "; MATCH (n) RETURN n")
    (own / "lonely.picture.cypher").write_text(DRAWN)
    (own / "bridges.cypher").write_text(OWN)
    answer = called("ask", "--check", own, "--format", "json")
    assert answer.code == 1
    told = {(Path(row["place"]).name, row["what"]) for row in json.loads(answer.out)}
    assert ("bad.cypher:8", "it uses SET, and a question only reads") in told
    assert ("headless.cypher:1", "its head lacks the line // asks:") in told
    assert ("headless.cypher:1", "it returns *") in told
    assert any(place.startswith("two.cypher:11") and "2 statements" in what for place, what in told)
    assert ("lonely.picture.cypher:1", "it has no rows") in told
    assert ("bridges.cypher:1", "a shipped question has this name") in told
    assert all(row["remedy"] for row in json.loads(answer.out))
    refused = called("ask", "--questions", own, "without_domain")
    assert refused.code == 1
    assert "--check" in refused.one_line


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (["ask", "--check", "nowhere"], "is no folder"),
        (["ask", "loads_made", "--picture"], "has no picture: a load is a file"),
        (["ask", "groups_without", "--persona", "procurment"], "did you mean procurement?"),
        (["ask", "bridgse"], "Nearest: bridges"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_one_line(tiny: Path, line: list[str], told: str, monkeypatch) -> None:
    monkeypatch.setenv("COMMITTEE_STORE", str(tiny))
    answer = called(*line)
    assert answer.code == 1
    assert told in answer.one_line


def test_what_cannot_be_had_together_is_wrong_usage() -> None:
    for line in (["--count", "--picture"], ["--cypher", "--explain"], ["--out", "x.html"], ["--count", "--cypher"]):
        assert called("ask", "bridges", *line).code == 2, line


def test_an_empty_store_and_one_without_a_run_say_so(tmp_path: Path) -> None:
    settings = Settings.read(environment={}).store
    with open_store(str(tmp_path / "empty"), settings) as store:
        store.prepare()
    assert "The store is empty" in called("ask", "bridges", "--store", tmp_path / "empty").err
    with open_store(str(tmp_path / "loaded"), settings) as store:
        store.write(tiny_world.change())
    assert "There is no run yet" in called("ask", "bridges", "--store", tmp_path / "loaded").err


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "other"), Settings.read(environment={}).store) as store:
        store._bolt.write([("CREATE (:Film {title: 'M'})", {})])
    answer = called("ask", "bridges", "--store", tmp_path / "other")
    assert answer.code == 1
    assert "not this product's" in answer.one_line


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "old"), Settings.read(environment={}).store) as store:
        store.prepare()
        store._bolt.write([("MATCH (s:CommitteeStore) SET s.schema_version = 999", {})])
    answer = called("ask", "bridges", "--store", tmp_path / "old")
    assert answer.code == 1
    assert "schema version 999" in answer.one_line


def test_browser_writes_what_it_says_and_walks_one_account(tiny: Path, tmp_path: Path) -> None:
    answer = called("browser", "--out", tmp_path / "look", "--store", tiny)
    assert answer.code == 0, answer.err
    assert "no Neo4j Browser" in answer.err
    written = {path.name for path in (tmp_path / "look").iterdir()}
    assert written == {"favorites", "saved-queries.csv", "style.grass", "tour.cypher", "tour.html"}
    tour = (tmp_path / "look" / "tour.html").read_text()
    assert tour.count("<slide") == 7
    assert "Adler Bio" in tour
    boreal = called("browser", "--out", tmp_path / "look", "--account", "Boreal", "--store", tiny)
    assert boreal.code == 0, boreal.err
    tour = (tmp_path / "look" / "tour.html").read_text()
    assert "Boreal" in tour
    assert "Adler Bio" not in tour
    assert "Why the flag was raised" not in tour  # Boreal has none


def test_browser_says_what_is_wrong_in_one_line(tiny: Path, tmp_path: Path) -> None:
    line = ["browser", "--out", tmp_path / "look", "--store", tiny]
    assert "no group has formed at account D" in called(*line, "--account", "Dorn").one_line
    assert called(*line, "--web", "nonsense").code == 2
    (tmp_path / "file").write_text("")
    assert called("browser", "--out", tmp_path / "file", "--store", tiny).code == 2


def test_what_is_served_is_read_by_one_page_only_and_on_a_secret_path() -> None:
    served = serving({"style.grass": "node {}"}, "http://localhost:7474")
    thread = Thread(target=served.run, daemon=True)
    thread.start()
    try:
        with urllib.request.urlopen(f"{served.address}/style.grass".replace("localhost", "127.0.0.1")) as answer:
            assert answer.read() == b"node {}"
            assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:7474"
        asked = urllib.request.Request(f"{served.address}/x".replace("localhost", "127.0.0.1"), method="OPTIONS")
        assert urllib.request.urlopen(asked).status == 204
        root = served.address.rpartition("/")[0].replace("localhost", "127.0.0.1")
        for path in ("/style.grass", "/", "/../style.grass"):
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(root + path)
    finally:
        served.stop()
        thread.join(10)
