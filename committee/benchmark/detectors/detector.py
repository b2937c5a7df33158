"""What a detector is to the benchmark: a name, a sentence, and a function from a market to groups."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.util import find_spec
from typing import Any

import pyarrow as pa

from committee.analysis.touches import Touches
from committee.benchmark.detectors.case import Case

__all__ = ["Detector", "numbers"]


@dataclass(frozen=True)
class Detector:
    """One way to find groups.

    Attributes
    ----------
    name, summary : str
    find : callable
        From a case, and what people did in it until some moment, to the Findings tables groups and memberships.
    package : str
        What has to be installed for it beside the product, empty = nothing.
    asked : bool
        It runs only when it is named.
    """

    name: str
    summary: str
    find: Callable[[Case, Touches], Mapping[str, pa.Table]]
    package: str = ""
    asked: bool = False

    @property
    def installed(self) -> bool:
        """Whether all it needs is there."""
        return not self.package or find_spec(self.package) is not None


@cache
def numbers() -> dict[str, Any]:
    """Return detectors.toml as it stands; callers must not change it."""
    return tomllib.loads(resources.files("committee.benchmark").joinpath("detectors.toml").read_text("utf-8"))
