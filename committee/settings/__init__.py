"""Settings: every number and word list the product uses, from the shipped defaults, then the user's file, then the environment.

Order, the later wins: ``defaults/*.toml``, ``committee.toml`` (one file, sections), ``COMMITTEE_SECTION__KEY`` variables,
``--set section.key=value``. Unknown keys and impossible values are refused.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from committee.errors import BadSettings
from committee.settings.asking import AskSettings, ChanceSettings, QuestionSettings, ReplaySettings
from committee.settings.episodes import (
    AgreementSettings,
    CampaignSettings,
    EpisodeSettings,
    FitSettings,
    ForwardSettings,
    HomeSettings,
    LearningSettings,
    MassSettings,
    MembershipSettings,
    ReportedSettings,
    ScanSettings,
    SpurtSettings,
    StageSettings,
)
from committee.settings.lists import LISTS, changed, in_force, shipped, word_list
from committee.settings.refusals import sentence
from committee.settings.section import Section
from committee.settings.sections import (
    AlertSettings,
    CleaningSettings,
    CoverageSettings,
    FeedbackSettings,
    GapSettings,
    GroupsSettings,
    LearnSettings,
    LoadSettings,
    ReadingSettings,
    RoutingSettings,
    ScoringSettings,
    StatusSettings,
    StoreSettings,
    WindowSettings,
)

__all__ = [
    "AgreementSettings",
    "AlertSettings",
    "AskSettings",
    "CampaignSettings",
    "ChanceSettings",
    "CleaningSettings",
    "CoverageSettings",
    "EpisodeSettings",
    "FeedbackSettings",
    "FitSettings",
    "ForwardSettings",
    "GapSettings",
    "GroupsSettings",
    "HomeSettings",
    "LearnSettings",
    "LearningSettings",
    "LoadSettings",
    "MassSettings",
    "MembershipSettings",
    "QuestionSettings",
    "ReadingSettings",
    "ReplaySettings",
    "ReportedSettings",
    "RoutingSettings",
    "ScanSettings",
    "ScoringSettings",
    "Settings",
    "SpurtSettings",
    "StageSettings",
    "StatusSettings",
    "StoreSettings",
    "WindowSettings",
    "word_list",
]

_FILES = ("detection", "episodes", "asking", "load", "store", "work")
_PREFIX = "COMMITTEE_"
_SHORT_NUMBER = re.compile(r"[-+]?([0-9]+\.|\.[0-9]+)")  # as people write it, which TOML does not take


def _list(name: str) -> Any:
    """A section that is a list; a run says it where a user changed it."""
    return Field(default_factory=lambda: shipped(name), exclude_if=lambda value: value == shipped(name))


def _look(name: str) -> Any:
    """A list that changes how things look, never what is concluded: no part of a run."""
    return Field(default_factory=lambda: shipped(name), exclude=True)


class Settings(Section):
    """All settings, section by section; immutable.

    The last sections are the lists: `word_list` gives the shipped ones, and those of a user inside `in_force`.
    """

    load: LoadSettings
    window: WindowSettings
    cleaning: CleaningSettings
    groups: GroupsSettings
    gap: GapSettings
    episodes: EpisodeSettings
    status: StatusSettings
    coverage: CoverageSettings
    reading: ReadingSettings
    # which questions can be asked is no part of a run
    ask: AskSettings = Field(
        default_factory=lambda: AskSettings.model_validate(shipped("asking")["ask"], strict=False), exclude=True
    )
    questions: QuestionSettings
    chance: ChanceSettings
    replay: ReplaySettings
    store: StoreSettings
    scoring: ScoringSettings
    alerts: AlertSettings
    feedback: FeedbackSettings
    routing: RoutingSettings
    learn: LearnSettings
    personas: dict[str, Any] = _list("personas")
    vocabulary: dict[str, Any] = _list("vocabulary")
    channels: dict[str, Any] = _list("channels")
    content_matrix: dict[str, Any] = _list("content_matrix")
    signals: dict[str, Any] = _list("signals")
    companies: dict[str, Any] = _list("companies")
    people: dict[str, Any] = _list("people")
    ranking: dict[str, Any] = _look("ranking")
    formulas: dict[str, Any] = _look("formulas")
    reports: dict[str, Any] = _look("reports")
    crm: dict[str, Any] = _look("crm")
    handoff: dict[str, Any] = _look("handoff")

    @field_validator(*LISTS, mode="before")
    @classmethod
    def _of_the_shipped_form(cls, change: Any, info: ValidationInfo) -> dict[str, Any]:
        return changed(str(info.field_name), change)

    def in_force(self) -> AbstractContextManager[None]:
        """Let these lists be what `word_list` gives inside the block: pages, titles and tags follow them."""
        return in_force({name: getattr(self, name) for name in LISTS})

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
            _merge(merged, shipped(name))
        user = Path(file) if file else Path("committee.toml")
        if file or user.exists():
            _merge(merged, _user_file(user))
        for key, text in sorted((os.environ if environment is None else environment).items()):
            if key.startswith(_PREFIX) and "__" in key:
                _merge(merged, _nested(key[len(_PREFIX) :].lower().split("__"), text))
        for override in overrides:
            place, equals, text = override.partition("=")
            keys = [key.strip() for key in place.split(".")]
            if not equals or len(keys) < 2 or not all(keys):
                raise BadSettings(
                    f"'{override}' is no setting", "Write it as section.key=value, such as window.days=21"
                )
            _merge(merged, _nested(keys, text.strip()))
        try:
            # as JSON, where a list may stand for a tuple, but true is no number
            return cls.model_validate_json(json.dumps(merged, default=str), strict=True)
        except ValidationError as error:
            raise BadSettings(*sentence(cls, error)) from None


def _nested(keys: Sequence[str], text: str) -> dict[str, Any]:
    value: Any = _value(text)
    for key in reversed(keys):
        value = {key: value}
    return dict(value)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return float(text) if _SHORT_NUMBER.fullmatch(text) else text


def _user_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadSettings(f"settings file {path} cannot be read: {error.strerror}", "Check the path") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadSettings(f"settings file {path} is no UTF-8 text: line {line} is not", "Save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"settings file {path} is no TOML: {error}", "Mend the line named") from None


def _merge(target: dict[str, Any], source: Mapping[str, Any]) -> None:
    for key, value in source.items():
        if isinstance(value, Mapping) and isinstance(target.get(key), dict):
            _merge(target[key], value)
        else:
            target[key] = _copied(value)


def _copied(value: Any) -> Any:
    return {key: _copied(inside) for key, inside in value.items()} if isinstance(value, Mapping) else value
