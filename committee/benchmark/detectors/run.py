"""A whole benchmark: which markets, which detectors, one table after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from committee.benchmark.detectors.ablation import ablated
from committee.benchmark.detectors.absent import without_evidence
from committee.benchmark.detectors.asking import first_against_random
from committee.benchmark.detectors.case import Case, case_from, made_case
from committee.benchmark.detectors.chance import by_chance
from committee.benchmark.detectors.detector import Detector, numbers
from committee.benchmark.detectors.luck import told_by_luck
from committee.benchmark.detectors.registry import DETECTORS
from committee.benchmark.detectors.stated import pooled, stated
from committee.benchmark.detectors.table import compared, mean_rows, ranked
from committee.benchmark.generator import world
from committee.progress import SILENT, Progress
from committee.settings import Settings

__all__ = ["TABLES", "Plan", "best_of", "over_worlds", "tables_of"]

Row = dict[str, Any]
TABLES = ("groups", "ranking", "stated", "chance", "luck", "ablation", "evidence", "questions")
SLOW = frozenset({"ablation", "evidence", "questions"})
OVERALL = "mean"
LEADING = ("bcubed_f1", "group_f1", "group_and_program_f1")


@dataclass(frozen=True)
class Plan:
    """What to run.

    Attributes
    ----------
    detectors : sequence of Detector
    settings : Settings
    worlds : sequence of str
        Names of the generator.
    folders : sequence of path
        Markets with a truth.
    accounts : int or None
        Of each made world; its own number when None.
    most_accounts : int or None
        A made world with more is made with so many.
    seeds : sequence of int
        Of each made world; figures are their means.
    weeks, chance_worlds : int
        Replayed for the delay; worlds without structure.
    """

    detectors: Sequence[Detector]
    settings: Settings
    worlds: Sequence[str] = ()
    folders: Sequence[Path] = ()
    accounts: int | None = None
    most_accounts: int | None = None
    seeds: Sequence[int] = (1,)
    weeks: int = 0
    chance_worlds: int = field(default_factory=lambda: int(numbers()["chance"]["worlds"]))

    @property
    def ablated(self) -> Detector:
        """The detector whose parts are left out: the one chosen, when it is one, else the product's own."""
        own = str(numbers()["ablation"]["detector"])
        return self.detectors[0] if len(self.detectors) == 1 else DETECTORS[own]

    def cases(self) -> Iterator[Callable[[], Case]]:
        """Give the markets one by one, each made or read when it is asked for."""
        for folder in self.folders:
            yield lambda folder=folder: case_from(folder, self.settings)  # type: ignore[misc]
        for name in self.worlds:
            spec = world(name)
            own = self.accounts or spec.accounts.count
            spec = spec.with_accounts(own if self.most_accounts is None else min(own, self.most_accounts))
            for seed in self.seeds:
                yield lambda spec=spec, seed=seed: made_case(spec, seed, self.settings)  # type: ignore[misc]


def tables_of(plan: Plan, wanted: Sequence[str], progress: Progress = SILENT) -> dict[str, list[Row]]:
    """Run a plan.

    Parameters
    ----------
    plan : Plan
    wanted : sequence of {"groups", "ranking", "stated", "chance", "luck", "ablation", "evidence", "questions"}
    progress : Progress
        Told after each market.

    Returns
    -------
    dict of list of rows
        By table; rows of several seeds are averaged, those of what is stated added up over all markets. Beside other
        tables those that take long run on a few
        worlds only.
    """
    makers: dict[str, tuple[str, Callable[[Case], list[Row]]]] = {
        "groups": ("detector", lambda case: compared(case, plan.detectors, weeks=plan.weeks)),
        "ranking": ("score", lambda case: ranked(case, plan.detectors)),
        "stated": ("bin", stated),
        "chance": (
            "detector",
            lambda case: by_chance(case, plan.detectors, worlds=plan.chance_worlds, seed=numbers()["chance"]["seed"]),
        ),
        "luck": ("detector", told_by_luck),
        "ablation": ("part", lambda case: ablated(case, plan.ablated, numbers()["ablation"]["parts"])),
        "evidence": ("evidence", without_evidence),
        "questions": ("questions", lambda case: first_against_random(case, numbers()["questions"]["groups"])),
    }
    rows: dict[str, list[Row]] = {name: [] for name in wanted}
    cases = list(plan.cases())
    with progress.step("Comparing detectors, market by market", len(cases)) as step:
        for make in cases:
            case = make()
            for name in wanted:
                if name not in SLOW or len(wanted) == 1 or case.name in numbers()["ablation"]["worlds"]:
                    rows[name] += makers[name][1](case)
            step.advance(1)
    return {
        name: pooled(found) if name == "stated" else mean_rows(found, ("world", makers[name][0]))
        for name, found in rows.items()
    }


def over_worlds(rows: Sequence[Mapping[str, Any]], key: str) -> list[Row]:
    """Average over the worlds: one more row for each detector or score, when there are several worlds.

    A figure that cannot be told of a detector in a world in which it can be told of another has no mean: leaving out
    the world where a detector is too late, or silent, would flatter it.
    """
    if len({row["world"] for row in rows}) < 2:
        return []
    told = {(name, row["world"]) for row in rows for name, value in row.items() if value is not None}
    untold = {
        (name, row[key])
        for row in rows
        for name, value in row.items()
        if value is None and (name, row["world"]) in told
    }
    means = mean_rows([{**row, "world": OVERALL} for row in rows], ("world", key))
    return [{name: None if (name, row[key]) in untold else value for name, value in row.items()} for row in means]


def best_of(rows: Sequence[Mapping[str, Any]], figures: Sequence[str] = LEADING) -> list[str]:
    """Say for each figure which detector leads on average, and by how much; then the same of each world."""
    overall = over_worlds(rows, "detector") or rows
    sentences = [lead for figure in figures if (lead := _lead(overall, figure))]
    markets = list(dict.fromkeys(row["world"] for row in rows))
    for market in markets if len(markets) > 1 else []:
        here = [row for row in rows if row["world"] == market]
        leads = [lead for figure in figures if (lead := _lead(here, figure))]
        sentences += [f"{market}: {'; '.join(leads)}"] if leads else []
    return sentences


def _lead(rows: Sequence[Mapping[str, Any]], figure: str) -> str:
    told = sorted((row for row in rows if row[figure] is not None), key=lambda row: (-row[figure], row["detector"]))
    if len(told) < 2:
        return ""
    first, second = told[:2]
    margin = first[figure] - second[figure]
    return f"{figure}: {first['detector']} {first[figure]:.3f}, {margin:.3f} before {second['detector']}"
