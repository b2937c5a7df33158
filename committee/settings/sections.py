"""The sections of the settings: each number with its type and its limits; unit, meaning and default stand in ``defaults/*.toml``."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from committee.settings.section import Persona, Section

__all__ = [
    "AlertSettings",
    "CleaningSettings",
    "CoverageSettings",
    "FeedbackSettings",
    "GapSettings",
    "GroupsSettings",
    "LearnSettings",
    "LoadSettings",
    "ReadingSettings",
    "RoutingSettings",
    "ScoringSettings",
    "StatusSettings",
    "StoreSettings",
    "WindowSettings",
]


class LoadSettings(Section):
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


class WindowSettings(Section):
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


class CleaningSettings(Section):
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


class GroupsSettings(Section):
    """Which detector finds the groups."""

    detector: Literal["episodes", "program_topic_gap"]


class GapSettings(Section):
    """The first detector: program and topic, split at quiet gaps."""

    days: float = Field(gt=0)
    people: int = Field(ge=1)
    personas: int = Field(ge=1, le=6)
    without_program: Literal["never", "unlisted", "always"]
    early_days: float = Field(ge=0)


class StatusSettings(Section):
    """When a group is stalled or dormant."""

    stalled_days: float = Field(gt=0)
    dormant_days: float = Field(gt=0)
    evaluating_people: int = Field(ge=1)
    evaluating_personas: tuple[Persona, ...]
    evaluating_stage: str
    stopped_words: tuple[str, ...]
    stopping_signals: tuple[str, ...]

    @model_validator(mode="after")
    def _stalled_comes_first(self) -> Self:
        if self.stalled_days > self.dormant_days:
            raise ValueError("status.stalled_days must not exceed status.dormant_days")
        return self


class ReadingSettings(Section):
    """What a person's reading says of the persona."""

    least_pieces: int = Field(ge=1)
    least_readers: int = Field(ge=1)
    prior_pieces: float = Field(gt=0)
    voice: float = Field(gt=0, le=1)
    least_probability: float = Field(gt=0, le=1)


class CoverageSettings(Section):
    """The usual committee: seats by persona."""

    seats: dict[Persona, Annotated[int, Field(ge=0)]]
    late_personas: tuple[Persona, ...]


class StoreSettings(Section):
    """How the graph is written and read."""

    batch_rows: int = Field(ge=100, le=100_000)
    columns_chunk: int = Field(ge=1000, le=1_000_000)
    query_seconds: float = Field(gt=0)
    row_limit: int = Field(ge=1)
    connect_seconds: float = Field(gt=0)
    retry_seconds: float = Field(ge=0)
    lock_seconds: float = Field(ge=1)
    read_layer_rows: int = Field(ge=0)
    text_chunk: int = Field(ge=1000, le=10_000_000)


class ScoringSettings(Section):
    """How the work of finding groups is parted; it changes nothing of what is found."""

    workers: int = Field(ge=0, le=1024, description="0 = as many as the machine has processors")
    touches_at_once: int = Field(ge=1000)
    least_touches: int = Field(ge=0)


class AlertSettings(Section):
    """Which changes of state somebody is told of, and how often."""

    kinds: tuple[Literal["flag", "forming", "active", "evaluating", "stalled", "dormant", "closed"], ...]
    days: float = Field(gt=0)
    quiet_days: float = Field(ge=0)
    per_week: int = Field(ge=0)
    families: int = Field(ge=1)
    weak: bool


class FeedbackSettings(Section):
    """What is learned from what people said."""

    least: int = Field(ge=1)
    confidence: float = Field(gt=0, lt=1)
    least_credit: float = Field(ge=0)


class RoutingSettings(Section):
    """Who gets which group."""

    statuses: tuple[Literal["forming", "active", "evaluating", "stalled", "dormant", "closed"], ...]
    people: int = Field(ge=1)
    fit_column: str = Field(min_length=1)
    fit_words: tuple[str, ...]
    fit_least: float = Field(ge=0)


class LearnSettings(Section):
    """The usual committee, learned from won deals."""

    used: bool
    segments: tuple[Literal["industry", "employees"], ...]
    least: int = Field(ge=2)
    confidence: float = Field(gt=0, lt=1)
    usual_share: float = Field(gt=0, le=1)
    days_before: float = Field(gt=0, le=3650)
    employees: tuple[Annotated[int, Field(ge=1)], ...]
    lost_words: tuple[Annotated[str, Field(min_length=1)], ...]

    @model_validator(mode="after")
    def _sizes_grow(self) -> Self:
        if list(self.employees) != sorted(set(self.employees)):
            raise ValueError("learn.employees must grow from the first to the last")
        return self
