"""How sure all this is, and what it cannot say, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from committee.reports.handoff.about import other_programs
from committee.reports.handoff.document import Line, Told, line, tell
from committee.reports.handoff.facts import fact, how_many, odds_of
from committee.reports.handoff.group_view import GroupView
from committee.reports.lookup import Row

__all__ = ["confidence"]


def confidence(view: GroupView) -> list[Line]:
    """Return the lines: memberships, program, luck, and what is not seen."""
    parts = (_members(view), _program(view), _luck(view), _limits(view))
    return [line("limit", told, proof=[f"group:{view.group_id}"]) for part in parts for told in part]


def _members(view: GroupView) -> Iterator[Told]:
    stated = [row for row in view.members if row["probability"] is not None]
    if len(stated) < len(view.members):
        yield Told("Members are in by rule: the detector gives no probability")
    if not stated:
        return
    key, odds = view.group_id, sorted(row["probability"] for row in stated)
    expected = round(sum(odds), 6)
    yield tell(
        "Of {members} members, {expected} are expected to be right; the least sure is in with {least}",
        members=fact(f"{len(stated):,}", "number", len(stated), "group", key, "members.count"),
        expected=fact(f"{expected:.1f}", "number", expected, "group", key, "members.sum probability"),
        least=odds_of("group", key, "members.least probability", odds[0]),
    )


def _program(view: GroupView) -> Iterator[Told]:
    others = other_programs(view)
    if view.group["program_id"] and others:
        how = "" if view.program_is_sure else "; talking points name no program"
        yield Told("The program is the likeliest one, not a certain one: next is ") + others[0] + how
    elif not view.group["program_id"]:
        yield Told("Which program it is for cannot be told from what was read, so none is named")


def _luck(view: GroupView) -> Iterator[Told]:
    run = view.findings.run
    luck = (run.rows if run else {}).get("groups", {}).get("luck")
    if run is None or not luck:
        return

    def said(name: str, text: str) -> Told:
        return fact(text, "number", luck[name], "run", run.run_id, f"rows.groups.luck.{name}")

    if luck["expected"] is None:
        if luck["accounts"]:
            yield tell(
                "How many groups luck makes here cannot be told from {accounts} accounts",
                accounts=said("accounts", f"{luck['accounts']:,}"),
            )
    else:
        yield tell(
            "Of {groups} groups in this market, luck alone would make about {expected}",
            groups=said("groups", f"{luck['groups']:,}"),
            expected=said("expected", f"{luck['expected']:.1f}"),
        )


def _limits(view: GroupView) -> Iterator[Told]:
    vague = [row for row in view.evidence if _vague(row)]
    if vague:
        keys = [row["engagement_id"] for row in vague]
        yield (
            how_many("engagement", keys, "touch", "touches")
            + (" is" if len(vague) == 1 else " are")
            + " known to the day only"
        )
    unknown = [row["contact_id"] for row in view.reachable if view.personas[row["contact_id"]] == "unknown"]
    if unknown:
        yield (
            how_many("contact", unknown, "member has", "members have")
            + " a title that tells no persona, and fill no seat"
        )
    yield Told("Only touches of named people count; a concern is read from what was taken in, nobody said it")


def _vague(row: Row) -> bool:
    return bool(row["occurred_until"]) and row["occurred_until"] != row["occurred_at"]
