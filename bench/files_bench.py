"""Files to a Market, and a Market to findings, against a bare pyarrow read of the same files.

Each figure comes from a process of its own, so that its peak memory is its own.

    python -m bench.files_bench [--world scale] [--accounts N] [--repeats 3]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from committee.settings import Settings

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def bare(folder: Path) -> dict[str, float]:
    """Read the files with pyarrow alone, every column as it guesses it."""
    from pyarrow import csv

    began = time.perf_counter()
    rows = sum(csv.read_csv(path).num_rows for path in sorted(folder.glob("*.csv")))
    return {"seconds": time.perf_counter() - began, "rows": rows}


def ours(folder: Path) -> dict[str, float]:
    """Read the files as the product does: recognised, typed, validated, merged, accounted for."""
    from committee.pipeline import read_files

    settings = Settings.read(environment={})
    began = time.perf_counter()
    _, intake = read_files([folder], settings, lambda: NOW)
    took = time.perf_counter() - began
    if not all(report.adds_up() for report in intake.files):
        raise SystemExit("the load report does not add up")
    return {"seconds": took, "rows": sum(report.read for report in intake.files)}


def detect(folder: Path) -> dict[str, float]:
    """Conclude from the market: personas, tags, flags with receipts and chance, groups, statuses, coverage."""
    from committee.pipeline import detect as conclude
    from committee.pipeline import read_files

    settings = Settings.read(environment={})
    market, _ = read_files([folder], settings, lambda: NOW)
    began = time.perf_counter()
    conclude(market, datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC), settings)
    return {"seconds": time.perf_counter() - began, "rows": market.engagements.num_rows}


SIDES = {"bare": bare, "ours": ours, "detect": detect}


def measured(side: str, folder: Path, repeats: int) -> dict[str, float]:
    """Return the best of some runs of one side, each in a process of its own; processor seconds count its start as well."""
    command = [sys.executable, "-m", "bench.files_bench", "--side", side, "--folder", str(folder)]
    runs = [
        json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        for _ in range(repeats)
    ]
    return min(runs, key=lambda run: run["seconds"])


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.files_bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--world", default="scale")
    parser.add_argument("--accounts", type=int, help="another number of accounts")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--side", choices=sorted(SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        one = SIDES[asked.side](asked.folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform != "darwin" else 1024**2)
        print(json.dumps(one | {"megabytes": peak, "processor": time.process_time()}))
        return
    with tempfile.TemporaryDirectory(prefix="committee-bench-") as folder:
        command = [sys.executable, "-m", "committee.benchmark.generator", "--world", asked.world, "--out", folder]
        subprocess.run(
            [*command, *(["--accounts", str(asked.accounts)] if asked.accounts else [])],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        found = {
            side: measured(side, Path(folder), asked.repeats if side != "detect" else 1)
            for side in ("bare", "ours", "detect")
        }
    ratio = found["ours"]["seconds"] / found["bare"]["seconds"]
    print(
        f"files to Market   {found['ours']['rows']:>10,} rows   bare pyarrow {found['bare']['seconds']:6.2f} s   "
        f"ours {found['ours']['seconds']:6.2f} s   {ratio:.2f} x   {found['ours']['megabytes']:,} MB"
    )
    processor = found["ours"]["processor"] / found["bare"]["processor"]
    print(
        f"  processor                         bare pyarrow {found['bare']['processor']:6.2f} s   "
        f"ours {found['ours']['processor']:6.2f} s   {processor:.2f} x"
    )
    print(
        f"Market to Findings {found['detect']['rows']:>9,} engagements   {found['detect']['seconds']:6.2f} s   {found['detect']['megabytes']:,} MB"
    )


if __name__ == "__main__":
    main()
