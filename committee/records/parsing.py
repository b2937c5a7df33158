"""How one cell of text becomes a value: the single judge of every format the product reads.

The columnar readers are faster ways to the same verdict; what they cannot read at once is decided here, and the
sentence a person gets for a rejected row comes from here.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

__all__ = [
    "Reading",
    "join_words",
    "moment",
    "parse_day",
    "parse_instant",
    "parse_number",
    "parse_text",
    "parse_whole",
    "parse_words",
    "parse_yes_no",
    "split_words",
]

_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ISO = re.compile(
    r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?$"
)
_SLASHED = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp][Mm])?)?$")
_PART_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2}))?$")
_EPOCH_MS = re.compile(r"^\d{12,13}$")


@dataclass(frozen=True)
class Reading:
    """How the user wants ambiguous cells read.

    Attributes
    ----------
    timezone : tzinfo
        Zone of times that name none.
    date_order : str
        "ymd", "mdy" or "dmy": the order of slashed dates. "ymd" refuses them, since nothing tells day from month.
    empty_words : frozenset of str
        Cells that mean "nothing", in lower case.
    earliest, latest : datetime
        The plausible range of a moment, earliest included, latest excluded.
    longest_text : int
        Longest text of a cell, characters.
    """

    timezone: tzinfo = UTC
    date_order: str = "ymd"
    empty_words: frozenset[str] = field(default_factory=lambda: frozenset({"", "null", "nan", "#n/a", "n/a", "none"}))
    earliest: datetime = datetime(1990, 1, 1, tzinfo=UTC)
    latest: datetime = datetime(2040, 1, 1, tzinfo=UTC)
    longest_text: int = 100_000

    def is_empty(self, cell: str) -> bool:
        """Whether a cell says nothing."""
        return cell.strip().lower() in self.empty_words


def parse_text(cell: str, reading: Reading) -> str:
    """Text without outer blanks; control characters and endless cells are refused."""
    text = cell.strip()
    if len(text) > reading.longest_text:
        raise ValueError(f"too_long: {len(text):,} characters, {reading.longest_text:,} are allowed")
    if _CONTROL.search(text):
        raise ValueError("control_characters: the text holds control characters")
    return text


def split_words(cell: str) -> list[str]:
    r"""Split a list cell at ``;``; ``\;`` is a semicolon. Blanks around a word and empty words are dropped."""
    parts = re.split(r"(?<!\\);", cell)
    return [word for part in parts if (word := part.replace("\\;", ";").strip())]


def join_words(words: list[str]) -> str:
    r"""Join words by ``;``, a semicolon inside a word becomes ``\;``: the inverse of `split_words`."""
    return ";".join(word.replace(";", "\\;") for word in words)


def parse_words(cell: str, reading: Reading) -> list[str]:
    """A list of words, each once, in the order given."""
    return list(dict.fromkeys(split_words(parse_text(cell, reading))))


def parse_number(cell: str, reading: Reading) -> float:
    """A finite number; a currency sign, blanks and thousands commas are allowed."""
    text = re.sub(r"[\s$€£]", "", cell)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"bad_number: '{cell.strip()[:60]}' is no number") from None
    if not math.isfinite(number):
        raise ValueError(f"bad_number: '{cell.strip()[:60]}' is no finite number")
    return number


def parse_whole(cell: str, reading: Reading) -> int:
    """A whole number."""
    number = parse_number(cell, reading)
    if number != int(number):
        raise ValueError(f"bad_number: '{cell.strip()[:60]}' is no whole number")
    return int(number)


def parse_yes_no(cell: str, reading: Reading) -> bool:
    """True / false, yes / no, 1 / 0, in any case."""
    word = cell.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"bad_yes_no: '{cell.strip()[:60]}' is neither true nor false")


def parse_instant(cell: str, reading: Reading) -> datetime:
    """A moment, UTC, cut to the millisecond. A date alone is the first millisecond of that day (see `is_day_only`)."""
    return _moment(cell, reading)[0]


def parse_interval(cell: str, reading: Reading) -> tuple[datetime, datetime, bool]:
    """First and last millisecond a time cell can mean, and whether it named a zone; equal when the time is exact."""
    first, day_only, zoned = _moment(cell, reading)
    return first, first + timedelta(days=1, milliseconds=-1) if day_only else first, zoned


def parse_day(cell: str, reading: Reading) -> str:
    """A date as ISO text with the precision it was given in: 2026, 2026-02 or 2026-02-13."""
    text = cell.strip()
    if match := _PART_DATE.match(text):
        year, month = int(match[1]), match[2]
        if month is None:
            return f"{year:04d}"
        if 1 <= int(month) <= 12:
            return f"{year:04d}-{int(month):02d}"
        raise ValueError(f"bad_time: '{text[:60]}' has no such month")
    moment, day_only, _ = _moment(cell, reading)
    return moment.astimezone(reading.timezone).date().isoformat() if day_only else moment.date().isoformat()


def _moment(cell: str, reading: Reading) -> tuple[datetime, bool, bool]:
    text = cell.strip()
    moment, day_only, zoned = _read_moment(text, reading)
    moment = moment.astimezone(UTC)
    if not reading.earliest <= moment < reading.latest:
        raise ValueError(f"time_out_of_range: '{text[:60]}' lies outside {reading.earliest:%Y} to {reading.latest:%Y}")
    return moment, day_only, zoned


def _read_moment(text: str, reading: Reading) -> tuple[datetime, bool, bool]:
    if match := _ISO.match(text):
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        milli = int((fraction or "0").ljust(3, "0")[:3])
        return (
            _build(text, (year, month, day), (hour, minute, second), milli, _zone(zone, reading)),
            hour is None,
            zone is not None,
        )
    if match := _SLASHED.match(text):
        first, second_part, year, hour, minute, second, half = match.groups()
        if reading.date_order not in ("mdy", "dmy"):
            raise ValueError(f"ambiguous_date: '{text[:60]}' may be day-first or month-first")
        month, day = (first, second_part) if reading.date_order == "mdy" else (second_part, first)
        hour = _on_24_hours(hour, half, text)
        return _build(text, (year, month, day), (hour, minute, second), 0, reading.timezone), hour is None, False
    if _EPOCH_MS.match(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC), False, True
    raise ValueError(f"bad_time: '{text[:60]}' is no time")


def _on_24_hours(hour: str | None, half: str | None, text: str) -> str | None:
    if hour is None or half is None:
        return hour
    if not 1 <= int(hour) <= 12:
        raise ValueError(f"bad_time: '{text[:60]}' is no time")
    return str(int(hour) % 12 + (12 if half.lower() == "pm" else 0))


def _zone(text: str | None, reading: Reading) -> tzinfo:
    if text is None:
        return reading.timezone
    if text in ("Z", "z", "UTC"):
        return UTC
    return datetime.strptime(text if len(text) > 3 else f"{text}00", "%z").tzinfo or UTC


def _build(
    text: str, date: tuple[str, str, str], clock: tuple[str | None, str | None, str | None], milli: int, zone: tzinfo
) -> datetime:
    year, month, day = (int(part) for part in date)
    hour, minute, second = (int(part or 0) for part in clock)
    if not (1 <= month <= 12 and year >= 1 and 1 <= day <= monthrange(year, month)[1]):
        raise ValueError(f"bad_time: '{text[:60]}' has no such day")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(f"bad_time: '{text[:60]}' has no such time of day")
    return datetime(year, month, day, hour, minute, second, milli * 1000, tzinfo=zone)


def moment(text: str) -> datetime:
    """Read a moment as reports take it: a date means the end of that day, UTC.

    >>> moment("2026-06-30").isoformat()
    '2026-06-30T23:59:59.999000+00:00'
    """
    return parse_interval(text, Reading())[1]
