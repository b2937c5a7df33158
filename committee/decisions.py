"""Decisions: what people said about findings. Append-only; they survive reloads, reruns and a fresh store."""

from __future__ import annotations

from typing import ClassVar

from committee.records import Decision, Record
from committee.records.tables import TableSet

__all__ = ["Decisions"]


class Decisions(TableSet):
    """What people said: accepted, dismissed, joined, undone, erased, sent."""

    records: ClassVar[tuple[type[Record], ...]] = (Decision,)
