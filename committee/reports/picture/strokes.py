"""The strokes of a picture in SVG: numbers, letters that fit, curves, things that are links. Text of strangers stays text."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width, normalize

from markupsafe import Markup

__all__ = ["INK", "curve", "fitted", "lettering", "linked", "units"]

INK = "#16191d"


def units(value: float) -> str:
    """Return a measure as SVG writes it."""
    return f"{value:.1f}".removesuffix(".0")


def lettering(
    x: float, y: float, text: str, size: float, weight: str = "normal", fill: str = INK, end: str = "start"
) -> Markup:
    """Return a line of text."""
    return Markup('<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}" text-anchor="{}">{}</text>').format(
        units(x), units(y), units(size), weight, fill, end, text
    )


def curve(
    left: float, top: float, right: float, low: float, width: float, more: str = "", kind: str = "line"
) -> Markup:
    """Return a line that leaves and arrives level."""
    bend = (right - left) * 0.5
    return Markup('<path class="{}" d="M{} {} C{} {} {} {} {} {}" stroke-width="{}"{}/>').format(
        kind, *map(units, (left, top, left + bend, top, right - bend, low, right, low, width)), Markup(more)
    )


def fitted(text: str, room: float, size: float) -> str:
    """Cut a text to what fits into so many units at a font size, as letters are wide on the average."""
    widths = [_wide(char) * size for char in text]
    if sum(widths) <= room:
        return text
    kept = 0
    while kept < len(text) and sum(widths[: kept + 1]) + size <= room:
        kept += 1
    return text[:kept].rstrip() + "…"


def _wide(char: str) -> float:
    """Width of a letter against its font size, rather too much than too little."""
    letter = normalize("NFD", char)[0]
    if east_asian_width(letter) in "WF" or letter in "WM":
        return 1.0
    return 0.75 if letter.isupper() or letter in "mw@%" else 0.53


def linked(mark: str, said: str, body: Sequence[Markup]) -> Markup:
    """Return a thing that leads to its line in the table, and says what it is."""
    return Markup('<a href="#row-{}" aria-label="{}">{}</a>').format(mark, said, Markup("").join(body))
