"""HubSpot companies and contacts, and the ids that were merged into others."""

from __future__ import annotations

from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from committee.loaders.hubspot.native import Native, Portal, joined_or_refused
from committee.loaders.hubspot.shapes import SOURCE
from committee.loaders.tables import Column, GrowingRows, one_array
from committee.records import CANONICAL, public_id

__all__ = ["ALIASES", "alias", "full_names", "read_people"]

ALIASES = "alias_id record_table old_id kept_id"
_MERGED = ("property_hs_calculated_merged_vids", "property_hs_merged_object_ids")
_DELETED = ("is_deleted", "_fivetran_deleted")
_CHANGED = ("property_hs_lastmodifieddate", "property_lastmodifieddate", "_fivetran_synced")


def read_people(portal: Portal) -> None:
    """Read companies, contacts and their merges."""
    for table in portal["company"]:
        fields = {
            "account_id": table.column("id"),
            "name": _names(table),
            "domain": table.column("property_domain"),
            "parent_account_id": table.column("property_hs_parent_company_id"),
            "country": table.column("property_country"),
            "industry": table.column("property_industry"),
            "employees": table.column("property_numberofemployees"),
            "revenue_usd": table.column("property_annualrevenue"),
            "owner": table.column("property_hubspot_owner_id"),
            "deleted": table.column(*_DELETED),
            "updated_at": table.column(*_CHANGED),
        }
        table.entry.add("accounts", table.records("accounts", fields))
    employers = _employers(portal)
    for table in portal["contact"]:
        _read_contacts(table, employers)
    for table in portal["contact_merge_audit"]:
        rows = GrowingRows(ALIASES)
        for line, old, kept in zip(
            table.lines.tolist(), table.texts("vid_to_merge"), table.texts("canonical_vid"), strict=True
        ):
            rows.put(line, *alias("contacts", old, kept))
        headers = {"old_id": "vid_to_merge", "kept_id": "canonical_vid", "alias_id": "vid_to_merge"}
        table.entry.add("aliases", rows.typed("aliases", table.how, CANONICAL, headers))


def _names(table: Native) -> Column:
    """Names of companies; the domain of those that have none."""
    cells = zip(table.texts("property_name"), table.texts("property_domain"), strict=True)
    return table.taken([name or domain for name, domain in cells], "property_name")


def _read_contacts(table: Native, employers: dict[str, list[str]]) -> None:
    ids = table.texts("id", "vid")
    company = table.column("property_associatedcompanyid")
    if employers:
        stated = table.texts("property_associatedcompanyid")
        chosen = [own or min(employers.get(one, [""])) for own, one in zip(stated, ids, strict=True)]
        company = table.taken(chosen, company.header if company else "company_id")
    first, last = table.column("property_firstname"), table.column("property_lastname")
    fields = {
        "contact_id": table.column("id", "vid"),
        "account_id": company,
        "email": table.column("property_email"),
        "name": full_names(first, last),
        "title": table.column("property_jobtitle"),
        "department": table.column("property_department"),
        "seniority": table.column("property_hs_seniority", "property_seniority"),
        "created_at": table.column("property_createdate", "property_created_at"),
        "suppressed": table.column("property_hs_email_optout"),
        "deleted": table.column("_fivetran_deleted", "is_deleted"),
        "updated_at": table.column("property_lastmodifieddate", "property_hs_lastmodifieddate", "_fivetran_synced"),
    }
    made = table.records("contacts", fields, "property_lastname", *_MERGED)
    table.entry.add("contacts", made)
    rows = GrowingRows(ALIASES)
    merges = table.texts(*_MERGED)
    for line, kept, cell, good in zip(table.lines.tolist(), ids, merges, made.kept, strict=True):
        for part in cell.split(";") if good else []:
            old = part.strip().partition(":")[0]  # id:moment of the merge
            if old and old != kept:
                rows.put(line, *alias("contacts", old, kept))
    table.entry.add("aliases", rows.typed("aliases", table.how, CANONICAL))


def alias(table: str, old: str, kept: str) -> tuple[str, str, str, str]:
    """Return the cells of a merge of two native ids; all empty where one is."""
    if not (old and kept):
        return "", "", "", ""
    return f"{table}|{public_id(SOURCE, old)}", table, public_id(SOURCE, old), public_id(SOURCE, kept)


def full_names(first: Column | None, last: Column | None) -> Column | None:
    """Return first and last names in one column."""
    parts = [column for column in (first, last) if column is not None]
    if not parts:
        return None
    cells = [pc.utf8_trim_whitespace(one_array(part.cells).cast(pa.string())) for part in parts]
    joined = pc.binary_join_element_wise(*cells, " ", null_handling="skip")
    return Column(parts[0].header, joined)


def _employers(portal: Portal) -> dict[str, list[str]]:
    """Companies of a contact, from the table of associations."""
    known = {one for table in portal["contact"] for one in table.texts("id", "vid")}
    found: dict[str, list[str]] = defaultdict(list)
    for table in portal["contact_company"]:
        contacts, companies = table.texts("contact_id"), table.texts("company_id")
        for row in joined_or_refused(table, "contact_id", contacts, known, "no contact of these files has the id"):
            if companies[row]:
                found[contacts[row]].append(companies[row])
    return found
