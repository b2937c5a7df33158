"""Dates in the precision they were given in, as stretches of time."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

__all__ = ["day_interval", "iso_text"]


def day_interval(text: str) -> tuple[int, int]:
    """Return the first and last millisecond of a date such as 2026, 2026-02 or 2026-02-13.

    >>> first, last = day_interval("2026-02")
    >>> iso_text(first), iso_text(last)
    ('2026-02-01T00:00:00Z', '2026-02-28T23:59:59Z')
    """
    parts = [int(part) for part in text.split("-")]
    year, month, day = parts[0], parts[1] if len(parts) > 1 else None, parts[2] if len(parts) > 2 else None
    first = datetime(year, month or 1, day or 1, tzinfo=UTC)
    last_month = month or 12
    last = datetime(year, last_month, day or monthrange(year, last_month)[1], 23, 59, 59, 999000, tzinfo=UTC)
    return _ms(first), _ms(last)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def iso_text(ms: int) -> str:
    """Return epoch milliseconds as ISO 8601 text, to the second."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
