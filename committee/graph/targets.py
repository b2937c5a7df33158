"""Which of the records that others refer to are in the graph: asked once for each id, in columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.graph.bolt import Bolt
from committee.graph.columns import plain_column
from committee.records import TABLES

__all__ = ["Targets"]

_Mask = npt.NDArray[np.bool_]


class Targets:
    """What is known so far about the presence of records.

    Parameters
    ----------
    bolt : Bolt
    batch_rows : int
        Ids of one question.
    """

    def __init__(self, bolt: Bolt, batch_rows: int) -> None:
        self._bolt = bolt
        self._rows = batch_rows
        self._there: dict[str, set[str]] = defaultdict(set)
        self._absent: dict[str, set[str]] = defaultdict(set)

    def there(self, table: str, ids: Iterable[str | None]) -> set[str]:
        """Return those of the ids, and perhaps others, that the table has."""
        known, absent = self._there[table], self._absent[table]
        if table == "needs":  # made on demand
            known |= {one for one in ids if one is not None}
            return known
        unknown = sorted({one for one in ids if one is not None and one not in known and one not in absent})
        label = TABLES[table].label
        for start in range(0, len(unknown), self._rows):
            some = unknown[start : start + self._rows]
            (found,) = self._bolt.row(
                f"MATCH (n:{label}) WHERE n.key IN $keys RETURN collect(n.key) AS keys", {"keys": some}
            )
            known.update(found)
            absent.update(set(some).difference(found))
        return known

    def present(self, table: str, column: pa.Array | pa.ChunkedArray) -> _Mask:
        """Return for each value of a column of ids whether it names a record that is there."""
        coded = pc.dictionary_encode(plain_column(column))
        words = coded.dictionary.to_pylist()
        known = self.there(table, words)
        good = np.array([*(word in known for word in words), False], dtype=bool)
        codes: npt.NDArray[np.int32] = coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
        return good[codes]

    def missing(self, table: str, column: pa.Array | pa.ChunkedArray) -> _Mask:
        """Return for each row of a column of ids, or of lists of ids, whether it names a record that is not there."""
        column = plain_column(column)
        if not pa.types.is_list(column.type):
            said: _Mask = column.is_valid().to_numpy(zero_copy_only=False)
            return ~self.present(table, column) & said
        rows = pc.list_parent_indices(column).to_numpy()
        mask = np.zeros(len(column), dtype=bool)
        mask[rows[self.missing(table, pc.list_flatten(column))]] = True
        return mask

    def arrived(self, table: str) -> None:
        """Forget what was absent in a table that has just been written to."""
        self._absent.pop(table, None)

    def forget(self, table: str) -> None:
        """Forget all that is known about a table."""
        self._absent.pop(table, None)
        self._there.pop(table, None)
