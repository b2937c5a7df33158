"""Alerts of a store: what is due, what was sent, and sending so that nothing is sent twice and nothing is lost.

Sending has three steps. All files are written into a hidden folder beside their place; then the store records what is
sent; then the folder gets its name, which is one step of the file system. Whoever stops before the second step has sent
nothing, and the next sending begins anew. Whoever stops after it has sent all: the next sending finds the hidden folder,
sees that the store knows its alerts, and only gives it its name.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from committee.analysis.alerts import Occasion, Sent, Told, occasions, since_the_last, told, week_of
from committee.analysis.windows import DAY_MS
from committee.decisions import Decisions
from committee.errors import WriteFailed
from committee.findings import Findings
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.clock import Clock, moment_now
from committee.pipeline.deciding import dismissed_in
from committee.pipeline.identifying import market_seen
from committee.pipeline.words import families
from committee.records import digest
from committee.records.tables import write_atomically
from committee.settings import AlertSettings

__all__ = ["Due", "due", "send", "sent_before"]

_SENDING, _RECORD = ".sending-", ".record"


@dataclass(frozen=True)
class Due:
    """What is to be told, and what it is about."""

    told: list[Told]
    market: Market
    findings: Findings
    now: datetime


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _as_of(findings: Findings) -> int:
    assert findings.run is not None
    return _ms(datetime.fromisoformat(findings.run.as_of))


def _occasions(findings: Findings, market: Market, settings: AlertSettings) -> list[Occasion]:
    return occasions(
        findings,
        market,
        kinds=settings.kinds,
        families=families(),
        least_families=settings.families,
        weak=settings.weak,
    )


def sent_before(decisions: pa.Table, now: datetime) -> Sent:
    """Return what the decisions say was sent, and how much of it in the week of a moment."""
    rows = [
        json.loads(row["seen"]) | {"subject": row["subject"], "when": row["decided_at"]} for row in _sent(decisions)
    ]
    rows.sort(key=lambda row: (row["at"], row["alert"]))
    week = Counter(row["owner"] for row in rows if row["alerted"] and week_of(_ms(row["when"])) == week_of(_ms(now)))
    return Sent(
        frozenset(row["alert"] for row in rows),
        {row["subject"]: (row["state"], row["at"]) for row in rows if row["state"] != "flag"},
        {row["subject"]: row["at"] for row in rows if row["alerted"]},
        week,
    )


def _sent(decisions: pa.Table) -> list[dict[str, Any]]:
    return [row for row in decisions.to_pylist() if row["kind"] == "sent" and row["seen"]]


def due(store: Store, settings: AlertSettings, now: datetime) -> Due:
    """Return what is to be told of the current run: what is younger than ``settings.days`` and was not sent before."""
    findings, market = store.findings(), market_seen(store, _TABLES)
    shown = dismissed_in(store, findings).without(findings)
    sent, until = sent_before(store.decisions().decisions, now), _as_of(findings)
    found = since_the_last(
        _occasions(shown, market, settings), shown, sent, after=until - round(settings.days * DAY_MS), until=until
    )
    return Due(
        told(found, quiet_days=settings.quiet_days, per_week=settings.per_week, sent=sent, now=_ms(now)),
        market,
        shown,
        now,
    )


_TABLES = ("accounts", "contacts", "programs")


def send(
    store: Store,
    settings: AlertSettings,
    folder: Path,
    files_of: Callable[[Due], Mapping[str, str]],
    clock: Clock = moment_now,
) -> tuple[Due, Path | None, list[Path]]:
    """Send what is due into a folder; return it, the folder made (None when nothing was due), and interrupted ones finished.

    Parameters
    ----------
    folder : Path
        Each sending makes a folder of its own in it.
    files_of : callable
        Texts by file name.

    Raises
    ------
    WriteFailed, StoreBusy
    """
    with store.writing("send alerts"):
        finished = _finish(store, folder)
        found = due(store, settings, clock())
        if not found.told:
            return found, None, finished
        batch = digest(sorted(one.occasion.alert_id for one in found.told), length=8)
        name = f"{found.now.astimezone(UTC).date().isoformat()}-{batch}"
        beside = folder / f"{_SENDING}{name}"
        for file, text in files_of(found).items():
            write_atomically(beside / file, text.encode())
        decisions = _decisions(found)
        decisions.write(beside / _RECORD, "parquet")
        store.record(decisions)
        return found, _named(beside), finished


def _finish(store: Store, folder: Path) -> list[Path]:
    """Give interrupted sendings their names where the store knows their alerts; take away those it does not know."""
    finished = []
    for beside in sorted(folder.glob(f"{_SENDING}*")) if folder.is_dir() else []:
        known = set(store.decisions().decisions.column("decision_id").to_pylist())
        sending = Decisions.read(beside / _RECORD)
        if known.intersection(sending.decisions.column("decision_id").to_pylist()):
            store.record(sending)
            finished.append(_named(beside))
        else:
            shutil.rmtree(beside)
    return finished


def _named(beside: Path) -> Path:
    place = beside.with_name(beside.name.removeprefix(_SENDING))
    try:
        os.rename(beside, place)
    except OSError as error:
        raise WriteFailed(
            f"{place} could not be made: {error.strerror}", "The alerts lie in the hidden folder beside; send again"
        ) from None
    with suppress(OSError):
        shutil.rmtree(place / _RECORD)
    return place


def _decisions(found: Due) -> Decisions:
    rows = found.told
    run = found.findings.run.run_id if found.findings.run else None
    return Decisions(
        {
            "decisions": {
                "decision_id": [digest(["sent", one.occasion.alert_id]) for one in rows],
                "kind": ["sent"] * len(rows),
                "subject": [one.occasion.subject for one in rows],
                "reason": ["alert" if one.alert else f"digest: {one.because}" for one in rows],
                "decided_at": [found.now] * len(rows),
                "run_id": [run] * len(rows),
                "seen": [_seen(one) for one in rows],
            }
        }
    )


def _seen(one: Told) -> str:
    about = one.occasion
    facts = {
        "alert": about.alert_id,
        "state": about.state,
        "at": about.at,
        "alerted": one.alert,
        "owner": about.owner,
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)
