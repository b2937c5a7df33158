"""Letters of BANT and MEDDIC, and the order of contact, in the small world."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.crowded_world import crowded
from reports.small_world import SCRIPT_NAME, columns, small_findings, small_market

from committee.market import Market
from committee.reports.handoff import Options, handoff
from committee.reports.handoff.wording import ORDERS
from committee.settings import Settings


def letters(frame: str, group: str = "g1", market: Market | None = None) -> dict[str, tuple[str, str]]:
    page = handoff(group, market or small_market(), small_findings(), Options(frame))
    return {one.subject.removesuffix(": "): (one.role, one.rest) for one in page.lines("frame")}


def test_each_letter_of_bant_is_answered_by_evidence_or_open_with_its_question():
    assert letters("bant") == {
        "Budget": (
            "open",
            "open. Ask: Is there a budget for biomarker services in ADL-101 in gastric cancer, and whose is it?",
        ),
        "Authority": ("answered", "Lena Fromm (program lead) engages, 2 touches, last 13 Feb 2026"),
        "Need": (
            "answered",
            "7 touches on biomarker, the last 13 Feb 2026; Lena Fromm (program lead) raised a hand (meeting, 13 Feb 2026)",
        ),
        "Timeline": (
            "answered",
            "the program: phase 2, started Nov 2025; trial registered: “Phase 2 study of ADL-101 registered”, 20 Jan 2026 (ClinicalTrials.gov)",
        ),
    }


def test_meddic_has_its_six_letters_in_order():
    assert list(letters("meddic")) == [
        "Metrics", "Economic buyer", "Decision criteria", "Decision process", "Identify pain", "Champion",
    ]  # fmt: skip
    assert letters("meddic")["Economic buyer"] == (
        "open",
        "open. Ask: Who can release the money for biomarker services?",
    )


def test_without_a_frame_there_are_no_letters():
    assert letters("none") == {}


def test_somebody_not_to_be_contacted_answers_no_letter():
    told = str(letters("bant")) + str(letters("meddic"))
    assert "Frank" not in told
    assert "c-fin" not in told


def test_an_open_deal_answers_budget_with_its_amount():
    deal = columns(
        "opportunity_id account_id program_id name stage amount_usd opened_on",
        ("o1", "acc-a", "p-101", "Assay 2026", "proposal", 250000.0, "2026-01-10"),
    )
    role, text = letters("bant", market=Market({**small_market(), "opportunities": deal}))["Budget"]
    assert (role, text) == (
        "answered",
        "open deal Assay 2026, in stage proposal, 250,000 US dollars, opened 10 Jan 2026",
    )


def test_each_answered_letter_carries_its_receipts():
    for frame in ("bant", "meddic"):
        for line in handoff("g1", small_market(), small_findings(), Options(frame)).lines("frame"):
            if line.role == "answered":
                assert any(key.split(":")[0] in ("engagement", "contact", "signal", "program") for key in line.proof)


# --- whom to contact first -------------------------------------------------------------------------------------------


def order(*overrides: str, group: str = "g1") -> list[str]:
    with Settings.read(environment={}, overrides=overrides).in_force():
        return [one.text for one in handoff(group, small_market(), small_findings()).lines("order")]


def test_who_raised_a_hand_comes_first_the_latest_before_all_then_the_order_of_personas():
    assert order()[:4] == [
        "1. Lena Fromm: raised a hand (meeting, 13 Feb 2026), program lead",
        "2. Petra Kauf: raised a hand (form, 11 Feb 2026), procurement",
        f"3. {SCRIPT_NAME}: scientific, read middle of the funnel",
        "4. Eva Chef: ask for an introduction (executive)",
    ]


def test_the_rule_stands_on_the_page_and_in_the_settings():
    assert order('handoff.order.by=["touches"]') == [
        f"1. {SCRIPT_NAME}: 3 touches",
        "2. Lena Fromm: 2 touches",
        "3. Petra Kauf: 1 touch",
        "4. Eva Chef: ask for an introduction (executive)",
        "Rule: the most touches (handoff.order)",
    ]
    assert "Eva Chef" not in str(order("handoff.order.introductions=0"))


@settings(max_examples=15, deadline=None)
@given(st.permutations(ORDERS), st.integers(0, 6))
def test_whatever_the_rule_all_who_may_be_contacted_are_in_the_order_once_and_nobody_else(by, barred):
    market, findings = crowded(2, 16, 2, barred)
    stopped = {row["contact_id"] for row in market.contacts.to_pylist() if row["suppressed"]}
    chosen = Settings.read(environment={}, overrides=[f"handoff.order.by={list(by[:3])}"])
    with chosen.in_force():
        page = handoff("g0", market, findings)
    called = [one.proof[0].removeprefix("contact:") for one in page.lines("order") if one.role == "call"]
    members = {row["contact_id"] for row in findings.memberships.to_pylist() if row["group_id"] == "g0"}
    assert sorted(called) == sorted(members - stopped)
    listed = [one.subject.partition(". ")[2] for one in page.lines("order") if one.role == "call"]
    assert listed == [one.subject for one in page.lines("committee") if one.role == "who"]


def test_where_nobody_may_be_contacted_the_page_says_so():
    market = small_market()
    stopped = pa.table(market.contacts.to_pydict() | {"suppressed": [True] * market.contacts.num_rows})
    page = handoff("g1", market.with_tables(contacts=stopped.cast(market.contacts.schema)), small_findings())
    assert [one.text for one in page.lines("order")] == ["Nobody of the group may be contacted"]
    assert page.lines("committee") == []


@pytest.mark.parametrize("group", ["g1", "g2"])
def test_nobody_is_proposed_for_an_introduction_who_is_in_the_group(group):
    page = handoff(group, small_market(), small_findings())
    members = {one.proof[0] for one in page.lines("committee") if one.role == "who"}
    asked = {one.proof[0] for one in page.lines("order") if one.role == "introduction"}
    assert not asked & members
