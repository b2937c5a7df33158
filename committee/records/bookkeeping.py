"""What the product keeps about its own work: loads, earlier values, needs, decisions."""

from __future__ import annotations

from typing import ClassVar

from committee.records.fields import Category, Instant, Text, Whole, YesNo
from committee.records.fields import field as field_
from committee.records.record import Record

__all__ = ["BOOKKEEPING", "Decision", "EarlierValue", "Load", "Need", "Reject", "Waiting"]


class Load(Record):
    """One file that was loaded: the unit that can be taken back out."""

    table: ClassVar[str] = "loads"
    label: ClassVar[str] = "Load"

    load_id: Text = field_("Hash of the file's bytes and its source", key=True)
    source: Category = field_("Source system", required=True)
    file: Text = field_("Name of the file, without its folder", required=True)
    sha256: Text = field_("SHA-256 of its bytes", required=True)
    loaded_at: Instant = field_("When it was first loaded", required=True)
    rows: Whole = field_("Rows read", low=0)
    finished: YesNo = field_("Whether all its rows arrived")


class EarlierValue(Record):
    """What a field said before it was changed: from when to when, and by which loads."""

    table: ClassVar[str] = "earlier_values"
    label: ClassVar[str] = "EarlierValue"

    earlier_id: Text = field_("Table, record, field and the load that set it, in one text", key=True)
    record_table: Category = field_("Table of the record", required=True)
    record_id: Text = field_("Id of the record", required=True, indexed=True)
    field_name: Category = field_("Field", required=True)
    value: Text = field_("The value as JSON; empty = nothing was said")
    stamp: Instant = field_("The time by which it won: the row's updated_at, else its load's time", required=True)
    superseded_at: Instant = field_("The time by which the next value won: until then the value held", required=True)
    load_id: Category = field_("The load that set it", required=True)
    loaded_at: Instant = field_("Known from", required=True)
    replaced_at: Instant = field_("Known until (excluded)", required=True, indexed=True)
    replaced_by: Category = field_("The load that replaced it", required=True)


class Need(Record):
    """A service line that programs need and content is about."""

    table: ClassVar[str] = "needs"
    label: ClassVar[str] = "Need"

    need_id: Text = field_("The need, in the product's words", key=True)


class Decision(Record):
    """What a person said about a finding; append-only."""

    table: ClassVar[str] = "decisions"
    label: ClassVar[str] = "Decision"

    decision_id: Text = field_("Hash of the decision", key=True)
    kind: Category = field_("accepted, dismissed, joined, kept_apart, undone, erased, sent", required=True)
    subject: Text = field_(
        "What it is about: group:LINEAGE, flag:ID, account:ID, contact:ID, decision:ID", required=True, indexed=True
    )
    reason: Text = field_("Why, in the person's words")
    decided_by: Text = field_("Who")
    decided_at: Instant = field_("When", required=True)
    run_id: Text = field_("The run the person was looking at")
    seen: Text = field_(
        "What the finding was like then, as JSON: people and engagements as hashes, no names; of two that were joined or kept apart, the other id"
    )


class Reject(Record):
    """A row that could not be read: where, what, why, and what to do."""

    table: ClassVar[str] = "rejects"

    file: Text = field_("File", key=True)
    line: Whole = field_("Line; the header is line 1", key=True)
    field: Text = field_("Field", key=True)
    value: Text = field_("What stood there")
    reason: Category = field_("Reason code", required=True)
    detail: Text = field_("The reason as a sentence")
    remedy: Text = field_("What to do")


class Waiting(Record):
    """A reference whose target has not arrived yet."""

    table: ClassVar[str] = "waiting"

    record_table: Category = field_("Table of the record that waits", key=True)
    record_id: Text = field_("Its id", key=True)
    field_name: Category = field_("The field that refers", key=True)
    target_table: Category = field_("Table of the target", required=True)
    target_id: Text = field_("Id that has not arrived", required=True)


BOOKKEEPING: tuple[type[Record], ...] = (Load, EarlierValue, Need, Decision, Reject, Waiting)
