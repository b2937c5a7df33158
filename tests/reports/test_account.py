from __future__ import annotations

import csv
import io
import json

import pytest
from reports.small_world import small_findings, small_market

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.account import AccountReport, account_page, account_report


@pytest.fixture(scope="module")
def adler() -> AccountReport:
    return account_report("acc-a", small_market(), small_findings())


@pytest.fixture(scope="module")
def boreal() -> AccountReport:
    return account_report("acc-b", small_market(), small_findings())


def said(page: AccountReport, section: str) -> list[tuple[str, str]]:
    return [(subject, line.text) for subject, line in page.sections.get(section, ())]


def test_an_account_shows_its_groups_and_its_white_space(adler):
    assert [subject for subject, _ in said(adler, "groups")] == [
        "bioanalysis for ADL-202",
        "biomarker for ADL-101 in gastric cancer",
    ]
    programs = dict(said(adler, "programs"))
    assert programs["depth"] == "2 of 3 known programs with a group; 1 without"
    assert programs["ADL-101 in gastric cancer"].endswith("1 group")
    assert programs["ADL-303"] == "preclinical, neurology, peptide, no group: white space"


def test_one_engaged_person_is_single_threaded_and_no_flag(adler, boreal):
    assert boreal.single_threaded
    assert dict(said(boreal, "about"))["threads"] == "single-threaded: one person engages (Bo Lin)"
    assert said(boreal, "early") == [("bioanalysis, one person", "Bo Lin, 1 touch, 18 Feb 2026")]
    assert "flags" not in boreal.sections
    assert not adler.single_threaded


def test_breadth_counts_function_families_not_people(adler):
    assert (
        dict(said(adler, "about"))["breadth"]
        == "3 of 4 function families engaged: scientific, operational and commercial"
    )


def test_people_are_counted_by_persona(adler):
    assert dict(said(adler, "people"))["finance"] == "2 known, 1 engaged, 2 not to be contacted"
    assert dict(said(adler, "people"))["executive"] == "1 known, 0 engaged"


def test_public_events_after_the_run_are_not_shown(adler):
    assert [day for day, _ in said(adler, "signals")] == ["1 Feb 2026", "20 Jan 2026", "Jan 2026"]


def test_what_no_group_claims_is_counted_with_the_reason(adler):
    assert said(adler, "unassigned") == [("", "1 relevant engagement without a group: 1 too few people")]


def test_a_suppressed_single_person_is_not_named():
    market = small_market()
    rows = market.contacts.to_pylist()
    for row in rows:
        row["suppressed"] = row["contact_id"] == "b-sci" or row["suppressed"]
    import pyarrow as pa

    barred = market.with_tables(contacts=pa.Table.from_pylist(rows, schema=market.contacts.schema))
    page = account_page("acc-b", barred, small_findings(), "md")
    assert "Bo Lin" not in page
    assert "contact:b-sci" not in page
    assert "a person not to be contacted" in page


@pytest.mark.parametrize("account", ["acc-a", "acc-b"])
def test_all_forms_carry_the_same_facts(account):
    market, findings = small_market(), small_findings()
    page = account_report(account, market, findings)
    rows = list(csv.DictReader(io.StringIO(account_page(account, market, findings, "csv"))))
    assert [(row["section"], row["text"]) for row in rows[1:]] == [
        (section, text) for section, _, text, _ in page.facts()
    ]
    data = json.loads(account_page(account, market, findings, "json"))
    assert [[line["text"] for _, line in lines] for lines in data["sections"].values()] == [
        [line.text for _, line in lines] for lines in page.sections.values()
    ]
    markdown = account_page(account, market, findings, "md")
    assert markdown.count("\n- ") == sum(len(lines) for lines in page.sections.values())
    assert "Boreal <b>" not in account_page(account, market, findings, "html")


def test_an_account_nobody_touched_still_has_a_page():
    market = Market({"accounts": {"account_id": ["a"], "name": ["Quiet Pharma"]}})
    page = account_report("a", market, Findings())
    assert dict(said(page, "about"))["threads"] == "nobody engages"
    assert all(account_page("a", market, Findings(), form) for form in ("md", "html", "json", "csv"))


def test_an_unknown_account_is_refused():
    with pytest.raises(NotFound):
        account_report("nothing", small_market(), small_findings())
