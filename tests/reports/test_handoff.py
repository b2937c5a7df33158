"""The hand-off of the small world, fact by fact; then what must hold for every page."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.small_world import AS_OF, LONG_NAME, SCRIPT_NAME, TOUCHES, at, columns, crowd, small_findings, small_market

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.records.cells import unguarded
from committee.records.computed import Flag
from committee.records.tables import typed_table
from committee.reports.handoff import Beside, Brief, Options, handoff, render

FORMATS = ("md", "html", "json", "csv")
SUPPRESSED = {"Frank Zahl", "Gerd Weg"}


@pytest.fixture(scope="module")
def flagged() -> Brief:
    return handoff("g1", small_market(), small_findings())


@pytest.fixture(scope="module")
def forming() -> Brief:
    return handoff("g2", small_market(), small_findings())


def with_cells(table: pa.Table, key: str, value: str, **cells: object) -> pa.Table:
    """The table with some cells of one row exchanged."""
    rows = table.to_pylist()
    for row in rows:
        if row[key] == value:
            row.update(cells)
    return pa.Table.from_pylist(rows, schema=table.schema)


def texts(page: Brief, section: str, *roles: str) -> list[str]:
    return [one.text for one in page.lines(section) if not roles or one.role in roles]


def why(page: Brief) -> str:
    return texts(page, "why_now", "why")[0]


def of_person(page: Brief, name: str, role: str) -> str:
    """The line of a role that follows the line of a member."""
    lines = page.lines("committee")
    start = next(place for place, one in enumerate(lines) if one.role == "who" and one.subject == name)
    for one in lines[start + 1 :]:
        if one.role == "who":
            break
        if one.role == role:
            return one.text
    return ""


def not_suppressed() -> Market:
    market = small_market()
    return market.with_tables(contacts=with_cells(market.contacts, "contact_id", "c-fin", suppressed=None))


# --- what the page says of the small world ---------------------------------------------------------------------------


def test_the_head_tells_account_program_and_need_with_source_and_date_of_what_is_public():
    market = small_market()
    accounts = with_cells(market.accounts, "account_id", "acc-a", source_system="hubspot", updated_at=at(3, month=1))
    programs = with_cells(market.programs, "program_id", "p-101", source_system="ctgov", loaded_at=at(19))
    page = handoff("g1", market.with_tables(accounts=accounts, programs=programs), small_findings())
    assert texts(page, "account") == [
        "Adler Bio",
        "Account: biotech, Germany, 1,250 employees, owner Kim Sato (HubSpot, changed 3 Jan 2026)",
        "Program: ADL-101 in gastric cancer",
        "In public: phase 2, oncology, ADC, NCT09990001, recruiting, started Nov 2025 (ClinicalTrials.gov, loaded 19 Feb 2026)",
        "Need: biomarker (listed for the program)",
    ]
    assert texts(page, "status") == [
        "evaluating since 11 Feb 2026: procurement joined",
        "Flag raised 9 Feb 2026 (3 personas within 14 days), window 2 Feb 2026 to 13 Feb 2026; by luck alone in 19 % of cases",
    ]


def test_why_now_is_one_sentence_from_flag_raised_hand_and_public_event(flagged):
    (line,) = [one for one in flagged.lines("why_now") if one.role == "why"]
    assert line.text == (
        "4 people of 4 personas (scientific, program lead, procurement and finance) engaged on biomarker "
        "within 11 days, 2 Feb 2026 to 13 Feb 2026; Lena Fromm (program lead) raised a hand on 13 Feb 2026 (meeting); "
        "trial registered: “Phase 2 study of ADL-101 registered”, 20 Jan 2026 (ClinicalTrials.gov)."
    )
    assert line.proof == ("flag:f1", "group:g1", "contact:c-lead", "engagement:e07", "signal:s-1")


def without_hands(market: Market) -> Market:
    plain = pa.table(market.engagements.to_pydict() | {"kind": ["click"] * market.engagements.num_rows})
    return market.with_tables(engagements=plain.cast(market.engagements.schema))


def test_who_raised_the_flag_is_named_where_nobody_raised_a_hand_and_may_be_contacted():
    page = handoff("g1", without_hands(not_suppressed()), small_findings())
    assert "Frank Zahl (finance) made it a flag on 9 Feb 2026: “The cost of a late assay”" in why(page)
    barred = handoff("g1", without_hands(small_market()), small_findings())
    assert "the latest touch was by Lena Fromm (program lead) on 13 Feb 2026" in why(barred)


@pytest.mark.parametrize(("days", "told"), [(0, True), (30, True), (31, False)])
def test_a_hand_is_a_reason_for_thirty_days(days, told):
    findings = small_findings()
    run = replace(findings.run, as_of=(at(13) + timedelta(days=days)).isoformat())
    page = handoff("g1", small_market(), Findings(dict(findings), run))
    assert ("raised a hand" in why(page)) is told


def test_why_now_changes_with_each_piece_of_evidence_that_it_names(flagged):
    market, findings = small_market(), small_findings()

    def less(table: pa.Table, key: str, value: str) -> pa.Table:
        return table.filter(pc.not_equal(table.column(key), value))

    changed = {
        "engagement:e07": (market, findings.with_tables(evidence=less(findings.evidence, "engagement_id", "e07"))),
        "flag:f1": (market, findings.with_tables(flags=less(findings.flags, "flag_id", "f1"))),
        "signal:s-1": (market.with_tables(signals=less(market.signals, "signal_id", "s-1")), findings),
        "contact:c-lead": (market.with_tables(contacts=less(market.contacts, "contact_id", "c-lead")), findings),
    }
    (line,) = [one for one in flagged.lines("why_now") if one.role == "why"]
    assert set(line.proof) == {*changed, "group:g1"}
    for known, found in changed.values():
        assert why(handoff("g1", known, found)) != line.text


def test_events_of_another_program_and_after_the_run_are_no_reason(flagged):
    text = "".join(one.text for one in flagged.lines())
    assert "Another program's study" not in text
    assert "After the date of the findings" not in text


def test_the_latest_touch_is_of_somebody_who_may_be_contacted():
    market, findings = without_hands(small_market()), small_findings()
    barred = market.with_tables(contacts=with_cells(market.contacts, "contact_id", "c-lead", suppressed=True))
    page = handoff("g1", barred, findings)
    assert "the latest touch was by Petra Kauf (procurement) on 11 Feb 2026" in why(page)
    assert "Lena" not in why(page)


def test_an_event_on_the_day_of_the_run_counts_and_one_of_the_day_after_or_a_deleted_one_does_not():
    market, findings = small_market(), small_findings()
    without = market.signals.filter(pc.not_equal(market.signals.column("signal_id"), "s-1"))
    for cells, told in (
        ({"occurred_on": "2026-02-20"}, True),
        ({"occurred_on": "2026-02"}, True),
        ({"occurred_on": "2026-02-21"}, False),
        ({"occurred_on": "2026-03"}, False),
        ({"occurred_on": "2026-02-20", "deleted": True}, False),
    ):
        signals = with_cells(without, "signal_id", "s-3", **cells)
        page = handoff("g1", market.with_tables(signals=signals), findings)
        assert ("After the date of the findings" in why(page)) is told


def test_a_second_public_event_stands_below_the_reason():
    market = small_market()
    signals = with_cells(market.signals, "signal_id", "s-3", occurred_on="2026-01-15", title="Series B")
    page = handoff("g1", market.with_tables(signals=signals), small_findings())
    assert texts(page, "why_now", "event") == ["Also in public: funding round: “Series B”, 15 Jan 2026 (news)"]


def test_an_account_level_event_stands_beside_the_reason_and_not_in_it():
    market, findings = small_market(), small_findings()
    signals = with_cells(
        market.signals, "signal_id", "s-3", kind="intent_surge", occurred_on="2026-02-19", title="Intent"
    )
    page = handoff("g1", market.with_tables(signals=signals), findings)
    assert "Intent" not in why(page)
    assert texts(page, "why_now", "account") == [
        "At the account, not of this group: intent surge: “Intent”, 19 Feb 2026 (news)"
    ]


def test_a_flag_with_touches_of_other_topics_does_not_claim_they_were_on_the_need():
    findings = small_findings()
    ids = [*(f"e0{number}" for number in range(1, 8)), "e12"]
    wider = findings.with_tables(flags=with_cells(findings.flags, "flag_id", "f1", engagement_ids=ids))
    page = handoff("g1", small_market(), wider)
    assert "engaged for this program within 11 days" in why(page)
    assert "on biomarker" not in why(page)


def test_a_stamp_inside_a_cause_is_written_as_a_date():
    findings = small_findings()
    cause = "procurement joined with e06 at 2026-02-11T09:00:00Z"
    told = findings.with_tables(statuses=with_cells(findings.statuses, "status", "evaluating", cause=cause))
    assert texts(handoff("g1", small_market(), told), "status")[0].endswith("procurement joined with e06")


def test_an_event_that_speaks_against_the_purchase_stands_apart(flagged):
    assert texts(flagged, "why_now", "against") == ["Against it: layoffs: “Site in Mainz closes”, Jan 2026 (news)"]


def test_an_event_exactly_at_the_limit_of_age_counts_and_a_day_older_does_not():
    market, findings = small_market(), small_findings()
    oldest = datetime.fromisoformat(AS_OF).date() - timedelta(days=180)
    for day, told in ((oldest, True), (oldest - timedelta(days=1), False)):
        signals = with_cells(market.signals, "signal_id", "s-1", occurred_on=day.isoformat())
        page = handoff("g1", market.with_tables(signals=signals), findings)
        assert ("Phase 2 study" in why(page)) is told


# --- the committee ---------------------------------------------------------------------------------------------------


def test_each_member_is_told_with_persona_probability_touches_days_and_address(flagged):
    assert texts(flagged, "committee", "who") == [
        "Lena Fromm, Clinical Program Director: program lead, member 90 %, 2 touches, 4 Feb 2026 to 13 Feb 2026, lena@adler.example",
        "Petra Kauf, Procurement Manager: procurement, member 71 %, 1 touch, 11 Feb 2026, petra@adler.example",
        f"{SCRIPT_NAME}, Biomarker Scientist: scientific, member 97 %, 3 touches, 2 Feb 2026 to 5 Feb 2026, ada@adler.example",
    ]


def test_what_a_member_read_comes_with_days_and_the_touches_that_prove_it(flagged):
    assert of_person(flagged, SCRIPT_NAME, "did") == (
        "Read: “Validation guide”, 2 times, last 5 Feb 2026; "
        "“Biomarker assays that survive <b>validation</b>”, webinar, 2 Feb 2026"
    )
    (line,) = [one for one in flagged.lines("committee") if "Validation guide”, 2 times" in one.text]
    assert line.proof == ("contact:c-sci", "engagement:e01", "engagement:e03", "engagement:e04")


def test_a_raised_hand_comes_before_anything_read(flagged):
    assert of_person(flagged, "Lena Fromm", "did").startswith("Did: meeting, 13 Feb 2026; ")


def test_pieces_of_the_same_depth_come_latest_first():
    market = small_market()
    flat = market.with_tables(content=pa.table(market.content.to_pydict() | {"stage": ["top"] * 5}))
    findings = small_findings()
    page = handoff("g1", flat, findings.with_tables(content_tags=findings.content_tags.slice(0, 0)))
    assert of_person(page, SCRIPT_NAME, "did").startswith("Read: “Validation guide”")


def test_a_membership_without_a_probability_is_by_rule_on_the_page(forming):
    assert all("member by rule" in text for text in texts(forming, "committee", "who"))
    assert "Members are in by rule: the detector gives no probability" in texts(forming, "confidence")


# --- what is missing -------------------------------------------------------------------------------------------------


def test_each_seat_of_the_usual_committee_says_what_is_missing(flagged):
    assert texts(flagged, "missing", "seat", "covered") == [
        f"scientific: 1 of 3 engaged, 2 known; others known, silent here: {LONG_NAME}, Bioanalytical Lead, in another group",
        "program lead: 1 of 1 engaged, 1 known; covered",
        "procurement: 1 of 1 engaged, 1 known; covered",
        "finance: 1 of 1 engaged, 2 known; covered",
        "legal or regulatory: 0 of 1 engaged, 0 known; needed, nobody known",
        "executive: 0 of 1 engaged, 1 known; known, silent here: Eva Chef, CEO",
    ]


def test_a_seat_known_only_through_people_not_to_be_contacted_says_so(forming):
    assert "finance: 0 of 1 engaged, 2 known; known, not to be contacted" in texts(forming, "missing")


def test_a_name_with_a_comma_stays_whole():
    market = small_market()
    contacts = with_cells(market.contacts, "contact_id", "c-exec", name="Chef, Eva, Jr.")
    page = handoff("g1", market.with_tables(contacts=contacts), small_findings())
    assert "4. Chef, Eva, Jr.: ask for an introduction (executive)" in texts(page, "order")


def test_a_late_persona_that_nobody_fills_is_a_risk_of_a_late_group_and_of_no_other(flagged, forming):
    assert texts(flagged, "missing", "risk") == [
        "Risk: legal or regulatory, who usually comes late, is not engaged although the group is evaluating"
    ]
    assert texts(forming, "missing", "risk") == []


def test_an_open_deal_makes_a_group_late_and_a_lost_one_does_not():
    deal = columns(
        "opportunity_id account_id program_id name stage is_won opened_on",
        ("o1", "acc-a", "p-202", "PK package", "proposal", None, "2026-02-01"),
    )
    for cells, told in (
        ({}, 1),
        ({"is_won": False}, 0),
        ({"opened_on": "2026-02-21"}, 0),
        ({"deleted": True}, 0),
        ({"program_id": "p-101"}, 0),
    ):
        market = Market({**small_market(), "opportunities": deal})
        market = market.with_tables(opportunities=with_cells(market.opportunities, "opportunity_id", "o1", **cells))
        risks = texts(handoff("g2", market, small_findings()), "missing", "risk")
        assert len(risks) == told
        assert all("finance, who usually comes late, is not engaged although 1 deal is open" in text for text in risks)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (None, "The usual committee is that of the settings: no won deal teaches another"),
        (
            {"seats_from": "settings", "deals": 9, "least": 10},
            "The usual committee is that of the settings: 9 won deals of the 10 needed teach no other",
        ),
        ({"seats_from": "won deals", "deals": 10, "least": 10}, "The usual committee is learned from 10 won deals"),
    ],
)
def test_the_page_says_whose_committee_the_usual_one_is(said, text):
    findings = small_findings()
    run = replace(findings.run, rows={"coverage": said} if said else {})
    page = handoff("g1", small_market(), Findings(dict(findings), run))
    assert texts(page, "missing", "template") == [text]


def test_a_group_without_a_flag_is_told_until_when_one_more_persona_raises_it(forming):
    (line,) = [one for one in forming.lines("missing") if "would raise a flag" in one.text]
    assert line.text == (
        "1 more persona by 2 Mar 2026 would raise a flag: scientific and procurement engaged in the last 14 days"
    )
    assert line.proof == ("engagement:e08", "engagement:e09")


def test_a_flagged_group_is_not_promised_another_flag(flagged):
    assert not any("would raise a flag" in one.text for one in flagged.lines())


def test_a_group_without_a_listed_program_asks_which_one_it_is():
    findings = small_findings()
    groups = with_cells(
        findings.groups, "group_id", "g2", program_id=None, program_alternatives=["p-101:0.60", "p-202:0.40"]
    )
    page = handoff("g2", small_market(), findings.with_tables(groups=groups))
    either = "ADL-101 in gastric cancer (60 %) or ADL-202 (40 %)"
    assert texts(page, "account", "program") == [f"Program: not told; it may be {either}"]
    assert f"Learn which program this is for: {either}" in texts(page, "missing")
    assert "Which program it is for cannot be told from what was read, so none is named" in texts(page, "confidence")


def test_a_stalled_group_says_for_how_long_nobody_has_engaged():
    findings = small_findings()
    groups = with_cells(findings.groups, "group_id", "g1", status="stalled")
    page = handoff("g1", small_market(), findings.with_tables(groups=groups))
    assert "A new touch by any member: nobody has engaged for 7 days, since 13 Feb 2026" in texts(page, "missing")


# --- who else, whom not, whence --------------------------------------------------------------------------------------


def test_a_person_in_two_groups_bridges_them(flagged, forming):
    assert texts(flagged, "overlaps") == [
        "Petra Kauf (procurement) is also in the group bioanalysis for ADL-202 (forming)"
    ]
    assert forming.lines("overlaps")[0].proof[:2] == ("contact:c-proc", "group:g1")


def test_touches_that_count_for_two_groups_say_how_their_credit_is_split():
    findings = small_findings()
    more = findings.evidence.to_pylist()
    for row in more:
        if row["engagement_id"] in ("e02", "e06"):
            row["responsibility"] = 0.75
    more += [row | {"group_id": "g2", "responsibility": 0.2} for row in more if row["engagement_id"] in ("e02", "e06")]
    split = findings.with_tables(evidence=pa.Table.from_pylist(more, schema=findings.evidence.schema))
    (line,) = [one for one in handoff("g1", small_market(), split).lines("overlaps") if one.role == "credit"]
    assert (
        line.text
        == "The credit for 2 touches is split with the group bioanalysis for ADL-202 (forming): 1.5 here, 0.4 there"
    )
    assert line.proof == ("group:g2", "engagement:e02", "engagement:e06", "program:p-202")


def test_people_not_to_be_contacted_come_with_their_reason_members_first(flagged):
    assert texts(flagged, "do_not_contact") == [
        "Frank Zahl: marked as not to be contacted (HubSpot), a member",
        "Gerd Weg: marked as not to be contacted (HubSpot)",
    ]


def test_a_person_whose_record_was_deleted_must_not_be_contacted_either():
    market = small_market()
    gone = market.with_tables(contacts=with_cells(market.contacts, "contact_id", "c-lead", deleted=True))
    page = handoff("g1", gone, small_findings())
    assert not any("Lena Fromm" in one.text for one in page.lines("committee", "order", "why_now"))
    assert "Lena Fromm: deleted in the source (your files), a member" in texts(page, "do_not_contact")


def test_receipts_name_engagements_flag_witness_removal_set_file_and_run(flagged):
    assert texts(flagged, "receipts") == [
        "Flag, rule window-1: raised by 1, 2, 5 alone; gone without 5, 6",
        "engagements.csv (your files, loaded 19 Feb 2026): 7 engagements of 1,200 rows",
        *(
            f"{number}: {day} Feb 2026, engagements.csv line {number + 1}"
            for number, day in enumerate((2, 4, 5, 5, 9, 11, 13), 1)
        ),
        "Run run0123456789 as of 20 Feb 2026, version 0.1.0, detector gap-1",
    ]


def test_files_loaded_after_the_run_are_told_above_everything(flagged):
    page = handoff("g1", small_market(), small_findings(), beside=Beside(loads_since_run=2))
    assert texts(page, "banner") == ["2 files were loaded since this run: committee detect makes a new one"]
    assert flagged.lines("banner") == []


def test_a_possible_flag_says_that_days_are_not_times():
    findings = small_findings()
    possible = findings.with_tables(flags=with_cells(findings.flags, "flag_id", "f1", certainty="possible"))
    (line,) = texts(handoff("g1", small_market(), possible), "status", "flag")
    assert line.startswith("Possible flag raised 9 Feb 2026")
    assert "known to the day only" in line


def test_confidence_is_told_in_plain_words(flagged):
    assert texts(flagged, "confidence") == [
        "Of 4 members, 3.2 are expected to be right; the least sure is in with 66 %",
        "Only touches of named people count; a concern is read from what was taken in, nobody said it",
    ]


def test_what_luck_makes_of_the_market_is_told():
    findings = small_findings()
    luck = {"groups": 40, "expected": 2.5, "found": 5, "accounts": 100, "worlds": 2}
    run = replace(findings.run, rows={"groups": {"luck": luck}})
    page = handoff("g1", small_market(), Findings(dict(findings), run))
    assert "Of 40 groups in this market, luck alone would make about 2.5" in texts(page, "confidence")


def test_an_unknown_group_is_refused_with_what_to_do():
    with pytest.raises(NotFound, match="committee groups"):
        handoff("nothing", small_market(), small_findings())


def test_findings_without_their_run_still_give_a_page():
    page = handoff("g1", small_market(), Findings(dict(small_findings())))
    assert texts(page, "receipts", "run") == ["No run is recorded with these findings"]
    assert all(render(page, format) for format in FORMATS)


def test_a_market_that_lost_the_account_and_the_people_still_gives_a_page_of_ids():
    page = handoff("g1", Market(), small_findings())
    assert page.title == "acc-a"
    assert {one.subject for one in page.lines("committee")} == {"c-lead", "c-proc", "c-sci", "c-fin"}
    assert all(render(page, format) for format in FORMATS)


# --- what must hold for every page ------------------------------------------------------------------------------------


def action_lines(page: Brief) -> str:
    """Everything but the do-not-contact section."""
    told = [repr(one) for section in page.sections if section.key != "do_not_contact" for one in section.lines]
    return "".join(told) + page.picture


@pytest.mark.parametrize("group", ["g1", "g2"])
def test_a_suppressed_person_is_in_no_line_but_do_not_contact(group):
    page = handoff(group, small_market(), small_findings())
    text = action_lines(page)
    for trace in (*SUPPRESSED, "c-fin", "c-gone", "frank@adler.example", "gone@adler.example"):
        assert trace not in text
    assert {one.subject for one in page.lines("do_not_contact")} == SUPPRESSED
    whole = "".join(render(page, format) for format in FORMATS)
    assert "frank@adler.example" not in whole
    assert "gone@adler.example" not in whole


def test_mail_addresses_stand_only_with_members_who_may_be_contacted(flagged):
    found = set(re.findall(r"[\w.]+@[\w.]+\w", "".join(render(flagged, format) for format in FORMATS)))
    assert found == {"ada@adler.example", "lena@adler.example", "petra@adler.example"}


@pytest.mark.parametrize("group", ["g1", "g2"])
def test_every_id_on_the_page_exists(group):
    market, findings = small_market(), small_findings()
    page = handoff(group, market, findings)
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
    proofs = [key for one in page.lines() for key in one.proof]
    assert proofs
    assert set(proofs) <= known


@pytest.mark.parametrize("group", ["g1", "g2"])
def test_all_four_forms_carry_every_line(group):
    page = handoff(group, small_market(), small_findings(), Options("bant"))
    told = [one.text for one in page.lines()]
    rows = [row for row in csv.DictReader(io.StringIO(render(page, "csv"))) if row["role"] != "header"]
    assert [unguarded(row["text"]) for row in rows] == told
    assert [row["proof"].split(";") if row["proof"] else [] for row in rows] == [
        list(one.proof) for one in page.lines()
    ]
    data = json.loads(render(page, "json"))
    lines = [line for section in data["sections"] for line in section["lines"]]
    assert [line["text"] for line in lines] == told
    assert [line["claims"] for line in lines] == [
        [asdict(claim) | {"ids": list(claim.ids)} for claim in one.claims] for one in page.lines()
    ]
    markdown = unescape(render(page, "md")).replace("**", "").replace("\\", "")
    assert all(text in markdown for text in told)
    shown = re.findall(r'<(?:span|h1)[^>]* data-line="([^"]+)"><bdi>(.*?)</bdi>', render(page, "html"))
    plain = {number: unescape(re.sub(r"</?b>", "", text)) for number, text in shown}
    assert {one.number: one.text for one in page.lines()} == plain


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_input_gives_the_same_bytes_in_any_order_of_rows(format):
    def turned(table: pa.Table) -> pa.Table:
        return table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64()))

    market, findings = small_market(), small_findings()
    other_market = Market({name: turned(table) for name, table in market.items()})
    other = Findings({name: turned(table) for name, table in findings.items()}, findings.run)
    assert render(handoff("g1", market, findings), format) == render(handoff("g1", other_market, other), format)


def test_a_cell_that_a_spreadsheet_would_run_stands_behind_an_apostrophe(forming):
    rows = list(csv.reader(io.StringIO(render(forming, "csv"))))
    assert any(cell.startswith("'=HYPERLINK(1)") for row in rows for cell in row)
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_markup_in_names_is_text_in_html_and_markdown(flagged):
    for format in ("html", "md"):
        page = render(flagged, format)
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "<b>validation" not in page


def test_nothing_of_a_long_name_is_cut(forming):
    assert LONG_NAME in unescape(render(forming, "html"))


def test_the_html_names_no_address_outside_itself(flagged):
    page = render(flagged, "html")
    addresses = set(re.findall(r'(?:href|src|action|data)\s*=\s*"([^"]*)"', page))
    assert all(re.fullmatch(r"#g1r\d+", address) for address in addresses)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'; style-src 'sha256-" in unescape(page)


def test_the_picture_has_words_for_who_cannot_see_it(flagged):
    assert 'role="img"' in flagged.picture
    assert "<title" in flagged.picture
    assert "Lena Fromm: 2 touches, 4 Feb 2026 to 13 Feb 2026" in flagged.picture
    assert "Flag windows: 2 Feb 2026 to 13 Feb 2026" in flagged.picture


def test_an_unknown_format_is_refused(flagged):
    with pytest.raises(ValueError, match="md, html, json, csv"):
        render(flagged, "docx")


# --- large and strange groups -----------------------------------------------------------------------------------------


def test_two_hundred_people_are_counted_by_persona_beyond_the_first_ten():
    page = handoff("g1", *crowd(200))
    assert len(texts(page, "committee", "who")) == 10
    assert texts(page, "committee", "more") == [
        "50 more scientific, 50 touches",
        "40 more program lead, 40 touches",
        "50 more procurement, 50 touches",
        "50 more unknown, 50 touches",
    ]
    assert page.picture.count("</title>50 more scientific</text>") == 1
    assert texts(page, "receipts", "more") == ["80 more engagements"]


def test_ten_people_are_all_named_and_eleven_leave_one_counted():
    assert texts(handoff("g1", *crowd(10)), "committee", "more") == []
    assert len(texts(handoff("g1", *crowd(11)), "committee", "more")) == 1


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=80), title=st.text(max_size=80))
def test_any_name_gives_pages_that_are_still_pages(name, title):
    market = small_market()
    contacts = with_cells(market.contacts, "contact_id", "c-sci", name=name, title=title)
    page = handoff("g1", market.with_tables(contacts=contacts), small_findings())
    html = render(page, "html")
    assert html.count("<script") == 0
    assert html.count("<tr>") == 3  # three people
    assert html.count("data-line=") == len(page.lines())
    rows = list(csv.reader(io.StringIO(render(page, "csv"))))
    assert {len(row) for row in rows} == {5}
    json.loads(render(page, "json"))
    assert len(re.findall(r"(?m)^## ", render(page, "md"))) == len(page.sections) - 1


def test_the_small_world_is_what_its_tests_think():
    findings = small_findings()
    assert findings.flags.num_rows == 1
    assert typed_table(Flag, {}).num_rows == 0
    assert [row[0] for row in TOUCHES if row[5] == "g1"] == findings.flags.to_pylist()[0]["engagement_ids"]
    assert datetime.fromisoformat(AS_OF).tzinfo == UTC
