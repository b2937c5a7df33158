"""One group with everything around it, looked up once: what the sections of the page are made from.

It is long because every lookup that two sections share stands here, once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.handoff.document import Told
from committee.reports.handoff.facts import fact, name_of, quoted, word_of
from committee.reports.handoff.wording import wording
from committee.reports.lookup import Row, by_id, one, rows
from committee.reports.words import persona, plain
from committee.settings import word_list

__all__ = ["GroupView", "view_of"]


@dataclass
class GroupView:
    """A group's own rows of every table, and the few lookups that all sections share."""

    market: Market
    findings: Findings
    group: Row
    limits: Mapping[str, int]

    @property
    def group_id(self) -> str:
        """The group's id."""
        return str(self.group["group_id"])

    @cached_property
    def as_of(self) -> datetime:
        """The moment the findings speak of; the group's last touch when no run says it."""
        run = self.findings.run
        return datetime.fromisoformat(run.as_of).astimezone(UTC) if run else self.group["last_active_at"]

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The settings the run was made with; the shipped ones for what it does not say."""
        used = self.findings.run.settings if self.findings.run else {}
        return {**word_list("detection"), **used}

    @cached_property
    def wording(self) -> Mapping[str, Any]:
        """The patterns and rules in force."""
        return wording()

    @cached_property
    def account(self) -> Row:
        """The account; only its id when the market does not hold it."""
        account_id = self.group["account_id"]
        return one(self.market.accounts, "account_id", account_id) or {"account_id": account_id, "name": account_id}

    @property
    def account_name(self) -> Told:
        """The account's name."""
        return name_of("account", self.account["account_id"], self.account)

    @cached_property
    def other_groups(self) -> dict[str, Row]:
        """The other groups of the findings that members of this one are in, and those of the account, by id."""
        members = rows(self.findings.memberships, "contact_id", [row["contact_id"] for row in self.members])
        found = by_id(self.findings.groups, "group_id", [row["group_id"] for row in members])
        found |= {row["group_id"]: row for row in rows(self.findings.groups, "account_id", self.group["account_id"])}
        return {key: row for key, row in sorted(found.items()) if key != self.group_id}

    @cached_property
    def program(self) -> Row | None:
        """The program, if one is listed."""
        program_id = self.group["program_id"]
        return one(self.market.programs, "program_id", program_id) or (
            {"program_id": program_id} if program_id else None
        )

    @cached_property
    def program_is_sure(self) -> bool:
        """Whether a program is named, and what the others may be leaves it a probability as high as the settings ask."""
        others = [float(word.rpartition(":")[2]) for word in self.group["program_alternatives"] or []]
        return bool(self.group["program_id"]) and 1 - sum(others) >= self.wording["program"]["least"]

    @cached_property
    def members(self) -> list[Row]:
        """Memberships: most touches first, then the latest, then by id."""
        found = rows(self.findings.memberships, "group_id", self.group_id)
        found.sort(key=lambda row: row["contact_id"])
        found.sort(key=lambda row: (row["engagements"] or 0, row["last_at"] or self.group["formed_at"]), reverse=True)
        return found

    @property
    def reachable(self) -> list[Row]:
        """The members who may be contacted."""
        return [row for row in self.members if row["contact_id"] not in self.barred]

    @cached_property
    def contacts(self) -> dict[str, Row]:
        """The members' own records, by id."""
        return by_id(self.market.contacts, "contact_id", [row["contact_id"] for row in self.members])

    @cached_property
    def colleagues(self) -> list[Row]:
        """Everybody known in the account, members too, by id."""
        return rows(self.market.contacts, "account_id", self.group["account_id"])

    @cached_property
    def personas(self) -> dict[str, str]:
        """The persona of everybody known in the account; a membership's own persona stands for its member."""
        ids = [row["contact_id"] for row in self.colleagues]
        found = {
            row["contact_id"]: row["persona"] or "unknown" for row in rows(self.findings.personas, "contact_id", ids)
        }
        return found | {
            row["contact_id"]: row["persona"] or found.get(row["contact_id"], "unknown") for row in self.members
        }

    @cached_property
    def evidence(self) -> list[Row]:
        """Engagements that count for the group, by time and id, each with what the market says of it."""
        found = rows(self.findings.evidence, "group_id", self.group_id)
        known = by_id(self.market.engagements, "engagement_id", [row["engagement_id"] for row in found])
        joined = [{**known[row["engagement_id"]], **row} for row in found if row["engagement_id"] in known]
        return sorted(joined, key=lambda row: (row["occurred_at"], row["engagement_id"]))

    @cached_property
    def content(self) -> dict[str, Row]:
        """The pieces of content in the evidence, by id."""
        return by_id(
            self.market.content, "content_id", [row["content_id"] for row in self.evidence if row["content_id"]]
        )

    @cached_property
    def stages(self) -> dict[str, str]:
        """The funnel stage of each piece in the evidence: as concluded, else as stated."""
        tagged = by_id(self.findings.content_tags, "content_id", list(self.content))
        stated = {key: row["stage"] for key, row in self.content.items()}
        return {key: stage for key in self.content if (stage := tagged.get(key, {}).get("stage") or stated[key])}

    @cached_property
    def topics(self) -> dict[str, list[str]]:
        """The needs each piece in the evidence is about, as concluded."""
        tagged = by_id(self.findings.content_tags, "content_id", list(self.content))
        return {key: list(row["topic"] or []) for key, row in tagged.items()}

    def touches_of(self, contact_id: str) -> list[Row]:
        """Return the evidence of one person, by time and id."""
        return self._by_person.get(contact_id, [])

    @cached_property
    def _by_person(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.evidence:
            found.setdefault(row["contact_id"], []).append(row)
        return found

    @cached_property
    def flags(self) -> list[Row]:
        """Flags of this group, the latest first."""
        found = rows(self.findings.flags, "group_id", self.group_id)
        return sorted(found, key=lambda row: (row["window_end"], row["raised_at"], row["flag_id"]), reverse=True)

    @cached_property
    def barred(self) -> dict[str, str]:
        """People of the account who must not be contacted: id -> reason."""
        people = {row["contact_id"]: row for row in (*self.colleagues, *self.contacts.values())}
        aside = {
            row["id"]: row["reason"]
            for row in rows(self.findings.set_aside, "id", list(people))
            if row["record"] == "contacts"
        }
        reasons = {key: _reason(row, aside.get(key)) for key, row in people.items()}
        return {key: reason for key, reason in sorted(reasons.items()) if reason}

    def contact(self, contact_id: str) -> Row:
        """Return the record of somebody known in the account; empty where there is none."""
        found = self.contacts.get(contact_id) or self._known.get(contact_id)
        return found or {}

    @cached_property
    def _known(self) -> dict[str, Row]:
        return {row["contact_id"]: row for row in self.colleagues}

    def name(self, contact_id: str) -> str:
        """Return a person's name; the mail address is no name, so the id stands where none is given."""
        return plain(self.contact(contact_id).get("name")) or contact_id

    def who(self, contact_id: str, longest: int = 0) -> Told:
        """Return the name as a fact."""
        return name_of("contact", contact_id, self.contact(contact_id), longest=longest)

    def role(self, contact_id: str) -> Told:
        """Return the persona in words, of the membership where there is one."""
        word = self.personas.get(contact_id)
        member = any(row["contact_id"] == contact_id and row["persona"] for row in self.members)
        record, key = ("membership", f"{self.group_id}|{contact_id}") if member else ("persona", contact_id)
        return fact(persona(word), "word", word, record, key, "persona")

    def named(self, contact_id: str) -> Told:
        """Return ``Dana Roe (procurement)``; a name too long for a sentence is cut."""
        return self.who(contact_id, self.limits["characters"]) + " (" + self.role(contact_id) + ")"

    def piece(self, engagement: Row) -> Told:
        """Return what a person took in: the title in quotation marks, else the kind of the engagement."""
        content_id = engagement.get("content_id")
        piece = self.content.get(content_id or "")
        if piece and plain(piece["title"]):
            return quoted(name_of("content", str(content_id), piece, "title"))
        key = engagement["engagement_id"]
        if plain(content_id):
            return fact(plain(content_id), "name", content_id, "engagement", key, "content_id")
        return word_of("engagement", key, "kind", engagement.get("kind")) or Told("an engagement")

    def about(self, program_id: str | None, longest: int = 0) -> Told:
        """Return a program by its name, and by its number in the registry where the name is cut."""
        if not program_id:
            return Told("no listed program")
        row = one(self.market.programs, "program_id", program_id) or {}
        told = name_of("program", program_id, row, longest=longest or self.limits["characters"])
        number = plain(row.get("registry_id"))
        cut = told.claims and told.text != told.claims[0].value
        return told + (
            Told(" (") + fact(number, "name", number, "program", program_id, "registry_id") + ")"
            if cut and number
            else ""
        )


def _reason(contact: Row, set_aside: str | None) -> str:
    told = [
        "marked as not to be contacted" if contact.get("suppressed") else "",
        "deleted in the source" if contact.get("deleted") else "",
    ]
    return "; ".join(part for part in told if part)


def view_of(group_id: str, market: Market, findings: Findings) -> GroupView:
    """Look up a group.

    Raises
    ------
    NotFound
        The findings have no such group.
    """
    group = one(findings.groups, "group_id", group_id)
    if group is None:
        raise NotFound(f"group {group_id} is not among these findings", "List the groups with: committee groups")
    return GroupView(market, findings, group, word_list("reports")["limits"])
