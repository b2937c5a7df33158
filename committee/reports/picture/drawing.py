"""The picture of an account as SVG: it reads from left to right along the lines, needs no colour, no script, no address.

Every thing is a link to its line in the table below, so the keyboard reaches it; what is reached or pointed at, its
lines stand out.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from committee.reports.picture.places import WIDTH, Box, Places, places_of
from committee.reports.picture.scene import Cast, Circle, Piece, Plan, Scene
from committee.reports.picture.strokes import INK, curve, fitted, lettering, linked, units
from committee.reports.timeline import shape_at
from committee.reports.words import count, listed, short
from committee.settings import word_list

__all__ = ["drawing", "glyph"]

_GREY = "#6b7178"
_GLYPH = 9.0  # half a person


def drawing(scene: Scene) -> str:
    """Return the picture as an ``<svg>`` element; empty when there is nothing to draw."""
    if not scene.circles and not scene.plans:
        return ""
    places = places_of(scene)
    parts = [
        Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {} {}" role="group" aria-labelledby="map-title map-text">'
        ).format(units(WIDTH), units(places.height)),
        Markup('<title id="map-title">{}</title><desc id="map-text">{}</desc>').format(
            f"Who stands where at {scene.heading}", told(scene)
        ),
        *_heads(scene, places),
        *(_plan_lines(plan, places) for plan in scene.plans),
        *(_cast(cast, scene, places) for cast in scene.casts),
        *(_plan(plan, places.boxes[plan.mark]) for plan in scene.plans),
        *(_circle(circle, places.boxes[circle.mark]) for circle in scene.circles),
        *(_piece(piece, places.boxes[piece.mark]) for piece in scene.pieces if piece.mark in places.boxes),
        Markup("</svg>"),
    ]
    return str(Markup("\n").join(parts))


def told(scene: Scene) -> str:
    """Return the picture in sentences, for whoever cannot see it."""
    programs = {plan.mark: plan.name for plan in scene.plans}
    needs = {circle.mark: circle.need for circle in scene.circles}
    lines = [
        f"The {circle.need} group ({circle.status}{', ' + circle.flag if circle.flag else ''}) has {count(circle.people, 'person', 'people')}"
        + (
            f" and buys for {short(programs[circle.program], 80)}"
            if circle.program
            else ", no program is listed for it"
        )
        for circle in scene.circles
    ]
    lines += [
        f"{cast.name} belongs to {listed(needs[mark] for mark in cast.groups)}" for cast in scene.casts if cast.bridge
    ]
    lines += [f"“{short(piece.title, 60)}” is shared by {piece.readers:,} people" for piece in scene.pieces[:3]]
    return ". ".join(lines or ["No group has formed here; the picture shows programs only"]) + "."


def glyph(word: str, x: float, y: float, size: float, filled: bool = False, barred: bool = False) -> Markup:
    """Draw one person as the shape and letter of the persona; who must not be contacted is crossed out."""
    letters, shapes = word_list("reports")["letters"], word_list("reports")["shapes"]
    fill, ink = (INK, "#fff") if filled else ("#fff", INK)
    shape = Markup('{} fill="{}" stroke="{}" stroke-width="1.2"/>').format(
        Markup(shape_at(shapes.get(word, "dashed"), x, y, size)), fill, INK
    )
    letter = Markup(
        '<text x="{}" y="{}" font-size="{}" font-weight="bold" text-anchor="middle" fill="{}">{}</text>'
    ).format(units(x), units(y + size * 0.42), units(size * 1.15), ink, letters.get(word, "?"))
    if not barred:
        return shape + letter
    reach = size * 1.25
    cross = Markup('<path d="M{} {} L{} {} M{} {} L{} {}" stroke="{}" stroke-width="2.2"/>').format(
        *map(units, (x - reach, y - reach, x + reach, y + reach, x - reach, y + reach, x + reach, y - reach)), INK
    )
    return shape + letter + cross


def _heads(scene: Scene, places: Places) -> list[Markup]:
    empty = {"Groups": not scene.circles, "People": not scene.casts, "Shared content": not scene.pieces}
    heads = [lettering(x, 13, name.upper(), 10, "bold", "#1d3f5e") for name, x in places.columns if not empty.get(name)]
    return [
        *heads,
        Markup('<line x1="0" y1="19" x2="{}" y2="19" stroke="#8b9299" stroke-width=".8"/>').format(units(WIDTH)),
    ]


def _plan_lines(plan: Plan, places: Places) -> Markup:
    box = places.boxes[plan.mark]
    ends = [places.boxes[mark] for mark in plan.groups]
    return Markup("").join(curve(box.right, box.middle, end.x, end.middle, 2.2, kind="line strong") for end in ends)


def _cast(cast: Cast, scene: Scene, places: Places) -> Markup:
    """One person with the lines to groups and content, which stand out together."""
    box = places.boxes[cast.mark]
    needs = {circle.mark: circle.need for circle in scene.circles}
    lines = [
        curve(
            places.boxes[mark].right,
            _fanned(places.boxes[mark], box),
            box.x,
            box.middle,
            2.0 if cast.bridge else 1.2,
            kind="line bridge" if cast.bridge else "line",
        )
        for mark in cast.groups
    ]
    lines += [
        curve(box.right, box.middle, end.x, end.middle, min(0.7 + 0.45 * times, 3.4))
        for mark, times in cast.reads.items()
        if (end := places.boxes.get(mark))
    ]
    marks = [*(["BRIDGE"] if cast.bridge else []), *([cast.barred.upper()] if cast.barred else [])]
    spoken = [cast.name, cast.title, cast.told, *marks, listed(needs[mark] for mark in cast.groups)]
    said = ", ".join(part for part in spoken if part)
    body = [Markup("<title>{}</title>").format(said), *_figure(cast, box), *_label(cast, marks, box)]
    return Markup('<g class="cast" id="{}">{}{}</g>').format(
        cast.mark, Markup("").join(lines), linked(cast.mark, said, body)
    )


def _figure(cast: Cast, box: Box) -> list[Markup]:
    """The shape of a person: a ring around a bridge, a second shape behind several people."""
    x, y = box.x + 14, box.middle
    plate = Markup('<rect class="plate" x="{}" y="{}" width="{}" height="{}"/>').format(
        units(box.x), units(box.y + 1), units(box.width), units(box.height - 2)
    )
    ring = Markup('<circle cx="{}" cy="{}" r="{}" fill="#fff" stroke="{}" stroke-width="1.6"/>').format(
        units(x), units(y), units(_GLYPH + 4), INK
    )
    behind = [ring] if cast.bridge else []
    behind += [glyph(cast.persona, x + 4.5, y - 3, _GLYPH)] if len(cast.contact_ids) > 1 else []
    return [plate, *behind, glyph(cast.persona, x, y, _GLYPH, barred=bool(cast.barred))]


def _label(cast: Cast, marks: Sequence[str], box: Box) -> list[Markup]:
    """The name, and under it what has to be known first, then what there is room for."""
    x, room = box.x + 33, box.width - 35
    first = Markup("")
    for mark in marks:
        first += Markup('<tspan font-size="8" font-weight="bold" fill="{}">{}  </tspan>').format(INK, mark)
        room -= len(mark) * 6.4 + 6
    second = Markup('<text x="{}" y="{}" font-size="9.5" fill="#4a5057" xml:space="preserve">{}{}</text>').format(
        units(x), units(box.middle + 10.5), first, fitted(cast.told, room, 9.5)
    )
    return [lettering(x, box.middle - 1.5, fitted(cast.name, box.width - 35, 12.4), 11.5, "bold"), second]


def _fanned(circle: Box, cast: Box) -> float:
    """Where a line leaves a group: a little towards its person, so that lines part at once."""
    reach = circle.height / 2 - 8
    return circle.middle + max(-reach, min(reach, (cast.middle - circle.middle) * 0.35))


def _circle(circle: Circle, box: Box) -> Markup:
    said = f"{circle.need} group, {circle.status}, {count(circle.people, 'person', 'people')}, {count(circle.touches, 'touch', 'touches')}, {circle.since}"
    said += f", {circle.flag}" if circle.flag else ""
    filled = bool(circle.flag)
    ink, soft = ("#fff", "#fff") if filled else (INK, "#4a5057")
    frame = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="12" fill="{}" stroke="{}" stroke-width="1.8"/>'
    ).format(*map(units, (box.x, box.y, box.width, box.height)), "#1d3f5e" if filled else "#fff", "#1d3f5e")
    x = box.x + 13
    body = [
        Markup("<title>{}</title>").format(said),
        frame,
        lettering(x, box.y + 20, short(circle.need, 22), 13.5, "bold", ink),
        lettering(
            x,
            box.y + 35,
            f"{circle.status}, {count(circle.people, 'person', 'people')}, {count(circle.touches, 'touch', 'touches')}",
            10,
            fill=ink,
        ),
        lettering(x, box.y + 49, circle.since, 9, fill=soft),
        lettering(x, box.y + 66, circle.flag or "no flag", 10, "bold" if filled else "normal", soft),
    ]
    if filled:
        body.append(
            Markup(
                '<path d="M{0} {1} v14 M{0} {1} l9 3.6 l-9 3.6 z" fill="#fff" stroke="#fff" stroke-width="1.4"/>'
            ).format(units(box.right - 20), units(box.y + 55))
        )
    return Markup('<g id="{}" class="thing">{}</g>').format(circle.mark, linked(circle.mark, said, body))


def _plan(plan: Plan, box: Box) -> Markup:
    alone = not plan.groups
    notes = ["no group"] if alone else []
    notes += [plan.facts] if plan.facts else []
    stated = [f"{count(plan.stated, 'person', 'people')} stated on it"] if plan.stated else []
    said = ", ".join([plan.name, *notes, *stated])
    frame = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="#fff" stroke="{}" stroke-width="1.2"{}/>').format(
        *map(units, (box.x, box.y, box.width, box.height)), INK, Markup(' stroke-dasharray="4 3"' if alone else "")
    )
    lines = _wrapped(plan.name, 36 if alone else 32, 1 if alone else 3)
    body = [Markup("<title>{}</title>").format(said), frame]
    body += [
        lettering(box.x + 8, box.y + 15 + 12 * number, line, 10.5, "bold" if not alone else "normal")
        for number, line in enumerate(lines)
    ]
    body.append(lettering(box.x + 8, box.y + box.height - 8, short(", ".join(notes), 40), 9, fill="#4a5057"))
    return Markup('<g id="{}" class="thing">{}</g>').format(plan.mark, linked(plan.mark, said, body))


def _piece(piece: Piece, box: Box) -> Markup:
    said = f"{piece.title}{f', {piece.kind}' if piece.kind else ''}, {count(piece.readers, 'person', 'people')}, {count(piece.touches, 'touch', 'touches')}"
    frame = Markup(
        '<path d="M{} {} h{} v{} h-{} z" fill="#f2f3f4" stroke="none"/><line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="3"/>'
    ).format(
        *map(units, (box.x, box.y, box.width, box.height, box.width, box.x, box.y, box.x, box.y + box.height)), _GREY
    )
    lines = _wrapped(piece.title, 42, 2)
    body = [Markup("<title>{}</title>").format(said), frame]
    body += [lettering(box.x + 9, box.y + 12.5 + 11.5 * number, line, 10) for number, line in enumerate(lines)]
    tail = f"{count(piece.readers, 'person', 'people')}"
    body.append(lettering(box.right - 6, box.y + box.height - 4.5, tail, 9, "bold", end="end"))
    return Markup('<g id="{}" class="thing">{}</g>').format(piece.mark, linked(piece.mark, said, body))


def _wrapped(text: str, longest: int, most: int) -> list[str]:
    """Break a text into lines at blanks; the last line ends in an ellipsis when there is more."""
    lines = [""]
    for word in text.split():
        together = f"{lines[-1]} {word}".strip()
        if len(together) <= longest or not lines[-1]:
            lines[-1] = together
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [short(line, longest) for line in lines]
