"""One native table at hand: its account, its cells, and how rows of it are joined or refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.loaders.hubspot.shapes import SOURCE
from committee.loaders.incoming import FileEntry
from committee.loaders.tables import Column, How, RawTable, Typed, bare, free_names, one_array, rejects_of, typed
from committee.loaders.tables.cells import Fault
from committee.records import TABLES, fields_of

__all__ = ["Native", "Portal", "joined_or_refused"]

_NOT_FACTS = ("_fivetran", "portal_id")  # columns of the connector, not of the portal


@dataclass(frozen=True)
class Native:
    """A table as it was landed."""

    entry: FileEntry
    raw: RawTable
    how: How

    @property
    def lines(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """The line of each row."""
        return self.raw.lines

    def column(self, *names: str) -> Column | None:
        """Return the first of these columns that the table has."""
        places = {bare(header): place for place, header in enumerate(self.raw.header)}
        for name in names:
            if bare(name) in places:
                place = places[bare(name)]
                return Column(self.raw.header[place], self.raw.columns[place])
        return None

    def texts(self, *names: str) -> list[str]:
        """Return the cells of the first of these columns, without outer blanks; "" where nothing is said."""
        column = self.column(*names)
        if column is None:
            return [""] * len(self.lines)
        cells = [(cell or "").strip() for cell in one_array(column.cells).cast(pa.string()).to_pylist()]
        return ["" if self.how.moments.is_empty(cell) else cell for cell in cells]

    def marked(self, *names: str) -> list[bool]:
        """Whether a mark, such as a deletion, is set."""
        return [cell.lower() in ("true", "t", "1", "yes") for cell in self.texts(*names)]

    def records(self, table: str, fields: Mapping[str, Column | None], *used: str) -> Typed:
        """Read rows as records; columns that are used nowhere and are the portal's own are kept as free ones."""
        given = {name: column for name, column in fields.items() if column is not None}
        taken = {column.header for column in (*given.values(), *map(self.column, used)) if column is not None}
        free = self._free_columns(table, taken) if TABLES[table].free_columns else {}
        return typed(TABLES[table], given, self.lines, self.how, SOURCE, free)

    def _free_columns(self, table: str, used: set[str]) -> dict[str, Column]:
        own = {
            header.removeprefix("property_"): Column(header, cells)
            for header, cells in zip(self.raw.header, self.raw.columns, strict=True)
            if header and header not in used and not header.startswith(_NOT_FACTS)
        }
        names = free_names(own, [spec.name for spec in fields_of(TABLES[table])])
        if table == "contacts":
            left_out = sorted(header for header, name in names.items() if name not in self.how.contact_columns)
            names = {header: name for header, name in names.items() if name in self.how.contact_columns}
            if left_out:
                said = ", ".join(left_out)
                self.entry.note(f"columns left out as personal data (load.contact_free_columns keeps them): {said}")
        if names:
            said = ", ".join(f"{own[header].header} (as {name})" for header, name in sorted(names.items()))
            self.entry.note(f"unknown columns kept: {said}")
        return {name: own[header] for header, name in names.items()}

    def refuse(self, rows: Sequence[int], header: str, cells: Sequence[str], reason: str, detail: str) -> None:
        """Refuse rows, each for the cell given; ``{cell}`` in the detail is that cell."""
        faults = [
            (header, Fault(np.array([row]), cell, reason, detail.replace("{cell}", cell[:60] or "(empty)")))
            for row, cell in zip(rows, cells, strict=True)
        ]
        self.entry.reject(rejects_of(self.lines, faults))

    def taken(self, cells: Sequence[str | None], header: str) -> Column:
        """Return made-up cells as a column of this table."""
        return Column(header, pa.array([cell or None for cell in cells], pa.string()))

    def prefixed(self, prefix: str, *names: str) -> Column | None:
        """Return a column of ids with a prefix that keeps ids of different tables apart."""
        column = self.column(*names)
        if column is None:
            return None
        cells = one_array(column.cells)
        words = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
        words = pc.utf8_trim_whitespace(words)
        words = pc.binary_join_element_wise(prefix, pc.if_else(pc.equal(words, ""), None, words), "")
        made = pa.DictionaryArray.from_arrays(cells.indices, words) if pa.types.is_dictionary(cells.type) else words
        return Column(column.header, made)


Portal = Mapping[str, Sequence[Native]]  # the tables at hand, by kind


def joined_or_refused(table: Native, header: str, ids: Sequence[str], there: Iterable[str], what: str) -> list[int]:
    """Count rows whose id is there as merged, refuse the others; returns the rows that joined.

    ``what`` says what is missing, as in "no deal of these files has the id".
    """
    known = there if isinstance(there, set | frozenset | dict) else set(there)
    joined = [row for row, one in enumerate(ids) if one and one in known]
    others = [row for row, one in enumerate(ids) if not one or one not in known]
    table.entry.join(table.lines[joined])
    table.refuse(others, header, [ids[row] for row in others], "no_base_row", f"{what} {{cell}}")
    if others:
        table.entry.note(f"rows that join nothing: {len(others):,} of {len(ids):,}; {what} they name")
    return joined
