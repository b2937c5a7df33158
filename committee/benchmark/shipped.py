"""The calibration that is shipped: what markets of both made families teach on average, without their pieces and words.

``python -m committee.benchmark.shipped --out committee/defaults/calibration.json`` makes it anew.
"""

from __future__ import annotations

import math
import sys
import tomllib
from collections.abc import Callable, Sequence
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


def averaged(found: Sequence[Calibration]) -> Calibration:
    """Average calibrations of several markets into one that names no need, word or piece."""

    def mean(of: Callable[[Calibration], float]) -> float:
        return round(sum(map(of, found)) / len(found), _DECIMALS)

    def geometric(of: Callable[[Calibration], float]) -> float:
        return round(math.exp(sum(math.log(of(one)) for one in found) / len(found)), _DECIMALS)

    def row(of: Callable[[Calibration], dict[str, float]]) -> dict[str, float]:
        return {name: mean(lambda one, name=name: of(one)[name]) for name in of(found[0])}  # type: ignore[misc]

    def table(part: str) -> dict[str, dict[str, float]]:
        return {name: row(lambda one, name=name: getattr(one, part)[name]) for name in ATTRIBUTES}  # type: ignore[misc]

    return Calibration(
        called="shipped",
        origin="",
        as_of="",
        accounts=0,
        needs=(),
        attributes=dict.fromkeys(ATTRIBUTES, ()),
        touches=row(lambda one: one.touches),
        seats=row(lambda one: one.seats),
        stray=mean(lambda one: one.stray),
        campaign=row(lambda one: one.campaign),
        need_share={},
        reads=table("reads"),
        strangers=table("strangers"),
        own=table("own"),
        stage_group=row(lambda one: one.stage_group),
        stage_all=row(lambda one: one.stage_all),
        topic_trust=mean(lambda one: one.topic_trust),
        untagged_topic=geometric(lambda one: one.untagged_topic),
        rate=geometric(lambda one: one.rate),
        spurt=mean(lambda one: one.spurt),
        spurt_days=geometric(lambda one: one.spurt_days),
        strong_rate=geometric(lambda one: one.strong_rate),
        tag_ratio={},
        topic={},
    )


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
