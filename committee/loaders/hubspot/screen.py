"""The CSV files of HubSpot's screen export: contacts, companies, deals, under the names people see."""

from __future__ import annotations

import re

from committee.loaders.hubspot.native import Native
from committee.loaders.hubspot.people import ALIASES, alias, full_names
from committee.loaders.hubspot.shapes import SOURCE
from committee.loaders.tables import Column, GrowingRows, Shape
from committee.records import CANONICAL
from committee.records.parsing import split_words

__all__ = ["SHAPES", "read"]

_CONTACTS, _COMPANIES, _DEALS = "contacts export", "companies export", "deals export"
SHAPES = (
    Shape.of(
        SOURCE,
        _CONTACTS,
        ("Record ID|Record ID - Contact", "Email|First Name|Last Name|Job Title"),
        [
            "First Name",
            "Last Name",
            "Email",
            "Phone Number",
            "Job Title",
            "Lead Status",
            "Lifecycle Stage",
            "Create Date",
            "Last Activity Date",
            "Contact owner",
            "Associated Company",
            "Associated Company IDs",
            "Primary Associated Company ID",
            "Marketing contact status",
        ],
    ),
    Shape.of(
        SOURCE,
        _COMPANIES,
        ("Record ID|Record ID - Company", "Company name"),
        [
            "Website URL",
            "Company Domain Name",
            "Company owner",
            "Create Date",
            "Industry",
            "Number of Employees",
            "Annual Revenue",
            "Country/Region",
            "Associated Contact IDs",
            "Associated Deal IDs",
            "Parent Company ID",
        ],
    ),
    Shape.of(
        SOURCE,
        _DEALS,
        ("Record ID|Record ID - Deal", "Deal Name"),
        [
            "Deal Stage",
            "Amount",
            "Deal owner",
            "Close Date",
            "Create Date",
            "Pipeline",
            "Associated Company IDs",
            "Associated Contact IDs",
            "Associated Contacts",
        ],
    ),
)
_MERGED = ("Merged Contact IDs", "Merged record IDs")
_CHANGED = ("Last Modified Date", "Last modified")
_HOST = re.compile(r"^(?:[a-z]+://)?(?:www\.)?([^/\s?#:]+)", re.IGNORECASE)


def read(table: Native, kind: str) -> None:
    """Read one file of the export."""
    {_CONTACTS: _read_contacts, _COMPANIES: _read_companies, _DEALS: _read_deals}[kind](table)


def _first(table: Native, what: str, *names: str) -> Column | None:
    """Return the first id of cells that may hold several, and say how many did."""
    column = table.column(*names)
    if column is None:
        return None
    several = [split_words(cell) for cell in table.texts(*names)]
    many = sum(1 for ids in several if len(ids) > 1)
    if many:
        table.entry.note(f"{column.header}: {many:,} {what} name several, the first was taken")
    return Column(column.header, table.taken([ids[0] if ids else "" for ids in several], column.header).cells)


def _read_contacts(table: Native) -> None:
    key = ("Record ID", "Record ID - Contact")
    company = ("Primary Associated Company ID", "Associated Company IDs (Primary)", "Associated Company IDs")
    fields = {
        "contact_id": table.column(*key),
        "account_id": _first(table, "contacts", *company),
        "email": table.column("Email"),
        "name": full_names(table.column("First Name"), table.column("Last Name")),
        "title": table.column("Job Title"),
        "department": table.column("Department"),
        "seniority": table.column("Employment Seniority", "Seniority"),
        "created_at": table.column("Create Date"),
        "suppressed": table.column("Unsubscribed from all email"),
        "updated_at": table.column(*_CHANGED),
    }
    made = table.records("contacts", fields, "Last Name", "Associated Company IDs", *_MERGED)
    table.entry.add("contacts", made)
    rows = GrowingRows(ALIASES)
    merged = table.texts(*_MERGED)
    for line, kept, cell, good in zip(table.lines.tolist(), table.texts(*key), merged, made.kept, strict=True):
        for old in split_words(cell) if good else []:
            rows.put(line, *alias("contacts", old.partition(":")[0], kept))
    table.entry.add("aliases", rows.typed("aliases", table.how, CANONICAL))


def _read_companies(table: Native) -> None:
    fields = {
        "account_id": table.column("Record ID", "Record ID - Company"),
        "name": table.column("Company name"),
        "domain": _domains(table),
        "parent_account_id": _first(table, "companies", "Parent Company ID", "Associated Parent Company IDs"),
        "country": table.column("Country/Region", "Country"),
        "industry": table.column("Industry"),
        "employees": table.column("Number of Employees"),
        "revenue_usd": table.column("Annual Revenue"),
        "owner": table.column("Company owner"),
        "updated_at": table.column(*_CHANGED),
    }
    table.entry.add("accounts", table.records("accounts", fields, "Website URL"))


def _domains(table: Native) -> Column | None:
    column = table.column("Company Domain Name", "Website URL")
    if column is None:
        return None
    hosts = [
        [match[1].lower() for cell in cells if (match := _HOST.match(cell))]
        for cells in zip(table.texts("Company Domain Name"), table.texts("Website URL"), strict=True)
    ]
    return table.taken([";".join(dict.fromkeys(found)) for found in hosts], column.header)


def _read_deals(table: Native) -> None:
    key = ("Record ID", "Record ID - Deal")
    stages = [stage.casefold() for stage in table.texts("Deal Stage")]
    won = ["true" if s.startswith("closed won") else "false" if s.startswith("closed lost") else "" for s in stages]
    closing = table.texts("Close Date")
    closed = [day if state else "" for day, state in zip(closing, won, strict=True)]
    fields = {
        "opportunity_id": table.column(*key),
        "account_id": _first(table, "deals", "Primary Associated Company ID", "Associated Company IDs"),
        "name": table.column("Deal Name"),
        "stage": table.column("Deal Stage"),
        "is_won": table.taken(won, "Deal Stage"),
        "amount_usd": table.column("Amount"),
        "opened_on": table.column("Create Date"),
        "closed_on": table.taken(closed, "Close Date"),
        "loss_reason": table.column("Closed Lost Reason"),
        "owner": table.column("Deal owner"),
        "updated_at": table.column(*_CHANGED),
    }
    made = table.records("opportunities", fields, "Associated Contact IDs")
    table.entry.add("opportunities", made)
    rows = GrowingRows("opportunity_id contact_id")
    contacts = table.texts("Associated Contact IDs")
    for line, deal, cell, good in zip(table.lines.tolist(), table.texts(*key), contacts, made.kept, strict=True):
        for contact in dict.fromkeys(split_words(cell)) if good else []:
            rows.put(line, deal, contact)
    table.entry.add("opportunity_roles", rows.typed("opportunity_roles", table.how, SOURCE))
