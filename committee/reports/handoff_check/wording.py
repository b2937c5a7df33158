"""Whether a printed text says a value: read back from the text, not printed again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from committee.settings import word_list

__all__ = ["says", "uncovered"]

_MONTHS = {
    name: place
    for place, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_SPOKEN = re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<month>[A-Z][a-z]{2}) (?P<year>\d{4})|(?P<alone>\d{4})")
_ISO = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?(?:T[\d:.]+Z?)?")
_STAMP = re.compile(r" (?:at|on) (\d{4})-(\d\d)-(\d\d)(?:T[\d:.]+Z)?")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_LAST_DAY = re.compile(r" on \d{1,2} [A-Z][a-z]{2} \d{4}$")
_SPELT = {0: ("no", "none", "nobody"), 1: ("one", "once")}
_ROUNDING = 1e-9


def says(kind: str, text: str, value: Any) -> bool:
    """Return whether a text of a claim says its value.

    Parameters
    ----------
    kind : str
        number, name, date or word.
    text : str
        As printed.
    value : any
        A moment as ISO 8601 text.
    """
    if value is None:
        return False
    return _WAYS[kind](text, value)


def _number(text: str, value: Any) -> bool:
    if isinstance(value, bool):
        return bool(text)
    if not isinstance(value, int | float):
        return _letters(text) == _letters(str(value))
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return text.strip().lower() in _SPELT.get(int(value), ())
    said, places = float(found[0].replace(",", "")), len(found[0].partition(".")[2])
    if "%" in text:
        if text.startswith("under"):
            return bool(0 <= value < said / 100)
        if text.startswith("over"):
            return bool(said / 100 < value <= 1)
        value = value * 100
    return bool(abs(said - value) <= 0.5 * 10.0**-places + _ROUNDING)


def _date(text: str, value: Any) -> bool:
    parts = _ISO.fullmatch(str(value))
    if parts is None:
        return text == str(value)
    found = _SPOKEN.fullmatch(text.strip())
    if found is None:
        return False
    wanted = (int(parts[1]), int(parts[2]), int(parts[3]) if parts[3] else None)
    if found["alone"]:
        return str(value) == found["alone"]
    return (
        int(found["year"]),
        _MONTHS.get(found["month"].lower(), 0),
        int(found["day"]) if found["day"] else None,
    ) == wanted


def _name(text: str, value: Any) -> bool:
    whole = _letters(_with_dates(str(value)))
    if text.endswith("…"):
        said = _letters(text.removesuffix("…"))
        return bool(said) and whole.startswith(said)
    if _letters(text) == whole or _in_words(text, value):
        return True
    dated = _LAST_DAY.sub("", _with_dates(str(value)))  # left out where the line has said the day
    return _letters(text) == _letters(dated)


def _word(text: str, value: Any) -> bool:
    if isinstance(value, bool):
        return bool(text)
    return _letters(text).casefold() == _letters(str(value)).casefold() or _in_words(text, value)


def _in_words(text: str, value: Any) -> bool:
    lists = word_list("reports")
    return any(lists[name].get(str(value)) == text for name in ("personas", "sources", "acronyms"))


_WAYS: dict[str, Callable[[str, Any], bool]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "word": _word,
}


def _with_dates(value: str) -> str:
    """A text with its moments as a page writes them."""

    def spoken(found: re.Match[str]) -> str:
        try:
            moment = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:  # no day of any calendar
            return found[0]
        return f" on {moment.day} {list(_MONTHS)[moment.month - 1].capitalize()} {moment.year}"

    return _STAMP.sub(spoken, value)


def _letters(text: str) -> str:
    """Letters, digits and signs, without blanks and what cannot be seen; two ways to write one letter are one."""
    whole = unicodedata.normalize("NFC", text).replace("_", " ")
    return "".join(char for char in whole if not char.isspace() and char.isprintable())


def uncovered(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, str]]:
    """Return the numbers of a text that lie in none of the spans: where the word begins in which one stands, and the word."""
    free = list(text)
    for start, end in spans:
        free[start:end] = " " * (end - start)
    return [(found.start(), found[0]) for found in re.finditer(r"\S*\d\S*", "".join(free))]
