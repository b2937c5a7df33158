"""Which usual committee each group is measured by: that of won deals of its own segment, of all won deals, or the default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from committee.analysis.won_deals import EVERY, Deal, Segment, bands, segments_of
from committee.settings import LearnSettings

__all__ = ["DEFAULT", "Template", "Templates", "templates_of"]

DEFAULT = "default"


@dataclass(frozen=True)
class Template:
    """Seats, and whose they are.

    Attributes
    ----------
    name : str
        ``default``; ``all``, of all won deals; or a segment of them, such as ``industry: biotech``.
    seats : mapping of persona to int
    deals : int
        Won deals they were learned from; 0 = none.
    """

    name: str
    seats: Mapping[str, int]
    deals: int = 0


@dataclass(frozen=True)
class Templates:
    """All usual committees that are in use.

    Attributes
    ----------
    otherwise : Template
        For groups of no segment with deals enough.
    by : mapping of (what divides, segment) to Template
    settings : LearnSettings
    deals : int
        Won deals that tell anything.
    won : bool
        Whether any deal is called won, and the settings ask for learning.
    """

    otherwise: Template
    by: Mapping[tuple[str, str], Template]
    settings: LearnSettings
    deals: int = 0
    won: bool = False

    def of(self, industry: str | None, employees: int | None) -> Template:
        """Return the usual committee of a group, by what is known of its account."""
        for by in self.settings.segments:
            name = industry if by == "industry" else self._band(employees)
            if name is not None and (by, name) in self.by:
                return self.by[by, name]
        return self.otherwise

    def _band(self, employees: int | None) -> str | None:
        if employees is None:
            return None
        return next((name for name, low, high in bands(self.settings.employees) if low <= employees < high), None)

    def of_groups(self, groups: pa.Table, accounts: pa.Table) -> list[Template]:
        """Return the usual committee of each group, in the order of the table."""
        facts = {
            row["account_id"]: (row["industry"], row["employees"])
            for row in accounts.select(["account_id", "industry", "employees"]).to_pylist()
        }
        return [self.of(*facts.get(account, (None, None))) for account in groups.column("account_id").to_pylist()]

    def said(self, used: Sequence[Template]) -> dict[str, Any]:
        """Say for the run whose seats groups were measured by; empty where no deal was won.

        Returns
        -------
        dict
            seats_from (won deals, settings), deals, least; and where groups were measured by a segment of their own,
            templates: how many groups by the name of each.
        """
        if not self.won:
            return {}
        learned = any(one.deals for one in used) or bool(self.otherwise.deals)
        told: dict[str, Any] = {
            "seats_from": "won deals" if learned else "settings",
            "deals": self.deals,
            "least": self.settings.least,
        }
        counts = Counter(one.name for one in used)
        if counts.keys() - {EVERY, DEFAULT}:
            told["templates"] = dict(sorted(counts.items()))
        return told


def templates_of(deals: Sequence[Deal], seats: Mapping[str, int], settings: LearnSettings) -> Templates:
    """Learn the usual committees that won deals are enough for; the given seats stand where they are not."""
    default = Template(DEFAULT, seats)
    if not deals or not settings.used:
        return Templates(default, {}, settings)
    every, *segments = segments_of(deals, settings)
    by = {(one.by, one.name): _learned(one) for one in segments}
    found = {key: one for key, one in by.items() if one is not None}
    return Templates(_learned(every) or default, found, settings, every.deals, True)


def _learned(segment: Segment) -> Template | None:
    """The committee of a segment; None where the deals are too few, or no persona is usual at them."""
    seats = {name: count for name, count in segment.seats().items() if count}
    name = EVERY if segment.by == EVERY else f"{segment.by}: {segment.name}"
    return Template(name, seats, segment.deals) if seats else None
