"""Detectors by rule: window and gap, by topic and by program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pyarrow as pa

from committee.analysis.baselines import program_topic_gap, topic_gap, topic_window
from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector, numbers

__all__ = ["RULES"]


def _window(scope: Literal["program", "account"]) -> Detector:
    def find(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
        own, needed = numbers()["topic_window"], numbers()["groups"]
        return topic_window.find_groups(
            touches,
            case.families,
            scope=scope,
            days=own["days"],
            personas=own["personas"],
            people=needed["people"],
            least_share=needed["least_share"],
        )

    where = "an account" if scope == "account" else "one program of an account"
    return Detector(f"window_{scope}", f"three personas of {where} on one topic within 14 days", find)


def _topic_gap(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
    return topic_gap.find_groups(touches, case.families, days=numbers()["topic_gap"]["days"], **numbers()["groups"])


def _program_topic_gap(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
    return program_topic_gap.find_groups(touches, case.settings.gap, case.families)


RULES = (
    _window("account"),
    _window("program"),
    Detector("topic_gap", "people of an account on one topic, until a gap of 14 days", _topic_gap),
    Detector("program_topic_gap", "people on one program and topic, until a gap of 30 days", _program_topic_gap),
)
