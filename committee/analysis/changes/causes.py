"""Why something changed from one run to another: an engagement, a file that was loaded since, a setting that differs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.changes.states import StateChange
from committee.analysis.days import iso_text
from committee.analysis.set_aside import REASONS
from committee.findings import Findings, Run
from committee.market import Market
from committee.records.columns import whole

__all__ = ["Cause", "Grounds", "settings_that_differ"]

_FINDS_NOTHING = ("alerts", "feedback", "routing", "store")  # sections no analysis reads
_SHOWN = 4  # settings or files named in one cause


@dataclass(frozen=True)
class Cause:
    """Why.

    Attributes
    ----------
    sentence : str
    at : int or None
        When it happened, epoch milliseconds.
    engagement_id, file : str or None
        The engagement that brought it about, and the file it came with.
    """

    sentence: str
    at: int | None = None
    engagement_id: str | None = None
    file: str | None = None


def settings_that_differ(before: Run | None, after: Run | None) -> list[str]:
    """Return the settings that two runs do not share, as ``window.days 14 -> 21``, and the version if it differs."""
    if before is None or after is None:
        return []
    old, new = _flat(before.settings), _flat(after.settings)
    told = [
        f"{name} {_said(old.get(name))} -> {_said(new.get(name))}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name) and name.partition(".")[0] not in _FINDS_NOTHING
    ]
    return told + ([f"version {before.version} -> {after.version}"] if before.version != after.version else [])


def _flat(settings: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        flat |= _flat(value, f"{path}{key}.") if isinstance(value, Mapping) else {f"{path}{key}": value}
    return flat


def _said(value: Any) -> str:
    return "nothing" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


class Grounds:
    """What causes are looked for in.

    Parameters
    ----------
    before, after : Findings
    market : Market
        As the later run saw it, with provenance.
    known_loads : collection of str, optional
        Loads that the earlier run knew; by default all.
    changes : sequence of StateChange
        Those that causes will be asked for.
    """

    def __init__(
        self,
        before: Findings,
        after: Findings,
        market: Market,
        changes: Sequence[StateChange],
        known_loads: Collection[str] | None = None,
    ) -> None:
        self._as_of = _milliseconds(before.run.as_of) if before.run else None
        self._settings = settings_that_differ(before.run, after.run)
        self._learned = [found.run.calibration if found.run else "" for found in (before, after)]
        loads = market.loads.select(["load_id", "file"]).to_pylist()
        self._files = {row["load_id"]: row["file"] for row in loads}
        known = set(self._files) if known_loads is None else set(known_loads)
        self._new_files = sorted({file for load, file in self._files.items() if load not in known})
        self._known = known
        wanted = {engagement for one in changes for engagement in (*one.gained, *one.lost)}
        self._engagements = {
            row["engagement_id"]: row
            for row in _rows(market.engagements, "engagement_id", wanted, ("occurred_at", "load_id", "kind"))
        }
        aside = _rows(after.set_aside, "id", wanted, ("record", "reason"))
        self._aside = {row["id"]: row["reason"] for row in aside if row["record"] == "engagements"}
        loose = _rows(after.unassigned, "engagement_id", wanted, ("reason",))
        self._loose = {row["engagement_id"]: row["reason"] for row in loose}
        self._then, self._now = _speaks_for(before, wanted), _speaks_for(after, wanted)
        self._people = {
            row["contact_id"]: row
            for row in _rows(
                market.contacts,
                "contact_id",
                {person for one in changes for person in (*one.contact_ids, one.contact_id) if person},
                ("load_id", "origins"),
            )
        }
        self._history = _histories(after, {one.group_id for one in changes if one.group_id})

    def cause(self, change: StateChange) -> Cause:
        """Return why a change came about; the plainest reason that holds."""
        if change.kind in ("closed", "status changed", "born"):
            told = self._by_status(change)
            if told is not None:
                return told
        if change.gained and (found := self._gained(change)) is not None:
            return found
        if change.lost and (found := self._lost(change)) is not None:
            return found
        return self._general(change)

    def _by_status(self, change: StateChange) -> Cause | None:
        """The dated cause that the group's own history gives, when it is younger than the earlier run."""
        history = self._history.get(change.group_id or "")
        if history is None:
            return None
        since, sentence = history[0 if change.kind == "born" else -1]
        if self._as_of is not None and since <= self._as_of:
            return None
        named = next((one for one in change.gained if one in sentence.split()), None)
        file = self._file(named)
        return Cause(sentence + (f", from {file}" if file else ""), since, named, file)

    def _gained(self, change: StateChange) -> Cause | None:
        rows = [self._engagements[one] for one in change.gained if one in self._engagements]
        rows.sort(key=lambda row: (row["occurred_at"], row["engagement_id"]))
        happened = [row for row in rows if self._as_of is not None and _ms(row) > self._as_of]
        came = [row for row in rows if row["load_id"] not in self._known]
        if happened and not (came and change.kind == "flag raised"):
            return self._engaged(happened[-1] if change.kind == "flag raised" else happened[0], "")
        if came:
            return self._engaged(came[0], ", loaded since")
        moved = sorted(
            {group for row in rows for group in self._then.get(row["engagement_id"], ())} - {change.group_id}
        )
        if moved and change.kind in ("born", "credit moved", "joined"):
            return Cause(f"{len(rows)} of its engagements counted for {', '.join(moved[:_SHOWN])}{self._because()}")
        return None

    def _lost(self, change: StateChange) -> Cause | None:
        for one in change.lost:
            if one not in self._engagements:
                return Cause(f"engagement {one} is no more: its file was taken out", engagement_id=one)
        for one in change.lost:
            if one in self._aside:
                reason = REASONS.get(self._aside[one], self._aside[one])
                return Cause(f"engagement {one} does not count: {reason}{self._because()}", engagement_id=one)
        moved = sorted({group for one in change.lost for group in self._now.get(one, ())} - {change.group_id})
        if moved:
            return Cause(f"its engagements count for {', '.join(moved[:_SHOWN])} now{self._because()}")
        if change.kind == "flag withdrawn":
            return None
        loose = next((one for one in change.lost if one in self._loose), None)
        if loose is not None:
            reason = self._loose[loose].replace("_", " ")
            return Cause(f"no group claims engagement {loose}: {reason}{self._because()}", engagement_id=loose)
        return None

    def _general(self, change: StateChange) -> Cause:
        people = [self._people[one] for one in (*change.contact_ids, change.contact_id) if one in self._people]
        for row in people:
            later = sorted(load for load in _loads_of(row) if load not in self._known and load in self._files)
            if later:
                file = self._files[later[0]]
                return Cause(f"{row['contact_id']} was changed by {file}, loaded since", file=file)
        if self._settings:
            return Cause(_because_of(self._settings))
        if self._new_files:
            return Cause(f"follows from what was loaded since: {_some(self._new_files)}", file=self._new_files[0])
        if self._learned[0] != self._learned[1]:
            return Cause(f"the detector weighs evidence anew: calibration {self._learned[0]} -> {self._learned[1]}")
        return Cause("follows from the other moment of the report")

    def _because(self) -> str:
        return f"; {_because_of(self._settings)}" if self._settings else ""

    def _engaged(self, row: Mapping[str, Any], more: str) -> Cause:
        file = self._file(row["engagement_id"])
        kind = f" ({row['kind'].replace('_', ' ')})" if row["kind"] else ""
        source = f", from {file}{more}" if file else ""
        return Cause(
            f"engagement {row['engagement_id']} at {iso_text(_ms(row))}{kind}{source}",
            _ms(row),
            row["engagement_id"],
            file,
        )

    def _file(self, engagement: str | None) -> str | None:
        return self._files.get(self._engagements.get(engagement or "", {}).get("load_id", ""))


