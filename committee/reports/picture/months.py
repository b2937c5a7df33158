"""The same people month by month: a small picture a month, everybody in one place, filled where they were active."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from committee.reports.picture.drawing import glyph
from committee.reports.picture.scene import Cast, Circle, Scene, Touch
from committee.reports.words import count, day, short
from committee.settings import word_list

__all__ = ["Month", "months_of"]

_WIDTH, _STEP, _EACH_LINE = 168.0, 20.0, 8
_SIZE = 7.0


@dataclass(frozen=True)
class Month:
    """One month: its name, its small picture, and the picture in words."""

    name: str
    picture: str
    told: str


def months_of(scene: Scene) -> tuple[tuple[Month, ...], str]:
    """Draw each month from the first touch to the moment of the findings.

    Returns
    -------
    months : tuple of Month
        The latest ones, as many as a picture holds; none without touches.
    left_out : str
        What is left out, empty = nothing.
    """
    touches = [touch.at for cast in scene.casts for touch in cast.touches]
    if not touches:
        return (), ""
    starts = _starts(min(touches), max(*touches, scene.as_of))
    most = int(word_list("reports")["picture"]["months"])
    earlier = len(starts[:-most])
    return (
        tuple(_month(scene, start) for start in starts[-most:]),
        f"{count(earlier, 'month')} before {day(starts[-most].date().isoformat()[:7])}" if earlier else "",
    )


def _starts(first: datetime, last: datetime) -> list[datetime]:
    at = first.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = []
    while at <= last:
        found.append(at)
        at = _next(at)
    return found


def _next(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _month(scene: Scene, start: datetime) -> Month:
    end = _next(start)
    name = day(start.date().isoformat()[:7])
    rows = [(circle, [cast for cast in scene.casts if circle.mark in cast.groups]) for circle in scene.circles]
    y, parts = 4.0, []
    for circle, casts in rows:
        parts.append(_label(circle, y))
        parts += _people(circle, casts, start, end, y + 22)
        y += 20 + _STEP * -(-max(len(casts), 1) // _EACH_LINE) + 4
    told = "; ".join(_told(circle, casts, start, end) for circle, casts in rows)
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {:.0f}" role="img" aria-label="{}">').format(
        f"{_WIDTH:.0f}", y, f"{name}: {told}"
    )
    return Month(name, str(Markup("").join([head, *parts, Markup("</svg>")])), told)


def _label(circle: Circle, y: float) -> Markup:
    return Markup('<text x="2" y="{:.0f}" font-size="9.5" fill="#33383e">{}</text>').format(
        y + 8, short(circle.need, 30)
    )


def _people(circle: Circle, casts: Sequence[Cast], start: datetime, end: datetime, top: float) -> list[Markup]:
    drawn = []
    for number, cast in enumerate(casts):
        x, y = 10 + _STEP * (number % _EACH_LINE), top + _STEP * (number // _EACH_LINE)
        times = len(_within(circle, [cast], start, end))
        title = Markup("<title>{}</title>").format(f"{cast.name}: {count(times, 'touch', 'touches')}")
        shape = glyph(cast.persona, x, y, _SIZE, filled=times > 0, barred=bool(cast.barred))
        drawn.append(Markup("<g{}>{}{}</g>").format(Markup("" if times else ' opacity=".45"'), title, shape))
    return drawn


def _told(circle: Circle, casts: Sequence[Cast], start: datetime, end: datetime) -> str:
    touches = _within(circle, casts, start, end)
    people = len({touch.contact_id for touch in touches})
    return (
        f"{circle.need}: {count(people, 'person', 'people')}, {count(len(touches), 'touch', 'touches')}"
        if touches
        else f"{circle.need}: silent"
    )


def _within(circle: Circle, casts: Sequence[Cast], start: datetime, end: datetime) -> list[Touch]:
    return [
        touch
        for cast in casts
        for touch in cast.touches
        if touch.group_id == circle.group_id and start <= touch.at < end
    ]
