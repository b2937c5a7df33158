"""The picture of a group over time: a lane a person, a mark a touch, flag windows shaded; SVG that needs no colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from committee.reports.words import count, day, period, short

__all__ = ["Lane", "Mark", "Window", "shape_at", "timeline"]

# Measures in units of the picture: 720 wide, scaled to the page.
_WIDTH, _LEFT, _RIGHT, _LANE, _TOP, _BOTTOM = 720.0, 168.0, 18.0, 16.0, 20.0, 17.0
_MARK = 6.2  # half a mark; touches nearer than a mark are drawn as one, with their number

_CORNERS: dict[str, list[tuple[float, float]]] = {  # of a shape around its middle, in halves of a mark
    "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
    "square": [(-0.95, -0.95), (0.95, -0.95), (0.95, 0.95), (-0.95, 0.95)],
    "triangle": [(0, -1.3), (1.3, 0.95), (-1.3, 0.95)],
    "hexagon": [(-1.15, 0), (-0.6, -1), (0.6, -1), (1.15, 0), (0.6, 1), (-0.6, 1)],
    "pentagon": [(0, -1.2), (1.15, -0.3), (0.7, 1.05), (-0.7, 1.05), (-1.15, -0.3)],
}


@dataclass(frozen=True)
class Mark:
    """One touch: when, and whether it belongs to a flag."""

    at: datetime
    flagged: bool


@dataclass(frozen=True)
class Lane:
    """One person, or several counted together: name, letter and shape of the persona, touches by time."""

    name: str
    letter: str
    shape: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Window:
    """The stretch of one flag, and the moment it was raised."""

    start: datetime
    end: datetime
    raised_at: datetime


def timeline(
    lanes: Sequence[Lane],
    windows: Sequence[Window],
    start: datetime,
    end: datetime,
    title: str,
    description: str,
    name: str = "timeline",
) -> str:
    """Draw the lanes between two moments.

    Parameters
    ----------
    lanes : sequence of Lane
        Drawn from the top; none gives an empty text.
    windows : sequence of Window
        Shaded behind the lanes; the first one is labelled.
    start, end : datetime
        First and last moment shown; marks outside are not drawn.
    title, description : str
        What a person hears who cannot see the picture.
    name : str
        Begins the ids of the picture; a page with several gives each its own.

    Returns
    -------
    str
        An ``<svg>`` element: no script, no style sheet, no address.
    """
    if not lanes:
        return ""
    scale = _Scale(start, end)
    height = _TOP + _LANE * len(lanes) + _BOTTOM
    above = 0.0 if windows else _TOP - 4  # without a flag nothing is written above the lanes
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {} {} {}" role="img" aria-labelledby="{name}-title {name}-text">'
        ).format(_n(above), _n(_WIDTH), _n(height - above), name=name),
        Markup('<title id="{0}-title">{1}</title><desc id="{0}-text">{2}</desc>').format(name, title, description),
        *(_shade(window, scale, height) for window in windows),
        *_ticks(scale, height),
        *(_lane(lane, position, scale) for position, lane in enumerate(lanes)),
        *([_label(windows[0], scale)] if windows else []),
        Markup("</svg>"),
    ]
    return str(Markup("\n").join(parts))


class _Scale:
    def __init__(self, start: datetime, end: datetime) -> None:
        self.start = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self.end = max(end.astimezone(UTC), self.start + timedelta(days=7))
        self.days = (self.end - self.start) / timedelta(days=1)

    def __call__(self, moment: datetime) -> float:
        share = (moment - self.start) / (self.end - self.start)
        return _LEFT + 10 + min(max(share, 0.0), 1.0) * (_WIDTH - _RIGHT - _LEFT - 20)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _shade(window: Window, scale: _Scale, height: float) -> Markup:
    left, right = scale(window.start) - _MARK - 2, scale(window.end) + _MARK + 2
    rectangle = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="#e6e6e6" stroke="#8a8a8a" stroke-width=".7" stroke-dasharray="3 2"/>'
    )
    shaded = rectangle.format(_n(left), _n(_TOP - 3), _n(right - left), _n(height - _TOP - _BOTTOM + 3))
    raised = Markup('<line x1="{0}" y1="{1}" x2="{0}" y2="{2}" stroke="#222" stroke-width="1.1"/>')
    return shaded + raised.format(_n(scale(window.raised_at)), _n(_TOP - 3), _n(height - _BOTTOM))


def _label(window: Window, scale: _Scale) -> Markup:
    middle = (scale(window.start) + scale(window.end)) / 2
    text = f"flag window {period(window.start, window.end)}, raised {day(window.raised_at)} (line)"
    half = len(text) * 2.35
    middle = min(max(middle, _LEFT + half), _WIDTH - half - 2)
    return Markup(
        '<text x="{}" y="{}" font-size="9" font-weight="bold" text-anchor="middle" fill="#222">{}</text>'
    ).format(_n(middle), _n(_TOP - 8), text)


def _ticks(scale: _Scale, height: float) -> list[Markup]:
    """Weeks in short pictures, else the first days of months, thinned so that labels stand apart."""
    low = height - _BOTTOM
    line = Markup(
        '<line x1="{0}" y1="{1}" x2="{0}" y2="{2}" stroke="#d0d0d0" stroke-width=".6"/><text x="{0}" y="{3}" font-size="8.5" text-anchor="middle" fill="#555">{4}</text>'
    )
    return [
        line.format(_n(scale(moment)), _n(_TOP), _n(low), _n(low + 12), day(moment)) for moment in _tick_days(scale)
    ]


def _tick_days(scale: _Scale) -> list[datetime]:
    if scale.days <= 70:
        step = 7 if scale.days <= 49 else 14
        return [scale.start + timedelta(days=passed) for passed in range(0, int(scale.days) + 1, step)]
    months: list[datetime] = []
    moment = scale.start.replace(day=1)
    while moment <= scale.end:
        if moment >= scale.start:
            months.append(moment)
        moment = (moment + timedelta(days=32)).replace(day=1)
    return months[:: max(1, -(-len(months) // 8))]


def _lane(lane: Lane, position: int, scale: _Scale) -> Markup:
    y = _TOP + _LANE * (position + 0.5)
    name = Markup('<text x="{}" y="{}" font-size="10" text-anchor="end" fill="#111"><title>{}</title>{}</text>').format(
        _n(_LEFT - 18), _n(y + 3.5), lane.name, short(lane.name, 28)
    )
    rule = Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="#bdbdbd" stroke-width=".6"/>').format(
        _n(_LEFT), _n(y), _n(_WIDTH - _RIGHT), _n(y)
    )
    key = Markup(
        '<text x="{}" y="{}" font-size="9" font-weight="bold" text-anchor="middle" fill="#1d3f5e">{}</text>'
    ).format(_n(_LEFT - 8), _n(y + 3.2), lane.letter)
    return Markup("\n").join([name, rule, key, *(_cluster(lane, marks, y, scale) for marks in _clusters(lane, scale))])


def _clusters(lane: Lane, scale: _Scale) -> list[list[Mark]]:
    """Marks that would overlap, put together; a mark of a flag never hides in a group without one."""
    found: list[list[Mark]] = []
    for mark in sorted(lane.marks, key=lambda mark: (mark.at, mark.flagged)):
        near = found and scale(mark.at) - scale(found[-1][0].at) < _MARK * 2 + 1
        if near and found[-1][0].flagged == mark.flagged:
            found[-1].append(mark)
        else:
            found.append([mark])
    return found


def _cluster(lane: Lane, marks: list[Mark], y: float, scale: _Scale) -> Markup:
    x = (scale(marks[0].at) + scale(marks[-1].at)) / 2
    told = f"{lane.name}: {count(len(marks), 'touch', 'touches')}, {period(marks[0].at, marks[-1].at)}{', in the flag' if marks[0].flagged else ''}"
    drawn = _mark(lane, x, y, marks[0].flagged, told)
    if len(marks) == 1:
        return drawn
    return drawn + Markup('<text x="{}" y="{}" font-size="7.5" font-weight="bold" fill="#111">{}</text>').format(
        _n(x + _MARK + 0.6), _n(y - 2.8), len(marks)
    )


def _mark(lane: Lane, x: float, y: float, flagged: bool, text: str) -> Markup:
    fill, ink = ("#1d3f5e", "#fff") if flagged else ("#fff", "#1d3f5e")
    outline = Markup('{} fill="{}" stroke="#1d3f5e" stroke-width="1.1"/>').format(
        Markup(shape_at(lane.shape, x, y, _MARK)), fill
    )
    letter = Markup(
        '<text x="{}" y="{}" font-size="7.5" font-weight="bold" text-anchor="middle" fill="{}">{}</text>'
    ).format(_n(x), _n(y + 2.7), ink, lane.letter)
    return Markup("<g><title>{}</title>{}{}</g>").format(text, outline, letter)


def shape_at(shape: str, x: float, y: float, r: float) -> str:
    """Return the shape of a persona around a point, half of it ``r``, as an element that is not closed yet."""
    corners = _CORNERS.get(shape)
    if corners is None:
        dash = ' stroke-dasharray="2 1.4"' if shape != "circle" else ""
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(r)}"{dash}'
    points = " ".join(f"{_n(x + dx * r)},{_n(y + dy * r)}" for dx, dy in corners)
    return f'<polygon points="{points}"'
