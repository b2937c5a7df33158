"""What every question answers on the tiny world, worked out on paper, as `answers.txt` says it.

A line at the margin there names a question and what it is given; below it stand its rows, one a line. A text that is a
moment stands for its milliseconds.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{3})?)?Z")


def _value(said: Any) -> Any:
    if isinstance(said, list):
        return [_value(one) for one in said]
    if isinstance(said, str) and _MOMENT.fullmatch(said):
        return round(datetime.fromisoformat(said).timestamp() * 1000)
    return said


def _read(text: str) -> list[tuple[str, dict[str, str], list[list[Any]]]]:
    found: list[tuple[str, dict[str, str], list[list[Any]]]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            found[-1][2].append(_value(json.loads(line)))
        elif line and not line.startswith("#"):
            name, _, given = line.partition(" ")
            found.append((name, json.loads(given or "{}"), []))
    return found


ANSWERS = _read((Path(__file__).parent / "answers.txt").read_text(encoding="utf-8"))  # question, what is given, rows
