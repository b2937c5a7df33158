"""A market in, findings out: from files or from a store, the same answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version

from committee.analysis.detect import conclude
from committee.analysis.episodes import Calibration
from committee.decisions import Decisions
from committee.errors import UnfinishedLoad
from committee.findings import Findings, Run
from committee.graph.store import Store
from committee.market import Market
from committee.pipeline.consequences import resolved
from committee.pipeline.grouping import Grouping, Last, last_of
from committee.pipeline.identifying import one_market
from committee.pipeline.words import families, personas_of, tags_of
from committee.progress import SILENT, Progress
from committee.settings import Settings, word_list

__all__ = ["detect", "detect_store"]


def detect(
    market: Market,
    as_of: datetime,
    settings: Settings | None = None,
    known: datetime | None = None,
    decisions: Decisions | None = None,
    *,
    calibration: Calibration | None = None,
    last: Last | None = None,
    workers: int | None = 1,
    progress: Progress = SILENT,
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
    calibration : Calibration, optional
        What to score with; learned from the market by default, or kept from the last run.
    last : Last, optional
        The run before, to go on from where it holds. The findings are those of a whole run with its calibration and context.
    workers : int, optional
        Processes; None = as many as are worth it. It changes nothing of what is found. A script that asks for several has
        to be guarded by ``if __name__ == "__main__"``.
    progress : Progress
    """
    settings = settings or Settings.read()
    with settings.in_force():
        market = one_market(market, decisions, known)
    actors = resolved(market["engagements"], market)
    with settings.in_force():
        personas, tags, families_ = personas_of(market["contacts"]), tags_of(market["content"]), families()
    release = version("buying-committee")
    grouping = Grouping(
        settings, families_, release, calibration=calibration, last=last, workers=workers, progress=progress
    )
    tables, rows = conclude(market, actors, personas, tags, settings, as_of, families_, progress, grouping)
    said = settings.model_dump(mode="json")
    said["scoring"] = word_list("detection")["scoring"]  # how the work is parted is no part of what is found
    run = Run.of(
        market=market.fingerprint(),
        settings=said,
        as_of=_iso(as_of),
        known_at=_iso(known) if known else "",
        version=release,
        calibration=rows.get("groups", {}).get("calibration", "none"),
        context=grouping.baseline,
    )
    return Findings(tables, replace(run, rows=rows), grouping.learned)


def detect_store(
    store: Store,
    as_of: datetime,
    settings: Settings | None = None,
    known: datetime | None = None,
    progress: Progress = SILENT,
    *,
    calibration: Calibration | None = None,
    again: bool = False,
    workers: int | None = 1,
) -> Findings:
    """Detect in a store and publish the run: readers see the run before or this one, never half of it.

    Parameters
    ----------
    store, as_of, settings, known, progress, calibration, workers
        As for `detect`.
    again : bool
        Learn again, and score every account, whatever the last run says. Without it, and unless something is asked of what
        was known then, the calibration of the current run is kept as long as it holds.
    """
    with store.writing("detect"):
        unfinished = [row["file"] for row in store.loads().to_pylist() if not row["finished"]]
        if unfinished:
            raise UnfinishedLoad(
                f"the load of {', '.join(sorted(unfinished)[:3])} was interrupted",
                "Load the same files again, then detect",
            )
        last = None if again or known else _last_in(store)
        findings = detect(
            store.market(progress=progress),
            as_of,
            settings,
            known,
            store.decisions(),
            calibration=calibration,
            last=last,
            workers=workers,
            progress=progress,
        )
        store.publish(findings, progress=progress)
    return findings


def _last_in(store: Store) -> Last | None:
    """Return the current run of a store, with what it was concluded with."""
    current = next((run.run_id for run in store.runs() if run.current), None)
    if current is None:
        return None
    return last_of(store.run(current), store.learned(current), lambda: store.findings(current))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
