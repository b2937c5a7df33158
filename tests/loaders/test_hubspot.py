"""A HubSpot portal as a connector lands it: what joins becomes records, what does not is counted with its reason."""

from __future__ import annotations

import csv
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

REAL = Path(__file__).parents[1] / "data" / "hubspot_native"

# table: (kind it is recognised as, rows read, joined another row's record, refused)
EXPECTED = {
    "company_data": ("company", 24, 0, 0),
    "company_property_history_data": ("company_property_history", 100, 0, 100),
    "contact_data": ("contact", 22, 0, 0),
    "contact_form_submission_data": ("contact_form_submission", 5, 0, 0),
    "contact_list_data": ("contact_list", 60, 0, 60),
    "contact_list_member_data": ("contact_list_member", 100, 0, 100),
    "contact_merge_audit_data": ("contact_merge_audit", 4, 0, 0),
    "contact_property_history_data": ("contact_property_history", 100, 0, 100),
    "deal_company_data": ("deal_company", 2, 0, 2),
    "deal_contact_data": ("deal_contact", 11, 0, 0),
    "deal_data": ("deal", 44, 0, 0),
    "deal_pipeline_data": ("deal_pipeline", 6, 0, 6),
    "deal_pipeline_stage_data": ("deal_pipeline_stage", 71, 0, 71),
    "deal_property_history_data": ("deal_property_history", 100, 0, 100),
    "deal_stage_data": ("deal_stage", 14, 0, 14),
    "email_campaign_data": ("email_campaign", 100, 0, 0),
    "email_event_bounce_data": ("email_event_bounce", 100, 0, 100),
    "email_event_click_data": ("email_event_click", 100, 0, 100),
    "email_event_data": ("email_event", 100, 0, 0),
    "email_event_deferred_data": ("email_event_deferred", 100, 0, 100),
    "email_event_delivered_data": ("email_event_delivered", 100, 0, 100),
    "email_event_dropped_data": ("email_event_dropped", 100, 0, 100),
    "email_event_forward_data": ("email_event_forward or _print", 100, 0, 100),
    "email_event_open_data": ("email_event_open", 100, 0, 100),
    "email_event_print_data": ("email_event_forward or _print", 5, 0, 5),
    "email_event_sent_data": ("email_event_sent", 100, 0, 100),
    "email_event_spam_report_data": ("email_event_spam_report", 32, 0, 32),
    "email_event_status_change_data": ("email_event_status_change", 100, 0, 100),
    "engagement_call_data": ("engagement_detail", 1, 0, 0),
    "engagement_communication_data": ("engagement_detail", 1, 0, 1),
    "engagement_company_data": ("engagement_company", 1, 0, 1),
    "engagement_contact_data": ("engagement_contact", 1, 1, 0),
    "engagement_data": ("engagement", 1, 1, 0),
    "engagement_deal_data": ("engagement_deal", 1, 0, 1),
    "engagement_email_data": ("engagement_detail", 1, 0, 1),
    "engagement_meeting_data": ("engagement_meeting", 100, 0, 100),
    "engagement_note_data": ("engagement_detail", 1, 0, 1),
    "engagement_task_data": ("engagement_detail", 2, 0, 2),
    "form_data": ("form", 5, 0, 0),
    "merged_deal_data": ("merged_deal", 14, 0, 0),
    "owner_data": ("owner", 100, 3, 97),
    "owner_team_data": ("owner_team", 3, 0, 3),
    "property_data": ("property", 11, 0, 11),
    "property_option_data": ("property_option", 20, 0, 20),
    "role_data": ("role", 2, 0, 2),
    "team_data": ("team", 3, 0, 3),
    "team_user_data": ("team_user", 2, 0, 2),
    "ticket_company_data": ("ticket_company", 9, 0, 9),
    "ticket_contact_data": ("ticket_contact", 9, 0, 9),
    "ticket_data": ("ticket", 25, 0, 25),
    "ticket_deal_data": ("ticket_deal", 9, 0, 9),
    "ticket_engagement_data": ("ticket_engagement", 9, 0, 9),
    "ticket_pipeline_data": ("ticket_pipeline", 9, 0, 9),
    "ticket_pipeline_stage_data": ("ticket_pipeline_stage", 15, 0, 15),
    "ticket_property_history_data": ("ticket_property_history", 15, 0, 15),
    "users_data": ("users", 2, 0, 2),
}


