"""The sections about what is asked: of the graph, and of the groups: questions, chance, when they appeared."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from committee.settings.section import Section

__all__ = ["AskSettings", "ChanceSettings", "QuestionSettings", "ReplaySettings"]


class AskSettings(Section):
    """The prepared questions."""

    folders: tuple[Annotated[str, Field(min_length=1)], ...]


class QuestionSettings(Section):
    """Facts that nobody has stated, and what their answers are worth."""

    facts: int = Field(ge=1, le=50)
    answers: int = Field(ge=2, le=50)
    tries: int = Field(ge=1)
    program: float = Field(ge=0)
    group: float = Field(ge=0)
    doubtful: float = Field(ge=0, le=1)
    least_credit: float = Field(ge=0)


class ChanceSettings(Section):
    """How many groups luck alone makes."""

    worlds: int = Field(ge=0, le=1000)
    accounts: int = Field(ge=1)
    least_accounts: int = Field(ge=2)
    seed: int = Field(ge=0)


class ReplaySettings(Section):
    """How the past is looked at again."""

    sample_accounts: int = Field(ge=1)
    most_looks: int = Field(ge=1)
