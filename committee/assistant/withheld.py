"""People who must not be contacted do not leave: their records are emptied, their ids exchanged, rows about them dropped.

Numbers stay true: a group of six is a group of six, and one of them is ``withheld-1``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from committee.findings import Findings
from committee.market import Market
from committee.records import TABLES, EarlierValue, Record, fields_of
from committee.records.loaded import Alias, Contact
from committee.records.tables import TableSet, empty_table

__all__ = ["Withheld"]

T = TypeVar("T", bound=TableSet)
_WORD = re.compile(r"[^\s,;()\[\]“”\"']+")
_KEPT = ("contact_id", "account_id", "suppressed", "deleted")  # of an emptied record
_SHORTEST = 4  # digits of an id that is taken for one where it stands alone in a sentence
_SPOKEN = "a person who must not be contacted"


class Withheld:
    """Who must not be contacted, and how to keep them back.

    Parameters
    ----------
    contacts : pa.Table
        All contacts; those suppressed or deleted are withheld.
    """

    def __init__(self, contacts: pa.Table) -> None:
        stopped = pc.or_(
            pc.fill_null(contacts.column("suppressed"), False), pc.fill_null(contacts.column("deleted"), False)
        )
        rows = contacts.filter(stopped).select(["contact_id", "name", "email"]).to_pylist()
        rows.sort(key=lambda row: row["contact_id"])
        self._labels = {row["contact_id"]: f"withheld-{number}" for number, row in enumerate(rows, start=1)}
        self._emails = {row["email"].lower() for row in rows if row["email"]}
        self._spoken = {_normal(row["name"]) for row in rows if row["name"]} | self._emails
        self._lengths = sorted({len(text.split(" ")) for text in self._spoken})

    def __len__(self) -> int:
        return len(self._labels)

    def holds(self, contact_id: str) -> bool:
        """Whether a contact is withheld."""
        return contact_id in self._labels

    def market(self, market: Market) -> Market:
        """Return the market without them: empty records under other ids; earlier values and aliases are left out."""
        emptied = market.with_tables(
            contacts=self._emptied(market.contacts),
            earlier_values=empty_table(EarlierValue),
            aliases=empty_table(Alias),
            engagements=self._without_emails(market.engagements),
        )
        return self._renamed(emptied)

    def findings(self, findings: Findings) -> Findings:
        """Return the findings with other ids in their place."""
        personas = findings.personas
        known = pc.invert(self._is_theirs(personas.column("contact_id")))
        return self._renamed(findings.with_tables(personas=personas.filter(known)))

    def rows(self, rows: Sequence[Sequence[Any]]) -> tuple[list[list[Any]], int]:
        """Return the rows that tell of nobody withheld, lists without them, and how many rows were kept back."""
        kept = [[self._cleared(cell) for cell in row] for row in rows if not any(map(self._tells, row))]
        return kept, len(rows) - len(kept)

    def proven(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        """Return the rows that tell of nobody withheld, of those whose last cell holds the ids that prove them.

        Their sentences call a person without a name by the id, so that an id is looked for as a word as well.
        """
        return [
            [*row] for row in rows if not any(map(self._tells, row)) and not any(map(self._names, (*row, *row[-1])))
        ]

    def _names(self, cell: Any) -> bool:
        words = {word.rstrip(".:!?") for word in _WORD.findall(cell)} if isinstance(cell, str) else set()
        found = {word.removeprefix("contact:") for word in words} & self._labels.keys()
        return any(f"contact:{one}" in words or len(one) >= _SHORTEST or not one.isdigit() for one in found)

    def sentence(self, text: str) -> str:
        """Return a sentence, or another one in its place when it speaks of somebody withheld."""
        return f"The answer would speak of {_SPOKEN}" if self._speaks(text) else text

    def _tells(self, cell: Any) -> bool:
        """Whether a cell is about somebody withheld; a list loses its member instead."""
        if isinstance(cell, str):
            return self._speaks(cell)
        if isinstance(cell, Mapping):
            return any(map(self._tells, cell.values()))
        return False

    def _cleared(self, cell: Any) -> Any:
        if isinstance(cell, list | tuple):
            return [self._cleared(inner) for inner in cell if not self._tells(inner)]
        return cell

    def _speaks(self, text: str) -> bool:
        if text in self._labels:
            return True
        words = [word.rstrip(".:!?") for word in _WORD.findall(text)]
        if any(word.removeprefix("contact:") in self._labels for word in words if word.startswith("contact:")):
            return True
        low = [word.lower() for word in words]
        return any(
            " ".join(low[start : start + length]) in self._spoken
            for length in self._lengths
            for start in range(len(low) - length + 1)
        )

    # --- tables -----------------------------------------------------------------------------------------------------

    def _is_theirs(self, ids: pa.ChunkedArray) -> pa.ChunkedArray:
        return pc.is_in(_plain(ids), value_set=pa.array(sorted(self._labels), pa.string()))

    def _emptied(self, contacts: pa.Table) -> pa.Table:
        theirs = self._is_theirs(contacts.column("contact_id"))
        for position, name in enumerate(contacts.column_names):
            if name not in _KEPT:
                column = contacts.column(name)
                nothing = pa.scalar(None, _plain(column).type)
                emptied = pc.if_else(theirs, nothing, _plain(column)).cast(column.type)
                contacts = contacts.set_column(position, contacts.schema.field(position), emptied)
        return contacts

    def _without_emails(self, engagements: pa.Table) -> pa.Table:
        position = engagements.column_names.index("email")
        column = engagements.column("email")
        theirs = pc.is_in(pc.utf8_lower(_plain(column)), value_set=pa.array(sorted(self._emails), pa.string()))
        kept = pc.if_else(theirs, pa.scalar(None, pa.string()), _plain(column)).cast(column.type)
        return engagements.set_column(position, engagements.schema.field(position), kept)

    def _renamed(self, tables: T) -> T:
        changed = {}
        for name, table in tables.items():
            for column in _people_in(TABLES[name]):
                table = self._renamed_column(table, column)
            if name == "set_aside":
                table = self._renamed_column(table, "id", pc.equal(_plain(table.column("record")), "contacts"))
            changed[name] = table
        return tables.with_tables(**changed)

    def _renamed_column(self, table: pa.Table, name: str, where: pa.ChunkedArray | None = None) -> pa.Table:
        column = table.column(name)
        position = table.column_names.index(name)
        if pa.types.is_list(column.type):
            values = [ids and [self._labels.get(key, key) for key in ids] for ids in column.to_pylist()]
            return table.set_column(position, table.schema.field(position), pa.array(values, column.type))
        theirs = self._is_theirs(column)
        if where is not None:
            theirs = pc.and_(theirs, where)
        if not pc.any(theirs).as_py():
            return table
        labels = pa.array([self._labels.get(key) for key in _plain(column).to_pylist()], pa.string())
        made = pc.if_else(theirs, labels, _plain(column)).cast(column.type)
        return table.set_column(position, table.schema.field(position), made)


def _people_in(record: type[Record]) -> list[str]:
    """The columns that hold ids of contacts."""
    specs = fields_of(record)
    return [
        spec.name
        for spec in specs
        if (spec.reference and spec.reference.table == Contact.table) or spec.name.endswith("contact_id")
    ]


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _normal(name: str) -> str:
    return " ".join(word.rstrip(".:!?").lower() for word in _WORD.findall(name))
