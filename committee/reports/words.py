"""How facts are put in words: dates, numbers, plurals, lists, and the product's own terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from committee.settings import word_list

__all__ = [
    "because",
    "count",
    "day",
    "in_order",
    "listed",
    "number",
    "percent",
    "period",
    "persona",
    "plain",
    "share",
    "short",
    "source",
    "term",
]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEAST_ODDS = 0.05  # log-odds nearer to nothing are not told
_LONGEST_ACRONYM = 5  # letters; longer words in capitals are a source's way of writing, such as RECRUITING


def day(moment: datetime | str | None) -> str:
    """Return a date as ``13 Feb 2026``; ISO text keeps the precision it has (``Feb 2026``, ``2026``)."""
    if moment is None or moment == "":
        return "unknown date"
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date().isoformat()
    year, *rest = moment[:10].split("-")
    if not rest:
        return year
    month = _MONTHS[int(rest[0]) - 1]
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"


def period(first: datetime | None, last: datetime | None) -> str:
    """Return ``4 Feb 2026 to 13 Feb 2026``, or the one day."""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def number(value: float | int) -> str:
    """Return a number with thousands separators, without a needless fraction."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def count(amount: int, singular: str, plural: str = "") -> str:
    """Return ``1 person``, ``1,204 people``."""
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def percent(value: float) -> str:
    """Return a share of 0 to 1 in per cent; never 0 % or 100 % for what is not quite so."""
    if 0 < value < 0.01:
        return "under 1 %"
    if 0.99 < value < 1:
        return "over 99 %"
    return f"{value * 100:.0f} %"


def share(value: float | None) -> str:
    """Return a probability, or ``by rule`` where a detector gives none."""
    return "by rule" if value is None else percent(value)


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def because(reasons: Iterable[str]) -> str:
    """Return what speaks for and what against a membership, the strongest first.

    Reasons as detectors give them: ``topic:+1.67`` (log-odds, summed by name) or words alone.
    """
    summed: dict[str, float] = {}
    words: dict[str, None] = {}
    for reason in reasons:
        name, _, odds = plain(reason).rpartition(":")
        try:
            summed[name] = summed.get(name, 0.0) + float(odds)
        except ValueError:
            words[plain(reason)] = None
    ordered = sorted(summed.items(), key=lambda item: (-abs(item[1]), item[0]))
    weighed = [(f"{name} {odds:+.1f}", odds) for name, odds in ordered if abs(odds) >= _LEAST_ODDS]
    speaks = [*words, *(text for text, odds in weighed if odds > 0)]
    against = [text for text, odds in weighed if odds < 0]
    told = [f"because of {listed(speaks)}"] if speaks else []
    return "; ".join([*told, f"against it {listed(against)}"] if against else told) + (" (log-odds)" if weighed else "")


def plain(text: str | None) -> str:
    """Return text on one line, without control and direction-changing characters."""
    kept = "".join(
        " " if char.isspace() else char
        for char in text or ""
        if char.isspace() or (char.isprintable() and not _turns(char))
    )
    return " ".join(kept.split())


def _turns(char: str) -> bool:
    return "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"


def short(text: str, longest: int) -> str:
    """Return text cut to so many characters, the last of them an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def term(word: str | None) -> str:
    """Return a word of the product's vocabularies as people write it: ``trial_registered`` is ``trial registered``."""
    if not word:
        return ""
    acronyms: Mapping[str, str] = word_list("reports")["acronyms"]
    if word.isupper() and word.lower() not in acronyms and len(word) > _LONGEST_ACRONYM:
        word = word.lower()
    return acronyms.get(word.lower()) or plain(word.replace("_", " "))


def persona(word: str | None) -> str:
    """Return a persona in words."""
    names: Mapping[str, Any] = word_list("reports")["personas"]
    return str(names.get(word or "unknown", term(word)))


def in_order(personas: Iterable[str]) -> list[str]:
    """Return personas in the order of the seats; others behind, by name."""
    order = list(word_list("reports")["personas"])
    return sorted(personas, key=lambda word: (order.index(word) if word in order else len(order), word))


def source(system: str | None) -> str:
    """Return a source system in words."""
    return str(word_list("reports")["sources"].get(system or "", term(system) or "an unnamed source"))
