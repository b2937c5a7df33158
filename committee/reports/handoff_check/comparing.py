"""Compares what a file says with what the graph gives, in each of the four forms.

A piece that is the same says nothing. Everything else is named with its line and both readings. A person's own remark,
marked as one, is no mistake; an unmarked one is as soon as it holds a number, a name or a date. It is somewhat long
because the four forms have to tell lost, doubled and moved pieces apart in the same way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from committee.reports.handoff_check.aligning import Step, aligned, first_difference, likeness
from committee.reports.handoff_check.csv_text import CsvRow
from committee.reports.handoff_check.json_text import Value
from committee.reports.handoff_check.units import NOTE, Unit, words_of

__all__ = ["Difference", "compared_json", "compared_rows", "compared_units"]

_SAME_PLACE = 0.6  # how alike pieces of one place are at least
_NEAR = 3  # words shown on each side of those that differ


@dataclass(frozen=True)
class Difference:
    """One place where a file and the graph do not agree.

    Attributes
    ----------
    line : int
        Of the file; of what stands after it for something that is lost.
    place : str
        Where it is, in the words of the form.
    what : str
        changed, lost, added, doubled, moved, note, markup.
    said, meant : str
        What the file says and what the graph says, with some words around; empty = nothing.
    wrong : bool
        False for a person's remark.
    number : str
        Of the line of the brief, where the form tells it.
    text : str
        The whole piece as the graph gives it.
    at : tuple of int
        From where to where in that text they differ.
    half : bool
        The file has the beginning of it and nothing else.
    """

    line: int
    place: str
    what: str
    said: str = ""
    meant: str = ""
    wrong: bool = True
    number: str = ""
    text: str = field(default="", repr=False)
    at: tuple[int, int] = (0, 0)
    half: bool = False


# --- pieces of a text -----------------------------------------------------------------------------------------------


def compared_units(said: Sequence[Unit], meant: Sequence[Unit], names: Collection[str]) -> list[Difference]:
    """Compare the pieces of a Markdown or HTML file.

    Parameters
    ----------
    said, meant : sequence of Unit
    names : collection of str
        Words of names, in lower case: an added line that holds one is wrong.
    """

    def alike(one: int, other: int) -> float:
        left, right = said[one], meant[other]
        if left.note or left.key[0] != right.key[0]:
            return 0.0
        return max(likeness(left.text, right.text), _SAME_PLACE if left.place and left.place == right.place else 0.0)

    steps = aligned([unit.key for unit in said], [unit.key for unit in meant], alike)
    found = []
    gone = Counter(meant[step.meant].key for step in steps if step.said is None and step.meant is not None)
    known = {unit.key for unit in meant}
    for step in steps:
        if step.said is not None and step.meant is not None:
            found.append(_changed(said[step.said], meant[step.meant]))
        elif step.said is not None:
            found.append(_added(said[step.said], known, gone, names))
        elif step.meant is not None:
            unit = meant[step.meant]
            line = _line_behind(said, step.before)
            what = "markup" if unit.markup else "lost"
            size = len(unit.text)
            found.append(Difference(line, unit.place, what, "", unit.text, True, unit.number, unit.text, (0, size)))
    return found


def _line_behind(said: Sequence[Unit], before: int) -> int:
    """The line on which something that is lost should have gone on, behind so many pieces of the file."""
    if not before:
        return 1
    last = said[before - 1]
    end = last.line_at(len(last.words))
    return min(end + 1, said[before].line) if before < len(said) else end


def _changed(said: Unit, meant: Unit) -> Difference:
    one, other = [word for word, _ in said.words], [word for word, _ in meant.words]
    here, there = first_difference(one, other)
    start = len(" ".join(other[: there.start])) + bool(there.start)
    end = max(start, len(" ".join(other[: there.stop])))
    what = "markup" if meant.markup else "changed"
    return Difference(
        said.line_at(here.start),
        meant.place,
        what,
        _shown(one, here),
        _shown(other, there),
        number=meant.number,
        text=meant.text,
        at=(start, end),
        half=meant.text.startswith(said.text),
    )


def _shown(words: Sequence[str], differing: slice) -> str:
    """The words that differ, with a few around them."""
    first, last = max(0, differing.start - _NEAR), min(len(words), differing.stop + _NEAR)
    before, behind = "… " if first else "", " …" if last < len(words) else ""
    return f"{before}{' '.join(words[first:last])}{behind}"


def _added(unit: Unit, known: Collection[Hashable], gone: Counter[Any], names: Collection[str]) -> Difference:
    found = Difference(unit.line, unit.place, "added", unit.text)
    if unit.note:
        return replace(found, what="note", wrong=False)
    if unit.markup:
        return replace(found, what="markup")
    if unit.key in known:
        moved = gone[unit.key] > 0
        gone[unit.key] -= moved
        return replace(found, what="moved" if moved else "doubled")
    return replace(found, wrong=_tells(unit.text, names))


def _tells(text: str, names: Collection[str]) -> bool:
    """Whether a text holds a number, a date or a name: a digit, a word with a capital inside the sentence, or a known name."""
    words = re.findall(r"[^\W_]+", text)
    capitals = any(word[:1].isupper() for word in words[1:])
    return any(char.isnumeric() for char in text) or capitals or any(word.lower() in names for word in words)


# --- rows -----------------------------------------------------------------------------------------------------------


def compared_rows(said: Sequence[CsvRow], meant: Sequence[CsvRow], names: Collection[str]) -> list[Difference]:
    """Compare the rows of a CSV file, cell by cell."""
    head = meant[0] if meant else CsvRow()

    def alike(one: int, other: int) -> float:
        left, right = said[one], meant[other]
        if left.note:
            return 0.0
        same = sum(a == b for a, b in zip(left, right, strict=False)) / max(len(left), len(right))
        return max(same, likeness(" ".join(left), " ".join(right)))

    steps = aligned([_cells(row) for row in said], [_cells(row) for row in meant], alike)
    gone = Counter(_cells(meant[step.meant]) for step in steps if step.said is None and step.meant is not None)
    known = {_cells(row) for row in meant}
    found: list[Difference] = []
    for step in steps:
        if step.said is not None and step.meant is not None:
            found += _cells_changed(said[step.said], meant[step.meant], head)
        elif step.said is not None:
            row = said[step.said]
            place = next((cell for cell in row[1:2]), "")
            one = Difference(row.line, place, "added", ", ".join(row), number=place)
            if row.note:
                found.append(replace(one, what="note", wrong=False))
            elif _cells(row) in known:
                moved = gone[_cells(row)] > 0
                gone[_cells(row)] -= moved
                found.append(replace(one, what="moved" if moved else "doubled"))
            else:
                found.append(replace(one, wrong=_tells(" ".join(row), names)))
        elif step.meant is not None:
            row = meant[step.meant]
            line = said[step.before].line if step.before < len(said) else (said[-1].line + 1 if said else 1)
            number = next((cell for cell in row[1:2]), "")
            found.append(Difference(line, number, "lost", "", ", ".join(row), number=number, text=_longest(row)))
    return found


def _longest(row: Sequence[str]) -> str:
    return max(row, key=len, default="")


def _cells(row: CsvRow) -> tuple[str, ...]:
    return tuple(_number(cell) for cell in row)


def _number(cell: str) -> str:
    """A plain decimal without zeros that say nothing, as a spreadsheet writes it."""
    return cell.rstrip("0").rstrip(".") if re.fullmatch(r"-?\d+\.\d+", cell) else cell


def _cells_changed(said: CsvRow, meant: CsvRow, head: Sequence[str]) -> Iterator[Difference]:
    number = next((cell for cell in meant[1:2]), "")
    for place in range(max(len(said), len(meant))):
        one = said[place] if place < len(said) else ""
        other = meant[place] if place < len(meant) else ""
        if _number(one) != _number(other):
            column = head[place] if place < len(head) else f"column {place + 1}"
            unit = _changed(
                Unit(words_of(one, said.line), column, line_if_empty=said.line), Unit(words_of(other, 1), column)
            )
            yield replace(unit, line=said.line, place=f"{number} {column}".strip(), number=number)


# --- JSON -----------------------------------------------------------------------------------------------------------


def compared_json(said: Value, meant: Value, names: Collection[str]) -> list[Difference]:
    """Compare two JSON values by their structure; the order of the members of an object says nothing."""
    return list(_values(said, meant, "", "", names))


def _values(said: Value, meant: Value, path: str, number: str, names: Collection[str]) -> Iterator[Difference]:
    if said.kind != meant.kind or said.kind == "scalar":
        if said.plain() != meant.plain() or type(said.scalar) is not type(meant.scalar):
            one, other = _text(said), _text(meant)
            unit = _changed(
                Unit(words_of(one, said.line), path, line_if_empty=said.line), Unit(words_of(other, 1), path)
            )
            if unit.said == unit.meant:  # the same words, as another kind of value or with other blanks
                unit = replace(unit, said=repr(said.plain()), meant=repr(meant.plain()))
            yield replace(unit, line=said.line, number=number)
    elif said.kind == "object":
        yield from _members(said, meant, path, number, names)
    else:
        yield from _items(said, meant, path, number, names)


def _members(said: Value, meant: Value, path: str, number: str, names: Collection[str]) -> Iterator[Difference]:
    told = meant.members.get("number")
    number = str(told.scalar) if told is not None and told.kind == "scalar" else number
    for name, line in said.twice:
        yield Difference(line, f"{path}.{name}".lstrip("."), "doubled", name, number=number)
    for name, value in said.members.items():
        place = f"{path}.{name}".lstrip(".")
        if name in meant.members:
            yield from _values(value, meant.members[name], place, number, names)
        elif name == NOTE.rstrip(":"):
            yield Difference(value.line, place, "note", _text(value), wrong=False, number=number)
        else:
            yield Difference(value.line, place, "added", _text(value), wrong=_tells(_text(value), names), number=number)
    for name, value in meant.members.items():
        if name not in said.members:
            text = _text(value)
            yield Difference(
                said.line, f"{path}.{name}".lstrip("."), "lost", "", text, number=number, text=text, at=(0, len(text))
            )


def _items(said: Value, meant: Value, path: str, number: str, names: Collection[str]) -> Iterator[Difference]:
    mine, theirs = [_text(one) for one in said.items], [_text(one) for one in meant.items]
    keys = [_exact(one) for one in said.items], [_exact(one) for one in meant.items]
    steps: list[Step] = aligned(*keys, lambda one, other: likeness(mine[one], theirs[other]))
    gone = Counter(theirs[step.meant] for step in steps if step.said is None and step.meant is not None)
    for step in steps:
        if step.said is not None and step.meant is not None:
            yield from _values(said.items[step.said], meant.items[step.meant], f"{path}[{step.said}]", number, names)
        elif step.said is not None:
            item, text = said.items[step.said], mine[step.said]
            what = "moved" if gone[text] > 0 else "doubled" if text in theirs else "added"
            gone[text] -= what == "moved"
            yield Difference(item.line, f"{path}[{step.said}]", what, text, number=number)
        elif step.meant is not None:
            item, text = meant.items[step.meant], theirs[step.meant]
            told = item.members.get("number")
            line = said.items[step.before].line if step.before < len(said.items) else said.line
            yield Difference(
                line,
                f"{path}[{step.meant}]",
                "lost",
                "",
                text,
                number=str(told.scalar) if told else number,
                text=text,
                at=(0, len(text)),
            )


def _text(value: Value) -> str:
    """A value as text, the same for the same value."""
    if value.kind == "object":
        return "{" + ", ".join(f"{name}: {_text(value.members[name])}" for name in sorted(value.members)) + "}"
    if value.kind == "array":
        return "[" + ", ".join(map(_text, value.items)) + "]"
    if isinstance(value.scalar, bool):
        return "true" if value.scalar else "false"
    return (
        "nothing"
        if value.scalar is None
        else f"{value.scalar:f}"
        if hasattr(value.scalar, "normalize")
        else str(value.scalar)
    )


def _exact(value: Value) -> str:
    """A value as text that no other value has, nor one in which a name stands twice."""
    twice = [name for name, _ in value.twice]
    if value.kind == "object":
        return repr(([(name, _exact(value.members[name])) for name in sorted(value.members)], twice))
    return repr([_exact(one) for one in value.items] if value.kind == "array" else value.scalar)
