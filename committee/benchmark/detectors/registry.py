"""All detectors by name.

Adding one: a function from a case to groups, in the file of its family, and its entry in that family's tuple.
"""

from __future__ import annotations

from collections.abc import Sequence

from committee.benchmark.detectors.communities import COMMUNITIES
from committee.benchmark.detectors.detector import Detector
from committee.benchmark.detectors.mixture import MIXTURE
from committee.benchmark.detectors.rules import RULES
from committee.errors import NotFound

__all__ = ["DETECTORS", "named_detectors"]

DETECTORS: dict[str, Detector] = {one.name: one for one in (*MIXTURE, *RULES, *COMMUNITIES)}


def named_detectors(names: Sequence[str] = ()) -> list[Detector]:
    """Return the detectors of these names; when none is named, all the usual ones for which everything is installed.

    Raises
    ------
    NotFound
        There is no such detector.
    """
    for name in names:
        if name not in DETECTORS:
            raise NotFound(f"there is no detector '{name}'", f"Choose from: {', '.join(DETECTORS)}")
    return [DETECTORS[name] for name in names] or [one for one in DETECTORS.values() if one.installed and not one.asked]
