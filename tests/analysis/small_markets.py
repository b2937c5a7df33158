"""Tiny markets for the tests of the analyses: people with stated personas, touches told in days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from committee.analysis.touches import Touches, touches
from committee.identity.actors import resolve_actors
from committee.market import Market
from committee.records.computed import ContentTag, PersonaFinding
from committee.records.tables import typed_table
from committee.settings import Settings

START = datetime(2026, 1, 1, tzinfo=UTC)
AS_OF = datetime(2026, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
SETTINGS = Settings.read(
    overrides=["groups.detector=program_topic_gap"], environment={}
)  # what the tests of the rules are about
FAMILIES = {
    "scientific": "scientific",
    "program_lead": "operational",
    "procurement": "commercial",
    "finance": "commercial",
    "legal_regulatory": "governance",
    "executive": "governance",
}
PERSONAS = tuple(FAMILIES)


def settings(**sections: Mapping[str, Any]) -> Settings:
    """The shipped settings with some exchanged: ``settings(window={"days": 7})``."""
    return SETTINGS.model_copy(
        update={name: getattr(SETTINGS, name).model_copy(update=dict(values)) for name, values in sections.items()}
    )


def day(number: float) -> datetime:
    return START + timedelta(days=number)


@dataclass
class World:
    """A market with what identity says about it."""

    people: Mapping[str, Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    content: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"paper": {"topic": ["biomarker"]}})
    programs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    campaigns: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    more: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def market(self) -> Market:
        named = {row.get("account_id", "acme") for rows in (self.people, self.programs) for row in rows.values()}
        accounts = sorted(named - {None})
        tables = {
            "accounts": _columns([{"account_id": name, "name": name} for name in accounts]),
            "contacts": _columns(
                [
                    {"contact_id": key, "account_id": "acme", **_without(person, "persona")}
                    for key, person in self.people.items()
                ]
            ),
            "content": _columns([{"content_id": key, **piece} for key, piece in self.content.items()]),
            "programs": _columns(
                [{"program_id": key, "account_id": "acme", **program} for key, program in self.programs.items()]
            ),
            "campaigns": _columns([{"campaign_id": key, **campaign} for key, campaign in self.campaigns.items()]),
            "engagements": _columns([_engagement(number, row) for number, row in enumerate(self.rows)]),
            **{name: _columns(rows) for name, rows in self.more.items()},
        }
        return Market({name: columns for name, columns in tables.items() if columns})

    @property
    def personas(self) -> pa.Table:
        named = {
            "contact_id": list(self.people),
            "persona": [person.get("persona", "unknown") for person in self.people.values()],
        }
        return typed_table(PersonaFinding, named)

    @property
    def inputs(self) -> tuple[Market, pa.Table, pa.Table, pa.Table]:
        market = self.market
        names = ("content_id", "topic", "therapeutic_area", "modality", "phase", "stage")
        tags = typed_table(ContentTag, {name: market.content.column(name) for name in names})
        return market, actors(market), self.personas, tags

    def touches(self, chosen: Settings = SETTINGS, as_of: datetime = AS_OF) -> Touches:
        return touches(*self.inputs, window=chosen.window, cleaning=chosen.cleaning, as_of=as_of)

    def reasons(self, chosen: Settings = SETTINGS, as_of: datetime = AS_OF) -> dict[str, str]:
        aside = self.touches(chosen, as_of).set_aside
        return dict(zip(aside.column("id").to_pylist(), aside.column("reason").to_pylist(), strict=True))


def actors(market: Market) -> pa.Table:
    return resolve_actors(
        market.engagements, market.contacts, market.aliases, market.employments, market.earlier_values
    )


def touch(contact: str, at: float, **more: Any) -> dict[str, Any]:
    """One row: who, on which day (fractions are hours), of the paper unless said otherwise."""
    return {"contact_id": contact, "occurred_at": day(at), "content_id": "paper", "channel": "web", **more}


def day_touch(contact: str, at: int, **more: Any) -> dict[str, Any]:
    """A row of which only the day is known."""
    return touch(contact, at, occurred_until=day(at + 1) - timedelta(milliseconds=1), **more)


def _engagement(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    full = {"engagement_id": f"e{number:03d}", **row}
    return {"occurred_until": full["occurred_at"], **full}


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = sorted({name for row in rows for name in row})
    return {name: [row.get(name) for row in rows] for name in names}
