"""When each group was first reported, and how long after its first and its third member."""

from __future__ import annotations

from math import isnan

from committee.analysis.delays import median_wait
from committee.pipeline.replaying import Replayed
from committee.reports.answer import Rows
from committee.reports.lookup import by_id
from committee.reports.words import count, day, plain

__all__ = ["replay_rows"]


def replay_rows(replayed: Replayed) -> Rows:
    """List the groups by when they appeared; the notes give the median delay, and the groups that came and went."""
    groups = {row["group_id"]: row for row in replayed.findings.groups.to_pylist()}
    accounts = by_id(replayed.market.accounts, "account_id", {row["account_id"] for row in groups.values()})
    programs = by_id(
        replayed.market.programs, "program_id", {row["program_id"] for row in groups.values() if row["program_id"]}
    )
    lines = []
    for one in replayed.appearances:
        group = groups[one.group_id]
        account, program = group["account_id"], group["program_id"]
        lines.append(
            {
                "group_id": one.group_id,
                "account": plain(accounts.get(account, {}).get("name")) or account,
                "program": plain(programs.get(program or "", {}).get("name")) or program or "no listed program",
                "need": group["need"],
                "appeared_at": one.first,
                "there_before": one.before,
                "first_member_at": one.first_member,
                "third_member_at": one.third_member,
                "days_after_first": _rounded(one.days_after(one.first_member)),
                "days_after_third": _rounded(one.days_after(one.third_member)),
                "people": group["people"],
                "looks": one.looks,
            }
        )
    columns = (
        "group_id account program need appeared_at there_before days_after_first days_after_third first_member_at "
        "third_member_at people looks"
    )
    return Rows.of(columns, lines, _notes(replayed), needed=8)


def _rounded(days: float | None) -> float | None:
    return None if days is None else round(days, 1)


def _notes(replayed: Replayed) -> list[str]:
    times = replayed.looks
    fresh = [one for one in replayed.appearances if not one.before]
    told = [
        f"{count(len(times), 'look')}, {day(times[0])} to {day(times[-1])}; at each only what had happened by then, "
        "numbers learned anew from that"
    ]
    old = len(replayed.appearances) - len(fresh)
    if old:
        told.append(f"{count(old, 'group was', 'groups were')} there at the first look already: since when is not told")
    for name, waits in (
        ("first", [one.days_after(one.first_member) for one in fresh]),
        ("third", [one.days_after(one.third_member) for one in fresh]),
    ):
        days = [wait for wait in waits if wait is not None]
        median = median_wait([(wait, True) for wait in days])
        if not isnan(median):
            told.append(
                f"Half of {count(len(days), 'new group')} were reported within {median:.0f} days of the {name} member"
            )
    if replayed.passing:
        told.append(
            f"{count(replayed.passing, 'group was', 'groups were')} reported at some look and not continued by the last one"
        )
    return told
