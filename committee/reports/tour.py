"""The tour for Neo4j Browser: one account of the store, from its programs to a flag and its evidence, a query a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from committee.cypher.catalog import Question
from committee.errors import NotFound
from committee.reports.rendering import fragment
from committee.reports.words import count, plain
from committee.settings import word_list

__all__ = ["Step", "Subject", "steps_of", "subject_of", "tour_page"]

Ask = Callable[[Question, Mapping[str, Any]], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Subject:
    """What the tour walks: an account, one of its groups, a flag of it, a member; the last two may be missing."""

    account_id: str
    account: str
    group_id: str
    flag_id: str
    contact_id: str

    @property
    def parameters(self) -> dict[str, str]:
        """What the questions of the tour are given."""
        found = {"account_id": self.account_id, "group_id": self.group_id}
        found |= {"flag_id": self.flag_id} if self.flag_id else {}
        return found | ({"contact_id": self.contact_id} if self.contact_id else {})


@dataclass(frozen=True)
class Step:
    """One stop: its title, what to see, the query, and how many rows its question has."""

    title: str
    says: str
    query: str
    rows: str


def subject_of(known: Mapping[str, Question], ask: Ask, account_id: str | None = None) -> Subject:
    """Choose what the tour walks: the flag with a group that most people raised; without a flag, the group of most people.

    Parameters
    ----------
    known : mapping of str to Question
    ask : callable
        Gives the rows of a question with parameters.
    account_id : str, optional
        Only this account.

    Raises
    ------
    NotFound
        No group has formed there.
    """

    def rows(name: str, **given: str) -> list[dict[str, Any]]:
        asked = known[name]
        return [dict(zip(asked.returns, row, strict=True)) for row in ask(asked, asked.parameters(given))]

    flags = [row for row in rows("flags_raised") if row["group_id"] and account_id in (None, row["account_id"])]
    flags.sort(key=lambda row: (-row["people"], row["certainty"] != "certain", -row["raised_at"], row["flag_id"]))
    groups = [row for row in rows("groups_forming", days="36500") if account_id in (None, row["account_id"])]
    if not groups:
        where = f" at account {account_id}" if account_id else ""
        raise NotFound(f"no group has formed{where}, so there is nothing to walk", "Run committee detect first")
    by_id = {row["group_id"]: row for row in groups}
    flag = next((row for row in flags if row["group_id"] in by_id), None)
    group = by_id[flag["group_id"]] if flag else max(groups, key=lambda row: (row["people"], row["group_id"]))
    members = [row for row in rows("members_of_group", group_id=group["group_id"]) if not row["do_not_contact"]]
    return Subject(
        account_id=group["account_id"],
        account=plain(group["account"]) or group["account_id"],
        group_id=group["group_id"],
        flag_id=flag["flag_id"] if flag else "",
        contact_id=members[0]["contact_id"] if members else "",
    )


def steps_of(subject: Subject, known: Mapping[str, Question], ask: Ask) -> list[Step]:
    """Return the stops of the tour; what the account does not have is left out."""
    found = []
    for stop in word_list("browser")["tour"]:
        asked = known[stop["question"]]
        given = {one.name: subject.parameters.get(one.name) for one in asked.params if one.required}
        if None in given.values():
            continue
        amount = len(ask(asked, asked.parameters(given)))
        if amount:
            drawn = f", the first {asked.first} of them drawn" if amount > asked.first else ""
            told = f"{count(amount, 'row')}{drawn}. One row is {asked.grain}."
            found.append(Step(stop["title"], stop["says"], asked.ready_to_paste(given, picture=True), told))
    return found


def tour_page(subject: Subject, steps: Sequence[Step]) -> str:
    """Return the tour as a guide that the classic Browser shows with ``:play``."""
    return fragment("tour.html", account=subject.account, steps=steps)
