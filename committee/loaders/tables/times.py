"""Columns of text to moments: the usual ISO forms by Arrow, or by arithmetic on their digits where a cell spoils that; the rest by the one judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.loaders.tables.cells import Fault, without_guard
from committee.records.parsing import Reading, parse_interval

__all__ = ["Moments", "read_moments"]

_Int = np.ndarray[Any, np.dtype[np.int64]]
_DAY = 86_400_000
_BLOCK = 1 << 14  # cells worked on at a time: their signs stay in the processor's cache
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = "dddd-dd-dd"
# Forms of which each sign is known: d = digit, T = T or blank. Cells of another length or form go to the judge.
_FORMS = (
    _DATE,
    f"{_DATE}Tdd:dd",
    *(f"{_DATE}Tdd:dd:dd{tail}{zone}" for tail in ("", ".ddd", ".dddddd") for zone in ("", "Z")),
)
_DAYS_IN_MONTH = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


@dataclass(frozen=True)
class Moments:
    """First and last millisecond of each cell since 1970 UTC; both 0 where there is none.

    Attributes
    ----------
    first, last : numpy array of int64
    valid : numpy array of bool
    unzoned : int
        Cells with a time of day that named no zone.
    faults : tuple of Fault
    """

    first: _Int
    last: _Int
    valid: np.ndarray[Any, np.dtype[np.bool_]]
    unzoned: int = 0
    faults: tuple[Fault, ...] = ()

    def column(self, last: bool = False) -> pa.Array:
        """Return the moments as an Arrow column, null where there is none."""
        values = pa.array(self.last if last else self.first, mask=~self.valid)
        return values.cast(pa.timestamp("ms", tz="UTC"))


def read_moments(column: pa.Array, reading: Reading) -> Moments:
    """Read a column of cells as moments, by the same verdict as `parse_interval` cell by cell."""
    if pa.types.is_timestamp(column.type):
        return _typed(column, reading)
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    count = len(column)
    first, last = np.zeros(count, np.int64), np.zeros(count, np.int64)
    done = np.zeros(count, np.bool_) if not column.null_count else np.asarray(column.is_null()).copy()
    valid = np.zeros(count, np.bool_)
    unzoned = 0
    lengths = np.asarray(pc.fill_null(pc.binary_length(column), 0)).astype(np.int64)
    seen = np.bincount(np.minimum(lengths, 40), minlength=41)
    for form in (form for form in _FORMS if seen[len(form)]):
        rows = np.flatnonzero((lengths == len(form)) & ~done)
        if len(rows):
            cells = column if len(rows) == count else column.take(pa.array(rows))
            moments = _by_arrow(cells, form)
            if moments is None:
                signs = _matrix(cells, len(form))
                parts = [_by_digits(signs[begin : begin + _BLOCK], form) for begin in range(0, len(rows), _BLOCK)]
                moments, fits = (np.concatenate(part) for part in zip(*parts, strict=True))
                rows, moments = rows[fits], moments[fits]
            if not form.endswith("Z"):
                moments = _from_zone(moments, reading)
            begin, end = (_milliseconds(bound) for bound in (reading.earliest, reading.latest))
            inside = (moments >= begin) & (moments < end)
            rows, moments = rows[inside], moments[inside]
            first[rows], last[rows] = moments, moments + (_DAY - 1 if form == _DATE else 0)
            valid[rows] = done[rows] = True
            unzoned += len(rows) if form != _DATE and not form.endswith("Z") else 0
    rest = np.flatnonzero(~done)
    faults: list[Fault] = []
    if len(rest):
        unzoned += _judged(column, rest, reading, (first, last, valid), faults)
    return Moments(first, last, valid, unzoned, tuple(faults))


def _judged(
    column: pa.Array, rest: _Int, reading: Reading, out: tuple[_Int, _Int, np.ndarray[Any, Any]], faults: list[Fault]
) -> int:
    """Read the rows that are left, each distinct cell once; returns how many times named no zone."""
    encoded = column.take(pa.array(rest)).dictionary_encode()
    indices = np.asarray(encoded.indices)
    order = np.argsort(indices, kind="stable")
    groups = np.split(rest[order], np.searchsorted(indices[order], np.arange(1, len(encoded.dictionary))))
    unzoned = 0
    for cell, rows in zip(encoded.dictionary.to_pylist(), groups, strict=True):
        text = without_guard(cell)
        if reading.is_empty(text):
            continue
        try:
            begin, end, zoned = parse_interval(text, reading)
        except (ValueError, OverflowError) as error:
            code, _, sentence = str(error).partition(": ")
            known = isinstance(error, ValueError) and bool(sentence)
            faults.append(
                Fault(rows, cell, code if known else "bad_time", sentence if known else f"'{cell[:60]}' is no time")
            )
            continue
        out[0][rows], out[1][rows], out[2][rows] = _milliseconds(begin), _milliseconds(end), True
        unzoned += len(rows) if begin == end and not zoned else 0
    return unzoned


def _by_arrow(cells: pa.Array, form: str) -> _Int | None:
    """Milliseconds since 1970 as if UTC where all cells are times that Arrow reads; None where one is not.

    Of the lengths asked for, its reader knows no other form: what it takes, the judge would take as well.
    """
    if ".dddddd" in form:
        return None  # finer than a millisecond: it would refuse to cut
    zone = "UTC" if form.endswith("Z") else None
    try:
        return np.asarray(cells.cast(pa.timestamp("ms", tz=zone)).cast(pa.int64()))
    except pa.ArrowInvalid:
        return None


def _matrix(cells: pa.Array, length: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The signs of cells of one length, one row a cell."""
    _, ends_buffer, data_buffer = cells.buffers()
    begin = int(np.frombuffer(ends_buffer, np.int32)[cells.offset])
    return np.frombuffer(data_buffer, np.uint8)[begin : begin + len(cells) * length].reshape(-1, length)


