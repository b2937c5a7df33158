"""The sections of the episode mixture: types and limits of its numbers; what each means stands in ``defaults/episodes.toml``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from committee.settings.section import AnyPersona, Persona, Section

__all__ = [
    "AgreementSettings",
    "CampaignSettings",
    "EpisodeSettings",
    "FitSettings",
    "ForwardSettings",
    "HomeSettings",
    "LearningSettings",
    "MassSettings",
    "MembershipSettings",
    "ReportedSettings",
    "ScanSettings",
    "SpurtSettings",
    "StageSettings",
]

_Three = tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]
_Pair = tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]


class AgreementSettings(Section):
    """How often what is read matches a program's attribute, differs from it, or says nothing about it."""

    therapeutic_area: _Three
    modality: _Three
    phase: _Three


class StageSettings(Section):
    """How often a group, and anybody, reads each funnel stage."""

    top: _Pair
    middle: _Pair
    bottom: _Pair


class CampaignSettings(Section):
    """Share of a group's readings that come by a campaign aimed at its program, or at another; of anybody's, at any."""

    aimed: float = Field(gt=0, lt=0.5)
    elsewhere: float = Field(gt=0, lt=0.5)
    anybody: float = Field(gt=0, lt=0.5)
    power: float = Field(ge=0, le=1, description="0 = campaigns say nothing")


class MassSettings(Section):
    """Pieces that many accounts read at once."""

    days: float = Field(gt=0)
    trimmed: float = Field(ge=0, lt=1)


class ForwardSettings(Section):
    """Pieces that colleagues pass on."""

    chance: float = Field(ge=0)
    days: float = Field(gt=0)


class SpurtSettings(Section):
    """Readers who come back to a subject for some days without any purchase."""

    chance: float = Field(ge=0, lt=1)
    days: float = Field(gt=0)
    horizon: float = Field(ge=0)
    count: float = Field(gt=0)


class HomeSettings(Section):
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


class ScanSettings(Section):
    """Where bursts are looked for."""

    lengths: tuple[int, ...] = Field(min_length=1, description="Weeks")
    length_cost: float = Field(ge=0)
    quiet_floor: float = Field(gt=0)
    least: float
    least_unlisted: float
    least_mass: float = Field(ge=0)
    windows: int = Field(ge=1)
    listed_needs: float = Field(gt=0, lt=1)


class MembershipSettings(Section):
    """Who may be in an episode, and how a member differs from a reader."""

    program_personas: tuple[Persona, ...]
    most_own: float = Field(gt=0, le=1)
    stray: float = Field(gt=0, lt=1)
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
    explaining_away: float = Field(ge=0, le=1, description="0 = every group counts every touch in full")
    full_share: float = Field(gt=0)
    least_weight: float = Field(gt=0)
    most_weight: float = Field(gt=0)
    cells: int = Field(ge=1, le=256)
    density_prior: float = Field(gt=0)


class FitSettings(Section):
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


class LearningSettings(Section):
    """How much data it takes to change the numbers."""

    agreement_count: float = Field(gt=0)
    reading_count: float = Field(gt=0)
    piece_count: float = Field(gt=0)
    touches_count: float = Field(gt=0)
    seats_count: float = Field(gt=0)
    stray_count: float = Field(gt=0)
    campaign_count: float = Field(gt=0)
    ratio_floor: float = Field(gt=0)
    least_accounts: int = Field(ge=0)
    sample_accounts: int = Field(ge=1)
    renew_growth: float = Field(ge=0)
    renew_days: float = Field(ge=0)


class ReportedSettings(Section):
    """Which episodes are reported as groups."""

    strength: float
    without_piece: float
    strong: float
    usual_rate: float = Field(gt=0)
    caution: float = Field(ge=0)
    certainty: float = Field(gt=0, le=1, description="1 = as if every group were one")
    ruled_out: float = Field(gt=0, le=1, description="1 = as sure as the fit is")
    membership: float = Field(gt=0, lt=1)
    responsibility: float = Field(gt=0, lt=1)
    forming: float = Field(gt=0, lt=1)
    people: int = Field(ge=1)
    personas: int = Field(ge=1, le=6)
    alternatives: float = Field(gt=0, le=1)


class EpisodeSettings(Section):
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
    touches: dict[AnyPersona, Annotated[float, Field(gt=0)]]
    seats: dict[AnyPersona, Annotated[float, Field(gt=0)]]
    membership: MembershipSettings
    fit: FitSettings
    learning: LearningSettings
    groups: ReportedSettings
