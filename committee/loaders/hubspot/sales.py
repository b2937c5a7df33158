"""HubSpot meetings, calls, e-mails, notes and tasks: one engagement for each person they are joined with."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from committee.loaders.hubspot.native import Native, Portal, joined_or_refused
from committee.loaders.hubspot.shapes import SOURCE
from committee.loaders.tables import GrowingRows

__all__ = ["read_sales"]

_TIMES = (
    ("start_time", "property_hs_meeting_start_time"),
    ("property_hs_timestamp",),
    ("timestamp",),
    ("property_hs_createdate",),
    ("created_at",),
)
_KINDS = {
    "EMAIL": "sales_email",
    "INCOMING_EMAIL": "reply",
    "FORWARDED_EMAIL": "sales_email",
    "COMMUNICATION": "message",
}
_NOBODY = "no row of these files joins {cell} with a contact or company"
_NO_ENGAGEMENT = "no meeting, call, e-mail, note or task of these files has the id"


@dataclass(frozen=True)
class _Happening:
    """A row that says what happened and when."""

    table: Native
    row: int
    kind: str
    when: str
    deleted: bool
    changed: str


@dataclass
class _Engagements:
    """The engagements of one table while they are put together."""

    table: Native
    rows: GrowingRows = field(
        default_factory=lambda: GrowingRows(
            "engagement_id occurred_at contact_id account_id channel kind deleted updated_at"
        )
    )
    natives: list[str] = field(default_factory=list)
    nobody: list[tuple[int, str]] = field(default_factory=list)


def read_sales(portal: Portal) -> None:
    """Read sales engagements: what happened from the detail tables, who from the associations."""
    happenings: dict[str, list[_Happening]] = defaultdict(list)
    for kind in ("engagement_meeting", "engagement_detail"):
        for table in portal[kind]:
            for one, happening in _happenings(table, kind, "engagement_id"):
                happenings[one].append(happening)
    detailed = set(happenings)
    for table in portal["engagement"]:
        for one, happening in _happenings(table, "engagement", "id"):
            if one not in detailed:
                happenings[one].append(happening)
    contacts = _associated(portal, "engagement_contact", "contact_id", happenings)
    companies = _associated(portal, "engagement_company", "company_id", happenings)
    made = _put_together(happenings, contacts, companies)
    for table in portal["engagement"]:
        ids = table.texts("id")
        rows = [row for row, one in enumerate(ids) if one in made and one in detailed]
        table.entry.join(table.lines[rows])
        lost = [row for row, one in enumerate(ids) if one in detailed and one not in made]
        table.refuse(lost, "id", [ids[row] for row in lost], "no_subject", _NOBODY)


def _happenings(table: Native, kind: str, key: str) -> list[tuple[str, _Happening]]:
    times = [table.texts(*names) for names in _TIMES]
    kinds = table.texts("type", "engagement_type")
    tasks = table.column("task_type", "property_hs_task_type") is not None
    deleted = table.marked("_fivetran_deleted", "is_deleted")
    changed = table.texts("property_hs_lastmodifieddate", "last_updated", "_fivetran_synced")
    found = []
    for row, one in enumerate(table.texts(key)):
        stated = kinds[row].upper() or ("MEETING" if kind == "engagement_meeting" else "TASK" if tasks else "")
        name = _KINDS.get(stated, stated.lower())
        when = next((column[row] for column in times if column[row]), "")
        found.append((one, _Happening(table, row, name, when, deleted[row], changed[row])))
    return found


def _associated(portal: Portal, kind: str, column: str, there: dict[str, list[_Happening]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for table in portal[kind]:
        ids, others, gone = table.texts("engagement_id"), table.texts(column), table.marked("_fivetran_deleted")
        for row in joined_or_refused(table, "engagement_id", ids, there, _NO_ENGAGEMENT):
            if others[row] and not gone[row]:
                found[ids[row]].append(others[row])
    return found


def _put_together(
    happenings: dict[str, list[_Happening]], contacts: dict[str, list[str]], companies: dict[str, list[str]]
) -> set[str]:
    """Write the engagements into their tables; returns the native ids of those that were read."""
    rows: dict[int, _Engagements] = {}
    for one, several in happenings.items():
        account = min(companies.get(one, [""]))
        for happening in several:
            table = happening.table
            mine = rows.setdefault(id(table), _Engagements(table))
            line = int(table.lines[happening.row])
            people = sorted(set(contacts.get(one, [])))
            if one and not people and not account:
                mine.nobody.append((happening.row, one))
                continue
            for person in people or [""]:
                engagement = f"{one}-{person}" if one and person else one
                facts = (happening.kind, "true" if happening.deleted else "false", happening.changed)
                mine.natives.append(one)
                mine.rows.put(line, engagement, happening.when, person, account, "sales", *facts)
    made: set[str] = set()
    headers = {"engagement_id": "engagement_id", "occurred_at": "timestamp"}
    for mine in rows.values():
        done = mine.rows.typed("engagements", mine.table.how, SOURCE, headers)
        mine.table.entry.add("engagements", done)
        made.update(one for one, good in zip(mine.natives, done.kept, strict=True) if good)
        places, ids = [row for row, _ in mine.nobody], [one for _, one in mine.nobody]
        mine.table.refuse(places, "engagement_id", ids, "no_subject", _NOBODY)
        if ids:
            mine.table.entry.note(f"rows refused, since no row of these files says with whom it was: {len(ids):,}")
    return made
