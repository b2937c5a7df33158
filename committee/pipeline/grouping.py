"""Groups by the episode mixture: with which calibration, and which accounts have to be scored again.

A store's next run keeps the calibration and the baseline of its last one as long as they hold. Then only accounts are
scored of which something changed, or in which something was still running; the findings of the others stay. Given
calibration and context an account depends on itself alone, so the result is that of scoring all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.codes import distinct, plain
from committee.analysis.episodes import Calibration, MarketContext, context_of
from committee.analysis.episodes.detect import Part, early_of, joined, need_shares_of, read_words
from committee.analysis.episodes.marks import Marks
from committee.analysis.structureless import by_luck
from committee.analysis.touches import Touches
from committee.errors import BadFile
from committee.findings import Findings, Run
from committee.market import Market
from committee.pipeline.calibrating import learned_from
from committee.pipeline.scoring import processes, scored_parts
from committee.progress import SILENT, Progress
from committee.settings import Settings

__all__ = ["Grouping", "Last", "last_of"]

_DECIDING = ("window", "cleaning", "groups", "gap", "episodes", "personas", "vocabulary")  # sections of the settings
_DAY_MS = 86_400_000
_LEARNED = "learned from this market"


@dataclass(frozen=True)
class Last:
    """The run before: how it was made, and its tables when they are wanted."""

    run: Run
    calibration: Calibration
    context: MarketContext
    marks: Marks
    tables: Callable[[], Mapping[str, pa.Table]]


def last_of(run: Run | None, learned: Mapping[str, str], tables: Callable[[], Findings]) -> Last | None:
    """Return a run as the one before the next; None when it does not say what it was made with."""
    if run is None or not {"calibration", "context", "marks"} <= set(learned):
        return None
    try:
        return Last(
            run,
            Calibration.from_json(learned["calibration"]),
            MarketContext.from_json(learned["context"]),
            Marks.from_json(learned["marks"]),
            tables,
        )
    except BadFile:  # another version of the product wrote it
        return None


class Grouping:
    """Finds the groups of a market; afterwards it says with what.

    Parameters
    ----------
    settings : Settings
    families : mapping
        Function family of each persona.
    version : str
        Of the product.
    calibration : Calibration, optional
        What to score with, whatever was used before.
    last : Last, optional
        The run before, to go on from where it holds.
    workers : int, optional
        Processes; as many as are worth it by default.
    progress : Progress

    Attributes
    ----------
    learned : dict of str
        Calibration, context and marks as texts.
    baseline : str
        Name of what was taken for usual.
    """

    def __init__(
        self,
        settings: Settings,
        families: Mapping[str, str],
        version: str,
        *,
        calibration: Calibration | None = None,
        last: Last | None = None,
        workers: int | None = None,
        progress: Progress = SILENT,
    ) -> None:
        self._settings, self._families, self._version = settings, families, version
        self._given, self._last, self._workers, self._progress = calibration, last, workers, progress
        self.learned: dict[str, str] = {}
        self.baseline = ""

    def __call__(self, market: Market, seen: Touches, tags: pa.Table) -> tuple[dict[str, pa.Table], Mapping[str, Any]]:
        """Find the groups, as `committee.analysis.detect.conclude` asks for."""
        mass = self._settings.episodes.mass
        context = context_of(seen, mass, self._last.context if self._last else None)
        last, why = self._holding(market, seen, tags, context)
        context = context if last or not self._last else context_of(seen, mass)
        if last:
            calibration = last.calibration
        elif self._given:
            calibration = self._given.for_words(read_words(market, seen, tags), need_shares_of(seen))
        else:
            with self._progress.step("Learning what is usual"):
                calibration = learned_from(market, seen, tags, self._settings, context)
        moved = last is not None and seen.as_of > _ms(last.run.as_of)
        unchanged = (
            {
                name: (own, last.marks.around[name])
                for name, own in last.marks.own.items()
                if not (moved and name in last.marks.running)
            }
            if last
            else {}
        )
        parts = scored_parts(
            market,
            seen,
            tags,
            self._settings,
            self._families,
            calibration,
            context,
            unchanged=unchanged,
            workers=processes(len(seen), self._settings, self._workers),
            progress=self._progress,
        )
        marks = _marks(parts, last)
        self.learned = {"calibration": calibration.as_json(), "context": context.as_json(), "marks": marks.as_json()}
        self.baseline = context.baseline
        said = {
            "calibration": calibration.name,
            "called": calibration.called,
            "calibrated": f"kept from run {last.run.run_id}" if last else why,
            "scored": self._scored(parts, marks, last, moved),
        }
        tables = self._tables(parts, seen, last)
        with self._progress.step("Counting what luck makes"):
            luck = by_luck(market, seen, tags, self._settings, self._families, tables, calibration)
        return tables, {**said, "luck": asdict(luck)}

    def _holding(self, market: Market, seen: Touches, tags: pa.Table, now: MarketContext) -> tuple[Last | None, str]:
        """The run before, when its calibration and baseline hold; else why they do not."""
        last, given, rules = self._last, self._given, self._settings.episodes.learning
        if given is not None and (last is None or given.name not in (last.calibration.name, last.calibration.origin)):
            return None, f"as asked: {given.called or given.name}"
        if last is None:
            return None, self._fresh(seen)
        before = last.context.reach[last.context.usual].sum()
        reasons = {
            "the product's version is another": last.run.version != self._version,
            "settings have changed": _deciding(last.run.settings) != _deciding(self._settings.model_dump(mode="json")),
            "the day of the report lies before what it was learned from": seen.as_of < last.context.until,
            "the day of the report lies before that of the last run": seen.as_of < _ms(last.run.as_of),
            "it is too old": seen.as_of - last.context.until > rules.renew_days * _DAY_MS,
            "the market has grown": now.people.sum() > before * (1 + rules.renew_growth),
            "content is about needs it does not know": not set(read_words(market, seen, tags).needs)
            <= set(last.calibration.needs),
            "there are accounts enough to learn from": 0 < last.calibration.accounts < rules.least_accounts
            and given is None
            and self._fresh(seen) == _LEARNED,
            "history reaches further back": bool(len(seen)) and int(seen.first.min()) < last.context.first,
        }
        why = next((reason for reason, holds in reasons.items() if holds), "")
        if not why:
            return last, ""
        return None, f"as asked: {given.called or given.name}" if given else f"{self._fresh(seen)} again: {why}"

    def _fresh(self, seen: Touches) -> str:
        few = len(distinct(seen.account)) < self._settings.episodes.learning.least_accounts
        return "the shipped numbers, for want of accounts" if few else _LEARNED

    def _scored(self, parts: list[Part], marks: Marks, last: Last | None, moved: bool) -> dict[str, Any]:
        """How many accounts were scored, and why."""
        anew = sorted(name for part in parts for name in part.scored)
        counts: dict[str, Any] = {"accounts": len(anew), "of": sum(len(part.account_ids) for part in parts)}
        if last is None:
            return counts
        why = {"new": 0, "changed": 0, "read_elsewhere": 0, "running": 0}
        for name in anew:
            if name not in last.marks.own:
                why["new"] += 1
            elif last.marks.own[name] != marks.own[name]:
                why["changed"] += 1
            elif last.marks.around[name] != marks.around[name]:
                why["read_elsewhere"] += 1
            else:
                why["running"] += 1
        return {**counts, **why, "others_from": last.run.run_id}

    def _tables(self, parts: list[Part], seen: Touches, last: Last | None) -> dict[str, pa.Table]:
        kept = [name for part in parts for name in part.account_ids if name not in part.scored]
        found = [part.tables for part in parts]
        if last is not None and kept:
            found.append(_kept_tables(last.tables(), kept))
            found[-1]["early"] = early_of(seen, found[-1]["evidence"], kept, self._settings.gap)
        return joined(found)


def _kept_tables(tables: Mapping[str, pa.Table], accounts: list[str]) -> dict[str, pa.Table]:
    """The findings of some accounts as they were before a run was published."""
    wanted = pa.array(accounts, pa.string())

    def of(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
        return table.filter(pc.is_in(plain(table.column(name)), value_set=values))

    groups = of(tables["groups"], "account_id", wanted)
    ids = plain(groups.column("group_id"))
    groups = groups.set_column(groups.schema.get_field_index("lineage_id"), "lineage_id", ids)
    return {
        "groups": groups,
        "memberships": of(tables["memberships"], "group_id", ids),
        "evidence": of(tables["evidence"], "group_id", ids),
        "unassigned": of(tables["unassigned"], "account_id", wanted),
    }


def _marks(parts: list[Part], last: Last | None) -> Marks:
    own = {name: mark for part in parts for name, mark in zip(part.account_ids, part.own, strict=True)}
    around = {name: mark for part in parts for name, mark in zip(part.account_ids, part.around, strict=True)}
    running = {name for part in parts for name in part.running}
    if last is not None:
        running |= {name for part in parts for name in part.account_ids if name in last.marks.running and name not in part.scored}  # fmt: skip
    return Marks(own, around, frozenset(running))


def _deciding(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: settings.get(name) for name in _DECIDING}


def _ms(iso: str) -> int:
    return round(datetime.fromisoformat(iso).timestamp() * 1000)
