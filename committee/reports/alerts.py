"""Alerts as rows, as a mail for each owner, and as JSON lines for a webhook; and what a replay says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from committee.analysis.alerts import Told
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.playing_alerts import Played
from committee.reports.answer import Rows
from committee.reports.lookup import Row, by_id, rows
from committee.reports.names import owner_file
from committee.reports.rendering import as_csv, cell
from committee.reports.words import count, day, number, persona, plain, term

__all__ = ["alert_files", "alert_rows", "replay_rows"]

_COLUMNS = "sent_as at owner what account program need people cause account_id program_id group_id flag_id contact_ids alert_id"


def alert_rows(told: Sequence[Told], market: Market, findings: Findings) -> Rows:
    """List alerts, then the lines of digests, each by owner and time; people who must not be contacted are not named."""
    found = sorted(
        _facts(told, market, findings), key=lambda row: (row["sent_as"], row["owner"], row["at"], row["alert_id"])
    )
    alerts = sum(one.alert for one in told)
    notes = [f"{count(alerts, 'alert')}, {count(len(told) - alerts, 'line')} in digests"] if told else []
    return Rows.of(_COLUMNS, found, notes or ["Nothing happened since the last alerts"])


def _facts(told: Sequence[Told], market: Market, findings: Findings) -> list[Row]:
    about = [one.occasion for one in told]
    accounts = by_id(market.accounts, "account_id", {one.account_id for one in about})
    programs = by_id(market.programs, "program_id", {one.program_id for one in about if one.program_id})
    groups = by_id(findings.groups, "group_id", {one.group_id for one in about if one.group_id})
    flags = by_id(findings.flags, "flag_id", {one.flag_id for one in about if one.flag_id})
    members: dict[str, list[str]] = {}
    for row in rows(findings.memberships, "group_id", list(groups)):
        members.setdefault(row["group_id"], []).append(row["contact_id"])
    everybody = {one for some in members.values() for one in some}
    everybody |= {one for row in flags.values() for one in row["contact_ids"] or ()}
    contacts = by_id(market.contacts, "contact_id", everybody)
    personas = {row["contact_id"]: row["persona"] for row in rows(findings.personas, "contact_id", everybody)}
    found = []
    for one in told:
        occasion = one.occasion
        group, flag = groups.get(occasion.group_id or ""), flags.get(occasion.flag_id or "")
        ids = (flag["contact_ids"] or []) if flag else members.get(occasion.group_id or "", [])
        people = [key for key in sorted(ids) if key in contacts and not _barred(contacts[key])]
        found.append(
            {
                "sent_as": "alert" if one.alert else f"digest: {one.because}",
                "at": datetime.fromtimestamp(occasion.at / 1000, UTC),
                "owner": plain(occasion.owner),
                "what": "flag raised" if occasion.state == "flag" else f"now {occasion.state}",
                "account": _name(accounts, occasion.account_id),
                "program": _name(programs, occasion.program_id) if occasion.program_id else "no listed program",
                "need": term(group["need"]) if group else "",
                "people": [f"{plain(contacts[key]['name']) or key} ({persona(personas.get(key))})" for key in people],
                "contact_ids": people,
                "cause": plain(occasion.cause),
                **{
                    name: getattr(occasion, name)
                    for name in ("account_id", "program_id", "group_id", "flag_id", "alert_id")
                },
            }
        )
    return found


def _barred(contact: Row) -> bool:
    return bool(contact["suppressed"] or contact["deleted"])


def _name(known: Mapping[str, Row], key: str) -> str:
    return plain(known.get(key, {}).get("name")) or key


def alert_files(told: Sequence[Told], market: Market, findings: Findings) -> dict[str, str]:
    """Return the files of one sending by name: a table, JSON lines, and one mail for each owner."""
    answer = alert_rows(told, market, findings)
    facts = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    lines = [
        json.dumps(
            {name: value if isinstance(value, list) else cell(value) for name, value in row.items()}, ensure_ascii=False
        )
        for row in facts
    ]
    files = {
        "alerts.csv": as_csv(answer.columns, answer.rows),
        "alerts.jsonl": "".join(f"{line}\n" for line in lines),
    }
    for owner in sorted({row["owner"] for row in facts}):
        files[f"mail/{owner_file(owner)}.txt"] = _mail(owner, [row for row in facts if row["owner"] == owner])
    return files


def _mail(owner: str, facts: Sequence[Row]) -> str:
    alerts = [row for row in facts if row["sent_as"] == "alert"]
    others = [row for row in facts if row["sent_as"] != "alert"]
    if len(alerts) == 1:
        subject = f"{alerts[0]['account']}: {alerts[0]['what']}"
    else:
        subject = count(len(alerts), "alert") if alerts else f"Digest of {count(len(others), 'line')}"
    parts = [f"Subject: {subject}\n\nFor {owner or 'whoever takes accounts without an owner'}\n"]
    parts += [_paragraph(row) for row in alerts]
    if others:
        parts.append("\nDigest\n")
        parts += [
            f"- {day(row['at'])}: {row['account']}, {row['program']}: {row['what']} ({row['sent_as'][8:]})\n"
            for row in others
        ]
    return "".join(parts)


def _paragraph(row: Row) -> str:
    need = f", {row['need']}" if row["need"] else ""
    page = f"handoff {row['group_id']}" if row["group_id"] else f"explain flag:{row['flag_id']}"
    who = f"People: {', '.join(row['people'])}\n" if row["people"] else "Nobody in it may be contacted\n"
    return (
        f"\n{row['account']}: {row['what']} on {day(row['at'])}\n"
        f"{row['program']}{need}\nWhy: {row['cause']}\n{who}Page: committee {page}\n"
    )


def replay_rows(played: Played, rule: str, days: float, families: int) -> Rows:
    """Count what would have been sent, owner by owner; the busiest first."""
    told = played.told
    alerts = Counter(one.occasion.owner for one in told if one.alert)
    lines = Counter(one.occasion.owner for one in told if not one.alert)
    busiest: dict[str, int] = {}
    for (owner, _), amount in played.weeks.items():
        busiest[owner] = max(amount, busiest.get(owner, 0))
    listing = [
        [plain(owner) or "nobody", alerts[owner], busiest.get(owner, 0), lines[owner]]
        for owner in sorted(alerts.keys() | lines.keys(), key=lambda owner: (-alerts[owner], -lines[owner], owner))
    ]
    owners = [owner for owner in alerts.keys() | lines.keys() if owner]
    owned = sum(alerts[owner] for owner in owners)
    each = f", {number(round(owned / len(owners), 1))} per rep" if owners else ""
    notes = [
        f"{rule}: {count(alerts.total(), 'alert')} in {number(days)} days{each}; {count(lines.total(), 'line')} in digests",
        f"With personas from {families + 1} function families: {count(played.broader, 'alert')}",
        f"Flags were raised anew at each of {count(played.looks, 'daily look')}, from what had happened by then; statuses are dated by the groups of the last look",
    ]
    return Rows(["owner", "alerts", "busiest_week", "digest_lines"], listing, notes)
