"""Learn on the command line: from files and a store, in every form; too few deals say so; a file to keep the seats."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli.calling import called

from committee.settings import Settings

TITLES = {"sci": "Principal Scientist", "lead": "Clinical Program Director", "buy": "Procurement Manager"}
LAGS = {"sci": 90, "lead": 60, "buy": 10}
AS_OF = ("--as-of", "2026-06-30")


def exported(folder: Path, deals: int, industry: str = "biotech") -> Path:
    """A canonical folder: so many won deals of as many accounts, three people each."""
    tables: dict[str, list[dict]] = {"accounts": [], "contacts": [], "engagements": [], "opportunities": []}
    for number in range(deals):
        account, closed = f"a{number:02}", date(2026, 4, 1) + timedelta(days=number)
        tables["accounts"].append({"account_id": account, "name": f"Company {number} {industry}", "industry": industry})
        tables["opportunities"].append(
            {"opportunity_id": f"d{number:02}", "account_id": account, "is_won": "true", "closed_on": closed}
        )
        for who, title in TITLES.items():
            person = f"{account}-{who}"
            tables["contacts"].append({"contact_id": person, "account_id": account, "title": title})
            at = f"{closed - timedelta(days=LAGS[who])}T10:00:00Z"
            tables["engagements"].append(
                {"engagement_id": f"e-{person}", "occurred_at": at, "contact_id": person, "kind": "meeting"}
            )
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue())
    return folder


@pytest.fixture(scope="module")
def twelve(tmp_path_factory) -> Path:
    return exported(tmp_path_factory.mktemp("twelve") / "exports", 12)


@pytest.fixture(scope="module")
def nine(tmp_path_factory) -> Path:
    return exported(tmp_path_factory.mktemp("nine") / "exports", 9)


def test_what_won_deals_have_in_common_is_told_in_the_order_of_entry_the_same_from_files_and_from_a_store(
    twelve, tmp_path
):
    answer = called("learn", "--from", twelve, *AS_OF, "--format", "json")
    assert answer.code == 0, answer.err
    rows = [row for row in json.loads(answer.out) if row["by"] == "all"]
    found = [(row["persona"], row["deals"], row["of"], row["seats"], row["lag_days"]) for row in rows]
    assert found == [("scientific", 12, 12, 1, 90), ("program_lead", 12, 12, 1, 60), ("procurement", 12, 12, 1, 10)]
    assert "12 won deals of 12 accounts told something; 12 by who engaged in the account" in answer.err
    store = tmp_path / "store"
    assert called("load", twelve, "--store", store).code == 0
    assert called("learn", "--store", store, *AS_OF, "--format", "json").out == answer.out


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_nine_deals_are_not_enough_in_every_form(nine, form):
    answer = called("learn", "--from", nine, *AS_OF, "--format", form)
    assert answer.code == 0
    assert "not enough: 9 of 10 deals, the default template is used" in answer.out
    assert "scientific" not in answer.out


def test_a_moment_before_the_tenth_deal_closed_knows_of_nine(twelve):
    assert "10 won deals" in called("learn", "--from", twelve, "--as-of", "2026-04-10").out
    answer = called("learn", "--from", twelve, "--as-of", "2026-04-09")
    assert "Not enough: 9 of 10 deals" in answer.out
    assert "Left out: 3 closed in future" in answer.out


def test_each_deal_is_listed_with_what_it_told_or_why_not(twelve):
    rows = json.loads(called("learn", "--from", twelve, "--as-of", "2026-04-11", "--deals", "--format", "json").out)
    assert [row["left_out"] for row in rows] == [None] * 11 + ["closed_in_future"]
    assert rows[0]["taken_from"] == "account"
    assert rows[0]["people"] == ["procurement:1", "program_lead:1", "scientific:1"]


def test_the_run_says_whose_committee_groups_were_measured_by(twelve, nine, tmp_path):
    said = {}
    for name, exports in (("twelve", twelve), ("nine", nine)):
        detect = called("detect", "--from", exports, "--out", tmp_path / name, *AS_OF, "--calibration", "shipped", "--set", "window.shifts=0")  # fmt: skip
        assert detect.code == 0, detect.err
        said[name] = detect.out
    assert "Seats of the usual committee: learned from 12 won deals" in said["twelve"]
    assert "Seats of the usual committee: the default template, as 9 won deals of 10 are not enough" in said["nine"]


def test_what_was_learned_is_kept_as_settings_that_the_product_reads(twelve, nine, tmp_path):
    file = tmp_path / "learned.toml"
    for _ in range(2):  # its own file is written anew
        assert called("learn", "--from", twelve, *AS_OF, "--segment", "Biotech", "--out", file).code == 0
    settings = Settings.read(file, environment={})
    seats = {name: count for name, count in settings.coverage.seats.items() if count}
    assert seats == {"scientific": 1, "program_lead": 1, "procurement": 1}
    assert not settings.learn.used
    other = tmp_path / "committee.toml"
    other.write_text("[window]\ndays = 21\n")
    refused = called("learn", "--from", twelve, *AS_OF, "--out", other)
    assert refused.code == 1
    assert "is there already" in refused.one_line
    assert other.read_text() == "[window]\ndays = 21\n"
    few = called("learn", "--from", nine, *AS_OF, "--out", tmp_path / "few.toml")
    assert few.code == 1
    assert "9 won deals are not enough" in few.one_line
    assert not (tmp_path / "few.toml").exists()


def test_what_detect_makes_of_it_is_said_as_the_settings_have_it(twelve):
    assert (
        "measures groups by the seats of won deals of their own segment where they are enough"
        in called("learn", "--from", twelve, *AS_OF).out
    )
    answer = called("learn", "--from", twelve, *AS_OF, "--set", "learn.used=false")
    assert "measures groups by the seats of the settings" in answer.out


def test_a_segment_that_no_deal_has_is_refused_with_those_there_are(twelve):
    answer = called("learn", "--from", twelve, *AS_OF, "--segment", "mining")
    assert answer.code == 1
    assert "all, biotech" in answer.one_line


def test_a_market_without_won_deals_says_so(twelve):
    answer = called("learn", "--from", twelve / "accounts.csv", *AS_OF)
    assert answer.code == 0
    assert "No deal is called won: the default template is used" in answer.out
