"""How long work tells how far it is: a small protocol, and the silent form of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

__all__ = ["SILENT", "Progress", "Step"]


class Step(Protocol):
    """One piece of long work."""

    def advance(self, amount: int) -> None:
        """Say that so many more units are done."""


class Progress(Protocol):
    """Whoever wants to know how far the work is."""

    def step(self, label: str, total: int | None = None) -> AbstractContextManager[Step]:
        """Begin a piece of work of so many units; None when nobody knows."""


class _SilentStep:
    def advance(self, amount: int) -> None:
        pass


class _Silent:
    @contextmanager
    def step(self, label: str, total: int | None = None) -> Iterator[Step]:
        yield _SilentStep()


SILENT: Progress = _Silent()
