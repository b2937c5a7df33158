"""A seeded generator of whole markets with planted buying groups.

A market is drawn in the order of its making: companies and programs, people, the seller's library, purchases with
their members and touches, readers without a purchase, machines and mailings; then all touches become rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from committee.benchmark.generator.accounts import draw_accounts, draw_programs
from committee.benchmark.generator.arrays import Streams
from committee.benchmark.generator.background import draw_background
from committee.benchmark.generator.content import draw_library
from committee.benchmark.generator.drawn import Drawn
from committee.benchmark.generator.groups import draw_touches, fill_seats, plan_groups
from committee.benchmark.generator.noise import crawl, forward, gateways, mail, meet, send_mailings
from committee.benchmark.generator.people import draw_people
from committee.benchmark.generator.rows import write_rows
from committee.benchmark.generator.spec import MarketSpec, world, world_names
from committee.benchmark.generator.tables import tables_of
from committee.benchmark.generator.touches import gather
from committee.benchmark.generator.truth import truth_of

__all__ = ["GeneratedMarket", "MarketSpec", "generate", "world", "world_names"]


@dataclass(frozen=True)
class GeneratedMarket:
    """A made-up market: canonical tables, and what was planted in them.

    ``truth`` is for scoring only. ``meta`` names the world, the seed, the number of accounts and the day of today.
    """

    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    meta: dict[str, str | int]

    def write(self, folder: Path | str, format: Literal["csv", "parquet"] = "csv") -> None:
        """Write the tables into ``folder`` and the truth (always CSV) into ``folder/truth``."""
        here = Path(folder)
        (here / "truth").mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            if format == "parquet":
                pq.write_table(table, here / f"{name}.parquet")
            else:
                _write_csv(table, here / f"{name}.csv")
        for name, table in self.truth.items():
            _write_csv(table, here / "truth" / f"{name}.csv")
        (here / "truth" / "meta.json").write_text(json.dumps(self.meta) + "\n", "utf-8")


def generate(spec: MarketSpec, seed: int) -> GeneratedMarket:
    """Draw one market.

    Parameters
    ----------
    spec
        A world, as from :func:`world`.
    seed
        Same world and same seed give the same tables, byte for byte.

    Returns
    -------
    GeneratedMarket
        Times are UTC; engagements are sorted by time. ``occurred_at`` is text where the world has rows that give a
        day only, else a timestamp in milliseconds.

    Examples
    --------
    >>> market = generate(world("plain").with_accounts(3), seed=1)
    >>> market.tables["accounts"].num_rows
    3
    """
    streams = Streams(seed)
    accounts = draw_accounts(spec.accounts, streams)
    programs = draw_programs(spec.programs, spec.accounts.focus, accounts, streams)
    people = draw_people(spec, accounts, programs, streams)
    library = draw_library(spec, streams)

    groups = plan_groups(spec, programs, streams)
    seats = fill_seats(spec, accounts, programs, people, groups, streams)
    mailings = send_mailings(spec, library, streams)
    machine_clicks, _ = gateways(spec, people, library, len(accounts), streams)
    crawled, _ = crawl(spec, people, library, streams)
    touches = gather(
        [
            draw_touches(spec, programs, groups, seats, streams),
            draw_background(spec, programs, people, streams),
            *mail(spec, people, mailings, streams),
            machine_clicks,
            crawled,
            forward(spec, accounts, people, library, streams),
            meet(spec, programs, people, streams),
        ]
    )
    rows = write_rows(spec, accounts, programs, people, library, touches, streams)
    drawn = Drawn(spec, accounts, programs, people, library, groups, mailings, rows)
    meta: dict[str, str | int] = {
        "scenario": spec.name,
        "seed": seed,
        "accounts": len(accounts),
        "now": spec.now.isoformat(),
    }
    return GeneratedMarket(tables_of(drawn, streams), truth_of(drawn), meta)


def _write_csv(table: pa.Table, path: Path) -> None:
    for position, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            seconds = pc.cast(table.column(position), pa.timestamp("s"))
            table = table.set_column(position, field.name, pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ"))
    pcsv.write_csv(table, path, pcsv.WriteOptions(quoting_style="needed"))
