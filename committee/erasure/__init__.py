"""Erasing a person, as far as values go: who it is, how they are recognised in texts, what tables are without them."""

from committee.erasure.person import Person, mail_text, name_text
from committee.erasure.recognising import person_in, person_of_text, together
from committee.erasure.tables import (
    change_without,
    decisions_without,
    dropped_engagements,
    findings_without,
    marked,
    rows_about,
    table_without,
)
from committee.erasure.tombstones import ERASED, Tombstones
from committee.erasure.traces import REMOVED, Trace, Traces

__all__ = [
    "ERASED",
    "REMOVED",
    "Person",
    "Tombstones",
    "Trace",
    "Traces",
    "change_without",
    "decisions_without",
    "dropped_engagements",
    "findings_without",
    "mail_text",
    "marked",
    "name_text",
    "person_in",
    "person_of_text",
    "rows_about",
    "table_without",
    "together",
]
