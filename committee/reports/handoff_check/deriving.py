"""Works a claim's value out of the records it names: a column, a count, a sum, the first or last moment, the days between two.

Nothing of the making of a brief is used, so that a mistake of the maker is found as well as one in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from committee.records import TABLES, fields_of
from committee.records.fields import INSTANT
from committee.records.record import PROVENANCE
from committee.reports.handoff.document import Claim
from committee.reports.handoff_check.facts import KINDS, Facts, Row
from committee.settings import word_list
from committee.settings.lists import LISTS

__all__ = ["same_value", "values_of"]

_INSTANTS = {
    (kind, spec.name)
    for kind, table in KINDS.items()
    for spec in (*fields_of(TABLES[table]), *PROVENANCE)
    if spec.kind is INSTANT
}
_RECOUNTED = {"engagements", "first_at", "last_at"}  # of a membership, worked out of its touches as well
_ROUNDING = 1e-6  # sums are told to so many places


def values_of(claim: Claim, facts: Facts) -> list[Any] | None:
    """Return the values a claim may have, moments as ISO 8601 text; None where a record it names is not there.

    Parameters
    ----------
    claim : Claim
        ``tried`` may have any: only making the brief again tells it.
    facts : Facts
    """
    if claim.field == "tried":
        return [claim.value]
    if claim.record in ("setting", "run"):
        return _setting(claim, facts) if claim.record == "setting" else _of_run(claim, facts)
    if claim.field == "how many":
        there = all(_there(claim.record, key, facts) for key in claim.ids)
        return [len(set(claim.ids))] if there else None
    records = [facts.rows(claim.record, key) for key in claim.ids]
    if not records or not all(records):
        return None
    way, _, rest = claim.field.partition(" ")
    if way in ("first", "last", "sum") and rest:
        return _over([_plain(claim.record, rest, rows[0].get(rest)) for rows in records], way)
    if way == "members.count":
        return [len(facts.members_of(claim.ids[0]))]
    if way in ("members.sum", "members.least"):
        odds = [row[rest] for row in facts.members_of(claim.ids[0]) if row.get(rest) is not None]
        return [sum(odds) if way == "members.sum" else min(odds)] if odds else []
    if way == "until":
        return _until(claim, records[0][0], facts)
    found = [value for row in records[0] for value in _of_row(claim, row, facts)]
    own = records[0][0].get(claim.field)
    if own is not None and not isinstance(own, list):
        found = found[:1]  # what others say that it stands for counts where it is silent itself
    again = _recounted(claim, facts)
    return [value for value in found if any(same_value(value, one) for one in again)] if again else found


def _there(record: str, key: str, facts: Facts) -> bool:
    """Whether a record is there; a touch without content stands for its own piece."""
    return bool(facts.rows(record, key)) or (record == "content" and bool(facts.rows("engagement", key)))


def _over(values: list[Any], way: str) -> list[Any]:
    known = [value for value in values if value is not None]
    if way == "sum":
        return [sum(known)]
    return [min(known) if way == "first" else max(known)] if known else []


def _of_row(claim: Claim, row: Row, facts: Facts) -> list[Any]:
    way, _, rest = claim.field.partition(" ")
    if way == "len":
        return [len(row.get(rest) or [])]
    if way == "days":
        first, last = (_moment(claim.record, name, row, facts) for name in rest.split())
        return [(_day(last) - _day(first)).days if first and last else None]
    if way == "program_alternatives":
        parted = (place.rpartition(":") for place in row.get(way) or [])
        return [float(odds) for program_id, _, odds in parted if program_id == rest]
    if claim.field == "persona" and claim.record == "engagement":
        return _persona_of(str(row.get("contact_id")), facts)
    if claim.field == f"{claim.record}_id":
        return [claim.ids[0]]
    value = _plain(claim.record, claim.field, row.get(claim.field))
    return value if isinstance(value, list) else [value]


def _persona_of(contact_id: str, facts: Facts) -> list[Any]:
    return [row.get("persona") for row in facts.rows("persona", contact_id)]


def _moment(record: str, name: str, row: Row, facts: Facts) -> Any:
    if name.startswith("run."):
        return getattr(facts.run, name.removeprefix("run."), None)
    return _plain(record, name, row.get(name))


def _until(claim: Claim, row: Row, facts: Facts) -> list[Any]:
    """The day on which a touch leaves the window."""
    days = _in(facts.run.settings if facts.run else {}, "window.days")
    touch = _plain("engagement", "occurred_at", row.get("occurred_at"))
    if claim.record != "engagement" or days is None or touch is None:
        return [claim.value]
    return [(datetime.fromisoformat(touch) + timedelta(days=days)).astimezone(UTC).date().isoformat()]


def _recounted(claim: Claim, facts: Facts) -> list[Any]:
    """What the touches themselves say of a membership; nothing where they are not told."""
    if claim.record != "membership" or claim.field not in _RECOUNTED:
        return []
    group, _, contact = claim.ids[0].partition("|")
    some = [row for row in facts.people_of(group) if row["contact_id"] == contact]
    return [_plain("membership", claim.field, row[claim.field]) for row in some]


# --- settings and runs ----------------------------------------------------------------------------------------------


def _of_run(claim: Claim, facts: Facts) -> list[Any] | None:
    run = facts.run_of(claim.ids[0])
    if run is None:
        return None
    if claim.field == "loads since":
        return [facts.loads_since()]
    name, _, rest = claim.field.partition(".")
    value = getattr(run, name, None)
    return [_in(value, rest) if rest else value]


def _setting(claim: Claim, facts: Facts) -> list[Any] | None:
    path = claim.ids[0]
    if claim.field == "until":  # how many are still lacking: what the line says beside it counts the others
        return [claim.value]
    section, _, rest = path.partition(".")
    places: list[Any] = [facts.run.settings if facts.run else {}, word_list("detection")]
    value = next((found for place in places if (found := _in(place, path)) is not None), None)
    if value is None and section in LISTS:
        words = word_list(section)
        value = _in(words, rest) if _in(words, rest) is not None else _in(words, path)
    return None if value is None else value if isinstance(value, list) else [value]


def _in(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


# --- values ---------------------------------------------------------------------------------------------------------


def _plain(record: str, field: str, value: Any) -> Any:
    """A value as a claim has it: moments as ISO 8601 text, to the second."""
    if value is None or isinstance(value, list):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if (record, field) in _INSTANTS:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value / 1000, UTC)
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def _day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(UTC).date()


def same_value(one: Any, other: Any) -> bool:
    """Return whether two values are one: numbers to six places, texts without what cannot be seen."""
    if isinstance(one, bool) or isinstance(other, bool) or one is None or other is None:
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _ROUNDING * max(1.0, abs(one), abs(other))
    return _bare(one) == _bare(other)


def _bare(value: Any) -> str:
    """A text on one line, without characters that cannot be seen or that turn the direction."""
    kept = (" " if char.isspace() else char for char in str(value) if char.isspace() or char.isprintable())
    return " ".join("".join(kept).split())
