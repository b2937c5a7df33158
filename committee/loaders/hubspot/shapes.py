"""The tables of a HubSpot portal as a connector lands them: the columns each is known by, and what it is used for.

Names are those of the documented connector schema; the property columns of a portal are its own and come on top.
"""

from __future__ import annotations

from committee.loaders.tables import Shape

__all__ = ["DETAILS_OF_EMAIL_EVENTS", "NATIVE", "NOT_USED", "SHAPES", "SOURCE"]

SOURCE = "hubspot"

# kind: (columns it needs, "a|b" = one of them; further columns that speak for it)
_USED: dict[str, tuple[str, str]] = {
    "company": (
        "id property_name",
        "is_deleted _fivetran_synced _fivetran_deleted portal_id property_domain property_country property_industry "
        "property_annualrevenue property_numberofemployees property_createdate property_hubspot_owner_id",
    ),
    "contact": (
        "id|vid property_email",
        "_fivetran_deleted is_deleted _fivetran_synced property_firstname property_lastname property_jobtitle "
        "property_createdate property_hs_calculated_merged_vids property_associatedcompanyid",
    ),
    "contact_merge_audit": ("canonical_vid vid_to_merge", "contact_id _fivetran_synced num_properties_moved timestamp"),
    "contact_company": ("contact_id company_id", "type_id category _fivetran_synced"),
    "owner": (
        "owner_id email|first_name",
        "last_name type portal_id active_user_id created_at updated_at _fivetran_synced",
    ),
    "email_event": (
        "id type created email_campaign_id recipient",
        "_fivetran_synced app_id sent_by_id sent_by_created filtered_event portal_id obsoleted_by_id caused_by_id",
    ),
    "email_campaign": (
        "id app_id name|subject",
        "_fivetran_synced content_id num_included num_queued sub_type type app_name",
    ),
    "form": ("guid name", "form_type submit_text method action redirect portal_id created_at updated_at css_class"),
    "contact_form_submission": (
        "contact_id form_id timestamp",
        "conversion_id page_id page_url portal_id title _fivetran_synced",
    ),
    "engagement": (
        "id type portal_id",
        "_fivetran_synced timestamp created_at last_updated owner_id active engagement_type",
    ),
    "engagement_meeting": (
        "engagement_id start_time|property_hs_meeting_start_time",
        "end_time meeting_outcome title body source source_id _fivetran_synced type property_hs_timestamp",
    ),
    "engagement_detail": (
        "engagement_id property_hs_timestamp|property_hs_createdate|disposition|subject|body|to_number|task_type",
        "_fivetran_synced _fivetran_deleted type property_hubspot_owner_id property_hubspot_team_id status "
        "property_hs_lastmodifieddate property_hs_email_subject property_hs_note_body property_hs_task_type",
    ),
    "engagement_contact": ("engagement_id contact_id", "engagement_type type_id category _fivetran_synced"),
    "engagement_company": ("engagement_id company_id", "engagement_type type_id category _fivetran_synced"),
    "deal": (
        "deal_id property_dealname|property_amount|deal_pipeline_stage_id",
        "is_deleted _fivetran_deleted deal_pipeline_id owner_id portal_id property_closedate property_createdate "
        "_fivetran_synced property_dealstage",
    ),
    "deal_contact": ("deal_id contact_id", "type_id category _fivetran_synced"),
    "deal_company": ("deal_id company_id", "type_id category _fivetran_synced"),
    "deal_stage": ("deal_id date_entered value", "_fivetran_start _fivetran_active _fivetran_end source source_id"),
    "deal_pipeline": (
        "pipeline_id label active",
        "display_order created_at updated_at _fivetran_synced _fivetran_deleted",
    ),
    "deal_pipeline_stage": (
        "stage_id pipeline_id label closed_won|probability",
        "is_closed display_order active created_at updated_at _fivetran_synced _fivetran_deleted",
    ),
    "merged_deal": ("deal_id merged_deal_id", "_fivetran_synced"),
}

_LEAST = 3  # two ids alone may be anybody's table

