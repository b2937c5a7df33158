"""JSON with the line of every value: the standard reader does not tell where a value stands, nor that a name comes twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

__all__ = ["Cut", "Malformed", "Value", "read_json"]

_BLANK = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_HALF = re.compile(r"\.|\.?[eE][+-]?")  # of a number that goes on
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 200


class Malformed(ValueError):
    """No JSON: the line is `args[1]`."""


class Cut(Malformed):
    """JSON that ends before it is finished."""


@dataclass(frozen=True)
class Value:
    """A value and its line.

    Attributes
    ----------
    kind : str
        object, array or scalar.
    scalar : Any
        Text, yes or no, None, or a number as Decimal: 0.9 and 0.90 are one.
    members : dict of str to Value
    items : list of Value
    twice : list of (str, int)
        Names that an object has twice, with the line of the second.
    """

    kind: str
    line: int
    scalar: Any = None
    members: dict[str, Value] = field(default_factory=dict)
    items: list[Value] = field(default_factory=list)
    twice: list[tuple[str, int]] = field(default_factory=list)

    def plain(self) -> Any:
        """Return the value without lines, so that equal values are equal."""
        if self.kind == "object":
            return {name: value.plain() for name, value in self.members.items()}
        if self.kind == "array":
            return [value.plain() for value in self.items]
        return self.scalar


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._counted, self._line = 0, 1

    def line(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def blank(self) -> str:
        found = _BLANK.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        if self.at >= len(self.text):
            raise Cut("the file ends in the middle", self.line())
        return self.text[self.at]

    def fail(self, what: str) -> Malformed:
        return Malformed(what, self.line())

    def value(self, depth: int = 0) -> Value:
        char = self.blank()
        line = self.line()
        if depth > _DEEPEST:
            raise self.fail("values stand too deep in one another")
        if char == "{":
            return self._object(line, depth)
        if char == "[":
            return self._array(line, depth)
        if char == '"':
            return Value("scalar", line, self._string())
        if found := _NUMBER.match(self.text, self.at):
            self.at = found.end()
            if _HALF.fullmatch(self.text, self.at):
                raise Cut("the file ends in the middle", line)
            return Value("scalar", line, _decimal(found[0]))
        for word, meant in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return Value("scalar", line, meant)
        rest = self.text[self.at :]
        if any(word.startswith(rest.strip()) for word in _WORDS) or rest.strip() == "-":
            raise Cut("the file ends in the middle", line)
        raise self.fail("no value stands here")

    def _string(self) -> str:
        try:
            found, self.at = scanstring(self.text, self.at + 1, False)
        except ValueError as error:
            ends = "Unterminated" in str(error) or self.text.rstrip()[-1:] == "\\"
            raise (Cut if ends else Malformed)("a text is not finished", self.line()) from None
        return str(found)

    def _object(self, line: int, depth: int) -> Value:
        made = Value("object", line)
        self.at += 1
        if self.blank() == "}":
            self.at += 1
            return made
        while True:
            if self.blank() != '"':
                raise self.fail("a name has to stand here")
            place, name = self.line(), self._string()
            if self.blank() != ":":
                raise self.fail("a colon has to stand here")
            self.at += 1
            if name in made.members:
                made.twice.append((name, place))
            made.members[name] = self.value(depth + 1)
            if not self._more("}"):
                return made

    def _array(self, line: int, depth: int) -> Value:
        made = Value("array", line)
        self.at += 1
        if self.blank() == "]":
            self.at += 1
            return made
        while True:
            made.items.append(self.value(depth + 1))
            if not self._more("]"):
                return made

    def _more(self, end: str) -> bool:
        char = self.blank()
        self.at += 1
        if char not in (",", end):
            self.at -= 1
            raise self.fail(f"a comma or {end} has to stand here")
        return char == ","


def _decimal(text: str) -> Decimal | str:
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return text


def read_json(text: str) -> Value:
    """Read one value.

    Raises
    ------
    Cut
        The text ends before the value does.
    Malformed
        It is no JSON.
    """
    reader = _Reader(text)
    found = reader.value()
    if text[reader.at :].strip():
        raise reader.fail("something stands behind the end")
    return found
