"""The Market: what is known. One table per loaded record class, with where each row came from."""

from __future__ import annotations

from typing import ClassVar

import pyarrow.compute as pc

from committee.records import LOADED, EarlierValue, Load, Record
from committee.records.tables import TableSet

__all__ = ["Market"]


class Market(TableSet):
    """What is known: accounts, programs, contacts, content, campaigns, engagements, signals, opportunities.

    The tables ``loads`` and ``earlier_values`` say where the rows came from and what they said before. Two markets are
    equal when they say the same about the world, whoever said it and when. It comes from files or from a graph; the
    analyses cannot tell which.
    """

    records: ClassVar[tuple[type[Record], ...]] = (*LOADED, Load, EarlierValue)
    world: ClassVar[tuple[type[Record], ...]] = LOADED

    @classmethod
    def about(cls) -> tuple[type[Record], ...]:
        """Return the classes that speak of the world; loads and earlier values speak of who said so."""
        return cls.world

    def same(self) -> dict[str, dict[str, str]]:
        """Return which accounts and contacts stand for which, by table: an id to the id that stands for it."""
        found = {}
        for table, key in (("accounts", "account_id"), ("contacts", "contact_id")):
            rows = self[table].filter(pc.is_valid(self[table].column("is_now")))
            found[table] = dict(zip(rows.column(key).to_pylist(), rows.column("is_now").to_pylist(), strict=True))
        return found
