"""What one person took in, how often, and what it counts for."""

from __future__ import annotations

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.lookup import Row, by_id, one, rows
from committee.reports.words import count, persona, plain, share, source

__all__ = ["contact_detail"]


def contact_detail(market: Market, findings: Findings, contact_id: str) -> Rows:
    """List what a person took in, how often, and what it counts for; the notes say who the person is.

    Raises
    ------
    NotFound
        Neither the market nor the findings know the person.
    """
    contact = one(market.contacts, "contact_id", contact_id)
    if contact is None:
        raise NotFound(f"contact {contact_id} is not known", "Look the person up by name")
    found = _engagements_of(market, findings, contact)
    pieces = by_id(market.content, "content_id", {row["content_id"] for row in found if row["content_id"]})
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in found:
        grouped.setdefault((row["content_id"] or "", row["kind"] or "", row["counts_for"]), []).append(row)
    listing = [
        {
            "content_id": content_id,
            "title": plain(pieces.get(content_id, {}).get("title")) or kind,
            "kind": kind,
            "times": len(touches),
            "first_at": touches[0]["occurred_at"],
            "last_at": touches[-1]["occurred_at"],
            "counts_for": counts_for,
            "engagement_ids": [row["engagement_id"] for row in touches],
        }
        for (content_id, kind, counts_for), touches in sorted(grouped.items())
    ]
    listing.sort(key=lambda row: row["last_at"], reverse=True)
    return Rows.of(
        "title kind times first_at last_at counts_for content_id engagement_ids",
        listing,
        _contact_notes(market, findings, contact),
    )


def _engagements_of(market: Market, findings: Findings, contact: Row) -> list[Row]:
    """Everything the person did: named by id, by mail address, or told apart by the run."""
    counted: dict[str, list[str]] = {}
    for row in rows(findings.evidence, "contact_id", contact["contact_id"]):
        counted.setdefault(row["engagement_id"], []).append(f"group {row['group_id']}")
    found = rows(market.engagements, "contact_id", contact["contact_id"])
    found += (
        [row for row in rows(market.engagements, "email", contact["email"] or "") if not row["contact_id"]]
        if contact["email"]
        else []
    )
    found += rows(market.engagements, "engagement_id", list(counted))
    unique = {row["engagement_id"]: row for row in found}
    loose = {
        row["engagement_id"]: f"no group: {row['reason'].replace('_', ' ')}"
        for row in rows(findings.unassigned, "engagement_id", list(unique))
    }
    aside = {
        row["id"]: f"set aside: {row['reason'].replace('_', ' ')}"
        for row in rows(findings.set_aside, "id", list(unique))
        if row["record"] == "engagements"
    }
    for key, row in unique.items():
        row["counts_for"] = "; ".join(counted.get(key, [])) or loose.get(key) or aside.get(key) or "nothing yet"
    return sorted(unique.values(), key=lambda row: (row["occurred_at"], row["engagement_id"]))


def _reads_like(findings: Findings, contact: Row, said: str | None) -> list[str]:
    """What the reading says of the persona, beside the title: a second voice that decides nothing."""
    found = one(findings.readings, "contact_id", contact["contact_id"])
    if found is None:
        return []
    told = f"Reads like {persona(found['persona'])} ({share(found['probability'])}, {count(found['pieces'], 'piece')})"
    if found["persona"] == said:
        return [f"{told}, as the title says"]
    known = said not in (None, "unknown")
    return [f"{told}: {'the title says otherwise and stands' if known else 'a hint, the title says nothing'}"]


def _contact_notes(market: Market, findings: Findings, contact: Row) -> list[str]:
    account = one(market.accounts, "account_id", contact["account_id"])
    found = one(findings.personas, "contact_id", contact["contact_id"]) or {}
    because = (
        f" ({found['rule']}: {plain(found['matched'])})"
        if found.get("matched")
        else f" ({found['rule']})"
        if found.get("rule")
        else ""
    )
    runner_up = f", else {persona(found['runner_up'])}" if found.get("runner_up") else ""
    memberships = rows(findings.memberships, "contact_id", contact["contact_id"])
    groups = by_id(findings.groups, "group_id", [row["group_id"] for row in memberships])
    barred = [
        word
        for word, said in (
            ("marked as not to be contacted", contact["suppressed"]),
            ("deleted in the source", contact["deleted"]),
        )
        if said
    ]
    return [
        ", ".join(
            part
            for part in (
                plain(contact["name"]) or contact["contact_id"],
                plain(contact["title"]),
                plain((account or {}).get("name")),
            )
            if part
        ),
        f"Persona: {persona(found.get('persona'))}{because}{runner_up}",
        *_reads_like(findings, contact, found.get("persona")),
        *(
            [f"New face: known by a mail address at {plain((account or {}).get('name'))} only"]
            if contact["new_face"]
            else []
        ),
        *(
            f"Member of {row['group_id']} ({plain(groups[row['group_id']]['need'])}, {groups[row['group_id']]['status']}), {share(row['probability'])}, {count(row['engagements'] or 0, 'touch', 'touches')}"
            for row in memberships
            if row["group_id"] in groups
        ),
        *([f"Do not contact: {'; '.join(barred)} ({source(contact['source_system'])})"] if barred else []),
    ]
