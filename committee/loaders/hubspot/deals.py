"""HubSpot deals: stages and owners by name, companies and contacts by association, merged deals as aliases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from committee.loaders.hubspot.native import Native, Portal, joined_or_refused
from committee.loaders.hubspot.people import ALIASES, alias
from committee.loaders.tables import GrowingRows
from committee.records import CANONICAL

__all__ = ["read_deals"]

_NO_DEAL = "no deal of these files has the id"


@dataclass(frozen=True)
class _Stage:
    label: str
    closed: bool | None
    won: bool | None


def read_deals(portal: Portal) -> None:
    """Read deals, what is joined with them, and the merged ones."""
    deals = {one for table in portal["deal"] for one in table.texts("deal_id") if one}
    companies = _companies(portal, deals)
    entered = _current_stages(portal, deals)
    owners = _owners(portal)
    stages, used = _stages(portal), set[str]()
    for table in portal["deal"]:
        used |= _read(table, companies, entered, stages, owners)
    for table in portal["deal_pipeline_stage"]:
        joined_or_refused(
            table, "stage_id", table.texts("stage_id"), used, "no deal of these files stands in the stage"
        )
    pipelines = {one for table in portal["deal"] for one in table.texts("deal_pipeline_id", "property_pipeline") if one}
    for table in portal["deal_pipeline"]:
        ids = table.texts("pipeline_id")
        joined_or_refused(table, "pipeline_id", ids, pipelines, "no deal of these files is in the pipeline")
    for table in portal["deal_contact"]:
        fields = {
            "opportunity_id": table.column("deal_id"),
            "contact_id": table.column("contact_id"),
            "role": table.column("label", "association_label"),
            "deleted": table.column("_fivetran_deleted"),
            "updated_at": table.column("_fivetran_synced"),
        }
        table.entry.add("opportunity_roles", table.records("opportunity_roles", fields))
    for table in portal["merged_deal"]:
        rows = GrowingRows(ALIASES)
        merges = zip(table.lines.tolist(), table.texts("merged_deal_id"), table.texts("deal_id"), strict=True)
        for line, old, kept in merges:
            rows.put(line, *alias("opportunities", old, kept))
        headers = {"alias_id": "merged_deal_id", "old_id": "merged_deal_id", "kept_id": "deal_id"}
        table.entry.add("aliases", rows.typed("aliases", table.how, CANONICAL, headers))


def _read(
    table: Native,
    companies: dict[str, list[str]],
    entered: dict[str, str],
    stages: dict[str, _Stage],
    owners: dict[str, str],
) -> set[str]:
    """Read one table of deals; returns the stages they stand in."""
    ids = table.texts("deal_id")
    stage_ids = table.texts("deal_pipeline_stage_id", "property_dealstage")
    stage_ids = [stated or entered.get(one, "") for stated, one in zip(stage_ids, ids, strict=True)]
    standing = [stages.get(one, _Stage(one, None, None)) for one in stage_ids]
    owned = table.texts("owner_id", "property_hubspot_owner_id")
    closing = table.texts("property_closedate")
    won = ["" if not stage.closed or stage.won is None else str(stage.won) for stage in standing]
    fields = {
        "opportunity_id": table.column("deal_id"),
        "account_id": table.taken([min(companies.get(one, [""])) for one in ids], "company_id"),
        "name": table.column("property_dealname"),
        "stage": table.taken([stage.label for stage in standing], "stage"),
        "is_won": table.taken(won, "is_won"),
        "amount_usd": table.column("property_amount"),
        "opened_on": table.column("property_createdate"),
        "closed_on": table.taken(
            [day if s.closed else "" for day, s in zip(closing, standing, strict=True)], "closed_on"
        ),
        "loss_reason": table.column("property_closed_lost_reason"),
        "owner": table.taken([owners.get(one, one) for one in owned], "owner"),
        "deleted": table.column("is_deleted", "_fivetran_deleted"),
        "updated_at": table.column("property_hs_lastmodifieddate", "_fivetran_synced"),
    }
    table.entry.add("opportunities", table.records("opportunities", fields))
    several = sum(1 for one in ids if len(set(companies.get(one, []))) > 1)
    if several:
        table.entry.note(f"{several:,} deals name several companies: the first id was taken")
    return {one for one in stage_ids if one}


def _companies(portal: Portal, deals: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for table in portal["deal_company"]:
        ids, companies = table.texts("deal_id"), table.texts("company_id")
        for row in joined_or_refused(table, "deal_id", ids, deals, _NO_DEAL):
            if companies[row]:
                found[ids[row]].append(companies[row])
    return found


def _current_stages(portal: Portal, deals: set[str]) -> dict[str, str]:
    """The stage each deal stands in by its history: of the rows marked active, the one entered last."""
    latest: dict[str, tuple[str, str]] = {}
    for table in portal["deal_stage"]:
        ids, stages, entered = (
            table.texts("deal_id"),
            table.texts("value"),
            table.texts("date_entered", "_fivetran_start"),
        )
        has_marks = table.column("_fivetran_active") is not None
        active = table.marked("_fivetran_active")
        for row in joined_or_refused(table, "deal_id", ids, deals, _NO_DEAL):
            if active[row] or not has_marks:
                latest[ids[row]] = max(latest.get(ids[row], ("", "")), (entered[row], stages[row]))
    return {one: stage for one, (_, stage) in latest.items()}


def _stages(portal: Portal) -> dict[str, _Stage]:
    found = {}
    for table in portal["deal_pipeline_stage"]:
        told = table.column("is_closed") is not None
        cells = (table.texts("stage_id"), table.texts("label"), table.marked("is_closed"), table.marked("closed_won"))
        for one, label, closed, won in zip(*cells, strict=True):
            found[one] = _Stage(label or one, closed if told else won or None, won)
    return found


def _owners(portal: Portal) -> dict[str, str]:
    used = {one for table in portal["deal"] for one in table.texts("owner_id", "property_hubspot_owner_id") if one}
    used |= {one for table in portal["company"] for one in table.texts("property_hubspot_owner_id") if one}
    found = {}
    for table in portal["owner"]:
        ids, addresses = table.texts("owner_id"), table.texts("email")
        names = zip(table.texts("first_name"), table.texts("last_name"), strict=True)
        for one, address, name in zip(ids, addresses, names, strict=True):
            found[one] = " ".join(part for part in name if part) or address
        joined_or_refused(table, "owner_id", ids, used, "no record of these files is owned by the owner")
    return found
