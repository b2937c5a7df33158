"""How cells are read: the settings in the words of the readers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from committee.errors import BadSettings
from committee.loaders.tables.free_columns import free_names
from committee.records.parsing import Reading
from committee.settings import LoadSettings

__all__ = ["How"]


@dataclass(frozen=True)
class How:
    """How cells are read.

    Attributes
    ----------
    moments, days : Reading
        Days of a trial or a deal may lie further away than moments of an engagement.
    longest_id : int
    contact_columns : frozenset of str
        Free columns of contacts that may be kept, as free names.
    """

    moments: Reading
    days: Reading
    longest_id: int
    contact_columns: frozenset[str] = frozenset()

    @classmethod
    def told_by(cls, settings: LoadSettings) -> How:
        """Translate the settings."""
        try:
            zone = UTC if settings.timezone.upper() in ("UTC", "Z") else ZoneInfo(settings.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadSettings(
                f"load.timezone '{settings.timezone}' is no time zone", "Name one such as Europe/Zurich"
            ) from None
        moments = Reading(
            timezone=zone,
            date_order=settings.date_order,
            empty_words=frozenset(settings.empty_words),
            earliest=datetime(settings.earliest, 1, 1, tzinfo=UTC),
            latest=datetime(settings.latest, 1, 1, tzinfo=UTC),
            longest_text=settings.longest_text,
        )
        days = replace(
            moments,
            earliest=datetime(settings.earliest_day, 1, 1, tzinfo=UTC),
            latest=datetime(settings.latest_day, 1, 1, tzinfo=UTC),
        )
        kept = frozenset(free_names(settings.contact_free_columns, ()).values())
        return cls(moments, days, settings.longest_id, kept)