def _by_digits(
    signs: np.ndarray[Any, np.dtype[np.uint8]], form: str
) -> tuple[_Int, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return milliseconds since 1970 as if UTC, and which rows have the form and a day and time that exist."""
    fits = np.ones(len(signs), np.bool_)
    for place, sign in enumerate(form):
        column = signs[:, place]
        if sign == "d":
            fits &= column - np.uint8(48) < 10
        elif sign == "T":
            fits &= (column == ord("T")) | (column == ord(" "))
        else:
            fits &= column == ord(sign)

    def number(begin: int, length: int) -> np.ndarray[Any, np.dtype[np.int32]]:
        value = np.zeros(len(signs), np.int32)
        for place in range(begin, begin + length):
            value = value * 10 + (signs[:, place].astype(np.int32) - 48)
        return value

    year, month, day = number(0, 4), number(5, 2), number(8, 2)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fits &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    fits &= day <= _DAYS_IN_MONTH[np.where(fits, month, 1)] + (leap & (month == 2))
    moments = _days(year, month, day) * _DAY
    if "T" in form:
        hour, minute = number(11, 2), number(14, 2)
        second = number(17, 2) if len(form) > 17 else np.zeros_like(hour)
        fits &= (hour <= 23) & (minute <= 59) & (second <= 59)
        moments += (hour * 3600 + minute * 60 + second) * np.int64(1000)
        if "." in form:
            moments += number(20, 3)
    return moments, fits


def _days(year: np.ndarray[Any, Any], month: np.ndarray[Any, Any], day: np.ndarray[Any, Any]) -> _Int:
    """Days since 1970-01-01 in the Gregorian calendar, counted from March so that the leap day comes last."""
    shifted = (year - (month <= 2)).astype(np.int64)
    in_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    days: _Int = shifted * 365 + shifted // 4 - shifted // 100 + shifted // 400 + in_year - 719_468
    return days


def _from_zone(moments: _Int, reading: Reading) -> _Int:
    """Shift moments that were read as if UTC to what they mean in the zone of the user; offsets change by the minute at most."""
    if reading.timezone is UTC:
        return moments
    minutes, place = np.unique(moments // 60_000, return_inverse=True)
    offsets = [_offset(int(minute), reading) for minute in minutes]
    return moments - np.array(offsets, np.int64)[place]


def _offset(minute: int, reading: Reading) -> int:
    try:
        local = (_EPOCH + timedelta(minutes=minute)).replace(tzinfo=reading.timezone)
    except OverflowError:
        return 0
    offset = local.utcoffset() or timedelta()
    return round(offset.total_seconds() * 1000)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _typed(column: pa.Array, reading: Reading) -> Moments:
    """Moments that come typed, as from Parquet: cut to the millisecond, held against the plausible range."""
    zoned = column.type.tz is not None
    cut = pc.floor_temporal(column, unit="millisecond") if column.type.unit in ("us", "ns") else column
    whole = cut.cast(pa.timestamp("ms", tz=column.type.tz)).cast(pa.int64())
    valid = np.asarray(whole.is_valid()).copy()
    first = np.asarray(pc.fill_null(whole, 0)).astype(np.int64)
    if not zoned:
        first = np.where(valid, _from_zone(first, reading), 0)
    bad = np.flatnonzero(valid & ((first < _milliseconds(reading.earliest)) | (first >= _milliseconds(reading.latest))))
    valid[bad] = False
    detail = f"the time lies outside {reading.earliest:%Y} to {reading.latest:%Y}"
    faults = [Fault(np.array([row]), str(column[int(row)].as_py()), "time_out_of_range", detail) for row in bad]
    return Moments(first, first.copy(), valid, 0 if zoned else int(valid.sum()), tuple(faults))
