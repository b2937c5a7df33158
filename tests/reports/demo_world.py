"""The demo market, read from its files and detected once for all tests of pages."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from committee import pipeline
from committee.demo import DATA
from committee.findings import Findings
from committee.market import Market
from committee.reports.listing import group_rows
from committee.settings import Settings


@cache
def demo() -> tuple[Market, Findings]:
    settings = Settings.read(environment={})
    market, _ = pipeline.read_files([DATA], settings, clock=lambda: datetime(2026, 7, 1, tzinfo=UTC))
    return market, pipeline.detect(market, datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC), settings)


def best_group(market: Market, findings: Findings) -> str:
    ranked = group_rows(market, findings, rank=True)
    return ranked.rows[0][ranked.columns.index("group_id")]
