"""All parts of one market together, before they become tables."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from committee.benchmark.generator.accounts import Accounts, Programs
from committee.benchmark.generator.arrays import DAY
from committee.benchmark.generator.columns import Ids
from committee.benchmark.generator.content import Library
from committee.benchmark.generator.groups import Groups
from committee.benchmark.generator.noise import Mailings
from committee.benchmark.generator.people import People
from committee.benchmark.generator.rows import Rows
from committee.benchmark.generator.spec import MarketSpec

__all__ = ["Drawn"]


@dataclass(frozen=True)
class Drawn:
    """All parts of one market as flat arrays."""

    spec: MarketSpec
    accounts: Accounts
    programs: Programs
    people: People
    library: Library
    groups: Groups
    mailings: Mailings
    rows: Rows

    @property
    def start(self) -> int:
        """First moment of the history, seconds since 1970."""
        now = dt.datetime.combine(self.spec.now, dt.time(), dt.UTC)
        return int(now.timestamp()) - self.spec.days * DAY

    @functools.cached_property
    def ids(self) -> Ids:
        """Ids of everything in the market."""
        return Ids(len(self.people))
