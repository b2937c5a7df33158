"""Who gets what: one file for each owner, and one for flagged accounts that nobody owns."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from committee.findings import Findings
from committee.market import Market
from committee.reports.answer import Rows
from committee.reports.listing import as_of, points_of
from committee.reports.lookup import Row, by_id, rows
from committee.reports.names import WITHOUT_OWNER, owner_file
from committee.reports.rendering import as_csv
from committee.reports.words import count, persona, plain, term
from committee.settings import RoutingSettings

__all__ = ["INDEX", "Routes", "files_of_index", "route_files", "route_rows", "routes"]

INDEX = "routes.csv"
_COLUMNS = (
    "points account program need status people personas contact_first do_not_contact last_active_at flags "
    "account_id program_id group_id flag_ids contact_ids"
)


@dataclass(frozen=True)
class Routes:
    """Work by owner, the most points first; ``nobody`` is what flagged accounts without an owner show.

    Attributes
    ----------
    owned : mapping of owner to rows
    nobody : list of row
    unflagged : int
        Groups of accounts without an owner that no flag asks to look at.
    """

    owned: Mapping[str, list[Row]]
    nobody: list[Row]
    unflagged: int


def routes(market: Market, findings: Findings, settings: RoutingSettings, flag_days: float) -> Routes:
    """Give each group, and each flag of no group, to the owner of its account.

    Parameters
    ----------
    settings : RoutingSettings
        Which statuses are routed, and how many people are named.
    flag_days : float
        A flag of no group is routed when its last engagement is no older.
    """
    found = findings.groups.to_pylist()
    groups = [row for row in found if row["status"] in settings.statuses]
    known = {row["group_id"] for row in found}
    recent = as_of(findings) - timedelta(days=flag_days)
    flags: dict[str, list[Row]] = defaultdict(list)
    loose = []
    for flag in findings.flags.to_pylist():
        if flag["group_id"] in known:
            flags[flag["group_id"]].append(flag)
        elif flag["window_end"] >= recent:
            loose.append(flag)
    facts = _Facts(market, findings, [*groups, *loose], settings.people)
    owned: dict[str, list[Row]] = defaultdict(list)
    nobody, unflagged = [], 0
    work = [facts.of_group(row, flags[row["group_id"]]) for row in groups] + [facts.of_flag(row) for row in loose]
    for row in sorted(
        work, key=lambda row: (-row["points"], row["account_id"], row["group_id"] or "", row["flag_ids"])
    ):
        owner = facts.owner(row["account_id"])
        if owner:
            owned[owner].append(row)
        elif row["flag_ids"]:
            nobody.append(row)
        else:
            unflagged += 1
    return Routes(dict(sorted(owned.items())), nobody, unflagged)


class _Facts:
    """What the rows are filled from, looked up once."""

    def __init__(self, market: Market, findings: Findings, found: Sequence[Row], people: int) -> None:
        self._findings, self._named = findings, people
        self._accounts = by_id(market.accounts, "account_id", {row["account_id"] for row in found})
        self._programs = by_id(market.programs, "program_id", {row["program_id"] for row in found if row["program_id"]})
        self._members: dict[str, list[Row]] = defaultdict(list)
        ids = [row["group_id"] for row in found if row["group_id"]]
        for row in rows(findings.memberships, "group_id", ids):
            self._members[row["group_id"]].append(row)
        everybody = {row["contact_id"] for some in self._members.values() for row in some}
        everybody |= {one for row in found for one in row.get("contact_ids") or ()}
        self._contacts = by_id(market.contacts, "contact_id", everybody)
        self._personas = {row["contact_id"]: row["persona"] for row in rows(findings.personas, "contact_id", everybody)}

    def owner(self, account_id: str) -> str:
        return plain(self._accounts.get(account_id, {}).get("owner"))

    def of_group(self, row: Row, flags: list[Row]) -> Row:
        members = sorted(
            self._members[row["group_id"]], key=lambda one: (-(one["engagements"] or 0), one["contact_id"])
        )
        return {
            **self._row(row, [one["contact_id"] for one in members]),
            "points": points_of(self._findings, row, flags).total,
            "need": term(row["need"]),
            "status": row["status"],
            "last_active_at": row["last_active_at"],
            "flags": len(flags),
            "group_id": row["group_id"],
            "flag_ids": sorted(flag["flag_id"] for flag in flags),
        }

    def of_flag(self, row: Row) -> Row:
        return {
            **self._row(row, row["contact_ids"] or []),
            "points": 0.0,
            "need": "",
            "status": "flag of no group",
            "last_active_at": row["window_end"],
            "flags": 1,
            "group_id": None,
            "flag_ids": [row["flag_id"]],
        }

    def _row(self, row: Row, ids: Sequence[str]) -> Row:
        reachable = [one for one in ids if one in self._contacts and not self._barred(one)]
        named = reachable[: self._named]
        return {
            "account": self._name(self._accounts, row["account_id"]),
            "program": self._name(self._programs, row["program_id"]) if row["program_id"] else "no listed program",
            "people": len(ids),
            "personas": row["personas"],
            "contact_first": [
                f"{self._name(self._contacts, one)} ({persona(self._personas.get(one))})" for one in named
            ],
            "do_not_contact": sum(map(self._barred, ids)),
            "contact_ids": named,
            "account_id": row["account_id"],
            "program_id": row["program_id"],
        }

    def _barred(self, contact_id: str) -> bool:
        contact = self._contacts.get(contact_id, {})
        return bool(contact.get("suppressed") or contact.get("deleted"))

    def _name(self, known: Mapping[str, Row], key: str) -> str:
        return plain(known.get(key, {}).get("name")) or key


def _by_file(found: Routes) -> list[tuple[str, str, list[Row]]]:
    """File name, owner and work of each file."""
    files = [(f"{owner_file(owner)}.csv", owner, work) for owner, work in found.owned.items()]
    return [*files, (f"{WITHOUT_OWNER}.csv", "", found.nobody)]


def route_files(found: Routes) -> dict[str, str]:
    """Return the texts of all files by name; the index comes last."""
    columns = _COLUMNS.split()
    texts = {
        name: as_csv(columns, [[row[column] for column in columns] for row in work])
        for name, _, work in _by_file(found)
    }
    index = route_rows(found)
    return {**texts, INDEX: as_csv(index.columns, index.rows)}


def route_rows(found: Routes) -> Rows:
    """List the files: owner, groups, flags, accounts."""
    listing = [
        [
            name,
            owner or "nobody",
            len({row["account_id"] for row in work}),
            sum(row["group_id"] is not None for row in work),
            sum(row["flags"] for row in work),
        ]
        for name, owner, work in _by_file(found)
    ]
    notes = []
    if found.unflagged:
        notes.append(f"{count(found.unflagged, 'group')} of accounts without an owner and without a flag: in no file")
    return Rows(["file", "owner", "accounts", "groups", "flags"], listing, notes)


def files_of_index(text: str) -> set[str]:
    """Return the names of files that an earlier index lists: those that a routing wrote, and nothing else."""
    lines = list(csv.DictReader(io.StringIO(text)))
    names = {line.get("file") or "" for line in lines}
    return {name for name in names if name.endswith(".csv") and "/" not in name and "\\" not in name and name != INDEX}
