"""The files people export from HubSpot's screen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

CONTACTS = (
    "{key},First Name,Last Name,Email,Phone Number,Job Title,Lead Status,Create Date,Contact owner,"
    "Associated Company,Associated Company IDs,Marketing contact status,Unsubscribed from all email\n"
    "501,Ann,Lee,ann@x.com,+41,Head of CMC,New,2026-01-05 10:00,Bob,Acme;Beta,100;200,Marketing contact,true\n"
    "502,,Ng,ng@x.com,,,,2026-01-06 10:00,,,,,\n"
)


@pytest.mark.parametrize("key", ["Record ID", "Record ID - Contact"])
def test_contacts_are_read_under_either_id_header(read_files, write, key, adds_up):
    incoming = adds_up(read_files(write("all-contacts.csv", CONTACTS.format(key=f'"{key}"'))))
    report = incoming.files[0]
    assert (report.source, report.kind, report.read, report.rejected) == ("hubspot", "contacts export", 2, 0)
    ann, ng = incoming.tables["contacts"].to_pylist()
    assert (ann["contact_id"], ann["name"], ann["title"], ann["account_id"]) == (
        "hubspot:501",
        "Ann Lee",
        "Head of CMC",
        "hubspot:100",
    )
    assert ann["suppressed"] is True
    assert ann["created_at"] == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert (ng["name"], ng["account_id"], ng["suppressed"]) == ("Ng", None, None)
    assert "Associated Company IDs: 1 contacts name several, the first was taken" in report.notes
    assert "phone_number" not in incoming.tables["contacts"].column_names


def test_local_dates_are_read_in_the_order_told_or_refused(read_files, write, adds_up):
    path = write(
        "c.csv", "Record ID;Email;First Name;Create Date\n1;a@b.c;Ann;13/02/2026 09:30\n2;d@e.f;Bob;02/03/2026\n"
    )
    refused = adds_up(read_files(path))
    assert refused.rejects["reason"].to_pylist() == ["ambiguous_date"] * 2
    read = adds_up(read_files(path, date_order="dmy", timezone="Europe/Zurich"))
    assert read.tables["contacts"]["created_at"].to_pylist()[0] == datetime(2026, 2, 13, 8, 30, tzinfo=UTC)
    assert read.tables["contacts"]["created_at"].to_pylist()[1] == datetime(2026, 3, 1, 23, tzinfo=UTC)


def test_companies_have_the_hosts_of_their_addresses_as_domains(read_files, write, adds_up):
    text = (
        "Record ID,Company name,Company Domain Name,Website URL,Company owner,Create Date,Number of Employees,ICP\n"
        "100,Acme,acme.bio,https://www.Acme.com/about?x=1,Bob,2026-01-01,120,A\n101,Beta,,,,,,\n102,,beta.com,,,,,\n"
    )
    incoming = adds_up(read_files(write("x.csv", text)))
    rows = incoming.tables["accounts"].to_pylist()
    assert [(row["account_id"], row["domain"]) for row in rows] == [
        ("hubspot:100", ["acme.bio", "acme.com"]),
        ("hubspot:101", None),
    ]
    assert (rows[0]["employees"], rows[0]["owner"], rows[0]["icp"]) == (120, "Bob", "A")
    assert incoming.rejects.select(["line", "field", "reason"]).to_pylist() == [
        {"line": 4, "field": "Company name", "reason": "missing_value"}
    ]


def test_deals_name_their_people_company_and_end(read_files, write, adds_up):
    text = (
        "Record ID,Deal Name,Deal Stage,Amount,Deal owner,Close Date,Create Date,Associated Company IDs,Associated Contact IDs\n"
        '1,Assay,Closed won (Sales Pipeline),"$1,250.50",Bob,2026-02-01 10:00,2026-01-01 10:00,100,501;502\n'
        "2,Method,Closed lost,,,2026-03-01,2026-01-01,,501\n"
        "3,Study,Qualified,5,,2026-09-01,2026-01-01,200;100,\n"
    )
    incoming = adds_up(read_files(write("x.csv", text)))
    won, lost, pending = incoming.tables["opportunities"].to_pylist()
    assert (won["is_won"], won["amount_usd"], won["closed_on"], won["account_id"]) == (
        True,
        1250.5,
        "2026-02-01",
        "hubspot:100",
    )
    assert (lost["is_won"], lost["closed_on"]) == (False, "2026-03-01")
    assert (pending["is_won"], pending["closed_on"], pending["account_id"]) == (None, None, "hubspot:200")
    roles = incoming.tables["opportunity_roles"].select(["opportunity_id", "contact_id"]).to_pylist()
    assert [(row["opportunity_id"], row["contact_id"]) for row in roles] == [
        ("hubspot:1", "hubspot:501"),
        ("hubspot:1", "hubspot:502"),
        ("hubspot:2", "hubspot:501"),
    ]


def test_an_export_and_the_native_tables_mean_the_same_records(read_files, write):
    screen = write("s.csv", "Record ID,Email,First Name\n501,a@b.c,Ann\n")
    native = write(
        "n.csv", "id,property_email,property_firstname,_fivetran_synced\n501,a@b.c,Ann,2026-01-01 00:00:00\n"
    )
    assert read_files(screen, native).tables["contacts"]["contact_id"].to_pylist() == ["hubspot:501"] * 2
