"""What must hold for the pages of a market that nobody solved by hand: the demo."""

from __future__ import annotations

import csv
import io
import re

import pytest
from reports.demo_world import best_group, demo

from committee.reports.account import account_page
from committee.reports.explain import explain
from committee.reports.handoff import handoff, render
from committee.reports.listing import contact_detail, flag_rows, group_detail, group_rows, run_rows


@pytest.fixture(scope="module")
def world():
    return demo()


@pytest.fixture(scope="module")
def pages(world):
    market, findings = world
    return {key: handoff(key, market, findings) for key in findings.groups.column("group_id").to_pylist()}


def test_the_demo_has_groups_to_hand_over(pages):
    assert len(pages) >= 3
    assert any(page.flagged for page in pages.values())


def test_every_id_of_every_page_exists(world, pages):
    market, findings = world
    known = {
        f"{kind}:{key}"
        for kind, table, column in (
            ("account", market.accounts, "account_id"),
            ("program", market.programs, "program_id"),
            ("contact", market.contacts, "contact_id"),
            ("engagement", market.engagements, "engagement_id"),
            ("signal", market.signals, "signal_id"),
            ("load", market.loads, "load_id"),
            ("group", findings.groups, "group_id"),
            ("flag", findings.flags, "flag_id"),
        )
        for key in table.column(column).to_pylist()
    } | {f"run:{findings.run.run_id}"}
    for page in pages.values():
        assert {key for one in page.lines() for key in one.proof} <= known


def test_no_suppressed_person_of_the_market_is_in_a_line_that_asks_for_action(world, pages):
    market, _ = world
    barred = [row for row in market.contacts.to_pylist() if row["suppressed"] or row["deleted"]]
    assert barred
    for page in pages.values():
        lines = repr([section for section in page.sections if section.key != "do_not_contact"])
        for row in barred:
            for trace in (f"contact:{row['contact_id']}'", row["name"], row["email"]):
                assert not trace or trace not in lines + page.picture


def test_each_engagement_that_counts_for_a_group_is_on_its_page(world, pages):
    _, findings = world
    for key, page in pages.items():
        evidence = {row["engagement_id"] for row in findings.evidence.to_pylist() if row["group_id"] == key}
        receipts = [one for one in page.lines("receipts") if one.role == "engagement"]
        assert evidence <= {one.proof[0].removeprefix("engagement:") for one in receipts}
        named = [one for one in page.lines("committee") if one.role == "who"]
        assert len(named) + len([one for one in page.lines("do_not_contact") if "a member" in one.text]) == len(
            [row for row in findings.memberships.to_pylist() if row["group_id"] == key]
        )


def test_no_time_stamp_is_left_on_a_page(pages):
    for page in pages.values():
        assert not [one for one in page.lines() if re.search(r"\d{4}-\d\d|\d:\d\d", one.text)]


def test_all_forms_of_all_pages_are_made_twice_alike(world, pages):
    market, findings = world
    for key, page in pages.items():
        again = handoff(key, market, findings)
        assert all(render(page, form) == render(again, form) for form in ("md", "html", "json", "csv"))
        rows = [row for row in csv.DictReader(io.StringIO(render(page, "csv"))) if row["role"] != "header"]
        assert len(rows) == len(page.lines())


def test_the_best_group_is_flagged_and_open(world, pages):
    assert pages[best_group(*world)].flagged
    assert pages[best_group(*world)].status != "closed"


def test_accounts_contacts_flags_and_engagements_can_all_be_shown_and_explained(world):
    market, findings = world
    for account in market.accounts.column("account_id").to_pylist():
        assert account_page(account, market, findings, "md")
    for contact in market.contacts.column("contact_id").to_pylist():
        assert contact_detail(market, findings, contact).notes
    for flag in findings.flags.column("flag_id").to_pylist():
        assert explain(market, findings, "flag", flag).rows
    for group in findings.groups.column("group_id").to_pylist():
        assert explain(market, findings, "group", group).rows
        assert group_detail(market, findings, group).rows
    for engagement in market.engagements.column("engagement_id").to_pylist()[:40]:
        assert explain(market, findings, "engagement", engagement).rows


def test_listings_hold_each_finding_once(world):
    market, findings = world
    assert len(group_rows(market, findings).rows) == findings.groups.num_rows
    assert len(flag_rows(market, findings).rows) == findings.flags.num_rows
    assert sum(row[2] for row in run_rows(findings).rows if row[0] == "set_aside") == findings.set_aside.num_rows
