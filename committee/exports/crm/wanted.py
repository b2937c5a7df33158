"""What should stand in a CRM by the findings: the roles of members on open deals, and a record of each group.

Whatever is left out is counted with its reason. No name and no mail address of anybody is among what is returned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from committee.exports.crm.system import System
from committee.findings import Findings
from committee.market import Market

__all__ = ["Wanted", "wanted"]

Key = tuple[str, ...]
Row = dict[str, Any]
_CLOSED = "closed"
_STOPPED = "must not be contacted"


@dataclass
class Wanted:
    """What should stand in the CRM.

    Attributes
    ----------
    roles : mapping of (deal, contact) to cells by column
        Where the person holds the role, the deal in the key is empty.
    groups : mapping of group to cells by column
    closed : set of str
        Groups whose record is kept up to date, and never made anew.
    reachable : set of str
        The CRM's ids of all people it knows who may be contacted.
    left_out : mapping of (kind of thing, reason) to ids
    """

    roles: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    reachable: set[str] = field(default_factory=set)
    left_out: dict[tuple[str, str], set[Key]] = field(default_factory=lambda: defaultdict(set))


def wanted(
    market: Market,
    findings: Findings,
    system: System,
    as_of: datetime,
    same: Mapping[str, Mapping[str, str]] | None = None,
    dismissed: frozenset[str] = frozenset(),
) -> Wanted:
    """Work out what should stand in a CRM.

    A deal with a program is that of the groups of its account and program. A deal without one is that of a group only
    when it is the only one of its account that is not closed.

    Parameters
    ----------
    market : Market
        As pages look at it: one record a person.
    findings : Findings
    system : System
    as_of : datetime
        Moment of the findings; a deal that closed later is open.
    same : mapping, optional
        Which accounts and contacts stand for which, by table: a person may be known to the CRM by another id.
    dismissed : frozenset of str
        Ids of groups that stay hidden.
    """
    found = Wanted()
    ids = _Ids(system, same or {})
    groups = [row for row in findings.groups.to_pylist() if row["group_id"] not in dismissed]
    for group_id in sorted(dismissed):
        found.left_out["group", "dismissed"].add((group_id,))
    contacts = {row["contact_id"]: row for row in market.contacts.to_pylist()}
    stopped = {key for key, row in contacts.items() if row["suppressed"] or row["deleted"]}
    for contact_id in contacts:
        if contact_id not in stopped:
            found.reachable.update(ids.every("contacts", contact_id))
    _put_groups(found, market, findings, groups, system, ids)
    _put_roles(found, market, findings, groups, system, ids, contacts, stopped, as_of)
    return found


class _Ids:
    """Ids of the CRM for records of the market, those of joined records among them."""

    def __init__(self, system: System, same: Mapping[str, Mapping[str, str]]) -> None:
        self._system = system
        self._others: dict[tuple[str, str], list[str]] = defaultdict(list)
        for table, joined in same.items():
            for old, now in sorted(joined.items()):
                self._others[table, now].append(old)

    def every(self, table: str, record_id: str) -> set[str]:
        natives = (self._system.native(table, one) for one in (record_id, *self._others[table, record_id]))
        return {one for one in natives if one}

    def one(self, table: str, record_id: str) -> str | None:
        """Its own id there, else the only one of those it stands for."""
        own = self._system.native(table, record_id)
        every = self.every(table, record_id)
        return own or (every.pop() if len(every) == 1 else None)


# --- groups ---------------------------------------------------------------------------------------------------------


def _put_groups(
    found: Wanted, market: Market, findings: Findings, groups: list[Row], system: System, ids: _Ids
) -> None:
    programs = {row["program_id"]: row["name"] for row in market.programs.select(["program_id", "name"]).to_pylist()}
    spoken = _spoken_of_people(market)
    seats = defaultdict(list)
    for row in findings.coverage.to_pylist():
        if row["needed"]:
            seats[row["group_id"]].append((row["engaged"] or 0) >= row["needed"])
    for row in sorted(groups, key=lambda one: one["group_id"]):
        account = ids.one("accounts", row["account_id"])
        if account is None:
            found.left_out["group", f"its account is not known to {system.title}"].add((row["group_id"],))
            continue
        line = row["lineage_id"] or row["group_id"]
        line = row["group_id"] if line in found.groups else line  # two groups may go on from one
        taken = seats[row["group_id"]]
        cells = {
            "group": line,
            "name": _name(row, programs.get(row["program_id"]), spoken[row["account_id"]])[: system.name_characters],
            "account": account,
            "completeness": str(round(100 * sum(taken) / len(taken))) if taken else "",
            "members": str(row["people"]),
            "status": system.statuses.get(row["status"], ""),
        }
        found.groups[line] = _columns(cells, system.group_columns)
        if row["status"] == _CLOSED:
            found.closed.add(line)


def _spoken_of_people(market: Market) -> dict[str, set[str]]:
    """Names and addresses of people, by account, in small letters."""
    spoken: dict[str, set[str]] = defaultdict(set)
    for row in market.contacts.select(["account_id", "name", "email"]).to_pylist():
        spoken[row["account_id"]].update(text.lower().strip() for text in (row["name"], row["email"]) if text)
    return spoken


def _name(group: Row, program: str | None, spoken: set[str]) -> str:
    """What the group is about; a program that is called after a person is told by its id."""
    if program and ("@" in program or any(text in program.lower() for text in spoken if text)):
        program = group["program_id"]
    about = [(group["need"] or "").replace("_", " "), program or "no listed program"]
    return ": ".join(word for word in about if word)


def _columns(cells: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {names[key]: value for key, value in cells.items() if names[key]}


# --- roles ----------------------------------------------------------------------------------------------------------


def _put_roles(
    found: Wanted,
    market: Market,
    findings: Findings,
    groups: list[Row],
    system: System,
    ids: _Ids,
    contacts: Mapping[str, Row],
    stopped: set[str],
    as_of: datetime,
) -> None:
    members = defaultdict(list)
    for row in findings.memberships.to_pylist():
        members[row["group_id"]].append(row)
    held = _held(market, system)
    possible: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    people: dict[tuple[str, str], str] = {}
    for deal, group_id in _deals_of_groups(found, market, groups, system, as_of):
        native = ids.one("opportunities", deal)
        if native is None:
            found.left_out["deal", f"not known to {system.title}"].add((deal,))
            continue
        for row in members[group_id]:
            person = row["contact_id"]
            persona = row["persona"] or "unknown"
            reason, role = None, system.roles.get(persona, "")
            contact = ids.one("contacts", person) if person in contacts else None
            if person in stopped:
                reason = _STOPPED
            elif contact is None:
                reason = f"not known to {system.title}"
            elif (deal if system.role_holders == "deal" else "", person) in held:
                reason = "has a role there already"
            elif row["probability"] is not None and row["probability"] < system.least_probability:
                reason = f"less probable than {system.least_probability:g}"
            elif not role:
                reason = "of no persona with a word there"
            if reason is not None or contact is None:
                found.left_out["person", reason or ""].add((person,))
                continue
            key = (native if system.role_holders == "deal" else "", contact)
            possible[key].add((persona, role))
            people[key] = person
    for key, said in sorted(possible.items()):
        if len(said) > 1:
            found.left_out["person", "of two personas in two groups"].add((people[key],))
            continue
        ((persona, role),) = said
        cells = {"opportunity": key[0], "contact": key[1], "role": role, "persona": persona}
        found.roles[key] = _columns(cells, system.role_columns)


def _deals_of_groups(
    found: Wanted, market: Market, groups: list[Row], system: System, as_of: datetime
) -> Iterator[tuple[str, str]]:
    """Open deals and the groups that they are for, in the order of their ids."""
    of_account = defaultdict(list)
    for row in groups:
        if row["status"] != _CLOSED:
            of_account[row["account_id"]].append(row)
    with_deal = set()
    today = as_of.astimezone(UTC).date().isoformat()
    for deal in market.opportunities.to_pylist():
        over = deal["is_won"] is not None or (
            deal["closed_on"] and deal["closed_on"] <= today[: len(deal["closed_on"])]
        )
        if over or deal["deleted"] or deal["account_id"] not in of_account:
            continue
        there = of_account[deal["account_id"]]
        if deal["program_id"]:
            there = [row for row in there if row["program_id"] == deal["program_id"]]
        elif len(there) > 1:
            found.left_out["deal", "names no program, and its account has several groups"].add(
                (deal["opportunity_id"],)
            )
            continue
        for row in there:
            with_deal.add(row["group_id"])
            yield deal["opportunity_id"], row["group_id"]
    for row in groups:
        if row["status"] != _CLOSED and row["group_id"] not in with_deal:
            found.left_out["group", "has no open deal: no roles"].add((row["group_id"],))


def _held(market: Market, system: System) -> set[tuple[str, str]]:
    """Who has a role there by the files: (deal, contact), or ("", contact) where people hold roles."""
    rows = [row for row in market.opportunity_roles.to_pylist() if not row["deleted"]]
    if system.role_holders == "deal":
        return {(row["opportunity_id"], row["contact_id"]) for row in rows}
    held = {("", row["contact_id"]) for row in rows if row["role"]}
    contacts = market.contacts
    for name in contacts.column_names:
        if name.lower().removeprefix("property_") == system.role_columns["role"].lower():
            stated = contacts.select(["contact_id", name]).to_pylist()
            held |= {("", row["contact_id"]) for row in stated if row[name]}
    return held
