"""The map of an account or a group as one page: the picture, month by month, a timeline, and all of it as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from committee.findings import Findings
from committee.market import Market
from committee.reports.picture.drawing import drawing
from committee.reports.picture.months import months_of
from committee.reports.picture.scene import Cast, Circle, Scene, scene_of
from committee.reports.rendering import html_page
from committee.reports.timeline import Lane, Mark, Window, timeline
from committee.reports.words import count, day, in_order, period, persona
from committee.settings import word_list

__all__ = ["map_page"]


@dataclass(frozen=True)
class _Timeline:
    circle: Circle
    picture: str


def map_page(
    account_id: str, market: Market, findings: Findings, group_id: str | None = None, loads_since_run: int = 0
) -> str:
    """Return the map of an account, or of one of its groups, as a self-contained HTML page.

    Parameters
    ----------
    account_id : str
    market : Market
    findings : Findings
    group_id : str, optional
        Only this group, its people, and the groups that share people with it.
    loads_since_run : int
        Loads made after the run, named on the page.

    Raises
    ------
    NotFound
        The market has no such account, or the findings no such group.
    """
    scene = scene_of(account_id, market, findings, group_id)
    months, earlier = months_of(scene)
    timelines, unlaned = _timelines(scene)
    run = findings.run
    notes = [f"{count(loads_since_run, 'load')} since this run: run committee detect again"] if loads_since_run else []
    return html_page(
        "picture.html",
        sheets=("page.css", "picture.css"),
        scene=scene,
        picture=drawing(scene),
        months=months,
        timelines=timelines,
        summary=_summary(scene),
        legend=_legend(scene),
        marks={circle.mark: circle for circle in scene.circles},
        titles={piece.mark: piece for piece in scene.pieces},
        left_out=tuple(note for note in (*scene.left_out, earlier, unlaned) if note),
        run=f"Run {run.run_id}, as of {day(scene.as_of)}" if run else f"As of {day(scene.as_of)}",
        notes=(*notes, "Dates are UTC; only touches of named people count"),
    )


def _summary(scene: Scene) -> str:
    if not scene.circles:
        return "No group has formed here."
    people = sum(len(cast.contact_ids) for cast in scene.casts)
    bridges = sum(cast.bridge for cast in scene.casts)
    flagged = sum(bool(circle.flag) for circle in scene.circles)
    barred = sum(len(cast.contact_ids) for cast in scene.casts if cast.barred)
    parts = [count(len(scene.circles), "group"), f"{flagged:,} with a flag" if flagged else "none with a flag"]
    parts += [
        count(people, "person", "people"),
        f"{count(bridges, 'bridge')} between groups" if bridges else "no bridge",
    ]
    parts += [f"{barred:,} not to be contacted"] if barred else []
    return ", ".join(parts) + "."


def _legend(scene: Scene) -> tuple[tuple[str, str], ...]:
    letters = word_list("reports")["letters"]
    return tuple((letters.get(word, "?"), persona(word)) for word in in_order({cast.persona for cast in scene.casts}))


def _timelines(scene: Scene) -> tuple[tuple[_Timeline, ...], str]:
    """A timeline a group, all on one scale; a lane for each person named and each number of others."""
    moments = [touch.at for cast in scene.casts for touch in cast.touches]
    moments += [
        flag[name] for circle in scene.circles for flag in circle.windows for name in ("window_start", "window_end")
    ]
    if not moments:
        return (), ""
    quiet = timedelta(days=word_list("reports")["limits"]["quiet_days"])
    start, end = min(moments), max(max(moments), min(scene.as_of, max(moments) + quiet))
    most, cut, drawn = int(word_list("reports")["picture"]["lanes"]), 0, []
    for circle in scene.circles:
        casts = [cast for cast in scene.casts if any(touch.group_id == circle.group_id for touch in cast.touches)]
        cut += len(casts[most:])
        lanes = [_lane(cast, circle) for cast in casts[:most]]
        windows = [Window(flag["window_start"], flag["window_end"], flag["raised_at"]) for flag in circle.windows]
        told = "; ".join(
            f"{lane.name}: {count(len(lane.marks), 'touch', 'touches')}, {period(lane.marks[0].at, lane.marks[-1].at)}"
            for lane in lanes
        )
        if lanes:
            title = f"Who engaged when in the {circle.need} group"
            drawn.append(
                _Timeline(circle, timeline(lanes, windows, start, end, title, told, f"timeline-{circle.mark}"))
            )
    return tuple(drawn), f"{count(cut, 'lane')} of timelines" if cut else ""


def _lane(cast: Cast, circle: Circle) -> Lane:
    letters, shapes = word_list("reports")["letters"], word_list("reports")["shapes"]
    marks = tuple(Mark(touch.at, touch.flagged) for touch in cast.touches if touch.group_id == circle.group_id)
    name = f"✕ {cast.name}" if cast.barred else cast.name
    return Lane(name, letters.get(cast.persona, "?"), shapes.get(cast.persona, "dashed"), marks)
