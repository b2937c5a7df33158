"""Tables of a bench in a page of the documentation: between two marks, written anew each time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["markdown_table", "put"]


def put(page: Path, name: str, title: str, command: str, text: str) -> None:
    """Put a section into the place of the one between the marks of this name, or at the end of the page."""
    begins, ends = f"<!-- {name}: made by {command.partition(' --')[0]} -->", f"<!-- end of {name} -->"
    block = (
        f"{begins}\n## {title}\n\nMade by `{command}`: run it again to check any figure.\n\n{text.strip()}\n{ends}\n"
    )
    before = page.read_text("utf-8") if page.exists() else ""
    head, mark, rest = before.partition(begins)
    if mark:
        block = head + block + rest.partition(f"{ends}\n")[2]
    elif before:
        block = f"{before.rstrip()}\n\n{block}"
    page.write_text(block, "utf-8")


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write rows as a Markdown table, numbers to the right."""
    numeric = [all(isinstance(row[place], int | float) for row in rows) for place in range(len(columns))]
    lines = [
        list(columns),
        ["---:" if right else "---" for right in numeric],
        *([_cell(one) for one in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value).replace("|", "\\|")
