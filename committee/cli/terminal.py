"""Progress on a terminal: one bar a piece of work, with its rate; silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import ProgressColumn as Column
from rich.text import Text

from committee.progress import SILENT
from committee.progress import Progress as ProgressProtocol

__all__ = ["progress"]

_WORTH_KEEPING = 0.5  # seconds
_RATE_OVER = 600.0  # seconds that a rate is told over: parts of long work may take a minute each


class _Rate(Column):
    """Units done a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


class _Bars:
    """Bars on stderr, one below the other; the finished ones stay when they took a while."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars

    @contextmanager
    def step(self, label: str, total: int | None = None) -> Iterator[_Bar]:
        task = self._bars.add_task(label, total=total)
        yield _Bar(self._bars, task)
        shown = self._bars.tasks[self._bars.task_ids.index(task)]
        done = shown.completed if total is None else total
        self._bars.update(task, total=done, completed=done)
        if (shown.elapsed or 0) < _WORTH_KEEPING:
            self._bars.remove_task(task)


class _Bar:
    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars = bars
        self._task = task

    def advance(self, amount: int) -> None:
        self._bars.advance(self._task, amount)


@contextmanager
def progress() -> Iterator[ProgressProtocol]:
    """Give whoever works long something to tell how far it is; silent unless stderr is a terminal."""
    if not sys.stderr.isatty():
        yield SILENT
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=_RATE_OVER) as bars:
        yield _Bars(bars)
