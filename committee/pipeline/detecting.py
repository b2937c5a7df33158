"""A market in, findings out: from files or from a store, the same answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

from committee.analysis.detect import conclude
from committee.decisions import Decisions
from committee.errors import UnfinishedLoad
from committee.findings import Findings, Run
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.identifying import one_market
from committee.pipeline.words import families, personas_of, tags_of
from committee.progress import SILENT, Progress
from committee.settings import Settings

__all__ = ["detect", "detect_store"]


def detect(
    market: Market,
    as_of: datetime,
    settings: Settings | None = None,
    known: datetime | None = None,
    decisions: Decisions | None = None,
) -> Findings:
    """Conclude from a market, as of a moment, what groups and flags there are.

    Parameters
    ----------
    market : Market
    as_of : datetime
        What happened after it does not count.
    settings : Settings, optional
        Those in force by default.
    known : datetime, optional
        What was loaded, changed or decided after it is not known.
    decisions : Decisions, optional
        What people said, of which this looks at who is who.
    """
    settings = settings or Settings.read()
    with settings.in_force():
        market = one_market(market, decisions, known)
    actors = resolved(market["engagements"], market)
    with settings.in_force():
        personas, tags, families_ = personas_of(market["contacts"]), tags_of(market["content"]), families()
    tables, rows = conclude(market, actors, personas, tags, settings, as_of, families_)
    run = Run.of(
        market=market.fingerprint(),
        settings=settings.model_dump(mode="json"),
        as_of=_iso(as_of),
        known_at=_iso(known) if known else "",
        version=version("buying-committee"),
        calibration=rows.get("groups", {}).get("calibration", "none"),
    )
    return Findings(tables, replace(run, rows=rows))


def detect_store(
    store: Store,
    as_of: datetime,
    settings: Settings | None = None,
    known: datetime | None = None,
    progress: Progress = SILENT,
) -> Findings:
    """Detect in a store and publish the run: readers see the run before or this one, never half of it."""
    with store.writing("detect"):
        unfinished = [row["file"] for row in store.loads().to_pylist() if not row["finished"]]
        if unfinished:
            raise UnfinishedLoad(
                f"the load of {', '.join(sorted(unfinished)[:3])} was interrupted",
                "Load the same files again, then detect",
            )
        findings = detect(store.market(progress=progress), as_of, settings, known, store.decisions())
        store.publish(findings, progress=progress)
    return findings


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