def _because_of(settings: Sequence[str]) -> str:
    return f"{'another setting' if len(settings) == 1 else 'other settings'}: {_some(settings)}"


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def _ms(row: Mapping[str, Any]) -> int:
    moment: datetime = row["occurred_at"]
    return round(moment.timestamp() * 1000)


def _milliseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def _loads_of(row: Mapping[str, Any]) -> set[str]:
    """The load that brought a record, and those whose ids stand in its origins."""
    return {row["load_id"] or "", *(row["origins"] or "").replace('"', " ").split()}


def _rows(table: pa.Table, key: str, wanted: Iterable[str], names: Sequence[str]) -> list[dict[str, Any]]:
    ids = pa.array(sorted(wanted), pa.string())
    if not len(ids) or not table.num_rows:
        return []
    some = table.select([key, *names]).filter(pc.is_in(whole(table.column(key)), value_set=ids))
    found: list[dict[str, Any]] = some.to_pylist()
    return found


def _speaks_for(findings: Findings, wanted: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in _rows(findings.evidence, "engagement_id", wanted, ("group_id",)):
        found.setdefault(row["engagement_id"], []).append(row["group_id"])
    return found


def _histories(findings: Findings, groups: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """Since when and why, for each status that a group came into, the earliest first."""
    rows = _rows(findings.statuses, "group_id", groups, ("since", "cause"))
    rows.sort(key=lambda row: row["since"])
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row["group_id"], []).append((round(row["since"].timestamp() * 1000), row["cause"]))
    return found
