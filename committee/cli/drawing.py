"""A table as a terminal shows it: no word is parted; a narrow window gets fewer columns, or a block of lines a row."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

__all__ = ["draw"]

_LEAST_ROOM = 14  # characters of a folded text beside its heading
_LONGEST_UNBROKEN = 17  # characters of a word that is not parted at the end of a line
_BETWEEN = 2  # characters between two columns

Cells = Mapping[str, Sequence[str]]


def draw(cells: Cells, right: Collection[str], needed: int) -> list[str]:
    """Draw a table on the terminal.

    Parameters
    ----------
    cells : mapping of heading to texts
    right : collection of str
        Headings of the columns that stand to the right.
    needed : int
        How many columns, from the left, are shown in any case; 0 = all.

    Returns
    -------
    list of str
        Headings of the columns there was no room for.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    shown = _fitting(cells, console.width, needed)
    if not shown:
        sys.stdout.write(_blocks(cells, console.width))
        return []
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for heading, width in _widths({heading: cells[heading] for heading in shown}, console.width).items():
        side: Literal["left", "right"] = "right" if heading in right else "left"
        drawn.add_column(Text(heading), justify=side, overflow="fold", width=width)
    for line in zip(*(cells[heading] for heading in shown), strict=True):
        drawn.add_row(*map(Text, line))
    console.print(drawn)
    return [heading for heading in cells if heading not in shown]


def _fitting(cells: Cells, width: int, needed: int) -> list[str]:
    """The columns that have room without parting words; none where not even the needed ones have."""
    headings = list(cells)
    least = needed or len(headings)
    while sum(_least_width(heading, cells[heading]) + _BETWEEN for heading in headings) > width:
        if len(headings) <= least:
            return []
        headings.pop()
    return headings


def _least_width(heading: str, column: Sequence[str]) -> int:
    return min(_broadest(word for text in (heading, *column) for word in text.split()), _LONGEST_UNBROKEN)


def _broadest(texts: Iterable[str]) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, texts), default=1)


def _widths(cells: Cells, width: int) -> dict[str, int]:
    """Room for each column: what keeps its words whole, then the rest, those that need little of it first."""
    widths = {heading: _least_width(heading, column) for heading, column in cells.items()}
    lacks = {heading: _broadest((heading, *column)) - widths[heading] for heading, column in cells.items()}
    spare = width - sum(widths.values()) - _BETWEEN * len(widths)
    for place, heading in enumerate(sorted(lacks, key=lambda heading: (lacks[heading], heading))):
        given = min(lacks[heading], spare // (len(lacks) - place))
        widths[heading] += given
        spare -= given
    return widths


def _blocks(cells: Cells, width: int) -> str:
    """One block of lines a row, one line a column that says something, folded under its beginning."""
    broad = _broadest(cells) + _BETWEEN
    blocks = (
        "".join(_folded(heading, cell, broad, width) for heading, cell in zip(cells, line, strict=True) if cell)
        for line in zip(*cells.values(), strict=True)
    )
    return "\n".join(blocks)


def _folded(heading: str, cell: str, broad: int, width: int) -> str:
    lines = textwrap.wrap(cell, max(width - broad, _LEAST_ROOM), break_on_hyphens=False)
    return "".join(
        f"{beside.ljust(broad)}{line}\n"
        for beside, line in zip([heading, *[""] * (len(lines) - 1)], lines, strict=True)
    )
