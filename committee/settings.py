"""Settings: every number and word list the product uses, from the shipped defaults, then the user's file, then the environment.

Order, the later wins: ``defaults/*.toml``, ``committee.toml`` (one file, sections), ``COMMITTEE_SECTION__KEY`` variables,
``--set section.key=value``. Unknown keys and impossible values are refused.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from committee.errors import BadSettings

__all__ = [
    "AlertSettings",
    "CleaningSettings",
    "CoverageSettings",
    "EpisodeSettings",
    "FeedbackSettings",
    "GapSettings",
    "LoadSettings",
    "RoutingSettings",
    "Settings",
    "StatusSettings",
    "StoreSettings",
    "WindowSettings",
    "word_list",
]

_FILES = ("detection", "episodes", "load", "store", "work")
_PREFIX = "COMMITTEE_"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Three = tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]


class LoadSettings(_Section):
    """How files are read."""

    timezone: str
    date_order: Literal["ymd", "dmy", "mdy"]
    empty_words: tuple[str, ...]
    earliest: int = Field(ge=1900, le=2100, description="First plausible year of an engagement")
    latest: int = Field(ge=1900, le=2200, description="First implausible year")
    longest_text: int = Field(ge=100)
    longest_id: int = Field(ge=10, le=4000)
    earliest_day: int = Field(ge=1, le=2100, description="First plausible year of a date, such as a trial's start")
    latest_day: int = Field(ge=1900, le=9999, description="First implausible year of a date")
    most_columns: int = Field(ge=50, description="Columns of one file")
    unpacked_megabytes: int = Field(ge=1, description="What all files of one archive may come to")
    unpacked_files: int = Field(ge=1, description="Files of one archive")
    contact_free_columns: tuple[str, ...]

    @model_validator(mode="after")
    def _earliest_comes_first(self) -> Self:
        if self.earliest >= self.latest:
            raise ValueError("load.earliest must lie before load.latest")
        return self


class WindowSettings(_Section):
    """The window rule: k personas within n days."""

    scope: Literal["program", "account"]
    personas: int = Field(ge=1, le=6)
    days: float = Field(gt=0, le=3650)
    max_chance: float = Field(ge=0, le=1, description="Flags above are marked weak; 1 = off")
    shifts: int = Field(ge=0, le=10_000, description="Shifted worlds for the chance estimate")
    most_shifted: int = Field(ge=1, description="Touches of a scope times its shifted worlds")
    seed: int = Field(ge=0)
    kinds_without_content: tuple[str, ...]
    relevance: Literal["topic", "any"]
    quiet_days: float = Field(ge=0, le=3650)
    covers: dict[str, tuple[str, str]]


class CleaningSettings(_Section):
    """What a machine does."""

    gateway_people: int = Field(ge=2)
    gateway_minutes: float = Field(gt=0)
    burst_clicks: int = Field(ge=2)
    burst_seconds: float = Field(gt=0)
    crawler_day_pieces: int = Field(ge=2)
    crawler_pieces: int = Field(ge=2)
    crawler_days: float = Field(gt=0)
    machine_kinds: tuple[str, ...]
    mail_channels: tuple[str, ...]
    click_kinds: tuple[str, ...]


class GroupsSettings(_Section):
    """Which detector finds the groups."""

    detector: Literal["episodes", "program_topic_gap"]


class GapSettings(_Section):
    """The first detector: program and topic, split at quiet gaps."""

    days: float = Field(gt=0)
    people: int = Field(ge=1)
    personas: int = Field(ge=1, le=6)
    without_program: Literal["never", "unlisted", "always"]
    early_days: float = Field(ge=0)


class AgreementSettings(_Section):
    """How often what is read matches a program's attribute, differs from it, or says nothing about it."""

    therapeutic_area: _Three
    modality: _Three
    phase: _Three


class StageSettings(_Section):
    """How often a group, and anybody, reads each funnel stage."""

    top: tuple[float, float]
    middle: tuple[float, float]
    bottom: tuple[float, float]


class CampaignSettings(_Section):
    """Log-odds of a campaign that is aimed at the program, at another one, or that is none."""

    aimed: float
    elsewhere: float
    none: float


class MassSettings(_Section):
    """Pieces that many accounts read at once."""

    days: float = Field(gt=0)
    trimmed: float = Field(ge=0, lt=1)


class ForwardSettings(_Section):
    """Pieces that colleagues pass on."""

    chance: float = Field(ge=0)
    days: float = Field(gt=0)


class SpurtSettings(_Section):
    """Readers who come back to a subject for some days without any purchase."""

    chance: float = Field(ge=0, lt=1)
    days: float = Field(gt=0)
    horizon: float = Field(ge=0)
    count: float = Field(gt=0)


