"""Values of records as pieces of a sentence: each says which record and field it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from committee.reports.handoff.document import Claim, Told, Value, list_of
from committee.reports.rendering import cell
from committee.reports.words import day, in_order, number, percent, persona, plain, share, short, source, term

__all__ = [
    "amount",
    "date_of",
    "days_between",
    "fact",
    "first_or_last",
    "how_many",
    "member_id",
    "name_of",
    "odds_of",
    "personas_of",
    "quoted",
    "source_of",
    "span",
    "word_of",
]


def fact(text: str, kind: str, value: Value, record: str, ids: str | Iterable[str], field: str) -> Told:
    """Return a text that is one fact; nothing where the text is empty."""
    keys = (ids,) if isinstance(ids, str) else tuple(ids)
    return Told(text, (Claim(text, kind, value, record, keys, field),)) if text else Told()


def name_of(record: str, key: str, row: Mapping[str, Any] | None, field: str = "name", longest: int = 0) -> Told:
    """Return a name as its record has it, cut where a longest length is given; the id where there is none."""
    whole = plain((row or {}).get(field))
    if not whole:
        return fact(plain(key), "name", key, record, key, f"{record}_id")
    return fact(short(whole, longest) if longest else whole, "name", whole, record, key, field)


def quoted(told: Told) -> Told:
    """Return ``“Title”``."""
    return Told("“") + told + "”" if told else told


def word_of(record: str, key: str, field: str, value: str | None) -> Told:
    """Return a word of the vocabularies as people write it."""
    return fact(term(value), "word", value, record, key, field)


def personas_of(record: str, key: str, field: str, words: Sequence[str]) -> Told:
    """Return personas in words, in the order of the seats."""
    return list_of([fact(persona(word), "word", word, record, key, field) for word in in_order(words)])


def date_of(record: str, key: str, field: str, value: datetime | str | None) -> Told:
    """Return a day, in the precision it has; nothing for none."""
    if not value:
        return Told()
    return fact(day(value), "date", cell(value), record, key, field)


def span(first: Told, last: Told) -> Told:
    """Return ``4 Feb 2026 to 13 Feb 2026``, or the one day."""
    return first + " to " + last if first.text != last.text else first or last


def first_or_last(record: str, found: Sequence[Mapping[str, Any]], key: str, field: str, which: str) -> Told:
    """Return the first or last moment of a field over rows, as a date."""
    moments = [(row[field], row[key]) for row in found if row[field]]
    if not moments:
        return Told()
    value, _ = min(moments) if which == "first" else max(moments)
    return fact(day(value), "date", cell(value), record, (one for _, one in moments), f"{which} {field}")


def amount(record: str, key: str, field: str, value: float | None) -> Told:
    """Return a number; nothing for none."""
    return Told() if value is None else fact(number(value), "number", value, record, key, field)


def odds_of(record: str, key: str, field: str, value: float | None) -> Told:
    """Return a probability, or ``by rule`` where a detector gives none."""
    if value is None:
        return Told(share(None))
    return fact(percent(value), "number", value, record, key, field)


def how_many(record: str, ids: Iterable[str], singular: str, plural: str = "") -> Told:
    """Return ``1 person``, ``1,204 people``: how many records there are."""
    keys = tuple(ids)
    noun = singular if len(keys) == 1 else plural or f"{singular}s"
    return fact(f"{len(keys):,}", "number", len(keys), record, keys, "how many") + f" {noun}"


def days_between(record: str, key: str, row: Mapping[str, Any], first: str, last: str) -> Told:
    """Return ``11 days`` between two moments of a record."""
    days = (_utc(row[last]) - _utc(row[first])).days
    return fact(f"{days:,}", "number", days, record, key, f"days {first} {last}") + f" {'day' if days == 1 else 'days'}"


def _utc(moment: datetime) -> Any:
    return moment.astimezone(UTC).date()


def source_of(record: str, key: str, row: Mapping[str, Any]) -> Told:
    """Return where a loaded record is from and when its source changed it, else when it was loaded: ``(HubSpot, 19 Feb 2026)``."""
    system = fact(source(row.get("source_system")), "name", row.get("source_system"), record, key, "source_system")
    field = next((name for name in ("updated_at", "loaded_at") if row.get(name)), "")
    when = date_of(record, key, field, row.get(field)) if field else Told()
    said = "changed " if field == "updated_at" else "loaded "
    return Told(" (") + system + (Told(", " + said) + when if when else "") + ")"


def member_id(group_id: str, other: str) -> str:
    """Return the id of a membership, a seat, a status, or a touch that counts: those of its key, joined by a bar."""
    return f"{group_id}|{other}"
