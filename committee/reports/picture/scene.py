"""What a picture shows: people, groups, programs and content of one account, each list with a bound and what it leaves out.

Two hundred people stay readable because few are named and the others of a persona stand together with their number. It is
long because each list has its own rule of what is left out, and all of them share the room of one page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import networkx as nx

from committee.analysis.account_network import account_network, bridges
from committee.errors import NotFound
from committee.findings import Findings
from committee.market import Market
from committee.reports.listing import as_of
from committee.reports.lookup import Row, by_id, one, rows, standing
from committee.reports.words import count, day, in_order, listed, persona, plain, share, term
from committee.settings import word_list

__all__ = ["Cast", "Circle", "Piece", "Plan", "Scene", "Touch", "scene_of"]


@dataclass(frozen=True)
class Touch:
    """One engagement that counts for a group of the picture."""

    engagement_id: str
    at: datetime
    contact_id: str
    group_id: str
    flagged: bool


@dataclass(frozen=True)
class Cast:
    """One person, or several of a persona that stand together.

    Attributes
    ----------
    mark : str
        Its name within the page: p1, p2, ...
    groups : tuple of str
        Marks of the groups it belongs to, in the order of the picture; two or more are a bridge.
    barred : str
        Why it must not be contacted; empty = it may be.
    reads : mapping of str to int
        Mark of a piece -> touches.
    """

    mark: str
    contact_ids: tuple[str, ...]
    name: str
    title: str
    persona: str
    groups: tuple[str, ...]
    barred: str
    member: str
    touches: tuple[Touch, ...]
    reads: Mapping[str, int]

    @property
    def bridge(self) -> bool:
        """Whether it is one person who serves several groups."""
        return len(self.groups) > 1

    @property
    def told(self) -> str:
        """Persona, touches and membership in a few words."""
        return ", ".join(
            part for part in (persona(self.persona), count(len(self.touches), "touch", "touches"), self.member) if part
        )


@dataclass(frozen=True)
class Circle:
    """One group: its need, its state, how many people it has, its flags."""

    mark: str
    group_id: str
    need: str
    status: str
    people: int
    touches: int
    since: str
    program: str
    windows: tuple[Row, ...]

    @property
    def flag(self) -> str:
        """The latest flag in words, empty = none."""
        return f"flag raised {day(max(flag['raised_at'] for flag in self.windows))}" if self.windows else ""


@dataclass(frozen=True)
class Plan:
    """One program of the account; ``groups`` are the marks of its groups, none for a program without one."""

    mark: str
    program_id: str
    name: str
    facts: str
    groups: tuple[str, ...]
    stated: int


@dataclass(frozen=True)
class Piece:
    """One piece of content that several people of the picture share."""

    mark: str
    content_id: str
    title: str
    kind: str
    readers: int
    touches: int


@dataclass(frozen=True)
class Scene:
    """All that one picture shows, and sentences about what it leaves out."""

    heading: str
    account_id: str
    subject: str
    as_of: datetime
    circles: tuple[Circle, ...]
    casts: tuple[Cast, ...]
    plans: tuple[Plan, ...]
    pieces: tuple[Piece, ...]
    left_out: tuple[str, ...]


def scene_of(account_id: str, market: Market, findings: Findings, group_id: str | None = None) -> Scene:
    """Choose what the picture of an account, or of one of its groups, shows.

    Raises
    ------
    NotFound
        The market has no such account, or the findings no such group there.
    """
    account = one(market.accounts, "account_id", account_id)
    if account is None:
        raise NotFound(f"account {account_id} is not known", "Look the account up by name")
    limits: Mapping[str, int] = word_list("reports")["picture"]
    graph = account_network(market, findings, account_id)
    chosen, outside = _chosen(graph, rows(findings.groups, "account_id", account_id), group_id, limits["groups"])
    marks = {row["group_id"]: f"g{number}" for number, row in enumerate(chosen, start=1)}
    flags = rows(findings.flags, "group_id", list(marks))
    touches = _touches(market, findings, marks, flags)
    people = _People(graph, market, findings, marks, touches, group_id)
    pieces, more_pieces = _pieces(graph, market, people.drawn, limits["content"])
    casts, unnamed = people.casts(limits, {piece.content_id: piece.mark for piece in pieces})
    plans, more_plans = _plans(graph, market, account_id, chosen, marks, limits["programs"] if group_id is None else 0)
    circles = tuple(_circle(row, marks, flags, {plan.program_id: plan.mark for plan in plans}) for row in chosen)
    name = plain(account["name"]) or account_id
    if group_id and len(chosen) > 1:
        others = listed(term(row["need"]) or row["group_id"] for row in chosen[1:])
        outside.append(f"people of {others} who are not in {term(chosen[0]['need']) or group_id}")
    head = f"{name}: {term(chosen[0]['need']) or 'group'}" if group_id and chosen else name
    return Scene(
        heading=head,
        account_id=account_id,
        subject=f"group:{group_id}" if group_id else f"account:{account_id}",
        as_of=as_of(findings),
        circles=circles,
        casts=casts,
        plans=plans,
        pieces=pieces,
        left_out=tuple(
            sentence for sentence in (*outside, *unnamed, *more_plans, *more_pieces, *people.strangers()) if sentence
        ),
    )


def _chosen(graph: nx.Graph[str], groups: list[Row], group_id: str | None, most: int) -> tuple[list[Row], list[str]]:
    """The groups that are drawn: the latest active first; around one group those that share people with it."""
    ranked = sorted(groups, key=lambda row: row["group_id"])
    ranked.sort(key=lambda row: row["last_active_at"], reverse=True)
    ranked.sort(key=lambda row: row["status"] in ("closed", "dormant"))
    if group_id is not None:
        if not any(row["group_id"] == group_id for row in ranked):
            raise NotFound(f"group {group_id} is not among these findings", "List the groups with: committee groups")
        near = {other for _, shared in bridges(graph) if group_id in shared for other in shared}
        ranked = [row for row in ranked if row["group_id"] == group_id] + [
            row for row in ranked if row["group_id"] in near - {group_id}
        ]
    rest = ranked[most:]
    told = f"{count(len(rest), 'group')} more: {listed(sorted({term(row['need']) or row['group_id'] for row in rest})[:6])}"
    return ranked[:most], [f"{told}; committee groups lists them"] if rest else []


def _touches(market: Market, findings: Findings, marks: Mapping[str, str], flags: list[Row]) -> list[Touch]:
    """The engagements that count for the groups drawn, by time and id, each once."""
    evidence = rows(findings.evidence, "group_id", list(marks))
    known = by_id(market.engagements, "engagement_id", [row["engagement_id"] for row in evidence])
    flagged = {key for flag in flags for key in flag["engagement_ids"] or []}
    found: dict[str, Touch] = {}
    for row in sorted(evidence, key=lambda row: (row["engagement_id"], -(row["responsibility"] or 0), row["group_id"])):
        key = row["engagement_id"]
        if key in known and key not in found:
            found[key] = Touch(key, known[key]["occurred_at"], row["contact_id"], row["group_id"], key in flagged)
    return sorted(found.values(), key=lambda touch: (touch.at, touch.engagement_id))


class _People:
    """The members of the groups drawn, and who of them is named."""

    def __init__(
        self,
        graph: nx.Graph[str],
        market: Market,
        findings: Findings,
        marks: Mapping[str, str],
        touches: list[Touch],
        group_id: str | None,
    ) -> None:
        self._graph = graph
        self._marks = marks
        self._membership = self._members_of(findings)
        if group_id is not None:
            self._membership = {key: found for key, found in self._membership.items() if group_id in found}
        self.drawn = sorted(self._membership)
        self._touches: dict[str, list[Touch]] = {key: [] for key in self.drawn}
        for touch in touches:
            if touch.contact_id in self._touches:
                self._touches[touch.contact_id].append(touch)
        self._contacts = by_id(market.contacts, "contact_id", self.drawn)
        self._known = {
            row["contact_id"] for row in standing(rows(market.contacts, "account_id", graph.graph["account_id"]))
        }
        self._engaged = {data["id"] for _, data in graph.nodes(data=True) if data["kind"] == "contact"}
        self._members = set(findings.memberships.column("contact_id").to_pylist())
        self._personas = {
            row["contact_id"]: row["persona"] for row in rows(findings.personas, "contact_id", self.drawn)
        }

    def _members_of(self, findings: Findings) -> dict[str, dict[str, Row]]:
        found: dict[str, dict[str, Row]] = {}
        for row in rows(findings.memberships, "group_id", list(self._marks)):
            found.setdefault(row["contact_id"], {})[row["group_id"]] = row
        return found

    def casts(self, limits: Mapping[str, int], pieces: Mapping[str, str]) -> tuple[tuple[Cast, ...], list[str]]:
        """Name the most active people of each group and all bridges that have room, and count the others by persona."""
        named = self._named(limits)
        units: list[tuple[str, ...]] = [(key,) for key in named]
        rest = [key for key in self.drawn if key not in set(named)]
        together: dict[tuple[str, str], list[str]] = {}
        for key in rest:
            home = self._homes(key)[0]
            together.setdefault((home, "" if self._barred(key) else self._persona(key)), []).append(key)
        units += [tuple(keys) for keys in together.values()]
        order = list(self._marks)
        seats = in_order({self._persona(key) for key in self.drawn})

        def place(unit: tuple[str, ...]) -> tuple[Any, ...]:
            homes = self._homes(unit[0])
            several = len(unit) > 1
            bridge = len(homes) > 1 and not several
            barred_rest = several and bool(self._barred(unit[0]))
            seat = seats.index(self._persona(unit[0]))
            return order.index(homes[0]), bridge, barred_rest, seat, several, -self._activity(unit), unit

        made = [self._cast(f"p{number}", unit, pieces) for number, unit in enumerate(sorted(units, key=place), start=1)]
        unnamed = sum(len(unit) for unit in units if len(unit) > 1)
        told = f"{count(unnamed, 'person', 'people')} not named one by one: they stand together by persona (committee group lists all)"
        return tuple(made), [told] if unnamed else []

    def _named(self, limits: Mapping[str, int]) -> list[str]:
        bridging = sorted(
            (key for key in self.drawn if len(self._homes(key)) > 1), key=lambda key: (-self._activity((key,)), key)
        )[: limits["bridges"]]
        named = list(bridging)
        for group_id in self._marks:
            own = [key for key in self.drawn if self._homes(key)[0] == group_id and key not in bridging]
            own.sort(key=lambda key: (-self._activity((key,)), key))
            named += (
                own if len(own) <= limits["people"] + 1 else own[: limits["people"]]
            )  # one more is no reason to count
        return named

    def _cast(self, mark: str, unit: tuple[str, ...], pieces: Mapping[str, str]) -> Cast:
        first, several = unit[0], len(unit) > 1
        contact = self._contacts.get(first, {})
        barred = self._barred(first)
        word = self._persona(first)
        name = plain(contact.get("name")) or first
        if several:
            name = f"{len(unit):,} more" if barred else f"{len(unit):,} more {persona(word)}"
        homes = self._homes(first)
        touches = sorted(
            (touch for key in unit for touch in self._touches[key]), key=lambda one: (one.at, one.engagement_id)
        )
        reads: Counter[str] = Counter()
        for key in unit:
            for other, data in self._graph[f"contact:{key}"].items():
                content_id = self._graph.nodes[other]["id"]
                if data["kind"] == "read" and content_id in pieces:
                    reads[pieces[content_id]] += data["engagements"]
        return Cast(
            mark=mark,
            contact_ids=unit,
            name=name,
            title="" if several else plain(contact.get("title")),
            persona="unknown" if several and barred else word,
            groups=tuple(self._marks[home] for home in (homes[:1] if several else homes)),
            barred=barred,
            member="" if several else self._share(first),
            touches=tuple(touches),
            reads=dict(sorted(reads.items(), key=lambda item: int(item[0][1:]))),
        )

    def strangers(self) -> list[str]:
        """Say how many people of the account stand in no group."""
        amount = len(self._known - self._members)
        return [f"{count(amount, 'person', 'people')} known at the account who are in no group"] if amount else []

    def _homes(self, key: str) -> list[str]:
        return [group_id for group_id in self._marks if group_id in self._membership[key]]

    def _activity(self, unit: Iterable[str]) -> int:
        return sum(row["engagements"] or 0 for key in unit for row in self._membership[key].values())

    def _persona(self, key: str) -> str:
        (home, *_) = self._homes(key)
        return str(self._membership[key][home]["persona"] or self._personas.get(key) or "unknown")

    def _share(self, key: str) -> str:
        likely = [row["probability"] for row in self._membership[key].values()]
        return share(max(likely)) if None not in likely else share(None)

    def _barred(self, key: str) -> str:
        contact = self._contacts.get(key, {})
        return "do not contact" if contact.get("suppressed") or contact.get("deleted") else ""


def _pieces(graph: nx.Graph[str], market: Market, people: list[str], most: int) -> tuple[tuple[Piece, ...], list[str]]:
    """The pieces that most people share; those of a single reader are counted only."""
    readers: dict[str, int] = {}
    touches: Counter[str] = Counter()
    for key in people:
        for other, data in graph[f"contact:{key}"].items():
            if data["kind"] == "read":
                readers[other] = readers.get(other, 0) + 1
                touches[other] += data["engagements"]
    ranked = sorted(readers, key=lambda node: (-readers[node], -touches[node], node))
    shared = [node for node in ranked if readers[node] > 1]
    kept = shared[:most]
    kinds = by_id(market.content, "content_id", [graph.nodes[node]["id"] for node in kept])
    made = tuple(
        Piece(
            f"c{number}",
            graph.nodes[node]["id"],
            plain(graph.nodes[node]["caption"]),
            term(kinds.get(graph.nodes[node]["id"], {}).get("kind")),
            readers[node],
            touches[node],
        )
        for number, node in enumerate(kept, start=1)
    )
    alone, more = len(ranked) - len(shared), len(shared) - len(kept)
    return made, [
        f"{count(more, 'piece')} more of shared content, with fewer readers" if more else "",
        f"{count(alone, 'piece')} of content with one reader" if alone else "",
    ]


def _plans(
    graph: nx.Graph[str],
    market: Market,
    account_id: str,
    groups: list[Row],
    marks: Mapping[str, str],
    most_without: int,
) -> tuple[tuple[Plan, ...], list[str]]:
    """The programs of the groups drawn, then those without any group: first the ones that people are stated on."""
    bought: dict[str, list[str]] = {}
    for row in groups:
        if row["program_id"]:
            bought.setdefault(row["program_id"], []).append(marks[row["group_id"]])
    known = by_id(market.programs, "program_id", list(bought))
    own = standing(rows(market.programs, "account_id", account_id))
    known |= {row["program_id"]: row for row in own}
    stated = {
        key: sum(data["kind"] == "stated" for data in graph[f"program:{key}"].values())
        for key in known
        if f"program:{key}" in graph
    }
    has_group = {
        key
        for key in known
        if f"program:{key}" in graph and any(data["kind"] == "buys_for" for data in graph[f"program:{key}"].values())
    }
    without = sorted(
        (row["program_id"] for row in own if row["program_id"] not in has_group),
        key=lambda key: (-stated.get(key, 0), key),
    )
    shown = [*bought, *without[:most_without]]
    plans = tuple(
        Plan(
            f"r{number}",
            key,
            plain(known.get(key, {}).get("name")) or key,
            ", ".join(
                word
                for word in (
                    term(known.get(key, {}).get("phase")),
                    term(known.get(key, {}).get("therapeutic_area")),
                    plain(known.get(key, {}).get("registry_id")),
                )
                if word
            ),
            tuple(bought.get(key, ())),
            stated.get(key, 0),
        )
        for number, key in enumerate(shown, start=1)
    )
    rest = len(without) - len(without[:most_without])
    return plans, [f"{count(rest, 'program')} without a group" if rest else ""]


def _circle(row: Row, marks: Mapping[str, str], flags: list[Row], programs: Mapping[str, str]) -> Circle:
    return Circle(
        mark=marks[row["group_id"]],
        group_id=row["group_id"],
        need=term(row["need"]) or "need not told",
        status=term(row["status"]),
        people=row["people"],
        touches=row["engagements"] or 0,
        since=f"{day(row['formed_at'])} to {day(row['last_active_at'])}",
        program=programs.get(row["program_id"] or "", ""),
        windows=tuple(flag for flag in flags if flag["group_id"] == row["group_id"]),
    )
