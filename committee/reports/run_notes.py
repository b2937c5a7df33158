"""What a run says of itself: how much of it luck may have made, which evidence was not there, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from committee.reports.words import count, percent
from committee.settings import word_list

__all__ = ["lacking_notes", "luck_notes"]

_SMALL = 0.005  # of a figure between 0 and 1


def luck_notes(rows: Mapping[str, Any]) -> list[str]:
    """Say how many of the groups, and of the flags, there would be by luck.

    Parameters
    ----------
    rows : mapping
        What the run counted.
    """
    return [*_groups(rows.get("groups", {}).get("luck")), *_flags(rows.get("window"))]


def _groups(luck: Mapping[str, Any] | None) -> list[str]:
    if not luck or (luck["expected"] is None and not luck["accounts"]):
        return []
    found = count(luck["groups"], "group")
    if luck["expected"] is None:
        return [f"{found}; how many of them luck makes cannot be told from {count(luck['accounts'], 'account')}"]
    where = "where what no group claims is shifted in time, person by person,"
    looked = f"{count(luck['worlds'], 'such world')} of {count(luck['accounts'], 'account')}"
    if not luck["found"]:
        return [f"{found}; {where} none appeared ({looked})"]
    said = f"{found}; {where} {luck['expected']:.1f} appeared ({looked})"
    if luck["groups"] <= luck["expected"]:
        return [f"{said}: all of them may be luck"]
    return [f"{said}: about 1 in {luck['groups'] / luck['expected']:.0f} may be luck"]


def _flags(window: Mapping[str, Any] | None) -> list[str]:
    if not window or not window.get("flagged"):
        return []
    return [
        f"{percent(window['share_flagged'])} of the scopes are flagged; where touches are shifted, "
        f"{percent(window['share_by_chance'])}"
    ]


def lacking_notes(rows: Mapping[str, Any]) -> list[str]:
    """Say which evidence was not there, and what its absence costs on made markets."""
    steps = rows.get("groups", {}).get("without", [])
    evidence = word_list("evidence")
    told, known = [], False
    for step in steps:
        lost = evidence["lost"].get(step.partition(":")[0])
        known |= lost is not None
        told.append(f"Groups were looked for with {step}{f' ({_cost(lost)})' if lost else ''}")
    return [*told, f"Costs as measured on made markets by {evidence['command']}"] if known else told


def _cost(lost: Mapping[str, float]) -> str:
    people, program = lost["bcubed_f1"], lost["group_and_program_f1"]
    if people < _SMALL and program < _SMALL:
        return "costs next to nothing"
    return f"costs about {max(people, 0):.2f} of BCubed F1, {max(program, 0):.2f} of groups with the right program"
