"""Companies, people, unknowns and unmapped titles on the command line: what they print, decide and refuse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli.calling import called

ACCOUNTS = "account_id,name,domain,parent_account_id\na1,Alder Therapeutics,alder.example,\na2,Alder Bio,,\na3,Birch,,a4\na4,Cedar,,a3\n"
CONTACTS = (
    "contact_id,account_id,email,name,title\n"
    "c1,a1,ada@alder.example,Ada Keller,Wizard\nc2,a1,a.keller@alder.example,Keller Ada,Wizard\nc3,a3,bo@birch.example,Bo Lind,Buyer\n"
)
ENGAGEMENTS = (
    "engagement_id,occurred_at,contact_id,email,channel,kind\n"
    "e1,2026-05-01T09:00:00Z,c1,,web,form\ne2,2026-05-02T09:00:00Z,,new@alder.example,web,form\ne3,2026-05-03T09:00:00Z,,lab@alder.example,web,form\n"
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A loaded store, to be copied."""
    folder = tmp_path_factory.mktemp("who")
    for name, text in (("accounts", ACCOUNTS), ("contacts", CONTACTS), ("engagements", ENGAGEMENTS)):
        (folder / f"{name}.csv").write_text(text)
    files = sorted(folder.glob("*.csv"))
    assert called("load", *files, "--store", folder / "store").code == 0
    return folder / "store"


@pytest.fixture
def store(loaded: Path, tmp_path: Path) -> Path:
    return shutil.copytree(loaded, tmp_path / "store")


def rows(store: Path, *arguments: str) -> list[dict]:
    answer = called(*arguments, "--format", "json", "--store", store)
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    return found["rows"] if isinstance(found, dict) else found


def test_pairs_are_printed_with_reasons_joined_by_name_listed_and_taken_back(store):
    (pair,) = rows(store, "companies", "review")
    assert (pair["one"], pair["other"], pair["reasons"]) == ("a1", "a2", ["one name but for trade and place"])
    told = called(
        "companies", "join", "Alder Therapeutics", "a2", "--reason", "one house", "--by", "Kim", "--store", store
    )
    assert told.code == 0
    assert "account:a1 stands for account:a2" in told.err
    assert rows(store, "companies", "review") == []
    assert [(row["stands"], row["for"]) for row in rows(store, "companies", "joined")] == [("a1", "a2")]
    (decision,) = rows(store, "companies", "decisions")
    assert (decision["kind"], decision["reason"], decision["decided_by"]) == ("joined", "one house", "Kim")
    assert called("companies", "undo", decision["decision_id"][:6], "--reason", "no", "--store", store).code == 0
    assert rows(store, "companies", "joined") == []
    assert called("companies", "keep-apart", "a1", "a2", "--reason", "two", "--store", store).code == 0
    assert rows(store, "companies", "review") == []


def test_people_are_printed_with_their_account_and_joined(store):
    (pair,) = rows(store, "people", "review")
    assert (pair["one"], pair["other"], pair["one_account"]) == ("c1", "c2", "Alder Therapeutics")
    assert pair["reasons"][0] == "first and family name exchanged"
    assert called("people", "join", "c1", "c2", "--reason", "met her", "--store", store).code == 0
    assert called("detect", "--as-of", "2026-06-30", "--store", store).code == 0
    page = called("contact", "contact:c2", "--store", store)
    assert page.code == 0
    assert "Ada Keller" in page.out


def test_two_that_are_one_are_no_two_things_with_one_name(store):
    for line in (("account", "Alder"), ("map", "Alder")):
        assert "may be" in called(*line, "--as-of", "2026-06-30", "--store", store).err
    assert called("companies", "join", "a1", "a2", "--reason", "one house", "--store", store).code == 0
    assert called("detect", "--as-of", "2026-06-30", "--store", store).code == 0
    for line in (("account", "Alder"), ("map", "Alder"), ("map", "Alder Bio"), ("map", "account:a2")):
        page = called(*line, "--store", store)
        assert page.code == 0, page.err
        assert ("account:a1" if line[0] == "account" else "Alder Therapeutics") in page.out
    assert (
        called("companies", "join", "Alder", "a3", "--reason", "x", "--store", store).code == 1
    )  # a join names two ids


REFUSED = [
    (("companies", "join", "a1", "a1", "--reason", "x"), "a1 is one account, not two"),
    (("companies", "join", "a1", "nobody", "--reason", "x"), "no account is called 'nobody'"),
    (("companies", "join", "Alder", "a3", "--reason", "x"), "'Alder' may be"),
    (("companies", "undo", "zzzz", "--reason", "x"), "no decision to join or keep apart begins with 'zzzz'"),
    (("people", "undo", "zzzz", "--reason", "x"), "committee people decisions lists them"),
]


def test_what_cannot_be_is_one_clear_line_and_changes_nothing(store):
    for line, words in REFUSED:
        answer = called(*line, "--store", store)
        assert answer.code == 1
        assert words in answer.one_line
    assert rows(store, "companies", "decisions") == rows(store, "people", "decisions") == []


def test_a_reason_has_to_be_given(store):
    assert called("companies", "join", "a1", "a2", "--reason", " ", "--store", store).code == 2


def test_accounts_that_are_each_others_parents_are_told_of(store):
    assert "a3 and a4 are each other's parents" in called("companies", "review", "--store", store).out


def test_new_faces_are_listed_with_their_account_and_addresses_that_are_none_with_the_reason(store):
    assert [(row["email"], row["account_id"], row["engagements"]) for row in rows(store, "unknowns")] == [
        ("new@alder.example", "a1", 1)
    ]
    every = {row["email"]: row["no_person_because"] for row in rows(store, "unknowns", "--all")}
    assert every["lab@alder.example"] == "several people read it"


def test_unmapped_titles_come_by_the_engagement_they_cost(store):
    (row,) = rows(store, "personas", "unmapped")
    assert (row["title"], row["people"], row["engagements"]) == ("Wizard", 2, 1)