class HomeSettings(_Section):
    """Which program is a person's own."""

    stated: float = Field(gt=0, lt=1)
    unlisted: float = Field(gt=0, lt=1)
    stated_unlisted: float = Field(gt=0, lt=1)
    reading_floor: float = Field(gt=0)
    reading_weight: float = Field(ge=0)
    reading_power: float = Field(ge=0)
    title_agrees: float = Field(gt=0)
    title_contradicts: float = Field(gt=0)
    floor: float = Field(gt=0)


class ScanSettings(_Section):
    """Where bursts are looked for."""

    lengths: tuple[int, ...] = Field(min_length=1, description="Weeks")
    length_cost: float = Field(ge=0)
    quiet_floor: float = Field(gt=0)
    least: float
    least_unlisted: float
    least_mass: float = Field(ge=0)
    windows: int = Field(ge=1)
    listed_needs: float = Field(gt=0, lt=1)


class MembershipSettings(_Section):
    """Who may be in an episode, and how a member differs from a reader."""

    program_personas: tuple[str, ...]
    most_own: float = Field(gt=0, le=1)
    own_factor: float = Field(gt=0)
    elsewhere: float = Field(gt=0, lt=1)
    stated_here: float = Field(gt=0)
    stated_elsewhere: float = Field(gt=0)
    least_pool: float = Field(gt=0)
    least_prior: float = Field(gt=0, lt=1)
    most_prior: float = Field(gt=0, lt=1)
    pad_share: float = Field(ge=0)
    pad_days: float = Field(gt=0)
    running_days: float = Field(gt=0)
    running_least: float = Field(gt=0, le=1)
    rate_prior: float = Field(gt=0)
    first_background: float = Field(gt=0, le=1)
    full_size: float = Field(gt=0)
    least_weight: float = Field(gt=0)
    most_weight: float = Field(gt=0)
    cells: int = Field(ge=1, le=256)
    density_prior: float = Field(gt=0)


class FitSettings(_Section):
    """The greedy start and the rounds after it."""

    greedy_rounds: int = Field(ge=1)
    greedy_strength: float
    greedy_size: float
    rounds: int = Field(ge=0)
    program_rounds: tuple[int, ...]
    learn_from: int = Field(ge=1)
    sweeps: int = Field(ge=1)
    last_sweeps: int = Field(ge=1)
    window_share: float = Field(ge=0, lt=0.5)
    window_margin: float = Field(ge=0)
    fuse_days: float = Field(ge=0)
    same_purchase: float = Field(gt=0, description="Above 1 = off")
    attribute_power: float = Field(ge=0)
    move_better: float = Field(ge=0)


class LearningSettings(_Section):
    """How much data it takes to change the numbers."""

    agreement_count: float = Field(gt=0)
    reading_count: float = Field(gt=0)
    piece_count: float = Field(gt=0)
    touches_count: float = Field(gt=0)
    ratio_floor: float = Field(gt=0)
    least_accounts: int = Field(ge=0)
    sample_accounts: int = Field(ge=1)


class ReportedSettings(_Section):
    """Which episodes are reported as groups."""

    strength: float
    without_piece: float
    strong: float
    usual_rate: float = Field(gt=0)
    caution: float = Field(ge=0)
    membership: float = Field(gt=0, lt=1)
    responsibility: float = Field(gt=0, lt=1)
    forming: float = Field(gt=0, lt=1)
    people: int = Field(ge=1)
    personas: int = Field(ge=1, le=6)
    alternatives: float = Field(gt=0, le=1)


class EpisodeSettings(_Section):
    """The episode mixture: bursts of several people on one program and need."""

    session_hours: float = Field(gt=0)
    repeat_days: float = Field(ge=0)
    least_span_days: float = Field(gt=0)
    most_programs: int = Field(ge=1)
    same_subject: float = Field(ge=0, le=1)
    off_topic: float = Field(gt=0, lt=1)
    topic_trust: float = Field(gt=0, lt=1)
    untagged_topic: float = Field(gt=0)
    unlisted_attributes: float = Field(gt=0)
    campaign: CampaignSettings
    group_reads: AgreementSettings
    strangers_read: AgreementSettings
    own_people_read: AgreementSettings
    stage: StageSettings
    mass: MassSettings
    forward: ForwardSettings
    spurt: SpurtSettings
    home: HomeSettings
    scan: ScanSettings
    touches: dict[str, float]
    seats: dict[str, float]
    membership: MembershipSettings
    fit: FitSettings
    learning: LearningSettings
    groups: ReportedSettings


class StatusSettings(_Section):
    """When a group is stalled or dormant."""

    stalled_days: float = Field(gt=0)
    dormant_days: float = Field(gt=0)
    evaluating_people: int = Field(ge=1)
    evaluating_personas: tuple[str, ...]
    evaluating_stage: str
    stopped_words: tuple[str, ...]
    stopping_signals: tuple[str, ...]

    @model_validator(mode="after")
    def _stalled_comes_first(self) -> Self:
        if self.stalled_days > self.dormant_days:
            raise ValueError("status.stalled_days must not exceed status.dormant_days")
        return self


