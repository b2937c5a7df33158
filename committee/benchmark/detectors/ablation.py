"""What each part of a detector is worth: the same detector with one part switched off at a time, by its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import Detector
from committee.benchmark.detectors.table import compared
from committee.settings import Settings

__all__ = ["ABLATION_COLUMNS", "ablated", "varied", "without_parts"]

ABLATION_COLUMNS = ("world", "part", "bcubed_f1", "lost", "group_f1", "group_and_program_f1", "false_per_account")
WHOLE = "nothing left out"


def varied(settings: Settings, change: Mapping[str, Any]) -> Settings:
    """Return settings with some values exchanged, given as nested tables.

    >>> varied(Settings.read(environment={}), {"window": {"days": 7}}).window.days
    7.0
    """
    return Settings.model_validate(_merged(settings.model_dump(), change))


def _merged(values: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **values,
        **{
            key: _merged(values[key], value)
            if isinstance(value, Mapping) and isinstance(values.get(key), Mapping)
            else value
            for key, value in change.items()
        },
    }


def without_parts(detector: Detector, parts: Mapping[str, Mapping[str, Any]]) -> list[Detector]:
    """Return the detector, then the detector without each part.

    Parameters
    ----------
    detector : Detector
    parts : mapping
        By the part's name the settings that switch it off, as nested tables.
    """

    def variant(part: str, change: Mapping[str, Any]) -> Detector:
        def find(case: Case, touches: Touches) -> Mapping[str, pa.Table]:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=touches.as_of)
            other = replace(case, settings=varied(case.settings, change))
            return detector.find(other, other.touches(moment))

        return Detector(part, f"{detector.name} without {part}", find, detector.package)

    whole = Detector(WHOLE, detector.summary, detector.find, detector.package)
    return [whole, *(variant(part, change) for part, change in parts.items())]


def ablated(case: Case, detector: Detector, parts: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Score the detector whole and without each part.

    Returns
    -------
    list of dict
        One a part, with `ABLATION_COLUMNS`; lost is what extended BCubed F1 falls by.
    """
    rows = compared(case, without_parts(detector, parts), weeks=0)
    whole = rows[0]["bcubed_f1"]
    made = [
        {
            **row,
            "part": row["detector"],
            "lost": None if whole is None or row["bcubed_f1"] is None else whole - row["bcubed_f1"],
        }
        for row in rows
    ]
    return [{name: row[name] for name in ABLATION_COLUMNS} for row in made]
