"""Columns of text to columns of values: what is plain passes at once, every other distinct cell goes to the one judge.

The judge is `committee.records.parsing`; nothing here decides what a cell means. A cell is *plain* when its bytes show
that the judge would return it unchanged: no outer blanks, no control signs, not too long, no word for "nothing".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.records.cells import unguarded
from committee.records.fields import CATEGORY, TEXT, Kind
from committee.records.parsing import Reading

__all__ = ["Fault", "Judge", "Judged", "judge", "without_guard"]

Judge = Callable[[str], Any]  # raises ValueError "code: sentence"; None = the cell says nothing


@dataclass(frozen=True)
class Fault:
    """A cell that was refused, and the rows it stands in."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    cell: str
    reason: str
    detail: str


@dataclass(frozen=True)
class Judged:
    """The values of a column, null where a cell is empty or refused, and the refused cells."""

    values: pa.Array
    faults: tuple[Fault, ...] = ()


def without_guard(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a text as a formula; other cells stay as they are."""
    text = cell.strip()
    bare = unguarded(text)
    return cell if bare == text else bare


def judge(column: pa.Array, kind: Kind, reading: Reading, longest: int, further: Judge | None = None) -> Judged:
    """Read a column of cells as values of a kind.

    Parameters
    ----------
    column : pyarrow Array
        Text or dictionary-encoded text; null = empty.
    kind : Kind
    reading : Reading
    longest : int
        Longest text, characters.
    further : callable, optional
        Looks at each distinct value that was read, and may refuse it.
    """

    def decide(cell: str) -> Any:
        cell = without_guard(cell)
        if reading.is_empty(cell):
            return None
        value = kind.parse(cell, reading)
        words = value if isinstance(value, list) else [value] if kind in (TEXT, CATEGORY) else []
        endless = max(map(len, words), default=0)
        if endless > longest:
            raise ValueError(f"too_long: {endless:,} characters, {longest:,} are allowed")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError(f"out_of_bounds: '{cell.strip()[:60]}' is beyond any count")
        if further is not None:
            further(value)
        return value

    if kind is TEXT or kind is CATEGORY:
        if further is None:
            return _texts(column, kind, decide, reading, longest)
        encoded = _distinct(column, decide, pa.string())
        return Judged(encoded.values.cast(kind.arrow), encoded.faults)
    return _distinct(column, decide, kind.arrow)


def _texts(column: pa.Array, kind: Kind, decide: Judge, reading: Reading, longest: int) -> Judged:
    if kind is CATEGORY or pa.types.is_dictionary(column.type):
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        suspects = np.flatnonzero(_suspicious(encoded.dictionary, reading, longest))
        judged = _words(encoded, decide, suspects) if len(suspects) else Judged(encoded)
        return judged if kind is CATEGORY else Judged(judged.values.cast(pa.string()), judged.faults)
    mask = _suspicious(column, reading, longest)
    if not mask.any():
        return Judged(column)
    rows = np.flatnonzero(mask)
    judged = _distinct(column.take(pa.array(rows)), decide, pa.string())
    values = pc.replace_with_mask(column, pa.array(mask), judged.values)
    faults = tuple(Fault(rows[fault.rows], fault.cell, fault.reason, fault.detail) for fault in judged.faults)
    return Judged(values, faults)


def _words(encoded: pa.DictionaryArray, decide: Judge, suspects: np.ndarray[Any, Any]) -> Judged:
    """Judge the suspicious words of a dictionary; the rows are touched only where that changes one."""
    cells = encoded.dictionary.to_pylist()
    values, refused = _decided(cells, cells, decide, suspects.tolist())
    if values == cells:
        return Judged(encoded)
    kept = [value for value in dict.fromkeys(values) if value is not None]
    places = {value: place for place, value in enumerate(kept)}
    moved = pa.array([places.get(value) for value in values], pa.int32())
    made = pa.DictionaryArray.from_arrays(moved.take(encoded.indices), pa.array(kept, pa.string()))
    return Judged(made, _faults(encoded, cells, refused))


def _distinct(column: pa.Array, decide: Judge, arrow: pa.DataType) -> Judged:
    """Judge each distinct cell once."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    cells = encoded.dictionary.to_pylist()
    values, refused = _decided(cells, [None] * len(cells), decide, range(len(cells)))
    return Judged(pa.array(values, arrow).take(encoded.indices), _faults(encoded, cells, refused))


def _decided(
    cells: Sequence[str | None], values: Sequence[Any], decide: Judge, places: Iterable[int]
) -> tuple[list[Any], dict[int, tuple[str, str]]]:
    """Return the values, those at some places judged anew, and code and sentence of the refused ones."""
    done, refused = list(values), {}
    for place in places:
        cell = cells[place]
        if cell is None:
            continue
        try:
            done[place] = decide(cell)
        except ValueError as error:
            done[place] = None
            code, _, sentence = str(error).partition(": ")
            refused[place] = (code, sentence)
    return done, refused


def _faults(
    encoded: pa.DictionaryArray, cells: Sequence[str], refused: dict[int, tuple[str, str]]
) -> tuple[Fault, ...]:
    if not refused:
        return ()
    indices = np.asarray(pc.fill_null(encoded.indices, -1)).astype(np.int64)
    rows = np.flatnonzero(np.isin(indices, list(refused)))
    rows = rows[np.argsort(indices[rows], kind="stable")]
    begins = np.searchsorted(indices[rows], sorted(refused))
    parts = np.split(rows, begins[1:])
    return tuple(Fault(part, cells[place], *refused[place]) for place, part in zip(sorted(refused), parts, strict=True))


def _suspicious(texts: pa.Array, reading: Reading, longest: int) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Mark the texts whose bytes do not prove that they are plain."""
    count = len(texts)
    if not count:
        return np.zeros(0, np.bool_)
    _, ends_buffer, data_buffer = texts.buffers()
    ends = np.frombuffer(ends_buffer, np.int32)[texts.offset : texts.offset + count + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer is not None else np.zeros(0, np.uint8)
    lengths = np.diff(ends)
    shortest = max((len(word.encode()) for word in reading.empty_words), default=0)
    odd = (lengths <= shortest) | (lengths > min(longest, reading.longest_text))
    filled = np.flatnonzero(lengths > 0)
    for signs in (data[ends[filled]], data[ends[filled + 1] - 1]):
        odd[filled] |= (signs <= 0x20) | (signs >= 0x7F) | (signs == 0x27)
    if count:
        begin, end = int(ends[0]), int(ends[-1])
        for start in range(begin, end, 1 << 20):
            block = data[start : min(start + (1 << 20), end)]
            control = np.flatnonzero((block < 0x20) | (block == 0x7F))
            if len(control):
                odd[np.searchsorted(ends, control + start, side="right") - 1] = True
    if texts.null_count:
        odd &= np.asarray(texts.is_valid())
    return odd
