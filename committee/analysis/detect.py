"""From a market to its findings: the analyses in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis import episodes
from committee.analysis.baselines.program_topic_gap import find_groups
from committee.analysis.codes import plain
from committee.analysis.coverage import coverage
from committee.analysis.flags import WindowFlags, window_flags
from committee.analysis.readings import readings
from committee.analysis.status import flags_with_groups, latest_statuses, statuses
from committee.analysis.templates import templates_of
from committee.analysis.touches import Touches, touches
from committee.analysis.won_deals import won_deals
from committee.market import Market
from committee.progress import SILENT, Progress
from committee.settings import Settings

__all__ = ["Finder", "conclude"]

# From a market, what people did in it and what its content is about: the findings tables of groups, and for the run what
# they were found with.
Finder = Callable[[Market, Touches, pa.Table], tuple[dict[str, pa.Table], Mapping[str, Any]]]


def conclude(
    market: Market,
    actors: pa.Table,
    personas: pa.Table,
    tags: pa.Table,
    settings: Settings,
    as_of: datetime,
    families: Mapping[str, str],
    progress: Progress = SILENT,
    find: Finder | None = None,
) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Find flags and buying groups as of a moment.

    Parameters
    ----------
    market : Market
        It is not changed.
    actors : pyarrow Table
        engagement_id, contact_id, account_id: who did it and for whom, in the order of the market's engagements.
    personas, tags : pyarrow Table
        Findings tables: persona of each contact, tags of each piece of content.
    settings : Settings
    as_of : datetime
        Aware; what happened later does not count.
    families : mapping
        Function family of each persona.
    progress : Progress
        Told as each step begins.
    find : callable, optional
        Finds the groups by the episode mixture, where the settings ask for it; all in this process, with numbers learned
        from the market, by default.

    Returns
    -------
    tables : dict of pyarrow Table
        The Findings tables, personas and content_tags as given among them.
    rows : dict
        For the run: engagements read, used and set aside by reason; scopes and their share flagged, real and by chance.
    """
    with progress.step("Laying out what people did"):
        seen = touches(market, actors, personas, tags, window=settings.window, cleaning=settings.cleaning, as_of=as_of)
    with progress.step("Raising flags"):
        raised = window_flags(seen, settings.window)
    by_rule = settings.groups.detector == "program_topic_gap"
    if by_rule:
        found, about = find_groups(seen, settings.gap, families), dict[str, Any]()
    else:
        found, said = (find or _finder(settings, families, progress))(market, seen, tags)
        missing = list(episodes.degraded(seen, market, settings.episodes, tags))
        about = {"groups": {"detector": episodes.DETECTOR, **said, "without": missing}}
    with progress.step("Dating each change"):
        aside = _uncounted(seen.set_aside, found)
        needed = settings.gap if by_rule else settings.episodes.groups
        flags = flags_with_groups(raised.table, found["evidence"])
        changes = statuses(
            seen,
            market,
            found["groups"],
            found["evidence"],
            flags,
            settings.status,
            people=needed.people,
            personas=needed.personas,
        )
        groups = latest_statuses(changes, found["groups"])
    with progress.step("Counting who is covered"):
        templates = templates_of(won_deals(market, seen, settings.learn), settings.coverage.seats, settings.learn)
        used = templates.of_groups(groups, market.accounts)
        covered = coverage(market, personas, groups, found["memberships"], used)
        told = templates.said(used)
    tables = {
        **found,
        "groups": groups,
        "flags": flags,
        "statuses": changes,
        "coverage": covered,
        "set_aside": aside,
        "personas": personas,
        "readings": readings(seen, market, settings.reading),
        "content_tags": tags,
    }
    return tables, {**_rows(seen, aside, raised), **about, **({"coverage": told} if told else {})}


def _finder(settings: Settings, families: Mapping[str, str], progress: Progress) -> Finder:
    def find(market: Market, seen: Touches, tags: pa.Table) -> tuple[dict[str, pa.Table], Mapping[str, Any]]:
        with progress.step("Finding groups"):
            found, calibration, _ = episodes.find_groups(market, seen, tags, settings, families)
        return found, {"calibration": calibration.name}

    return find


def _uncounted(set_aside: pa.Table, found: Mapping[str, pa.Table]) -> pa.Table:
    """What no analysis counted: the mixture weighs touches, on pieces about nothing known, that the window rule passes by."""
    counted = [plain(found[name].column("engagement_id")) for name in ("evidence", "unassigned")]
    weighed = pc.and_(
        pc.equal(plain(set_aside.column("record")), "engagements"),
        pc.is_in(plain(set_aside.column("id")), value_set=pa.concat_arrays(counted)),
    )
    return set_aside.filter(pc.invert(weighed))


def _rows(seen: Touches, set_aside: pa.Table, raised: WindowFlags) -> dict[str, Any]:
    aside = set_aside.filter(pc.equal(set_aside.column("record"), "engagements"))
    counts = {row["values"]: row["counts"] for row in aside.column("reason").value_counts().to_pylist()}
    used = seen.read - aside.num_rows
    return {
        "engagements": {"read": seen.read, "used": used, "set_aside": dict(sorted(counts.items()))},
        "window": {
            "scopes": raised.scopes,
            "flagged": raised.table.num_rows,
            "share_flagged": round(raised.share_flagged, 6),
            "share_by_chance": round(raised.share_by_chance, 6),
        },
    }
