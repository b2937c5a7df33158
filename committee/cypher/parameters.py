"""The parameters of a question: their kinds, what a text means as one, and how a value is written into Cypher."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from committee.errors import CommitteeError
from committee.records.computed import STATUSES
from committee.records.parsing import (
    Reading,
    parse_interval,
    parse_number,
    parse_text,
    parse_whole,
    parse_words,
    parse_yes_no,
)
from committee.settings import word_list

__all__ = ["KINDS", "BadParameter", "Parameter", "literal"]

_READING = Reading()


class BadParameter(CommitteeError):
    """A parameter that is missing, unknown, or of the wrong kind."""


def _instant(cell: str, reading: Reading) -> int:
    return round(parse_interval(cell, reading)[0].timestamp() * 1000)


def _persona(cell: str, reading: Reading) -> str:
    return _one_of(parse_text(cell, reading), list(word_list("reports")["personas"]))


def _statuses(cell: str, reading: Reading) -> list[str]:
    return [_one_of(word, STATUSES) for word in parse_words(cell, reading)]


def _one_of(word: str, known: Sequence[str]) -> str:
    if word in known:
        return word
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(known)}"
    raise ValueError(f"unknown_word: '{word}' is not known: {hint}")


KINDS = {
    "text": parse_text,
    "words": parse_words,
    "number": parse_number,
    "whole": parse_whole,
    "yes_no": parse_yes_no,
    "instant": _instant,  # epoch milliseconds; a date alone is the first of its day
    "persona": _persona,
    "statuses": _statuses,
}
_EMPTY: dict[str, Any] = {"text": "", "words": [], "statuses": []}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a question: its kind, its meaning, and the default as it stands in the file (None = required)."""

    name: str
    kind: str
    meaning: str
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is None

    def value_of(self, given: Any) -> Any:
        """Return what the store gets for a text (or a value that has its kind already).

        Raises
        ------
        BadParameter
            The text is nothing of this kind.
        """
        if not isinstance(given, str):
            return given
        if not given.strip():
            return _EMPTY.get(self.kind)
        try:
            return KINDS[self.kind](given, _READING)
        except (ValueError, OverflowError) as error:
            reason = str(error).partition(": ")[2] or str(error)
            raise BadParameter(
                f"parameter {self.name} takes a {self.kind.replace('_', ' or ')} value, and {reason}",
                f"{self.name}: {self.meaning}",
            ) from None


def literal(value: Any) -> str:
    """Return a value as Cypher writes it."""
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r") + "'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(inner) for inner in value)}]"
    return json.dumps(value)
