"""What an account's findings depend on, as a short mark: equal marks, equal findings, given calibration and settings.

A mark is a sum of mixed hashes over the account's readings, people and programs; ids and words go in as texts, so other
accounts have no part in it. 128 bits for what is the account's own, 64 for what the market adds: pieces read elsewhere
at the same time, pieces passed on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import Floats, Ground
from committee.analysis.touches import Touches
from committee.errors import BadFile

__all__ = ["Marks", "marks_of"]

_VERSION = 1
_Hashes = npt.NDArray[np.uint64]
_SEEDS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True)
class Marks:
    """Marks of the accounts of a run, and which of them still had something running.

    Attributes
    ----------
    own, around : dict of str
        By account.
    running : frozenset of str
        Accounts in which a burst that was looked at had not ended by the day of the run: its end will change them.
    """

    own: Mapping[str, str]
    around: Mapping[str, str]
    running: frozenset[str]

    def as_json(self) -> str:
        """Return the marks as JSON text, the same bytes for the same marks."""
        rows = {name: [self.own[name], self.around[name], int(name in self.running)] for name in self.own}
        return json.dumps({"version": _VERSION, "accounts": rows}, indent=0, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read marks back.

        Raises
        ------
        BadFile
            The text holds no marks of this version.
        """
        try:
            facts = json.loads(text)
            if facts["version"] != _VERSION:
                raise ValueError("another version")
            rows = facts["accounts"].items()
            own, around = ({name: str(row[place]) for name, row in rows} for place in range(2))
            return cls(own, around, frozenset(name for name, row in rows if row[2]))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            raise BadFile("these are no marks of accounts", "Detect again with --calibration learn") from None


def marks_of(ground: Ground, touches: Touches, event: Floats, passed: Floats) -> tuple[list[str], list[str]]:
    """Return the marks of each account of a ground: its own, and what the market adds.

    Parameters
    ----------
    ground, touches
    event, passed : float arrays
        Of every reading: log-odds taken away for mass events, and for pieces passed on.
    """
    piece, program, contact = (_texts(ids) for ids in (touches.content_ids, touches.program_ids, touches.contact_ids))
    words = [_texts(one) for one in ground.words.attributes]
    engagement = _texts(touches.engagement_ids)[touches.engagement[ground.touch]]
    # Behind the rows stands what is no row: -3, -2, -1.
    row = np.append(_at(program, ground.row_program), np.arange(1, 4).astype(np.uint64))
    about = _mixed(
        np.append(piece, np.uint64(0)),
        ground.piece_stage,
        *(_at(one, ground.piece_words[:, place]) for place, one in enumerate(words)),
        _rows_of(ground.topic_share),
    )
    readings = [
        engagement,
        contact[ground.person_contact[ground.person]],
        about[ground.content],
        row[ground.aim],
        touches.first[ground.touch],
        touches.last[ground.touch],
        ground.again,
        touches.relevant[ground.touch],
    ]
    people = [
        contact[ground.person_contact],
        _texts(ground.personas)[ground.person_persona],
        _at(_texts(touches.personas), touches.contact_persona[ground.person_contact]),
        row[ground.person_stated],
        _at(words[0], ground.person_area),
    ]
    programs = [
        _at(program, ground.row_program),
        *(_at(one, ground.row_words[:, place]) for place, one in enumerate(words)),
        _rows_of(ground.row_needs),
    ]
    parts: list[tuple[list[npt.NDArray[Any]], Ints]] = [
        (readings, ground.account),
        (people, ground.person_account),
        (programs, ground.row_account),
    ]
    halves = []
    for seed in _SEEDS:
        total = np.zeros(ground.accounts, np.uint64)
        for kind, (columns, owner) in enumerate(parts):
            np.add.at(total, owner, _mixed(*columns, seed=seed + kind))
        halves.append(total)
    around = np.zeros(ground.accounts, np.uint64)
    np.add.at(around, ground.account, _mixed(engagement, event, passed, seed=_SEEDS[0]))
    first, second = (_hex(half) for half in halves)
    return [one + other for one, other in zip(first, second, strict=True)], _hex(around)


def _hex(hashes: _Hashes) -> list[str]:
    return [f"{int(one):016x}" for one in hashes]


def _texts(texts: pa.Array | Sequence[str]) -> _Hashes:
    """Hash texts, the same on every machine."""
    values = np.array(texts.to_pylist() if isinstance(texts, pa.Array) else list(texts), object)
    return np.asarray(pd.util.hash_array(values, categorize=False), np.uint64)


def _at(hashes: _Hashes, codes: Ints) -> _Hashes:
    """The hash behind each code; 0 behind -1."""
    return np.append(hashes, np.uint64(0))[codes]


def _rows_of(table: npt.NDArray[Any]) -> _Hashes:
    """One hash for each row of a table of numbers."""
    columns: list[npt.NDArray[Any]] = [table[:, place] for place in range(table.shape[1])]
    return _mixed(*columns) if columns else np.zeros(len(table), np.uint64)


def _mixed(*columns: npt.NDArray[Any], seed: int = 0) -> _Hashes:
    """One hash for each row of the columns (splitmix64, Steele, Lea & Flood 2014)."""
    state = np.full(len(columns[0]), seed % (1 << 64), np.uint64)
    for column in columns:
        if column.dtype == np.float64:
            column = (column + 0.0).view(np.uint64)  # no negative zero
        state = (state ^ column.astype(np.uint64)) + np.uint64(_SEEDS[0])
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return state
