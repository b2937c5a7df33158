"""The deals that are open as of the run: of the group's program, else those of the account that name no program."""

from __future__ import annotations

from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows, standing

__all__ = ["open_deals"]


def open_deals(view: GroupView) -> list[Row]:
    """Return the deals that are neither won nor lost and opened by the day of the run, by id."""
    today = view.as_of.date().isoformat()
    program_id = view.group["program_id"]
    found = standing(rows(view.market.opportunities, "account_id", view.group["account_id"]))
    found += standing(rows(view.market.opportunities, "program_id", program_id)) if program_id else []
    unique = {row["opportunity_id"]: row for row in found}
    still = [
        row
        for _, row in sorted(unique.items())
        if row["is_won"] is None and (not row["opened_on"] or row["opened_on"] <= today[: len(row["opened_on"])])
    ]
    own = [row for row in still if program_id and row["program_id"] == program_id]
    return own or [row for row in still if row["program_id"] is None]
