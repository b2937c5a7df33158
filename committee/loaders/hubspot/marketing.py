"""HubSpot e-mail events and form submissions, the e-mails and forms they are about, and who has unsubscribed."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from committee.loaders.hubspot.native import Native, Portal, joined_or_refused
from committee.loaders.hubspot.shapes import DETAILS_OF_EMAIL_EVENTS, SOURCE
from committee.loaders.tables import Column, GrowingRows, one_array

__all__ = ["read_marketing"]

# Ids of e-mails and forms are counted apart in a portal: a prefix keeps content 12 and form 12 apart.
_EMAIL, _FORM = "email-", "form-"
_KINDS = {"SPAMREPORT": "spam_report", "STATUSCHANGE": "status_change"}  # the others in small letters


def read_marketing(portal: Portal) -> None:
    """Read content, e-mail events with their details, and form submissions."""
    for table in portal["email_campaign"]:
        fields = {
            "content_id": table.prefixed(_EMAIL, "id"),
            "title": table.column("subject", "name"),
            "kind": table.taken(["email"] * len(table.lines), "kind"),
            "updated_at": table.column("_fivetran_synced"),
        }
        table.entry.add("content", table.records("content", fields))
    for table in portal["form"]:
        fields = {
            "content_id": table.prefixed(_FORM, "guid"),
            "title": table.column("name"),
            "kind": table.taken(["form"] * len(table.lines), "kind"),
            "deleted": table.column("_fivetran_deleted", "is_deleted"),
            "updated_at": table.column("updated_at", "_fivetran_synced"),
        }
        table.entry.add("content", table.records("content", fields))
    _read_email_events(portal)
    _read_submissions(portal)


def _read_email_events(portal: Portal) -> None:
    campaigns = {one for table in portal["email_campaign"] for one in table.texts("id")}
    recipients: dict[str, str] = {}  # of the events that were read
    moments: dict[str, str] = {}
    wanted = any(portal[kind] for kind in DETAILS_OF_EMAIL_EVENTS)
    for table in portal["email_event"]:
        filtered = table.column("filtered_event")
        fields = {
            "engagement_id": table.column("id"),
            "occurred_at": table.column("created"),
            "email": table.column("recipient"),
            "content_id": table.prefixed(_EMAIL, "email_campaign_id"),
            "kind": _kinds(table),
            "channel": table.taken(["email"] * len(table.lines), "channel"),
            "deleted": filtered,
            "updated_at": table.column("_fivetran_synced"),
        }
        made = table.records("engagements", fields)
        table.entry.add("engagements", made)
        found = sum(1 for one in table.texts("email_campaign_id") if one in campaigns)
        table.entry.note(f"{found:,} of {len(table.lines):,} name an e-mail of these files, the others wait for theirs")
        hidden = sum(table.marked("filtered_event"))
        if hidden:
            table.entry.note(f"{hidden:,} events were filtered by the portal itself: set aside")
        if wanted:
            rows = zip(table.texts("id"), table.texts("recipient"), table.texts("created"), made.kept, strict=True)
            for one, who, when, good in rows:
                if good:
                    recipients[one], moments[one] = who, when
    for kind in sorted(DETAILS_OF_EMAIL_EVENTS):
        for table in portal[kind]:
            ids = table.texts("id")
            joined = joined_or_refused(table, "id", ids, recipients, "no e-mail event of these files has the id")
            if kind == "email_event_status_change":
                _read_subscriptions(table, portal, [(row, recipients[ids[row]], moments[ids[row]]) for row in joined])


def _kinds(table: Native) -> Column:
    column = table.column("type")
    assert column is not None  # the table is known by it
    cells = one_array(column.cells)
    encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
    stated = [word.strip() for word in encoded.dictionary.to_pylist()]
    words = pa.array([_KINDS.get(word.upper(), word.lower()) for word in stated], pa.string())
    return Column(column.header, words.take(encoded.indices))


def _read_subscriptions(table: Native, portal: Portal, joined: list[tuple[int, str, str]]) -> None:
    """Who has unsubscribed must not be contacted, who has come back may be; the newest word counts."""
    contacts = {
        address.lower(): one
        for people in portal["contact"]
        for one, address in zip(people.texts("id", "vid"), people.texts("property_email"), strict=True)
        if address
    }
    rows = GrowingRows("contact_id suppressed updated_at")
    status = table.texts("portal_subscription_status")
    for row, who, when in joined:
        suppressed = {"UNSUBSCRIBED": "true", "SUBSCRIBED": "false"}.get(status[row].upper())
        if suppressed and who.lower() in contacts:
            rows.put(int(table.lines[row]), contacts[who.lower()], suppressed, when)
    table.entry.add("contacts", rows.typed("contacts", table.how, SOURCE))


def _read_submissions(portal: Portal) -> None:
    forms = {one for table in portal["form"] for one in table.texts("guid")}
    for table in portal["contact_form_submission"]:
        given = table.texts("conversion_id")
        parts = zip(table.texts("form_id"), table.texts("contact_id"), table.texts("timestamp"), strict=True)
        ids = [_FORM + (one or "-".join(part)) for one, part in zip(given, parts, strict=True)]
        fields = {
            "engagement_id": table.taken(ids, "conversion_id"),
            "occurred_at": table.column("timestamp"),
            "contact_id": table.column("contact_id"),
            "content_id": table.prefixed(_FORM, "form_id"),
            "kind": table.taken(["form"] * len(ids), "kind"),
            "channel": table.taken(["web"] * len(ids), "channel"),
            "updated_at": table.column("_fivetran_synced"),
        }
        made = table.records("engagements", fields)
        table.entry.add("engagements", made)
        unknown = GrowingRows("content_id title kind url updated_at")  # the page names the form where no table does
        cells = (table.texts(name) for name in ("form_id", "title", "page_url", "timestamp"))
        for line, good, form, title, url, when in zip(table.lines.tolist(), made.kept, *cells, strict=True):
            if good and form and form not in forms:
                unknown.put(line, _FORM + form, title, "form", url, when)
        table.entry.add("content", unknown.typed("content", table.how, SOURCE))
        if pc.any(pc.is_null(made.table["contact_id"])).as_py():
            table.entry.note("submissions without a contact were refused: they cannot tell who did it")
