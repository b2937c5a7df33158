"""Detection at scale: the episode mixture beside Leiden (python-igraph, CPM) on the same touches, and every part of a run.

Each figure comes from a process of its own, so that its peak memory is its own. The market is the generator's `wide`
world; Leiden's time is that of the graph of who engages with whom, and of its communities. Then one account alone, the
generator's `one_account` world, concluded from whole.

    python -m bench.detect_bench [--accounts N] [--processes 2] [--markdown-out FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.memory import peak_megabytes, watched_children
from committee.analysis.touches import Touches, touches
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.words import families, personas_of, tags_of
from committee.progress import Step
from committee.settings import Settings

AS_OF = datetime(2026, 6, 30, tzinfo=UTC) + timedelta(days=1, milliseconds=-1)
LOADED = datetime(2026, 11, 1, tzinfo=UTC)
EIGHTHS = (1, 2, 4, 8)
ITERATIONS = 2  # igraph's default; until nothing moves any more it takes several times as long on a large graph
SETTINGS = Settings.read(environment={})
BEGINS, ENDS = "<!-- speed: made by python -m bench.detect_bench -->", "<!-- end of speed -->"


@dataclass
class Clock:
    """Seconds and processor seconds of each step, as a progress that somebody watches."""

    steps: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def step(self, label: str, total: int | None = None) -> Iterator[Step]:
        began, worked = time.perf_counter(), processor()
        yield _Unwatched()
        before = self.steps.get(label, (0.0, 0.0))
        self.steps[label] = (before[0] + time.perf_counter() - began, before[1] + processor() - worked)


class _Unwatched:
    def advance(self, amount: int) -> None:
        pass


def processor() -> float:
    """Processor seconds of this process and of those that it started and saw end."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


# --- one side, in a process of its own ------------------------------------------------------------------------------


def make(folder: Path, world_name: str, accounts: int | None, processes: int) -> dict[str, object]:
    """Draw the market, and read it as the product reads files."""
    from committee.benchmark.generator import generate, world
    from committee.pipeline import read_files

    spec = world(world_name)
    generate(spec if accounts is None else spec.with_accounts(accounts), 1).write(folder / "files", "parquet")
    clock = Clock()
    with clock.step("files to Market"):
        market, _ = read_files([folder / "files"], SETTINGS, lambda: LOADED)
    market.write(folder, "parquet")
    rows = {name: table.num_rows for name, table in market.items() if table.num_rows}
    return {"steps": clock.steps, "rows": rows}


def leiden(folder: Path, world_name: str, accounts: int | None, processes: int) -> dict[str, object]:
    """Communities of the graph of who engages with whom, all accounts at once."""
    from committee.analysis.baselines.coengagement import coengagement
    from committee.analysis.baselines.leiden import communities
    from committee.benchmark.detectors.detector import numbers

    _, seen, _ = laid_out(folder)
    clock = Clock()
    with clock.step("graph"):
        graph = coengagement(seen, days=numbers()["coengagement"]["days"])
    with clock.step("communities"):
        found = communities(graph, **numbers()["leiden"], iterations=ITERATIONS)
    facts = {"people": len(graph), "ties": len(graph.source), "communities": int(found.max(initial=-1)) + 1}
    return {"steps": clock.steps, **facts}


