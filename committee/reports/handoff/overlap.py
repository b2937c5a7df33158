"""Who of the group is in other groups as well, and with which groups the credit for touches is split."""

from __future__ import annotations

from collections import defaultdict

from committee.reports.handoff.about import where
from committee.reports.handoff.document import Line, Told, line, tell
from committee.reports.handoff.facts import fact, how_many, member_id
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row, rows

__all__ = ["bridges", "overlaps"]


def bridges(view: GroupView) -> list[Line]:
    """Name the members who also belong to other groups: who is in most first."""
    names = {row["contact_id"] for row in view.reachable}
    by_person: dict[str, list[str]] = defaultdict(list)
    for row in rows(view.findings.memberships, "contact_id", names):
        if row["group_id"] != view.group_id:
            by_person[row["contact_id"]].append(row["group_id"])
    ordered = sorted(by_person.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_bridge(view, contact_id, sorted(groups)) for contact_id, groups in ordered[: view.limits["bridges"]]]


def _bridge(view: GroupView, contact_id: str, groups: list[str]) -> Line:
    told = tell(" is also in the group {group}", group=where(view, groups[0]))
    if len(groups) > 1:
        told += Told(" and ") + how_many("group", groups[1:], "other group")
    proof = [f"contact:{contact_id}", *(f"group:{group_id}" for group_id in groups)]
    return line("bridge", told, view.named(contact_id), proof)


def overlaps(view: GroupView) -> list[Line]:
    """Say with which groups the credit for the group's touches is split, the one that takes most first."""
    mine = {row["engagement_id"]: row for row in rows(view.findings.evidence, "group_id", view.group_id)}
    shared: dict[str, list[Row]] = defaultdict(list)
    for row in rows(view.findings.evidence, "engagement_id", list(mine)):
        if row["group_id"] != view.group_id:
            shared[row["group_id"]].append(row)
    ordered = sorted(shared.items(), key=lambda item: (-round(_credit(item[1]), 9), item[0]))
    return [_split(view, group_id, mine, theirs) for group_id, theirs in ordered[: view.limits["bridges"]]]


def _split(view: GroupView, group_id: str, mine: dict[str, Row], theirs: list[Row]) -> Line:
    keys = [row["engagement_id"] for row in theirs]
    told = tell(
        "The credit for {touches} is split with the group {group}: {here} here, {there} there",
        touches=how_many("engagement", keys, "touch", "touches"),
        group=where(view, group_id),
        here=_sum(view.group_id, [mine[key] for key in keys]),
        there=_sum(group_id, theirs),
    )
    return line("credit", told, proof=[f"group:{group_id}", *(f"engagement:{key}" for key in keys)])


def _sum(group_id: str, found: list[Row]) -> Told:
    value = round(_credit(found), 6)
    keys = [member_id(group_id, row["engagement_id"]) for row in found]
    return fact(f"{value:.1f}", "number", value, "evidence", keys, "sum responsibility")


def _credit(found: list[Row]) -> float:
    return sum(row["responsibility"] or 0.0 for row in sorted(found, key=lambda row: row["engagement_id"]))
