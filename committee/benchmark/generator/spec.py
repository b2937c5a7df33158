"""The constants of a made-up market, read from worlds.toml: one frozen dataclass a section."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import tomllib
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from committee.errors import BadSettings, NotFound

__all__ = ["PERSONAS", "MarketSpec", "Words", "words", "world", "world_names"]

PERSONAS = ("scientific", "program_lead", "procurement", "finance", "legal_regulatory", "executive", "unknown")

Six = tuple[float, float, float, float, float, float]
Seven = tuple[float, float, float, float, float, float, float]
Three = tuple[float, float, float]


@dataclass(frozen=True)
class AccountSpec:
    count: int
    classes: tuple[str, ...]
    share: tuple[float, ...]
    programs_least: tuple[int, ...]
    programs_most: tuple[int, ...]
    people_factor: tuple[float, ...]
    focus: float


@dataclass(frozen=True)
class ProgramSpec:
    unlisted: float
    twin: float
    needs_least: int
    needs_most: int
    attribute_missing: float
    attribute_wrong: float
    ended: float


@dataclass(frozen=True)
class PeopleSpec:
    per_program: tuple[float, float]
    per_account: tuple[float, float, float, float, float]
    growth: float
    busy: float
    stated: float
    stated_wrong: float
    blank_title: float
    messy_title: float
    late: float
    suppressed: float
    moves: float
    leaves: float


@dataclass(frozen=True)
class ContentSpec:
    pieces: int
    popularity: float
    area_share: float
    modality_share: float
    phase_share: float
    topic_missing: float
    topic_wrong: float
    field_missing: float
    field_wrong: float
    second_topic: float
    drift: float
    drift_from: float
    evergreen: float
    half_life: float


@dataclass(frozen=True)
class GroupSpec:
    per_program_year: float
    recent: float
    recent_days: float
    length: float
    length_spread: float
    slow: float
    slow_factor: float
    sequential: float
    sequential_gap: tuple[float, float]
    reuse: float
    twin: float
    same_need_gap: float
    seats: Six
    touches: Six
    touches_shape: float
    join_from: Six
    join_to: Six
    early_finance_programs: int
    own_people: float
    listed_need: float


@dataclass(frozen=True)
class ReadingSpec:
    topic: float
    program_topic: float
    area: float
    modality: float
    phase: float
    strange: float
    persona: float
    stage_early: Three
    stage_late: Three
    no_content: float


@dataclass(frozen=True)
class BackgroundSpec:
    per_year: Seven
    shape: float
    spurt: float
    spurt_days: float
    own_topic: float
    area: float
    modality: float
    phase: float
    strange: float
    persona: float
    stage: Three


@dataclass(frozen=True)
class NoiseSpec:
    mailings: float
    mailing_reach: float
    mailing_days: float
    opens: float
    gateways: float
    gateway_mails: float
    gateway_reach: float
    gateway_minutes: float
    gateway_links: int
    crawlers: float
    crawler_pieces: tuple[int, int]
    crawler_days: float
    crawler_fast: float
    forwards: float
    forward_people: tuple[int, int]
    forward_days: float
    conferences: float
    conference_reach: float
    conference_days: float
    unknown: float


@dataclass(frozen=True)
class RowSpec:
    session_more: float
    session_minutes: float
    weekend: float
    campaign_right: float
    campaign_wrong: float
    campaign_background: float
    program_on_form: float
    by_email: float
    date_only: float


@dataclass(frozen=True)
class MarketSpec:
    """Everything that decides a made-up market, but the seed. The meaning of each number stands in worlds.toml."""

    name: str
    summary: str
    now: dt.date
    days: int
    accounts: AccountSpec
    programs: ProgramSpec
    people: PeopleSpec
    content: ContentSpec
    groups: GroupSpec
    reading: ReadingSpec
    background: BackgroundSpec
    noise: NoiseSpec
    rows: RowSpec

    @property
    def years(self) -> float:
        """Length of the history in years."""
        return self.days / 365.25

    def with_accounts(self, count: int) -> MarketSpec:
        """Copy the market with another number of accounts."""
        return dataclasses.replace(self, accounts=dataclasses.replace(self.accounts, count=count))


@dataclass(frozen=True)
class Words:
    """The word lists of words.toml."""

    areas: tuple[str, ...]
    modalities: tuple[str, ...]
    phases: tuple[str, ...]
    stages: tuple[str, ...]
    countries: tuple[str, ...]
    hours_from_utc: tuple[int, ...]
    topics: Mapping[str, tuple[str, ...]]
    phase_needs: Mapping[str, tuple[int, ...]]
    kinds: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    departments: Mapping[str, tuple[str, ...]]
    people: Mapping[str, tuple[str, ...]]
    companies: Mapping[str, tuple[str, ...]]


@functools.cache
def words() -> Words:
    """Read the word lists the markets are written with."""
    return Words(**_frozen(_toml("words.toml")))


def world_names() -> list[str]:
    """Names of the worlds, in the order of worlds.toml."""
    return list(_toml("worlds.toml"))


def world(name: str) -> MarketSpec:
    """Read the constants of one named world.

    Raises
    ------
    NotFound
        When there is no such world.
    BadSettings
        When one of its keys is unknown or missing.
    """
    found = _toml("worlds.toml")
    if name not in found:
        raise NotFound(f"there is no world '{name}'", f"choose one of: {', '.join(found)}")
    merged = _inherit(found, name)
    built: MarketSpec = _build(MarketSpec, {"name": name, **merged}, name)
    return built


def _toml(file: str) -> dict[str, typing.Any]:
    return tomllib.loads(resources.files("committee.benchmark").joinpath(file).read_text("utf-8"))


def _inherit(worlds: Mapping[str, typing.Any], name: str) -> dict[str, typing.Any]:
    own = dict(worlds[name])
    parent = own.pop("extends", None)
    if parent is None:
        return own
    merged = _inherit(worlds, parent)
    for key, value in own.items():
        merged[key] = {**merged.get(key, {}), **value} if isinstance(value, dict) else value
    return merged


def _build(kind: type, values: Mapping[str, typing.Any], where: str) -> typing.Any:
    hints = typing.get_type_hints(kind)
    wrong = sorted(set(values) ^ set(hints))
    if wrong:
        raise BadSettings(f"world {where}: unknown or missing key: {', '.join(wrong)}", "correct worlds.toml")
    return kind(
        **{
            key: _build(hints[key], value, f"{where}.{key}") if dataclasses.is_dataclass(hints[key]) else _frozen(value)
            for key, value in values.items()
        }
    )


def _frozen(value: typing.Any) -> typing.Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return value
