"""Receipts: which engagements, flags, files and run the page comes from."""

from __future__ import annotations

from collections.abc import Collection

from committee.reports.handoff.facts import Line, Receipt, Receipts
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, by_id, rows
from committee.reports.words import count, day, number, plain, source

__all__ = ["receipts"]


def receipts(view: GroupView, named: Collection[str]) -> Receipts:
    """Return the receipts.

    Parameters
    ----------
    view : GroupView
    named : collection of str
        Proofs the page gives, as ``engagement:ID``: these engagements are listed first where there are too many.

    Returns
    -------
    Receipts
        Engagements are numbered by time and id, whether they are listed or not.
    """
    ids = {row["engagement_id"] for row in view.evidence}
    ids |= {engagement_id for flag in view.flags for engagement_id in flag["engagement_ids"] or []}
    found = sorted(
        rows(view.market.engagements, "engagement_id", ids), key=lambda row: (row["occurred_at"], row["engagement_id"])
    )
    loads = by_id(view.market.loads, "load_id", [row["load_id"] for row in found if row["load_id"]])
    numbered = [_receipt(position, row, loads) for position, row in enumerate(found, start=1)]
    chosen = sorted(numbered, key=lambda receipt: f"engagement:{receipt.engagement_id}" not in named)[
        : view.limits["receipts"]
    ]
    return Receipts(
        engagements=tuple(sorted(chosen, key=lambda receipt: receipt.number)),
        more_engagements=len(numbered) - len(chosen),
        flags=tuple(
            _flag(flag, {receipt.engagement_id: receipt.number for receipt in numbered}) for flag in view.flags
        ),
        loads=tuple(_load(row, sum(1 for one in found if one["load_id"] == key)) for key, row in sorted(loads.items())),
        run=_run(view),
    )


def _receipt(position: int, row: Row, loads: dict[str, Row]) -> Receipt:
    load = loads.get(row["load_id"] or "")
    return Receipt(
        position,
        row["engagement_id"],
        row["occurred_at"],
        plain(load["file"]) if load else "",
        row["load_id"] or "",
        row["line"],
    )


def _flag(flag: Row, numbers: dict[str, int]) -> Line:
    def named(ids: list[str] | None) -> str:
        return ", ".join(str(numbers[key]) if key in numbers else key for key in ids or []) or "none"

    text = f"rule {plain(flag['rule'])}; raised by {named(flag['witness_ids'])} alone; gone without {named(flag['removal_ids'])}"
    witnesses = dict.fromkeys([*(flag["witness_ids"] or []), *(flag["removal_ids"] or [])])
    return Line(text, (f"flag:{flag['flag_id']}", *(f"engagement:{key}" for key in witnesses)))


def _load(load: Row, used: int) -> Line:
    of = f" of {number(load['rows'])} rows" if load["rows"] else ""
    return Line(
        f"{plain(load['file'])} ({source(load['source'])}, loaded {day(load['loaded_at'])}): {count(used, 'engagement')}{of}",
        (f"load:{load['load_id']}",),
    )


def _run(view: GroupView) -> Line:
    run = view.findings.run
    if run is None:
        return Line("No run is recorded with these findings")
    known = f", with what was known on {day(run.known_at)}" if run.known_at else ""
    detector = f", detector {plain(view.group['detector'])}" if view.group["detector"] else ""
    return Line(
        f"Run {run.run_id} as of {day(run.as_of)}{known}, version {run.version}{detector}", (f"run:{run.run_id}",)
    )
