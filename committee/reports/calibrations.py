"""Calibrations for people: which there are, what one says, and what a run was scored with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from committee.analysis.episodes import Calibration
from committee.reports.answer import Rows

__all__ = ["calibration_list", "calibration_rows", "scored_notes"]


def calibration_list(found: Sequence[tuple[str, Calibration]]) -> Rows:
    """List calibrations, each with the name it is reached by."""
    columns = ["name", "id", "as_of", "accounts", "needs", "pieces"]
    rows = [
        [name, one.name, one.as_of[:10] or None, one.accounts or None, len([need for need in one.needs if need]), len(one.topic)]
        for name, one in found
    ]  # fmt: skip
    return Rows(columns, rows, ["committee detect --calibration NAME scores with one of them"])


def calibration_rows(one: Calibration, beside: Calibration) -> Rows:
    """List the numbers of a calibration that mean something by themselves, beside those of another one."""
    rows = [[part, name, value, _at(beside, part, name)] for part, name, value in _numbers(one)]
    told = f"learned from {one.accounts} accounts as of {one.as_of}" if one.accounts else "learned from made markets"
    notes = [f"Calibration {one.name}{f' ({one.called})' if one.called else ''}: {told}; {len(one.topic)} pieces"]
    return Rows(["part", "of", "value", "shipped"], rows, notes)


def _numbers(one: Calibration) -> Iterator[tuple[str, str, float]]:
    for part in ("touches", "seats", "campaign", "stage_group", "stage_all"):
        for name, value in getattr(one, part).items():
            yield part, name, value
    for part in ("reads", "strangers", "own"):
        for attribute, row in getattr(one, part).items():
            for state, value in row.items():
                yield part, f"{attribute} {state}", value
    for part in ("stray", "rate", "spurt", "spurt_days", "strong_rate", "topic_trust", "untagged_topic"):
        yield part, "", getattr(one, part)


def _at(one: Calibration, part: str, name: str) -> float | None:
    value = getattr(one, part)
    if not isinstance(value, dict):
        return float(value)
    first, _, last = name.rpartition(" ")
    found = value.get(first, {}).get(last) if first else value.get(name)
    return None if found is None else float(found)


def scored_notes(groups: Mapping[str, Any]) -> list[str]:
    """Say with which numbers the groups of a run were found, and which accounts were scored for it."""
    scored = groups.get("scored")
    if not scored:
        return []
    called = f" ({groups['called']})" if groups.get("called") else ""
    notes = [f"Calibration {groups['calibration']}{called}: {groups['calibrated']}"]
    why = [
        f"{scored[kind]} {words}"
        for kind, words in (
            ("new", "new"),
            ("changed", "with new or changed rows"),
            ("read_elsewhere", "that touch pieces read elsewhere at the same time"),
            ("running", "with something still running"),
        )
        if scored.get(kind)
    ]
    if "others_from" in scored and scored["accounts"] < scored["of"]:
        reason = f": {', '.join(why)}" if why else ""
        notes.append(
            f"Scored {scored['accounts']:,} of {scored['of']:,} accounts again, the rest as in run {scored['others_from']}{reason}"
        )
    else:
        notes.append(f"Scored all {scored['of']:,} accounts")
    return notes
