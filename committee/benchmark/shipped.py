"""The calibration that is shipped: what markets of both made families teach on average, without their pieces and words.

``python -m committee.benchmark.shipped --out committee/defaults/calibration.json`` makes it anew.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

from committee.analysis.episodes import Calibration, calibrate
from committee.analysis.programs import ATTRIBUTES
from committee.benchmark.detectors.case import made_case
from committee.benchmark.generator import world
from committee.settings import Settings

__all__ = ["averaged", "learned", "main"]

_DECIMALS = 6
_OF_ONE_MARKET = {"called", "origin", "as_of", "accounts", "needs", "attributes", "need_share", "tag_ratio", "topic"}


def averaged(found: Sequence[Calibration]) -> Calibration:
    """Average calibrations of several markets into one that names no need, word or piece."""
    whole = {name: _mean([getattr(one, name) for one in found]) for name in _numbers()}
    nothing: dict[str, Any] = {"called": "shipped", "origin": "", "as_of": "", "accounts": 0, "needs": ()}
    nothing |= {"attributes": dict.fromkeys(ATTRIBUTES, ()), "need_share": {}, "tag_ratio": {}, "topic": {}}
    return Calibration(**nothing, **whole)


def _numbers() -> list[str]:
    """Parts of a calibration that hold for any market."""
    return [one.name for one in fields(Calibration) if one.name not in _OF_ONE_MARKET]


def _mean(values: Sequence[Any]) -> Any:
    if isinstance(values[0], dict):
        return {name: _mean([one[name] for one in values]) for name in values[0]}
    return round(sum(values) / len(values), _DECIMALS)


def learned(plan: dict[str, Any], settings: Settings, tell: Callable[[str], None] = lambda _: None) -> Calibration:
    """Learn from each market of a plan, the numbers of the settings being the start, and average."""
    found = []
    for name in plan["worlds"]:
        for seed in plan["seeds"]:
            case = made_case(world(name).with_accounts(plan["accounts"]), seed, settings)
            found.append(calibrate(case.market, case.touches(), case.tags, settings))
            tell(f"{name}, seed {seed}: {found[-1].name}")
    return averaged(found)


def main(arguments: Sequence[str]) -> int:
    """Learn, and write the file named behind ``--out``."""
    if len(arguments) != 2 or arguments[0] != "--out":
        sys.stderr.write("Write: python -m committee.benchmark.shipped --out FILE\n")
        return 2
    text = resources.files("committee.benchmark").joinpath("shipped.toml").read_text("utf-8")
    plan = tomllib.loads(text)["shipped"]

    def tell(line: str) -> None:
        sys.stderr.write(line + "\n")

    one = learned(plan, Settings.read(environment={}), tell)
    Path(arguments[1]).write_text(one.as_json(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