class CoverageSettings(_Section):
    """The usual committee: seats by persona."""

    seats: dict[str, int]
    late_personas: tuple[str, ...]


class StoreSettings(_Section):
    """How the graph is written and read."""

    batch_rows: int = Field(ge=100, le=100_000)
    columns_chunk: int = Field(ge=1000, le=1_000_000)
    query_seconds: float = Field(gt=0)
    row_limit: int = Field(ge=1)
    connect_seconds: float = Field(gt=0)
    retry_seconds: float = Field(ge=0)
    lock_seconds: float = Field(ge=1)
    read_layer_rows: int = Field(ge=0)


class AlertSettings(_Section):
    """Which changes of state somebody is told of, and how often."""

    kinds: tuple[Literal["flag", "forming", "active", "evaluating", "stalled", "dormant", "closed"], ...]
    days: float = Field(gt=0)
    quiet_days: float = Field(ge=0)
    per_week: int = Field(ge=0)
    families: int = Field(ge=1)
    weak: bool


class FeedbackSettings(_Section):
    """What is learned from what people said."""

    least: int = Field(ge=1)
    confidence: float = Field(gt=0, lt=1)
    least_credit: float = Field(ge=0)


class RoutingSettings(_Section):
    """Who gets which group."""

    statuses: tuple[Literal["forming", "active", "evaluating", "stalled", "dormant", "closed"], ...]
    people: int = Field(ge=1)


class Settings(_Section):
    """All settings, section by section; immutable."""

    load: LoadSettings
    window: WindowSettings
    cleaning: CleaningSettings
    groups: GroupsSettings
    gap: GapSettings
    episodes: EpisodeSettings
    status: StatusSettings
    coverage: CoverageSettings
    store: StoreSettings
    alerts: AlertSettings
    feedback: FeedbackSettings
    routing: RoutingSettings

    @classmethod
    def read(
        cls, file: str | Path | None = None, overrides: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> Self:
        """Read the settings in force.

        Parameters
        ----------
        file : path, optional
            The user's settings file; ``committee.toml`` in the working directory when it is there.
        overrides : sequence of str
            ``section.key=value`` texts.
        environment : mapping, optional
            Environment variables; those of the process by default.

        Raises
        ------
        BadSettings
            An unknown key, an impossible value, or a file that is no TOML.
        """
        merged: dict[str, Any] = {}
        for name in _FILES:
            _merge(merged, word_list(name))
        user = Path(file) if file else Path("committee.toml")
        if file or user.exists():
            _merge(merged, _user_file(user))
        for key, text in sorted((os.environ if environment is None else environment).items()):
            if key.startswith(_PREFIX) and "__" in key:
                section, _, name = key[len(_PREFIX) :].lower().partition("__")
                _merge(merged, {section: {name: _value(text)}})
        for override in overrides:
            path, equals, text = override.partition("=")
            section, dot, name = path.strip().partition(".")
            if not (equals and dot):
                raise BadSettings(
                    f"'{override}' is no setting", "Write it as section.key=value, such as window.days=21"
                )
            _merge(merged, {section: {name: _value(text.strip())}})
        try:
            return cls.model_validate(merged)
        except ValidationError as error:
            raise BadSettings(*_sentence(cls, error)) from None


def _user_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"settings file {path} cannot be read: {error.strerror}", "Check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"settings file {path} is no TOML: {error}", "Mend the line named") from None


def _merge(target: dict[str, Any], source: Mapping[str, Any]) -> None:
    for key, value in source.items():
        if isinstance(value, Mapping) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = dict(value) if isinstance(value, Mapping) else value


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _sentence(model: type[BaseModel], error: ValidationError) -> tuple[str, str]:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    name = ".".join(place)
    if first["type"] == "extra_forbidden":
        owner: Any = model if len(place) == 1 else model.model_fields[place[0]].annotation
        near = difflib.get_close_matches(place[-1], list(owner.model_fields), n=1)
        return (
            f"unknown setting {name}",
            f"Did you mean {'.'.join([*place[:-1], near[0]])}?"
            if near
            else "See docs/reference.md for the settings there are",
        )
    message = first["msg"].removeprefix("Value error, ")
    return f"setting {name or 'file'} has an impossible value: {message}", "Correct it"


@cache
def word_list(name: str) -> dict[str, Any]:
    """Return one of the shipped ``defaults/NAME.toml`` files as it stands; callers must not change it."""
    return tomllib.loads((files("committee") / "defaults" / f"{name}.toml").read_text(encoding="utf-8"))
