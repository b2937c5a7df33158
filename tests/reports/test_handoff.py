"""The hand-off of the small world, fact by fact; then what must hold for every page."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.small_world import AS_OF, LONG_NAME, SCRIPT_NAME, TOUCHES, at, crowd, small_findings, small_market

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.records.computed import Flag
from committee.records.tables import typed_table
from committee.reports.handoff import Handoff, handoff, render
from committee.reports.handoff.forms import facts_of

FORMATS = ("md", "html", "json", "csv")
SUPPRESSED = {"Frank Zahl", "Gerd Weg"}


@pytest.fixture(scope="module")
def flagged() -> Handoff:
    return handoff("g1", small_market(), small_findings(), loads_since_run=2)


@pytest.fixture(scope="module")
def forming() -> Handoff:
    return handoff("g2", small_market(), small_findings())


def with_cells(table: pa.Table, key: str, value: str, **cells: object) -> pa.Table:
    """The table with some cells of one row exchanged."""
    rows = table.to_pylist()
    for row in rows:
        if row[key] == value:
            row.update(cells)
    return pa.Table.from_pylist(rows, schema=table.schema)


def not_suppressed() -> Market:
    market = small_market()
    return market.with_tables(contacts=with_cells(market.contacts, "contact_id", "c-fin", suppressed=None))


# --- what the page says of the small world ---------------------------------------------------------------------------


def test_the_head_tells_account_program_and_need_from_their_records(flagged):
    assert flagged.heading == "Adler Bio"
    assert [line.text for line in flagged.about] == [
        "Account: biotech, Germany, 1,250 employees, owner Kim Sato",
        "Program: ADL-101 in gastric cancer",
        "In public: phase 2, oncology, ADC, NCT09990001, recruiting, started Nov 2025",
        "Need: biomarker (listed for the program)",
    ]
    assert flagged.status_line.text == "evaluating since 11 Feb 2026: procurement joined"
    assert flagged.flag_line.text == (
        "Flag raised 9 Feb 2026 (3 personas within 14 days), window 2 Feb 2026 to 13 Feb 2026; by luck alone in 19 % of cases"
    )


def test_why_now_is_one_sentence_from_flag_latest_touch_and_public_event(flagged):
    assert flagged.why_now.text == (
        "4 people of 4 personas (scientific, program lead, procurement and finance) engaged on biomarker "
        "within 11 days, 2 Feb 2026 to 13 Feb 2026; the latest touch was by Lena Fromm (program lead) on 13 Feb 2026: meeting; "
        "trial registered: “Phase 2 study of ADL-101 registered”, 20 Jan 2026 (ClinicalTrials.gov)."
    )
    assert flagged.why_now.proof == ("flag:f1", "engagement:e07", "contact:c-lead", "signal:s-1")


def test_who_raised_the_flag_is_named_when_that_person_may_be_contacted():
    page = handoff("g1", not_suppressed(), small_findings())
    assert "Frank Zahl (finance) made it a flag on 9 Feb 2026: “The cost of a late assay”" in page.why_now.text
    assert "engagement:e05" in page.why_now.proof


def test_why_now_changes_when_the_evidence_it_names_is_gone(flagged):
    market, findings = small_market(), small_findings()
    without = [row for row in findings.evidence.to_pylist() if row["engagement_id"] != "e07"]
    changed = findings.with_tables(evidence=pa.Table.from_pylist(without, schema=findings.evidence.schema))
    assert handoff("g1", market, changed).why_now.text != flagged.why_now.text
    no_signals = market.with_tables(signals=market.signals.slice(0, 0))
    assert "registered" not in handoff("g1", no_signals, findings).why_now.text


def test_events_of_another_program_and_after_the_run_are_no_reason(flagged):
    text = "".join(fact[2] for fact in facts_of(flagged))
    assert "Another program's study" not in text
    assert "After the date of the findings" not in text


def test_the_latest_touch_is_of_somebody_who_may_be_contacted():
    market, findings = small_market(), small_findings()
    barred = market.with_tables(contacts=with_cells(market.contacts, "contact_id", "c-lead", suppressed=True))
    page = handoff("g1", barred, findings)
    assert "the latest touch was by Petra Kauf (procurement) on 11 Feb 2026" in page.why_now.text
    assert "Lena" not in page.why_now.text


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
        assert ("After the date of the findings" in page.why_now.text) is told


def test_an_account_level_event_stands_beside_the_reason_and_not_in_it():
    market, findings = small_market(), small_findings()
    signals = with_cells(
        market.signals, "signal_id", "s-3", kind="intent_surge", occurred_on="2026-02-19", title="Intent"
    )
    page = handoff("g1", market.with_tables(signals=signals), findings)
    assert "Intent" not in page.why_now.text
    assert [line.text for line in page.account_events] == ["intent surge: “Intent”, 19 Feb 2026 (news)"]


def test_a_flag_with_touches_of_other_topics_does_not_claim_they_were_on_the_need():
    findings = small_findings()
    ids = [*(f"e0{number}" for number in range(1, 8)), "e12"]
    wider = findings.with_tables(flags=with_cells(findings.flags, "flag_id", "f1", engagement_ids=ids))
    page = handoff("g1", small_market(), wider)
    assert "engaged for this program within 11 days" in page.why_now.text
    assert "on biomarker" not in page.why_now.text


def test_a_stamp_inside_a_cause_is_written_as_a_date_and_its_engagement_is_a_proof():
    findings = small_findings()
    cause = "procurement joined with e06 at 2026-02-11T09:00:00Z"
    told = findings.with_tables(statuses=with_cells(findings.statuses, "status", "evaluating", cause=cause))
    line = handoff("g1", small_market(), told).status_line
    assert line.text.endswith("procurement joined with e06")
    assert line.proof == ("group:g1", "engagement:e06")


def test_somebody_silent_here_but_in_another_group_is_told_apart(forming, flagged):
    assert [line.text for line in forming.seats[0].silent] == [f"{SCRIPT_NAME}, Biomarker Scientist, in another group"]
    assert [line.text for line in flagged.seats[-1].silent] == ["Eva Chef, CEO"]


def test_a_name_with_a_comma_stays_whole():
    market = small_market()
    contacts = with_cells(market.contacts, "contact_id", "c-exec", name="Chef, Eva, Jr.")
    page = handoff("g1", market.with_tables(contacts=contacts), small_findings())
    assert "A touch by executive: Chef, Eva, Jr." in [line.text for line in page.stronger]


def test_pieces_of_the_same_depth_come_latest_first():
    market = small_market()
    flat = market.with_tables(content=pa.table(market.content.to_pydict() | {"stage": ["top"] * 5}))
    findings = small_findings()
    page = handoff("g1", flat, findings.with_tables(content_tags=findings.content_tags.slice(0, 0)))
    assert [piece.last_at for piece in page.people[0].pieces] == [at(5, 15), at(2)]


def test_a_meeting_comes_before_anything_read(flagged):
    assert flagged.people[1].pieces[0].title == "meeting"


def test_an_event_that_speaks_against_the_purchase_stands_apart(flagged):
    assert [line.text for line in flagged.cautions] == ["layoffs: “Site in Mainz closes”, Jan 2026 (news)"]


def test_an_event_exactly_at_the_limit_of_age_counts_and_a_day_older_does_not():
    market, findings = small_market(), small_findings()
    oldest = datetime.fromisoformat(AS_OF).date() - timedelta(days=180)
    for day, told in ((oldest, True), (oldest - timedelta(days=1), False)):
        signals = with_cells(market.signals, "signal_id", "s-1", occurred_on=day.isoformat())
        page = handoff("g1", market.with_tables(signals=signals), findings)
        assert ("Phase 2 study" in page.why_now.text) is told


def test_people_are_listed_most_active_first_with_deepest_content_first(flagged):
    assert [(person.name, person.persona, person.probability, person.engagements) for person in flagged.people] == [
        (SCRIPT_NAME, "scientific", 0.97, 3),
        ("Lena Fromm", "program_lead", 0.9, 2),
        ("Petra Kauf", "procurement", 0.71, 1),
    ]
    pieces = flagged.people[0].pieces
    assert [(piece.title, piece.times, piece.proof) for piece in pieces] == [
        ("“Validation guide”", 2, ("engagement:e03", "engagement:e04")),
        ("“Biomarker assays that survive <b>validation</b>”", 1, ("engagement:e01",)),
    ]


def test_a_membership_without_a_probability_is_by_rule_on_the_page(forming):
    assert {person.probability for person in forming.people} == {None}
    assert "by rule" in render(forming, "html")
    assert "by rule" in render(forming, "md")
    assert any("By rule" in note for note in forming.notes)


def test_each_seat_of_the_usual_committee_says_what_is_missing(flagged):
    assert [(seat.persona, seat.needed, seat.engaged, seat.known, seat.state) for seat in flagged.seats] == [
        ("scientific", 3, 1, 2, "others known, silent here"),
        ("program_lead", 1, 1, 1, "covered"),
        ("procurement", 1, 1, 1, "covered"),
        ("finance", 1, 1, 2, "covered"),
        ("legal_regulatory", 1, 0, 0, "needed, nobody known"),
        ("executive", 1, 0, 1, "known, silent here"),
    ]
    assert [line.text for line in flagged.seats[-1].silent] == ["Eva Chef, CEO"]
    assert flagged.seats[0].silent[0].proof == ("contact:c-long",)


def test_a_seat_known_only_through_people_not_to_be_contacted_says_so(forming):
    finance = next(seat for seat in forming.seats if seat.persona == "finance")
    assert (finance.known, finance.state, finance.silent) == (2, "known, not to be contacted", ())


def test_a_group_without_a_flag_is_told_until_when_one_more_persona_raises_it(forming):
    assert forming.stronger[0].text == (
        "1 more persona by 2 Mar 2026 would raise a flag: scientific and procurement engaged in the last 14 days"
    )
    assert forming.stronger[0].proof == ("engagement:e08", "engagement:e09")


def test_a_flagged_group_is_not_promised_another_flag(flagged):
    assert not any("would raise a flag" in line.text for line in flagged.stronger)


def test_a_late_persona_that_is_missing_says_that_it_comes_late(flagged):
    assert flagged.stronger[0].text == (
        "A first contact in legal or regulatory, which usually comes late: nobody is known at the account"
    )


def test_a_person_in_two_groups_bridges_them(flagged, forming):
    assert [line.text for line in flagged.bridges] == [
        "Petra Kauf (procurement) is also in the group bioanalysis for ADL-202 (forming)"
    ]
    assert forming.bridges[0].proof == ("contact:c-proc", "group:g1")


def test_people_not_to_be_contacted_come_with_their_reason_members_first(flagged):
    assert [(person.name, person.reason) for person in flagged.do_not_contact] == [
        ("Frank Zahl", "marked as not to be contacted (HubSpot), a member"),
        ("Gerd Weg", "marked as not to be contacted (HubSpot)"),
    ]


def test_a_person_whose_record_was_deleted_must_not_be_contacted_either():
    market = small_market()
    gone = market.with_tables(contacts=with_cells(market.contacts, "contact_id", "c-lead", deleted=True))
    page = handoff("g1", gone, small_findings())
    assert "Lena Fromm" not in {person.name for person in page.people}
    assert ("Lena Fromm", "deleted in the source (your files), a member") in {
        (person.name, person.reason) for person in page.do_not_contact
    }


def test_receipts_name_engagements_flag_witness_removal_set_file_and_run(flagged):
    receipts = flagged.receipts
    assert [(one.number, one.engagement_id, one.file, one.line) for one in receipts.engagements] == [
        (number, f"e0{number}", "engagements.csv", number + 1) for number in range(1, 8)
    ]
    assert receipts.flags[0].text == "rule window-1; raised by 1, 2, 5 alone; gone without 5, 6"
    assert receipts.loads[0].text == "engagements.csv (your files, loaded 19 Feb 2026): 7 engagements of 1,200 rows"
    assert receipts.run.text == "Run run0123456789 as of 20 Feb 2026, version 0.1.0, detector gap-1"


@pytest.mark.parametrize(("loads", "said"), [(0, None), (1, "1 load since this run"), (2, "2 loads since this run")])
def test_loads_after_the_run_are_told(loads, said):
    notes = handoff("g1", small_market(), small_findings(), loads_since_run=loads).notes
    assert [note.partition(":")[0] for note in notes if "since this run" in note] == ([said] if said else [])


def test_a_possible_flag_says_that_days_are_not_times():
    findings = small_findings()
    possible = findings.with_tables(flags=with_cells(findings.flags, "flag_id", "f1", certainty="possible"))
    page = handoff("g1", small_market(), possible)
    assert page.flag_line.text.startswith("Possible flag raised 9 Feb 2026")
    assert "known to the day only" in page.flag_line.text


def test_a_group_without_a_listed_program_asks_which_one_it_is():
    findings = small_findings()
    groups = with_cells(
        findings.groups, "group_id", "g2", program_id=None, program_alternatives=["p-101:0.6", "p-202:0.4"]
    )
    page = handoff("g2", small_market(), findings.with_tables(groups=groups))
    assert page.about[1].text == "Program: no listed program"
    assert "Learn which program this is for: p-101 or p-202" in [line.text for line in page.stronger]


def test_a_stalled_group_says_for_how_long_nobody_has_engaged():
    findings = small_findings()
    groups = with_cells(findings.groups, "group_id", "g1", status="stalled")
    page = handoff("g1", small_market(), findings.with_tables(groups=groups))
    assert page.stronger[0].text == "A new touch by any member: nobody has engaged for 7 days, since 13 Feb 2026"


def test_an_unknown_group_is_refused_with_what_to_do():
    with pytest.raises(NotFound, match="committee groups"):
        handoff("nothing", small_market(), small_findings())


def test_findings_without_their_run_still_give_a_page():
    page = handoff("g1", small_market(), Findings(dict(small_findings())))
    assert page.receipts.run.text == "No run is recorded with these findings"
    assert all(render(page, format) for format in FORMATS)


def test_a_market_that_lost_the_account_and_the_people_still_gives_a_page_of_ids():
    page = handoff("g1", Market(), small_findings())
    assert page.heading == "acc-a"
    assert [person.name for person in page.people] == ["c-sci", "c-lead", "c-proc", "c-fin"]
    assert all(render(page, format) for format in FORMATS)


# --- what must hold for every page ------------------------------------------------------------------------------------


def action_lines(page: Handoff) -> str:
    """Everything but the do-not-contact section."""
    told = [
        (section, subject, text, proof)
        for section, subject, text, proof in facts_of(page)
        if section != "do_not_contact"
    ]
    return json.dumps(told) + page.timeline


@pytest.mark.parametrize("group", ["g1", "g2"])
def test_a_suppressed_person_is_in_no_line_but_do_not_contact(group):
    page = handoff(group, small_market(), small_findings())
    text = action_lines(page)
    for trace in (*SUPPRESSED, "c-fin", "c-gone", "frank@adler.example", "gone@adler.example"):
        assert trace not in text
    assert {person.name for person in page.do_not_contact} == SUPPRESSED
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
    proofs = [key for fact in facts_of(page) for key in fact[3]]
    assert proofs
    assert set(proofs) <= known


@pytest.mark.parametrize("group", ["g1", "g2"])
def test_markdown_json_and_csv_carry_the_same_facts(group):
    page = handoff(group, small_market(), small_findings())
    told = [" ".join(text.split()) for _, _, text, _ in facts_of(page)]
    rows = list(csv.DictReader(io.StringIO(render(page, "csv"))))
    assert [row["text"] for row in rows] == [page.heading, *told]
    assert [row["proof"].split(";") if row["proof"] else [] for row in rows[1:]] == [
        list(fact[3]) for fact in facts_of(page)
    ]
    markdown = render(page, "md").replace("\\", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert all(text in markdown for text in told)
    data = json.loads(render(page, "json"))
    said = json.dumps(data, ensure_ascii=False)
    for section, _, text, proof in facts_of(page):
        if section not in ("people", "missing", "receipts", "do_not_contact"):
            assert json.dumps(text, ensure_ascii=False)[1:-1] in said
        assert all(f'"{key}"' in said or f'"{key.partition(":")[2]}"' in said for key in proof)
    assert [person["name"] for person in data["people"]] == [person.name for person in page.people]
    assert [seat["state"] for seat in data["seats"]] == [seat.state for seat in page.seats]


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
    assert "'=HYPERLINK(1)" in {row[1] for row in rows}
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]


def test_markup_in_names_is_text_in_html_and_markdown(flagged):
    for format in ("html", "md"):
        page = render(flagged, format)
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "<b>validation" not in page


def test_long_names_are_cut_with_the_full_name_behind(forming):
    page = render(forming, "html")
    assert f'title="{LONG_NAME}"' in page
    assert f">{LONG_NAME[:43]}…</bdi>" in page


def test_the_html_names_no_address_outside_itself(flagged):
    page = render(flagged, "html")
    addresses = set(re.findall(r'(?:href|src|action|data)\s*=\s*"([^"]*)"', page))
    assert all(address.startswith("#r") for address in addresses)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'; style-src 'sha256-" in unescape(page)


def test_the_picture_has_words_for_who_cannot_see_it(flagged):
    assert 'role="img"' in flagged.timeline
    assert "<title" in flagged.timeline
    assert "Lena Fromm: 2 touches, 4 Feb 2026 to 13 Feb 2026" in flagged.timeline
    assert "Flag windows: 2 Feb 2026 to 13 Feb 2026" in flagged.timeline


def test_an_unknown_format_is_refused(flagged):
    with pytest.raises(ValueError, match="md, html, json, csv"):
        render(flagged, "docx")


# --- large and strange groups -----------------------------------------------------------------------------------------


def test_two_hundred_people_are_counted_by_persona_beyond_the_first_ten():
    page = handoff("g1", *crowd(200))
    assert len(page.people) == 10
    assert [line.text for line in page.more_people] == [
        "48 more scientific, 48 touches",
        "48 more program lead, 48 touches",
        "47 more procurement, 47 touches",
        "47 more unknown, 47 touches",
    ]
    assert page.timeline.count("</title>48 more scientific</text>") == 1
    assert page.receipts.more_engagements == 80


def test_ten_people_are_all_named_and_eleven_leave_one_counted():
    assert handoff("g1", *crowd(10)).more_people == ()
    assert [line.text for line in handoff("g1", *crowd(11)).more_people] == ["1 more scientific, 1 touch"]


@settings(max_examples=40, deadline=None)
@given(name=st.text(max_size=80), title=st.text(max_size=80))
def test_any_name_gives_pages_that_are_still_pages(name, title):
    market = small_market()
    contacts = with_cells(market.contacts, "contact_id", "c-sci", name=name, title=title)
    page = handoff("g1", market.with_tables(contacts=contacts), small_findings())
    html = render(page, "html")
    assert html.count("<script") == 0
    assert html.count("<tr>") + html.count('<tr class="gap">') == 2 + 3 + 6  # two heads, three people, six seats
    rows = list(csv.reader(io.StringIO(render(page, "csv"))))
    assert {len(row) for row in rows} == {4}
    json.loads(render(page, "json"))
    assert len(re.findall(r"(?m)^## ", render(page, "md"))) == 10


def test_the_small_world_is_what_its_tests_think():
    findings = small_findings()
    assert findings.flags.num_rows == 1
    assert typed_table(Flag, {}).num_rows == 0
    assert [row[0] for row in TOUCHES if row[5] == "g1"] == findings.flags.to_pylist()[0]["engagement_ids"]
    assert datetime.fromisoformat(AS_OF).tzinfo == UTC
