"""Briefs from a store: of one group, or of all open groups of one owner; and what a group of an earlier run became."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from committee.cli.naming import Named
from committee.cli.output import spoken
from committee.cli.sight import Sight
from committee.cli.terminal import progress
from committee.errors import AmbiguousName, NotFound
from committee.pipeline.briefing import Material, material, material_in_memory
from committee.reports.handoff import Brief, Briefs, Options
from committee.reports.handoff.for_owner import brief_for, briefs_for
from committee.reports.handoff.wording import wording
from committee.reports.words import count, listed, plain
from committee.settings import Settings

__all__ = ["brief_of_group", "briefs_of_owner"]

_SHOWN = 6  # owners named in a message


def brief_of_group(sight: Sight, name: str, options: Options, settings: Settings) -> Brief:
    """Return the brief of the group that a text means.

    Raises
    ------
    NotFound, AmbiguousName
        The sentence says of a group of an earlier run which run that was, and what became of it.
    """
    wording()  # a slip in a pattern is told before anything is read
    group = _found(sight, name)
    given = _given(sight, [group.account_id])
    with progress() as bars:
        return brief_for(given, group.id, options, bars)


def briefs_of_owner(sight: Sight, options: Options, settings: Settings) -> Briefs:
    """Return the briefs of the open groups of an owner's accounts, most sales-ready first; dismissed ones are left out.

    Raises
    ------
    NotFound
        Nobody of that name owns an account, or none of the accounts has an open group.
    """
    wording()
    owner, accounts = _owned(sight, options.owner or "")
    given = _given(sight, accounts)
    with progress() as bars:
        found = briefs_for(given, owner, accounts, options, settings.routing.statuses, bars)
    if not found.briefs:
        raise NotFound(
            f"no account of {owner} has an open group ({listed(settings.routing.statuses, 'or')}; "
            f"{count(len(accounts), 'account')} looked at)",
            "committee groups lists all groups",
        )
    return found


def _given(sight: Sight, accounts: Sequence[str]) -> Material:
    if sight.market is not None and sight.findings is not None:
        return material_in_memory(sight.store, sight.market, sight.findings, sight.dismissed(sight.findings))
    run_id = sight.run_id or next(run.run_id for run in sight.store.runs() if run.current)
    return material(sight.store, accounts, run_id)


def _found(sight: Sight, name: str) -> Named:
    try:
        return sight.find(name, "group")
    except NotFound:
        if sight.findings is None and sight.run_id is None:
            _say_what_became(sight, name)
        raise


def _say_what_became(sight: Sight, name: str) -> None:
    """Raise an error that names the earlier run of a group, the latest first; do nothing where no run has it."""
    for run in sight.store.runs():
        if run.current:
            continue
        try:
            group = Sight(sight.store, run.run_id).find(name, "group")
        except (NotFound, AmbiguousName):
            continue
        now = material(sight.store, [group.account_id], run.run_id).continues.get(group.id)
        became = f"there it continues as group:{now}" if now else "there it is no group any more"
        way = f"committee handoff group:{now}, or " if now else ""
        raise NotFound(
            f"group {group.id} is of run {run.run_id} as of {spoken(run.as_of)}, not of the current run; {became}",
            f"{way}committee handoff group:{group.id} --run {run.run_id} for the brief as it was",
        )


def _owned(sight: Sight, text: str) -> tuple[str, list[str]]:
    """The owner that a text means, and the accounts of that owner."""
    accounts = sight.facts(None, ["accounts"])[0].accounts.select(["account_id", "owner"]).to_pylist()
    by_owner: dict[str, list[str]] = {}
    for row in accounts:
        if plain(row["owner"]):
            by_owner.setdefault(plain(row["owner"]), []).append(row["account_id"])
    wanted = plain(text)
    fitting = [owner for owner in by_owner if owner == wanted] or [
        owner for owner in by_owner if owner.casefold() == wanted.casefold()
    ]
    if len(fitting) == 1:
        return fitting[0], sorted(by_owner[fitting[0]])
    if fitting:
        raise AmbiguousName(f"'{text}' may be {listed(sorted(fitting), 'or')}", "Write the name as it stands there")
    near = difflib.get_close_matches(wanted, by_owner, n=3, cutoff=0.5) or sorted(by_owner)[:_SHOWN]
    raise NotFound(
        f"nobody called '{text}' owns an account",
        f"Owners are {', '.join(near)}{' and others' if len(by_owner) > len(near) else ''}"
        if near
        else "No account names an owner",
    )