def fit(folder: Path, world_name: str, accounts: int | None, processes: int) -> dict[str, object]:
    """Calibrate on a sample of the accounts, then score all of them (and the first eighths) with frozen tables."""
    from committee.analysis import episodes
    from committee.analysis.episodes.detect import part_of
    from committee.pipeline.scoring import scored_parts

    market, seen, tags = laid_out(folder)
    clock = Clock()
    with clock.step("market context"):
        context = episodes.context_of(seen, SETTINGS.episodes.mass)
    with clock.step("calibration"):
        calibration = episodes.calibrate(market, seen, tags, SETTINGS, context)
    scored: list[dict[str, float]] = []
    frozen = (tags, SETTINGS, families(), calibration, context)
    groups = 0
    with watched_children() as worker:
        for eighth in EIGHTHS:
            part = part_of(seen, np.arange(len(seen.account_ids) * eighth // 8))
            with clock.step("scoring"):
                found = scored_parts(market, part, *frozen, workers=processes)
            seconds, worked = clock.steps.pop("scoring")
            scored.append({"eighths": eighth, "touches": len(part), "seconds": seconds, "processor": worked})
            groups = sum(one.tables["groups"].num_rows for one in found)
            del found
    return {"steps": clock.steps, "scored": scored, "groups": groups, "worker": worker[0]}


def whole(folder: Path, world_name: str, accounts: int | None, processes: int) -> dict[str, object]:
    """Everything of a run: market to findings."""
    from committee.analysis.detect import conclude

    clock = Clock()
    with clock.step("reading the Market"):
        market = Market.read(folder)
    with clock.step("fingerprint of the Market"):
        market.fingerprint()
    with clock.step("personas and tags"):
        personas, tags = personas_of(market["contacts"]), tags_of(market["content"])
    with clock.step("who did what for whom"):
        actors = resolved(market["engagements"], market)
    tables, _ = conclude(market, actors, personas, tags, SETTINGS, AS_OF, families(), clock)
    return {"steps": clock.steps, "rows": {name: table.num_rows for name, table in tables.items()}}


SIDES: dict[str, Callable[[Path, str, int | None, int], dict[str, object]]] = {
    "make": make,
    "leiden": leiden,
    "fit": fit,
    "whole": whole,
}


def laid_out(folder: Path) -> tuple[Market, Touches, pa.Table]:
    """Return the market, what people did in it, and what its content is about."""
    market = Market.read(folder)
    personas, tags = personas_of(market["contacts"]), tags_of(market["content"])
    actors = resolved(market["engagements"], market)
    rules, cleaning = SETTINGS.window, SETTINGS.cleaning
    return market, touches(market, actors, personas, tags, window=rules, cleaning=cleaning, as_of=AS_OF), tags


# --- all sides ------------------------------------------------------------------------------------------------------


def measured(side: str, folder: Path, world_name: str, accounts: int | None, processes: int) -> dict:
    """Run one side in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "bench.detect_bench",
        "--side",
        side,
        "--folder",
        str(folder),
        "--world",
        world_name,
    ]
    command += ["--accounts", str(accounts)] if accounts else []
    command += ["--processes", str(processes)]
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    answer: dict = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=alone).stdout)
    return answer


def report(accounts: int | None, processes: int, folder: Path) -> str:
    """Measure everything and write it down as Markdown."""
    wide = {side: measured(side, folder / "wide", "wide", accounts, processes) for side in SIDES}
    single = {side: measured(side, folder / "one", "one_account", None, processes) for side in ("make", "whole")}
    rows = wide["make"]["rows"]
    mine, theirs = wide["fit"], wide["leiden"]
    peer = sum(seconds for seconds, _ in theirs["steps"].values())
    scored = mine["scored"][-1]
    sample = min(rows["accounts"], SETTINGS.episodes.learning.sample_accounts)
    own = scored["seconds"] + sum(seconds for seconds, _ in mine["steps"].values())
    worked = scored["processor"] + sum(worked for _, worked in mine["steps"].values())
    memory = f"{mine['megabytes']:,} with the whole market"
    memory += f", {mine['worker']:,} to score" if mine["worker"] else ""
    lines = [
        f"{rows['accounts']:,} accounts, {rows['contacts']:,} people, {rows['engagements']:,} engagements; {machine()}.",
        "",
        "| detector | seconds | processor seconds | microseconds an engagement and core | MB a process | found |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
        f"| Leiden: graph and communities, {ITERATIONS} iterations (python-igraph {version('igraph')}), one process | {peer:.1f} | {_worked(theirs):.1f} "
        f"| {1e6 * _worked(theirs) / rows['engagements']:.1f} | {theirs['megabytes']:,} | {theirs['communities']:,} communities |",
        f"| episode mixture: context, calibration, groups of all accounts; {processes} processes score | {own:.1f} | {worked:.1f} "
        f"| {1e6 * worked / rows['engagements']:.1f} | {memory} | {mine['groups']:,} groups |",
        "",
        f"The mixture takes {own / peer:.2f} times as long as Leiden, and {worked / max(_worked(theirs), 1e-9):.2f} times the processor; "
        f"of that, {mine['steps']['calibration'][1]:.1f} s are the calibration, on a sample of {sample:,} accounts.",
        "",
        "| accounts scored with frozen tables | touches | seconds | processor seconds | microseconds a touch and core |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {one['eighths']} of 8 | {one['touches']:,} | {one['seconds']:.1f} | {one['processor']:.1f} "
            f"| {1e6 * one['processor'] / max(one['touches'], 1):.1f} |"
            for one in mine["scored"]
        ),
        "",
        *_parts("A whole run, from the files", wide),
        "",
        *_parts(
            f"One account of {single['make']['rows']['contacts']:,} people and {single['make']['rows']['engagements']:,} engagements",
            single,
        ),
    ]
    return "\n".join(lines) + "\n"


def _worked(side: dict) -> float:
    return float(sum(worked for _, worked in side["steps"].values()))


def _parts(title: str, sides: dict[str, dict]) -> list[str]:
    steps = {**sides["make"]["steps"], **sides["whole"]["steps"]}
    total = sum(seconds for seconds, _ in steps.values())
    megabytes = (
        f"{sides['make']['megabytes']:,} MB to make and read the files, {sides['whole']['megabytes']:,} MB to conclude"
    )
    return [
        f"{title} ({megabytes}):",
        "",
        "| part | seconds | processor seconds | share |",
        "| --- | ---: | ---: | ---: |",
        *(f"| {name} | {took:.2f} | {worked:.2f} | {took / total:.0%} |" for name, (took, worked) in steps.items()),
        f"| all | {total:.2f} | {_worked(sides['make']) + _worked(sides['whole']):.2f} | |",
    ]


def machine() -> str:
    """Say what it was measured on, without naming the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow"))
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {packages}"


def written_into(page: Path, text: str, accounts: int | None) -> None:
    """Replace the speed block of a page, or put one at its end."""
    few = f"--accounts {accounts} " if accounts else ""
    command = f"python -m bench.detect_bench {few}--markdown-out docs/{page.name}"
    block = f"{BEGINS}\n## How fast\n\nMade by `{command}`: run it again to check any figure.\n\n{text}{ENDS}\n"
    before = page.read_text("utf-8") if page.exists() else ""
    if BEGINS in before:
        head, rest = before.split(BEGINS, 1)
        block, before = head + block + rest.split(ENDS + "\n", 1)[1], ""
    elif before:
        block = before.rstrip("\n") + "\n\n" + block
    page.write_text(block, "utf-8")


def main() -> None:
    """Run one side, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.detect_bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", type=int, help="another number of accounts; 2,000 take seconds")
    parser.add_argument("--processes", type=int, default=2, help="that score accounts")
    parser.add_argument("--markdown-out", type=Path, metavar="FILE", help="put the tables into this page as well")
    parser.add_argument("--folder", type=Path, help="work folder; a temporary one by default")
    parser.add_argument("--world", default="wide", help=argparse.SUPPRESS)
    parser.add_argument("--side", choices=sorted(SIDES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        asked.folder.mkdir(parents=True, exist_ok=True)
        found = SIDES[asked.side](asked.folder, asked.world, asked.accounts, asked.processes)
        print(json.dumps({**found, "megabytes": peak_megabytes()}))
        return
    with tempfile.TemporaryDirectory(prefix="committee-bench-") as folder:
        text = report(asked.accounts, asked.processes, asked.folder or Path(folder))
    print(text, end="")
    if asked.markdown_out:
        written_into(asked.markdown_out, text, asked.accounts)


if __name__ == "__main__":
    main()
