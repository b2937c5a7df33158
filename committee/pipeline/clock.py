"""The product's only clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "moment_now"]

Clock = Callable[[], datetime]


def moment_now() -> datetime:
    """Return the present moment, UTC, to the millisecond: the product's only clock."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
