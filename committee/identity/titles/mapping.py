"""Columns of titles to a table of personas: each distinct combination is read once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from committee.identity.titles.deciding import Reader, Reading
from committee.identity.titles.lexicon import Lexicon


def map_personas(titles: Any, departments: Any, seniorities: Any, stated: Any, lexicon: Lexicon) -> pd.DataFrame:
    """Persona of each person by title, department, seniority and stated persona.

    Parameters
    ----------
    titles, departments, seniorities, stated : sequence of str or None, or pyarrow array, or None
        Columns of one length; None for a column nobody has. A stated persona beats the title when its word is known.
    lexicon : Lexicon

    Returns
    -------
    pandas.DataFrame
        Columns ``persona``, ``confidence`` (0 to 1), ``rule``, ``matched`` (words joined by ``; ``) and ``runner_up``,
        a row for each row given, in that order.

    Raises
    ------
    ValueError
        The columns differ in length.

    Notes
    -----
    The work grows with the number of distinct combinations, not with the rows.
    """
    length = len(titles)
    columns = [_encoded(column, length) for column in (titles, departments, seniorities, stated)]
    combined = np.zeros(length, dtype=np.int64)
    for codes, values in columns:
        combined = combined * (len(values) + 1) + codes
    distinct, first, back = np.unique(combined, return_index=True, return_inverse=True)
    reader = Reader(lexicon)
    texts = [[values[code] for code in codes[first]] for codes, values in columns]
    readings = [reader.read(*row) for row in zip(*texts, strict=True)]
    return _table(readings).take(back).reset_index(drop=True) if len(distinct) else _table([])


def _encoded(column: Any, length: int) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str | None]]:
    """Codes from 0 and their values; the last value is None."""
    if column is None:
        return np.zeros(length, dtype=np.int64), [None]
    if len(column) != length:
        raise ValueError(f"columns of {length} and {len(column)} rows cannot be read together")
    array = column if isinstance(column, (pa.Array, pa.ChunkedArray)) else _arrow(column)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], pa.string())
    encoded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    values: list[str | None] = [None if v is None else str(v) for v in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, [*values, None]


def _arrow(column: Any) -> Any:
    if isinstance(column, (pd.Series, np.ndarray)):
        return pa.array(column, from_pandas=True)
    return pa.array(list(column), pa.string(), from_pandas=True)


def _table(readings: Sequence[Reading]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "persona": pd.Series([one.persona for one in readings], dtype="str"),
            "confidence": pd.Series([one.confidence for one in readings], dtype="float64"),
            "rule": pd.Series([one.rule for one in readings], dtype="str"),
            "matched": pd.Series(["; ".join(one.matched) for one in readings], dtype="str"),
            "runner_up": pd.Series([one.runner_up for one in readings], dtype="str"),
        }
    )
