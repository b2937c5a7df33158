"""The schema: one class per kind of thing, loaded or computed, and what is derived from the classes.

Table types, constraints, write statements, headings and the reference pages come from here; nothing repeats them.
"""

from committee.records.bookkeeping import BOOKKEEPING, Decision, EarlierValue, Load, Need, Reject, Waiting
from committee.records.computed import COMPUTED
from committee.records.fields import FieldSpec, Kind, Reference
from committee.records.keys import CANONICAL, digest, public_id, run_key, stored_key
from committee.records.loaded import LOADED
from committee.records.record import PROVENANCE, Link, Record, fields_of, key_of, schema_of

__all__ = [
    "BOOKKEEPING",
    "CANONICAL",
    "COMPUTED",
    "LOADED",
    "PROVENANCE",
    "SCHEMA_VERSION",
    "TABLES",
    "Decision",
    "EarlierValue",
    "FieldSpec",
    "Kind",
    "Link",
    "Load",
    "Need",
    "Record",
    "Reference",
    "Reject",
    "Waiting",
    "digest",
    "fields_of",
    "key_of",
    "public_id",
    "run_key",
    "schema_of",
    "stored_key",
]

SCHEMA_VERSION = 1  # raised when a store or folder of the version before cannot be read as it is

TABLES: dict[str, type[Record]] = {record.table: record for record in (*LOADED, *COMPUTED, *BOOKKEEPING)}