# Further facts about an e-mail event, by its id.
_DETAILS: dict[str, tuple[str, str]] = {
    "email_event_bounce": ("id category _fivetran_synced", "status response"),
    "email_event_click": ("id url user_agent _fivetran_synced", "referer browser location ip_address"),
    "email_event_deferred": ("id attempt _fivetran_synced", "response"),
    "email_event_delivered": ("id smtp_id _fivetran_synced", "response"),
    "email_event_dropped": ("id drop_reason _fivetran_synced", "bcc cc drop_message from reply_to subject"),
    "email_event_forward or _print": ("id browser user_agent _fivetran_synced", "ip_address location"),
    "email_event_open": ("id duration user_agent _fivetran_synced", "browser ip_address location"),
    "email_event_sent": ("id from reply_to _fivetran_synced", "bcc cc subject"),
    "email_event_spam_report": ("id ip_address user_agent _fivetran_synced", ""),
    "email_event_status_change": (
        "id portal_subscription_status _fivetran_synced",
        "bounced requested_by source subscriptions",
    ),
}

# Tables of a portal that say nothing about who buys: recognised, counted, not read further.
_NOT_USED: dict[str, tuple[str, str]] = {
    "contact_list": ("id name processing_type|list_version|dynamic", "created_at updated_at object_type_id portal_id"),
    "contact_list_member": ("contact_list_id contact_id", "added_at _fivetran_deleted _fivetran_synced"),
    "engagement_deal": ("engagement_id deal_id", "engagement_type type_id category _fivetran_synced"),
    "company_property_history": (
        "company_id name value timestamp|timestamp_instant",
        "source source_id _fivetran_synced",
    ),
    "contact_property_history": (
        "contact_id name value timestamp|timestamp_instant",
        "source source_id _fivetran_synced",
    ),
    "deal_property_history": ("deal_id name value timestamp|timestamp_instant", "source source_id _fivetran_synced"),
    "ticket_property_history": (
        "ticket_id name value timestamp|timestamp_instant",
        "source source_id _fivetran_synced",
    ),
    "owner_team": ("owner_id team_id", "is_team_primary _fivetran_synced"),
    "property": (
        "name hubspot_object|hubspot_defined field_type",
        "_fivetran_id calculated description group_name label type",
    ),
    "property_option": ("property_id label", "display_order hidden value _fivetran_synced"),
    "role": ("id name requires_billing_write", "_fivetran_synced"),
    "team": ("id name _fivetran_synced", ""),
    "team_user": ("team_id user_id", "is_secondary_user _fivetran_synced"),
    "users": ("id primary_team_id", "role_id email first_name last_name _fivetran_synced"),
    "ticket": (
        "id property_subject|property_hs_pipeline|property_hs_ticket_category",
        "is_deleted property_content property_hs_pipeline_stage property_closed_date property_createdate _fivetran_synced",
    ),
    "ticket_company": ("ticket_id company_id", "category _fivetran_synced"),
    "ticket_contact": ("ticket_id contact_id", "category _fivetran_synced"),
    "ticket_deal": ("ticket_id deal_id", "category _fivetran_synced"),
    "ticket_engagement": ("ticket_id engagement_id", "category _fivetran_synced"),
    "ticket_pipeline": (
        "pipeline_id label object_type_id",
        "active display_order created_at updated_at _fivetran_synced",
    ),
    "ticket_pipeline_stage": (
        "stage_id pipeline_id label ticket_state",
        "is_closed display_order active created_at updated_at _fivetran_synced _fivetran_deleted",
    ),
}


def _shapes(tables: dict[str, tuple[str, str]]) -> tuple[Shape, ...]:
    return tuple(
        Shape.of(SOURCE, kind, needs.split(), knows.split(), _LEAST) for kind, (needs, knows) in tables.items()
    )


NATIVE = _shapes(_USED)
NOT_USED = frozenset(_NOT_USED)
DETAILS_OF_EMAIL_EVENTS = frozenset(_DETAILS)
SHAPES = (*NATIVE, *_shapes(_DETAILS), *_shapes(_NOT_USED))
