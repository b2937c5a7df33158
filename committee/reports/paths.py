"""The picture of a question as one page: things in columns, arrows from left to right, and all of it as sentences in a table.

Its colours and captions are those of the style sheet for Neo4j Browser (defaults/browser.toml). It needs no script and no
network, reads in black and white, and shows no more things than a person can look at. It is somewhat long because what is
gathered and where it stands belong together: a thing that is left out is said in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from committee.reports.picture.places import WIDTH, Box, column_of
from committee.reports.picture.strokes import INK, curve, fitted, lettering, linked, units
from committee.reports.rendering import html_page
from committee.reports.words import count, plain, term
from committee.settings import word_list

__all__ = ["Drawn", "Thing", "drawn_in", "paths_page"]

_TOP, _HEIGHT, _GAP = 34.0, 36.0, 40.0  # head line; of a box; between two columns, where the arrows run
_SWEEPS = 6  # how often each column is put in order by its neighbours


@dataclass(frozen=True)
class Thing:
    """One node: its mark within the page, label, first and second line, and id."""

    mark: str
    label: str
    name: str
    under: str
    key: str
    barred: bool

    @property
    def said(self) -> str:
        """What it is, in words."""
        parts = [_spoken(self.label), self.name, self.under, "do not contact" if self.barred else ""]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Arrow:
    """One relationship between two marks: its type, and what it carries."""

    source: str
    target: str
    relationship: str
    carries: str


@dataclass(frozen=True)
class Drawn:
    """All that a picture shows, and how many things had no room."""

    things: tuple[Thing, ...]
    arrows: tuple[Arrow, ...]
    left_out: int


def drawn_in(rows: Sequence[Sequence[Any]]) -> Drawn:
    """Gather the things and arrows of paths, each once, in the order in which they come.

    Parameters
    ----------
    rows : sequence of rows
        Each cell a path (node, arrow, node, ... as the store gives it) or nothing.
    """
    look = {node["label"]: node for node in word_list("browser")["nodes"]}
    most = int(word_list("browser")["look"]["most"])
    things: dict[str, Thing] = {}
    arrows: dict[tuple[str, str, str], Arrow] = {}
    refused: set[str] = set()
    for path in (path for row in rows for path in row if path):
        for part in (part for part in path if "labels" in part):
            key = _key(part)
            if key not in things and len(things) >= most:
                refused.add(key)
            elif key not in things:
                things[key] = _thing(f"t{len(things) + 1}", part, look)
        for before, part, after in zip(path[::2], path[1::2], path[2::2], strict=False):
            near, far = _key(before), _key(after)
            if near in things and far in things:
                ends = (near, far) if part["start"] == before["properties"]["key"] else (far, near)
                source, target = things[ends[0]].mark, things[ends[1]].mark
                carries = _carried(part)
                arrows.setdefault((source, part["type"], target), Arrow(source, target, part["type"], carries))
    return Drawn(tuple(things.values()), tuple(arrows.values()), len(refused))


def _key(part: Mapping[str, Any]) -> str:
    return f"{part['labels'][0]} {part['properties']['key']}"


def _thing(mark: str, part: Mapping[str, Any], look: Mapping[str, Mapping[str, Any]]) -> Thing:
    label, properties = part["labels"][0], part["properties"]
    style = look.get(label, {"caption": "{key}", "under": ""})
    key = str(properties["key"]).rpartition("|")[2]
    name = re.sub(r"\{(\w+)\}", lambda found: _value(found[1], properties.get(found[1])), style["caption"]).strip()
    barred = bool(properties.get("suppressed") or properties.get("deleted")) and label == "Contact"
    return Thing(
        mark, label, plain(name) or key, plain(_value(style["under"], properties.get(style["under"]))), key, barred
    )


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_at"):
        return datetime.fromtimestamp(value / 1000, UTC).date().isoformat()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return term(value) if name in ("need", "kind", "persona", "need_id") else str(value)


def _carried(part: Mapping[str, Any]) -> str:
    captions = {arrow["relationship"]: arrow["caption"] for arrow in word_list("browser")["arrows"]}
    names = re.findall(r"\{(\w+)\}", captions.get(part["type"], ""))
    return ", ".join(filter(None, (_value(name, part["properties"].get(name)) for name in names)))


def paths_page(
    asks: str, rows: Sequence[Sequence[Any]], first: int, in_all: int, asked: str, truncated: bool = False
) -> str:
    """Return the picture of a question as a self-contained HTML page.

    Parameters
    ----------
    asks : str
        The question in words.
    rows : sequence of rows
        Its paths.
    first, in_all : int
        How many rows of the answer are drawn, and how many it has.
    asked : str
        The question's name and parameters.
    truncated : bool
        Whether there were more paths than the store gave.
    """
    drawn = drawn_in(rows)
    marks = {thing.mark: thing for thing in drawn.things}
    left_out = []
    if in_all > first:
        left_out.append(f"{count(in_all - first, 'row')} after the first {first:,}; the rows tell all")
    if drawn.left_out:
        left_out.append(f"{count(drawn.left_out, 'thing')} there was no room for")
    if truncated:
        left_out.append("paths beyond the row limit (store.row_limit)")
    labels = [node["label"] for node in word_list("browser")["nodes"]]
    amounts = {label: sum(thing.label == label for thing in drawn.things) for label in labels}
    summary = [count(amount, _spoken(label), _several(label)) for label, amount in amounts.items() if amount]
    return html_page(
        "paths.html",
        sheets=("page.css", "picture.css"),
        asks=asks,
        summary=", ".join(summary) + "." if summary else "Nothing was found.",
        picture=_picture(drawn, asks),
        sentences=[(marks[one.source], one.relationship, one.carries, marks[one.target]) for one in drawn.arrows],
        alone=[
            thing
            for thing in drawn.things
            if not any(thing.mark in (arrow.source, arrow.target) for arrow in drawn.arrows)
        ],
        firsts=_first_lines(drawn),
        relationships=sorted({one.relationship for one in drawn.arrows}),
        left_out=left_out,
        asked=asked,
    )


def _first_lines(drawn: Drawn) -> dict[str, int]:
    """The line of the table in which each mark comes first."""
    found: dict[str, int] = {}
    for number, arrow in enumerate(drawn.arrows):
        for mark in (arrow.source, arrow.target):
            found.setdefault(mark, number)
    return found


def _spoken(label: str) -> str:
    return {"BuyingGroup": "group", "Opportunity": "deal", "Contact": "person"}.get(label, label.lower())


def _several(label: str) -> str:
    return {"Contact": "people", "Content": "pieces of content", "Opportunity": "deals"}.get(
        label, f"{_spoken(label)}s"
    )


# --- drawing --------------------------------------------------------------------------------------------------------


def _picture(drawn: Drawn, asks: str) -> str:
    if not drawn.things:
        return ""
    columns = _columns(drawn)
    width = (WIDTH - _GAP * (len(columns) - 1)) / max(len(columns), 3)
    boxes = _boxes(drawn, columns, width)
    height = max(box.y + box.height for box in boxes.values()) + 8
    look = {node["label"]: node for node in word_list("browser")["nodes"]}
    heads = [
        lettering(boxes[column[0].mark].x, 14, _several(column[0].label).upper(), 10, "bold", "#1d3f5e")
        for column in columns
    ]
    told = ". ".join(f"{count(len(column), _spoken(column[0].label), _several(column[0].label))}" for column in columns)
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {} {}" role="group" aria-labelledby="map-title map-text">'
        ).format(units(WIDTH), units(height)),
        Markup('<title id="map-title">{}</title><desc id="map-text">{}</desc>').format(asks, told),
        Markup(
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#6b7178"/></marker></defs>'
        ),
        *heads,
        *(_line(arrow, boxes) for arrow in drawn.arrows),
        *(_box(thing, boxes[thing.mark], look.get(thing.label, {})) for thing in drawn.things),
        Markup("</svg>"),
    ]
    return str(Markup("\n").join(parts))


def _columns(drawn: Drawn) -> list[list[Thing]]:
    """A column a label, from left to right as the arrows point; things near those they hang on."""
    order = [node["label"] for node in word_list("browser")["nodes"]]
    labels = sorted({thing.label for thing in drawn.things}, key=lambda label: [*order, label].index(label))
    columns = [[thing for thing in drawn.things if thing.label == label] for label in labels]
    ends: dict[str, list[str]] = {}
    for arrow in drawn.arrows:
        ends.setdefault(arrow.source, []).append(arrow.target)
        ends.setdefault(arrow.target, []).append(arrow.source)
    for _ in range(_SWEEPS):
        at = {thing.mark: place / len(column) for column in columns for place, thing in enumerate(column)}
        for column in columns:
            column.sort(
                key=lambda thing: (
                    _middle([at[mark] for mark in ends.get(thing.mark, [])], at[thing.mark]),
                    at[thing.mark],
                )
            )
            at |= {thing.mark: place / len(column) for place, thing in enumerate(column)}
    return columns


def _middle(places: Sequence[float], own: float) -> float:
    return sum(places) / len(places) if places else own


def _boxes(drawn: Drawn, columns: Sequence[Sequence[Thing]], width: float) -> dict[str, Box]:
    """The longest column stands evenly; each other one beside what its things hang on, in its own order."""
    longest = max(columns, key=len)
    middles = {thing.mark: _TOP + _HEIGHT / 2 + place * (_HEIGHT + 10) for place, thing in enumerate(longest)}
    boxes: dict[str, Box] = {}
    start = columns.index(longest)
    for number in sorted(range(len(columns)), key=lambda number: abs(number - start)):
        column = columns[number]
        wanted = {}
        before = 0.0
        for thing in column:
            near = [
                middles[end]
                for arrow in drawn.arrows
                for mark, end in ((arrow.source, arrow.target), (arrow.target, arrow.source))
                if mark == thing.mark and end in middles and end != mark
            ]
            before = max(before + 0.01, middles.get(thing.mark, _middle(near, before)))
            wanted[thing.mark] = before
        boxes |= column_of(wanted, number * (width + _GAP), width, _HEIGHT)
        middles |= {thing.mark: boxes[thing.mark].middle for thing in column}
    return boxes


def _line(arrow: Arrow, boxes: Mapping[str, Box]) -> Markup:
    source, target = boxes[arrow.source], boxes[arrow.target]
    tip = ' marker-end="url(#tip)"'
    if source.x == target.x:  # within a column: around its right side
        return Markup(
            '<path class="line" d="M{} {} C{} {} {} {} {} {}" stroke-width="1.2" marker-end="url(#tip)"/>'
        ).format(
            *map(
                units,
                (
                    source.right,
                    source.middle,
                    source.right + 26,
                    source.middle,
                    target.right + 26,
                    target.middle,
                    target.right,
                    target.middle,
                ),
            )
        )
    if source.x < target.x:
        return curve(source.right, source.middle, target.x, target.middle, 1.2, tip)
    return curve(source.x, source.middle, target.right, target.middle, 1.2, tip)


def _box(thing: Thing, box: Box, look: Mapping[str, Any]) -> Markup:
    color = look.get("color", "#ffffff")
    ink = look.get("text", INK)
    frame = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}" stroke="{}" stroke-width="1.2"/>'
    ).format(*map(units, (box.x, box.y, box.width, box.height)), "4", color, INK)
    name = f"✕ {thing.name}" if thing.barred else thing.name
    room = box.width - 14
    body = [
        Markup("<title>{}</title>").format(f"{thing.said} ({thing.key})"),
        frame,
        lettering(box.x + 7, box.y + 15, fitted(name, room, 11.6), 11, "bold", ink),
        lettering(
            box.x + 7,
            box.y + 28.5,
            fitted("do not contact" if thing.barred else thing.under, room, 9.3),
            9,
            "normal",
            ink,
        ),
    ]
    return Markup('<g id="{}" class="thing">{}</g>').format(thing.mark, linked(thing.mark, thing.said, body))
