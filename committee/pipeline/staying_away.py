"""Erased people stay away: rows about them are refused whichever loader read them, and texts that name them are marked.

A row is theirs by the id or the mail address it names; a contact that comes again under a new id, with an address that was
erased, is theirs as well, and so is whatever names that id. Each line is counted once, as rejected with the reason
``erased``; what stood in it is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.erasure import REMOVED, Tombstones, marked
from committee.graph.store import Store
from committee.intake import REASONS, FileReport
from committee.loaders import Incoming
from committee.records import TABLES, Reject
from committee.records.columns import codes_in, encoded, whole
from committee.records.tables import typed_table

__all__ = ["REASON", "kept_away", "tombstones_of"]

REASON = "erased"
_Flags = npt.NDArray[np.bool_]


def tombstones_of(store: Store) -> Tombstones:
    """Return who was erased from a store."""
    key = store.erasing.key()
    return Tombstones(key, store.decisions()) if key else Tombstones(b"")


def kept_away(incoming: Incoming, tombstones: Tombstones, contacts: pa.Table) -> tuple[Incoming, set[str]]:
    """Return what files say without erased people, and further ids under which they came.

    Parameters
    ----------
    incoming : Incoming
    tombstones : Tombstones
    contacts : pyarrow Table
        Contacts that are kept: an erased name inside one of theirs, or inside one that comes, is not marked.
    """
    if not tombstones:
        return incoming, set()
    learned = _learned(incoming.tables, tombstones)
    tombstones.spare(_others(incoming.tables, contacts, tombstones, learned))
    tables: dict[str, pa.Table] = {}
    gone: list[pa.Table] = []
    for name, table in incoming.tables.items():
        theirs = _theirs(name, table, tombstones, learned)
        if name == "engagements":
            table = _without_addresses(table, tombstones)
        if theirs.any():
            gone.append(table.filter(pa.array(theirs)).select(["load_id", "line"]))
            table = table.filter(pa.array(~theirs))
        tables[name] = marked(TABLES[name], table, tombstones.without)[0]
    lost = _lines_lost(tables, gone)
    files = tuple(_told(report, len(lost.get(report.load_id, ()))) for report in incoming.files)
    rejects = _rejects(incoming.rejects, incoming.files, lost, tombstones)
    return replace(incoming, tables=tables, files=files, rejects=rejects), learned


def _learned(tables: Mapping[str, pa.Table], tombstones: Tombstones) -> set[str]:
    """Ids of contacts that come with an erased address, and ids that a source has merged into erased ones."""
    found: set[str] = set()
    if "contacts" in tables:
        mails = tombstones.held("mail", tables["contacts"].column("email"))
        known = tombstones.held("id", tables["contacts"].column("contact_id"))
        found |= set(whole(tables["contacts"].column("contact_id")).filter(pa.array(mails & ~known)).to_pylist())
    if "aliases" in tables:
        rows = tables["aliases"].select(["record_table", "old_id", "kept_id"]).to_pylist()
        pairs = [(row["old_id"], row["kept_id"]) for row in rows if row["record_table"] == "contacts"]
        more = {""}
        while more:
            more = {old for old, kept in pairs if (kept in found or tombstones.holds("id", kept)) and old not in found}
            more = {old for old in more if not tombstones.holds("id", old)}
            found |= more
    return found


def _others(tables: Mapping[str, pa.Table], contacts: pa.Table, tombstones: Tombstones, learned: set[str]) -> list[str]:
    """Names of people who were not erased."""
    found: list[str] = []
    for table in (contacts, *([tables["contacts"]] if "contacts" in tables else [])):
        others = table.filter(pa.array(~_theirs("contacts", table, tombstones, learned)))
        found += pc.unique(whole(others.column("name"))).drop_null().to_pylist()
    return found


def _theirs(name: str, table: pa.Table, tombstones: Tombstones, learned: set[str]) -> _Flags:
    def named(column: str) -> _Flags:
        cells = table.column(column)
        return tombstones.held("id", cells) | (codes_in(cells, pa.array(sorted(learned), pa.string())) >= 0)

    if name == "contacts":
        return named("contact_id") | tombstones.held("mail", table.column("email"))
    if name == "engagements":
        unnamed = np.asarray(pc.is_null(whole(table.column("contact_id"))))
        return named("contact_id") | (unnamed & tombstones.held("mail", table.column("email")))
    if name == "aliases":
        contacts = np.asarray(pc.fill_null(pc.equal(whole(table.column("record_table")), "contacts"), False))
        return contacts & (named("old_id") | named("kept_id"))
    if "contact_id" in table.column_names:
        return named("contact_id")
    return np.zeros(table.num_rows, bool)


def _without_addresses(engagements: pa.Table, tombstones: Tombstones) -> pa.Table:
    """Take an erased address from a touch that names somebody else."""
    column = engagements.column("email")
    theirs = tombstones.held("mail", column) & np.asarray(pc.is_valid(whole(engagements.column("contact_id"))))
    if not theirs.any():
        return engagements
    kept = pc.if_else(pa.array(theirs), pa.scalar(None, pa.string()), whole(column))
    place = engagements.schema.get_field_index("email")
    return engagements.set_column(place, engagements.schema.field("email"), encoded(kept).cast(column.type))


def _lines_lost(tables: Mapping[str, pa.Table], gone: list[pa.Table]) -> dict[str, set[int]]:
    """Lines of each load that became nothing but records of erased people."""
    lost: dict[str, set[int]] = {}
    for part in gone:
        for row in part.to_pylist():
            lost.setdefault(row["load_id"], set()).add(row["line"])
    for load_id, lines in lost.items():
        wanted = pa.array(sorted(lines), pa.int64())
        for table in tables.values():
            mine = pc.equal(whole(table.column("load_id")), load_id)
            still = table.filter(pc.and_(mine, pc.is_in(whole(table.column("line")), value_set=wanted)))
            lines -= set(still.column("line").to_pylist())
    return lost


def _told(report: FileReport, lost: int) -> FileReport:
    return replace(report, rejected=report.rejected + lost) if lost else report


def _rejects(
    rejects: pa.Table, files: tuple[FileReport, ...], lost: Mapping[str, set[int]], tombstones: Tombstones
) -> pa.Table:
    """The rejects, what names erased people blanked, and one for each line that was kept away."""
    values = rejects.column("value").to_pylist()
    blank = [REMOVED if value and tombstones.speaks(value) else value for value in values]
    if blank != values:
        rejects = rejects.set_column(rejects.schema.get_field_index("value"), "value", pa.array(blank, pa.string()))
    named = {report.load_id: report.file for report in files if report.load_id}
    lines = [(named[load_id], line) for load_id, some in sorted(lost.items()) for line in sorted(some)]
    if not lines:
        return rejects
    more = {
        "file": [file for file, _ in lines],
        "line": [line for _, line in lines],
        "field": ["(row)"] * len(lines),
        "reason": [REASON] * len(lines),
        "detail": [REASONS[REASON].meaning] * len(lines),
        "remedy": [REASONS[REASON].remedy] * len(lines),
    }
    return typed_table(Reject, pa.concat_tables([_plain(rejects), _plain(typed_table(Reject, more))]))


def _plain(table: pa.Table) -> pa.Table:
    return pa.table({name: whole(table.column(name)) for name in table.column_names})