def rows_in(name):
    with (REAL / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def real(read_files):
    return read_files(REAL)


@pytest.fixture
def portal(read_files, write, tmp_path, adds_up):
    """Read a made-up portal: a table is a list of lines, the first one its columns."""

    def read(shuffle=0, **tables):
        for name, lines in tables.items():
            write(f"portal/{name}.csv", "\n".join(lines) + "\n")
        paths = sorted((tmp_path / "portal").iterdir())
        if shuffle:
            random.Random(shuffle).shuffle(paths)
        return adds_up(read_files(*paths))

    return read


# ---- the real portal -------------------------------------------------------------------------------------------------


def test_all_56_tables_are_recognised_by_their_columns_and_add_up(real, adds_up):
    adds_up(real)
    found = {
        Path(report.file).stem: (report.kind, report.read, report.merged, report.rejected) for report in real.files
    }
    assert found == EXPECTED
    assert real.ignored == (f"{REAL}/README.md is nothing the product knows by its columns: # hubspot_native",)


def test_the_names_of_the_files_do_not_matter(real, read_files, write, said):
    for number, path in enumerate(sorted(REAL.glob("*.csv"))):
        write(f"other/{97 * (number + 1) % 1000}.dat.csv", path.read_bytes())
    other = read_files(write("other/1000.csv", "nothing\n").parent)
    assert {name: said(other, name) for name in other.tables} == {name: said(real, name) for name in real.tables}


def test_the_records_of_the_real_portal(real):
    assert {name: table.num_rows for name, table in real.tables.items()} == {
        "accounts": 24,
        "contacts": 22,
        "content": 105,
        "engagements": 106,
        "opportunities": 44,
        "opportunity_roles": 11,
        "aliases": 3 + 4 + 14,
    }


def test_an_email_event_is_an_engagement_of_its_recipient_with_the_email(real):
    events = {"hubspot:" + row["id"]: row for row in rows_in("email_event_data")}
    campaigns = {f"hubspot:email-{row['id']}" for row in rows_in("email_campaign_data")}
    read = [row for row in real.tables["engagements"].to_pylist() if row["channel"] == "email"]
    assert len(read) == 100
    for row in read:
        event = events[row["engagement_id"]]
        assert row["email"] == event["recipient"]
        assert row["content_id"] == f"hubspot:email-{event['email_campaign_id']}"
        assert bool(row["deleted"]) == (event["filtered_event"].lower() == "true")
    assert sum(row["content_id"] in campaigns for row in read) == 16
    stated = Counter(event["type"] for event in events.values())
    assert Counter(row["kind"] for row in read)["open"] == stated["OPEN"]
    notes = next(report.notes for report in real.files if report.kind == "email_event")
    assert "16 of 100 name an e-mail of these files, the others wait for theirs" in notes


def test_times_with_and_without_milliseconds_and_one_digit_hours_are_read(real):
    companies = real.tables["accounts"].to_pylist()
    assert companies[0]["updated_at"].tzinfo is not None
    stamps = {row["updated_at"] for row in companies}
    assert datetime(2020, 12, 30, 3, 15, 52, tzinfo=UTC) in stamps
    event = next(row for row in rows_in("email_event_data"))
    read = next(
        row for row in real.tables["engagements"].to_pylist() if row["engagement_id"] == f"hubspot:{event['id']}"
    )
    assert read["occurred_at"].isoformat(sep=" ", timespec="milliseconds").startswith(event["created"])


def test_a_portals_times_are_utc_whatever_the_users_zone(real, read_files, said):
    abroad = read_files(REAL, timezone="America/New_York")
    assert said(abroad, "engagements") == said(real, "engagements")


def test_merged_contacts_and_deals_are_aliases(real):
    aliases = {(row["record_table"], row["old_id"]): row["kept_id"] for row in real.tables["aliases"].to_pylist()}
    assert aliases["contacts", "hubspot:76340251"] == "hubspot:78971951"
    assert aliases["contacts", "hubspot:11111"] == "hubspot:5555"
    assert aliases["opportunities", "hubspot:9014070905"] == "hubspot:9089908390"
    assert all(
        row["alias_id"] == f"{row['record_table']}|{row['old_id']}" for row in real.tables["aliases"].to_pylist()
    )


def test_deletion_marks_are_kept(real):
    for table, name, key, mark in (
        ("accounts", "company_data", "id", "is_deleted"),
        ("contacts", "contact_data", "id", "_fivetran_deleted"),
        ("opportunities", "deal_data", "deal_id", "is_deleted"),
    ):
        id_field = {"accounts": "account_id", "contacts": "contact_id", "opportunities": "opportunity_id"}[table]
        read = {row[id_field]: row["deleted"] for row in real.tables[table].to_pylist()}
        assert read == {f"hubspot:{row[key]}": row[mark].lower() == "true" for row in rows_in(name)}


def test_rows_that_join_nothing_say_why(real):
    reasons = Counter((Path(row["file"]).stem, row["reason"]) for row in real.rejects.to_pylist())
    assert reasons["email_event_open_data", "no_base_row"] == 100
    assert reasons["engagement_meeting_data", "no_subject"] == 100
    assert reasons["deal_stage_data", "no_base_row"] == 14
    assert not any(name.startswith("ticket") for name, _ in reasons)
    one = next(row for row in real.rejects.to_pylist() if row["file"].endswith("deal_company_data.csv"))
    assert one["detail"] == f"no deal of these files has the id {one['value']}"
    assert one["remedy"] == "Load it together with the table that holds the record"


def test_no_free_column_of_a_contact_is_kept_unasked(real, read_files):
    known = set(real.tables["contacts"].column_names)
    assert "company" not in known
    assert "annualrevenue" not in known
    asked = read_files(REAL, contact_free_columns=("company",))
    assert "SampleCompany" in asked.tables["contacts"]["company"].to_pylist()


def test_reading_the_portal_twice_is_equal(real, read_files):
    again = read_files(REAL)
    assert again.files == real.files
    assert all(again.tables[name].equals(real.tables[name]) for name in real.tables)
    assert again.rejects.equals(real.rejects)


# ---- how tables join -------------------------------------------------------------------------------------------------

DEALS = {
    "deal": [
        "deal_id,deal_pipeline_id,deal_pipeline_stage_id,owner_id,is_deleted,property_dealname,property_amount,property_closedate,property_createdate",
        '1,p,won,7,false,Assay,"1,000",2026-02-01 10:00:00,2026-01-01 09:00:00',
        "2,p,,8,false,Method,,2026-09-01 10:00:00,2026-01-02 09:00:00",
        "3,p,lost,,true,Study,5,2026-03-01 10:00:00,2026-01-03 09:00:00",
    ],
    "deal_pipeline_stage": [
        "stage_id,pipeline_id,label,closed_won,is_closed,_fivetran_synced",
        "won,p,Closed won,TRUE,TRUE,2026-01-01 00:00:00",
        "lost,p,Closed lost,FALSE,TRUE,2026-01-01 00:00:00",
        "open,p,Qualified,FALSE,FALSE,2026-01-01 00:00:00",
        "idle,p,Never used,FALSE,FALSE,2026-01-01 00:00:00",
    ],
    "deal_stage": [
        "deal_id,date_entered,value,_fivetran_active,_fivetran_start,source",
        "2,2026-01-02 09:00:00,idle,FALSE,2026-01-02 09:00:00,x",
        "2,2026-01-05 09:00:00,open,TRUE,2026-01-05 09:00:00,x",
        "2,2026-01-03 09:00:00,idle,TRUE,2026-01-03 09:00:00,x",
        "9,2026-01-05 09:00:00,open,TRUE,2026-01-05 09:00:00,x",
    ],
    "deal_company": ["deal_id,company_id,type_id", "1,100,1", "2,300,1", "2,200,1"],
    "deal_contact": ["deal_id,contact_id,type_id", "1,500,1", "1,501,1", "9,502,1"],
    "owner": ["owner_id,email,first_name,last_name", "7,ann@us.com,Ann,Lee", "8,bob@us.com,,", "9,cy@us.com,Cy,"],
    "merged_deal": ["deal_id,merged_deal_id,_fivetran_synced", "1,4,2026-01-01 00:00:00"],
}


def test_a_deal_takes_stage_owner_and_company_from_their_tables(portal):
    incoming = portal(**DEALS)
    deals = {row["opportunity_id"]: row for row in incoming.tables["opportunities"].to_pylist()}
    won, pending, lost = (deals[f"hubspot:{one}"] for one in (1, 2, 3))
    assert (won["stage"], won["is_won"], won["owner"], won["account_id"]) == (
        "Closed won",
        True,
        "Ann Lee",
        "hubspot:100",
    )
    assert (won["opened_on"], won["closed_on"], won["amount_usd"]) == ("2026-01-01", "2026-02-01", 1000.0)
    assert (pending["stage"], pending["is_won"], pending["owner"]) == ("Qualified", None, "bob@us.com")
    assert (pending["closed_on"], pending["closedate"], pending["account_id"]) == (
        None,
        "2026-09-01 10:00:00",
        "hubspot:200",
    )
    assert (lost["is_won"], lost["closed_on"], lost["deleted"], lost["owner"]) == (False, "2026-03-01", True, None)
    roles = incoming.tables["opportunity_roles"].select(["opportunity_id", "contact_id"]).to_pylist()
    assert len(roles) == 3
    counts = {report.kind: (report.read, report.merged, report.rejected) for report in incoming.files}
    assert counts["deal_pipeline_stage"] == (4, 3, 1)
    assert counts["deal_stage"] == (4, 3, 1)
    assert counts["deal_company"] == (3, 3, 0)
    assert counts["owner"] == (3, 2, 1)


SALES = {
    "engagement": [
        "id,type,portal_id,_fivetran_synced",
        "1,MEETING,4,2026-01-01 00:00:00",
        "2,CALL,4,2026-01-01 00:00:00",
        "9,NOTE,4,2026-01-01 00:00:00",
    ],
    "engagement_meeting": [
        "engagement_id,start_time,end_time,title,_fivetran_synced",
        "1,2026-01-05 10:00:00,2026-01-05 11:00:00,Kick-off,2026-01-06 00:00:00",
        "3,2026-01-06 10:00:00,2026-01-06 11:00:00,Internal,2026-01-06 00:00:00",
    ],
    "engagement_call": [
        "engagement_id,_fivetran_deleted,property_hs_timestamp,type",
        "2,true,2026-01-07 10:00:00.500,CALL",
        "4,false,1970-01-01 00:00:00,CALL",
    ],
    "engagement_contact": ["contact_id,engagement_id,type_id", "501,1,1", "500,1,1", "500,1,1", "500,8,1", "500,4,1"],
    "engagement_company": ["company_id,engagement_id,type_id", "100,1,1", "200,2,1"],
}


def test_a_meeting_is_one_engagement_for_each_person_in_it(portal):
    incoming = portal(**SALES)
    rows = {row["engagement_id"]: row for row in incoming.tables["engagements"].to_pylist()}
    assert incoming.tables["engagements"].num_rows == 3
    assert set(rows) == {"hubspot:1-500", "hubspot:1-501", "hubspot:2"}
    meeting = rows["hubspot:1-500"]
    assert (meeting["kind"], meeting["contact_id"], meeting["account_id"]) == ("meeting", "hubspot:500", "hubspot:100")
    assert meeting["occurred_at"] == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert (rows["hubspot:2"]["contact_id"], rows["hubspot:2"]["account_id"]) == (None, "hubspot:200")
    assert rows["hubspot:2"]["deleted"] is True
    reasons = {(Path(row["file"]).stem, row["line"]): row["reason"] for row in incoming.rejects.to_pylist()}
    assert reasons == {
        ("engagement", 4): "no_subject",
        ("engagement_meeting", 3): "no_subject",
        ("engagement_call", 3): "time_out_of_range",
        ("engagement_contact", 5): "no_base_row",
    }


def test_neither_file_order_nor_row_order_nor_a_split_matters_to_joins(
    portal, read_files, write, tmp_path, said, adds_up
):
    whole = portal(**DEALS, **SALES)
    turned = portal(shuffle=3, **DEALS, **SALES)
    for name, lines in {**DEALS, **SALES}.items():
        head, rows = lines[0], lines[1:][::-1]
        for part in range(2):
            if rows[part::2]:
                write(f"split/{name}{part}.csv", "\n".join([head, *rows[part::2]]) + "\n")
    split = adds_up(read_files(tmp_path / "split"))
    for other in (turned, split):
        assert {name: said(other, name) for name in other.tables} == {name: said(whole, name) for name in whole.tables}
        counts = [
            sum(getattr(report, name) for report in incoming.files)
            for incoming in (other, whole)
            for name in ("read", "merged", "rejected")
        ]
        assert counts[:3] == counts[3:]


MAIL = {
    "contact": [
        "id,property_email,property_firstname,property_lastname,_fivetran_deleted",
        "500,Ann@x.com,Ann,Lee,false",
    ],
    "email_event": [
        "id,created,type,recipient,email_campaign_id,filtered_event",
        "a,2026-01-01 10:00:00,CLICK,ann@x.com,12,false",
        "b,2026-01-02 10:00:00,STATUSCHANGE,ann@x.com,12,false",
        "c,2026-01-03 10:00:00,OPEN,bob@x.com,12,true",
        "d,nonsense,OPEN,bob@x.com,12,false",
    ],
    "email_event_click": [
        "id,url,user_agent,_fivetran_synced",
        "a,https://x/y,UA,2026-01-01 00:00:00",
        "z,u,UA,2026-01-01 00:00:00",
    ],
    "email_event_open": ["id,duration,user_agent,_fivetran_synced", "d,5,UA,2026-01-01 00:00:00"],
    "email_event_status_change": [
        "id,portal_subscription_status,source,_fivetran_synced",
        "b,UNSUBSCRIBED,x,2026-01-05 00:00:00",
    ],
    "email_campaign": ["id,app_id,subject,name,_fivetran_synced", "12,1,Assays for ADCs,N12,2026-01-01 00:00:00"],
    "contact_form_submission": [
        "timestamp,form_id,contact_id,conversion_id,page_url,title,_fivetran_synced",
        "2026-01-04 10:00:00,12,500,77,https://x/demo,Ask for a demo,2026-01-05 00:00:00",
    ],
}


def test_details_of_an_event_join_it_and_an_unsubscription_suppresses_its_person(portal):
    incoming = portal(**MAIL)
    counts = {report.kind: (report.read, report.merged, report.rejected) for report in incoming.files}
    assert counts["email_event"] == (4, 0, 1)
    assert counts["email_event_click"] == (2, 1, 1)
    assert counts["email_event_open"] == (1, 0, 1)  # the event it belongs to could not be read
    assert counts["email_event_status_change"] == (1, 0, 0)
    people = incoming.tables["contacts"].select(["contact_id", "name", "suppressed", "updated_at"]).to_pylist()
    assert {
        "contact_id": "hubspot:500",
        "name": None,
        "suppressed": True,
        "updated_at": datetime(2026, 1, 2, 10, tzinfo=UTC),
    } in people
    kinds = {row["engagement_id"]: row["kind"] for row in incoming.tables["engagements"].to_pylist()}
    assert kinds == {"hubspot:a": "click", "hubspot:b": "status_change", "hubspot:c": "open", "hubspot:form-77": "form"}


def test_an_email_and_a_form_of_one_number_are_two_pieces_of_content(portal):
    content = {row["content_id"]: row for row in portal(**MAIL).tables["content"].to_pylist()}
    assert content["hubspot:email-12"]["title"] == "Assays for ADCs"
    assert (content["hubspot:form-12"]["title"], content["hubspot:form-12"]["url"]) == (
        "Ask for a demo",
        "https://x/demo",
    )


def test_a_contacts_company_comes_from_its_column_or_the_associations(portal):
    incoming = portal(
        contact=["id,property_email,property_associatedcompanyid,is_deleted", "1,a@b.c,100,", "2,d@e.f,,"],
        contact_company=["contact_id,company_id,type_id", "1,300,1", "2,200,1", "9,200,1"],
    )
    rows = {row["contact_id"]: row["account_id"] for row in incoming.tables["contacts"].to_pylist()}
    assert rows == {"hubspot:1": "hubspot:100", "hubspot:2": "hubspot:200"}
