"""Markets that several test files use: small worlds of the product's own generator, and clocks that stand still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from committee.benchmark.generator import GeneratedMarket, generate, world

AS_OF = datetime(2026, 6, 30, 23, 59, 59, 999000, tzinfo=UTC)
LOADED = datetime(2026, 7, 1, 9, tzinfo=UTC)


def on_day(number: int) -> Callable[[], datetime]:
    """Return a clock that always shows the same moment, so many days after the first load."""
    return lambda: LOADED + timedelta(days=number)


@cache
def small(name: str = "realistic", accounts: int = 6, seed: int = 3) -> GeneratedMarket:
    """Return a small market of a named world."""
    return generate(world(name).with_accounts(accounts), seed)


def write_small(folder: Path, **which) -> Path:
    """Write a small market as a canonical folder, without its truth."""
    from pyarrow import csv

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in small(**which).tables.items():
        csv.write_csv(table, folder / f"{name}.csv")
    return folder
