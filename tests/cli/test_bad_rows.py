"""Odd rows through the command line: each becomes a record, waits, or is a reject; none is lost and none is doubled."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli.calling import called

HEAD = "engagement_id,occurred_at,contact_id,account_id,content_id,kind\n"
PEOPLE = "contact_id,account_id,name\nc1,a1,Ann\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(name: str, text: str, *more: str) -> dict[str, object]:
    """Load one file into the store of the test; its numbers add up, and a second time it changes nothing."""
    Path(name).write_text(text, encoding="utf-8")
    rows = []
    for _ in range(2):
        answer = called("load", name, "--store", "store", "--format", "json", *more)
        assert answer.code == 0, answer.err
        assert "Traceback" not in answer.err
        (row,) = json.loads(answer.out)
        assert row["read"] == row["loaded"] + row["merged"] + row["waiting"] + row["rejected"], row
        rows.append(row)
    assert rows[1]["loaded"] == 0
    return rows[0]


def rejected() -> list[tuple[str, str]]:
    with Path("rejects.csv").open(encoding="utf-8", newline="") as file:
        return [(row["line"], row["reason"]) for row in csv.DictReader(file)]


ROWS = {
    "a row of a million cells": (f"e1,2026-02-13T09:30:00Z,c1,,,click\n{'x,' * 10**6}\n", [("3", "ragged_row")]),
    "a row with another separator": ("e1,2026-02-13T09:30:00Z,c1,,,click\ne2;x;c1;;;click\n", [("3", "ragged_row")]),
    "a minute of 61 seconds": ("e1,2026-02-13T09:30:60Z,c1,,,click\n", [("2", "bad_time")]),
    "1970": ("e1,1970-01-01T00:00:00Z,c1,,,click\n", [("2", "time_out_of_range")]),
    "2043": ("e1,2043-01-01T00:00:00Z,c1,,,click\n", [("2", "time_out_of_range")]),
    "nobody": ("e1,2026-02-13T09:30:00Z,null,#N/A,,click\n", [("2", "no_subject")]),
    "no id": ("NaN,2026-02-13T09:30:00Z,c1,,,click\n", [("2", "missing_key")]),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_cannot_be_read_is_a_reject_with_its_line_and_reason(what: str) -> None:
    text, expected = ROWS[what]
    row = load("engagements.csv", HEAD + text)
    assert row["rejected"] == len(expected)
    assert rejected() == expected


def test_a_header_of_a_million_columns_is_refused_in_one_line() -> None:
    Path("wide.csv").write_text("account_id,name," + ",".join(f"c{place}" for place in range(10**6)) + "\n")
    answer = called("load", "wide.csv", "--store", "store")
    assert answer.code == 1
    assert "wide.csv" in answer.one_line


def test_day_first_and_month_first_in_one_file_are_told_apart_only_by_what_cannot_be() -> None:
    text = HEAD + "e1,13/02/2026,c1,,,click\ne2,02/13/2026,c1,,,click\n"
    assert load("engagements.csv", text, "--date-order", "dmy")["rejected"] == 1
    assert rejected() == [("3", "bad_time")]


def test_a_time_without_a_zone_is_read_in_the_zone_told_and_counted() -> None:
    row = load("engagements.csv", HEAD + "e1,2026-02-13 09:30:00,c1,,,click\n", "--timezone", "Europe/Berlin")
    assert "times without a zone, read in Europe/Berlin: 1" in row["notes"]
    newest = json.loads(called("ask", "newest_engagement", "--store", "store", "--format", "json").out)
    assert "2026-02-13T08:30:00Z" in json.dumps(newest)


def test_what_names_records_that_have_not_come_waits_and_is_linked_in_whatever_order_they_come() -> None:
    def waiting() -> str:
        return called("status", "--store", "store").out

    assert load("engagements.csv", HEAD + "e1,2026-02-13T09:30:00Z,c1,a1,k1,click\n")["waiting"] == 1
    assert load("contacts.csv", PEOPLE)["waiting"] == 1
    assert "1 row of contacts waits" in waiting()
    assert load("accounts.csv", "account_id,name\na1,Alpha\n")["loaded"] == 1
    assert "1 row of engagements waits" in waiting()
    assert load("content.csv", "content_id,title\nk1,Guide\n")["loaded"] == 1
    assert "wait" not in waiting()
    counts = json.loads(called("store", "counts", "--store", "store", "--format", "json").out)
    told = {row["what"]: row["count"] for row in counts}
    assert [told[name] for name in ("Engagement", "Contact", "Account", "Content", "MADE", "WITH", "WORKS_AT")] == [
        1
    ] * 7


def test_names_that_are_html_or_formulas_stay_text_in_what_leaves() -> None:
    load("accounts.csv", 'account_id,name\na1,<script>alert(1)</script>\na2,"=HYPERLINK(""http://x"")"\n')
    page = called("account", "a1", "--store", "store", "--format", "html")
    assert "<script>alert" not in page.out
    listed = called("ask", "named_accounts", "--store", "store", "--format", "csv").out
    assert "\"'=HYPERLINK" in listed
