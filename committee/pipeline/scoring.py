"""The accounts of a market scored, in this process or in several: the same tables, however the work is parted.

Another process gets its accounts as files of a slice in a folder that is gone afterwards, and writes its tables there. It
knows nothing of stores, counts on one core, and ends when this process does.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from committee.analysis.codes import distinct
from committee.analysis.episodes import Calibration, MarketContext
from committee.analysis.episodes.detect import Part, score_slice
from committee.analysis.episodes.slices import Cutter
from committee.analysis.touches import Touches
from committee.errors import WorkerLost, WriteFailed
from committee.market import Market
from committee.pipeline.slice_files import read_slice, read_tables, write_slice, write_tables
from committee.progress import SILENT, Progress
from committee.settings import Settings

__all__ = ["processes", "scored_parts"]

_TABLES = ("groups", "memberships", "evidence", "early", "unassigned")
_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")  # fmt: skip


def processes(touches: int, settings: Settings, wanted: int | None = None) -> int:
    """Say how many processes are worth their start.

    Parameters
    ----------
    touches : int
        There are to score.
    settings : Settings
    wanted : int, optional
        What the caller asked for; it is taken as it is.
    """
    if wanted:
        return wanted
    rules = settings.scoring
    if touches < rules.least_touches:
        return 1
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(rules.workers or there, touches // rules.touches_at_once))


def scored_parts(
    market: Market,
    touches: Touches,
    tags: pa.Table,
    settings: Settings,
    families: Mapping[str, str],
    calibration: Calibration,
    context: MarketContext,
    *,
    unchanged: Mapping[str, tuple[str, str]] | None = None,
    workers: int = 1,
    progress: Progress = SILENT,
) -> list[Part]:
    """Score all accounts with a touch.

    Parameters
    ----------
    market, touches, tags, settings, families, calibration, context
        As for `committee.analysis.episodes.score`.
    unchanged : mapping, optional
        Marks of accounts that need not be scored again as long as they have them.
    workers : int
        Processes; with 1 all is done in this one.
    progress : Progress

    Returns
    -------
    list of Part
        In the order of the accounts.

    Raises
    ------
    WorkerLost
        A process was ended from outside; nothing is left of the others.
    """
    cutter = Cutter(market, touches, tags, settings.episodes.most_programs)
    chunks = cutter.chunks(distinct(touches.account), settings.scoring.touches_at_once)
    sizes = [int(size) for size in _sizes(touches, chunks)]
    frozen = _Frozen(settings, dict(families), calibration, context, dict(unchanged or {}))
    with progress.step("Finding groups", len(touches)) as step:
        if workers == 1 or len(chunks) < 2:
            found = []
            for chunk, size in zip(chunks, sizes, strict=True):
                found.append(frozen.score(cutter.cut(chunk)))
                step.advance(size)
            return found
        by_place: dict[int, Part] = {}
        with _pool(frozen, min(workers, len(chunks))) as (executor, folder):
            waiting: dict[Future[Part], int] = {}
            try:
                for place, chunk in enumerate(chunks):
                    write_slice(cutter.cut(chunk), folder / str(place))
                    waiting[executor.submit(_score, str(folder / str(place)))] = place
                    while len(waiting) > 2 * workers or (place == len(chunks) - 1 and waiting):
                        for one in wait(waiting, return_when=FIRST_COMPLETED).done:
                            done = waiting.pop(one)
                            here = folder / str(done)
                            by_place[done] = replace(one.result(), tables=read_tables(_TABLES, here))
                            shutil.rmtree(here)
                            step.advance(sizes[done])
            except BrokenProcessPool:
                raise WorkerLost(
                    "a process that scored accounts was ended from outside, perhaps for want of memory; nothing was published",
                    "Run the command again, with fewer processes (--workers 1) where memory is short",
                ) from None
        return [by_place[place] for place in range(len(chunks))]


def _sizes(touches: Touches, chunks: list[Any]) -> Iterator[int]:
    for chunk in chunks:
        low, high = np.searchsorted(touches.account, [chunk[0], chunk[-1] + 1])
        yield high - low


@dataclass(frozen=True)
class _Frozen:
    """What all accounts are scored with."""

    settings: Settings
    families: dict[str, str]
    calibration: Calibration
    context: MarketContext
    unchanged: dict[str, tuple[str, str]]

    def score(self, one: Any) -> Part:
        return score_slice(one, self.settings, self.families, self.calibration, self.context, self.unchanged)


@contextmanager
def _pool(frozen: _Frozen, workers: int) -> Iterator[tuple[ProcessPoolExecutor, Path]]:
    """Processes of one core each, and a folder; both are gone afterwards, whatever happens."""
    before = {name: os.environ.get(name) for name in _ONE_CORE}
    folder = _folder()
    executor = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _begin, (str(folder), frozen.settings, frozen.families)
    )
    try:
        (folder / "calibration.json").write_text(frozen.calibration.as_json(), encoding="utf-8")
        (folder / "context.json").write_text(frozen.context.as_json(), encoding="utf-8")
        marks = pa.table(
            {
                "account": pa.array(list(frozen.unchanged), pa.string()),
                "own": pa.array([mark[0] for mark in frozen.unchanged.values()], pa.string()),
                "around": pa.array([mark[1] for mark in frozen.unchanged.values()], pa.string()),
            }
        )
        write_tables({"unchanged": marks}, folder)
        os.environ.update(dict.fromkeys(_ONE_CORE, "1"))
        yield executor, folder
        executor.shutdown()
    except OSError as error:
        raise WriteFailed(
            f"accounts could not be handed to other processes: {error.strerror or error}",
            "Free some space in the folder for temporary files, or run with --workers 1",
        ) from None
    finally:
        running = list((executor._processes or {}).values())
        executor.shutdown(wait=False, cancel_futures=True)
        for process in running:
            if process.is_alive():
                process.terminate()
        for process in running:
            process.join()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="committee-scoring-"))
    except OSError as error:
        raise WriteFailed(
            f"there is no room for temporary files: {error.strerror or error}", "Run with --workers 1"
        ) from None


# --- inside another process -------------------------------------------------------------------------------------------

_here: list[_Frozen] = []


def _begin(folder: str, settings: Settings, families: dict[str, str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's to answer
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    place = Path(folder)
    calibration = Calibration.from_json((place / "calibration.json").read_text(encoding="utf-8"))
    context = MarketContext.from_json((place / "context.json").read_text(encoding="utf-8"))
    marks = read_tables(("unchanged",), place)["unchanged"].to_pydict()
    unchanged = dict(zip(marks["account"], zip(marks["own"], marks["around"], strict=True), strict=True))
    _here[:] = [_Frozen(settings, families, calibration, context, unchanged)]


def _end_with_parent(folder: str) -> None:
    """Leave nothing behind when the process that wanted the answer was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


def _score(folder: str) -> Part:
    part = _here[0].score(read_slice(Path(folder)))
    write_tables(part.tables, Path(folder))
    return replace(part, tables={})
