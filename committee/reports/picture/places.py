"""Where everything stands: programs, groups, people, content in four columns, group under group. No chance in it.

Measures are units of the picture; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from committee.reports.picture.scene import Scene

__all__ = ["WIDTH", "Box", "Places", "column_of", "places_of"]

WIDTH = 1040.0
_PLAN_X, _PLAN_WIDTH, _PLAN_HEIGHT = 4.0, 200.0, 64.0
_ALONE_HEIGHT = 44.0  # of a program without a group
_CIRCLE_X, _CIRCLE_WIDTH, _CIRCLE_HEIGHT = 254.0, 178.0, 78.0
_CAST_X, _CAST_WIDTH, _CAST_HEIGHT = 496.0, 232.0, 29.0
_PIECE_X, _PIECE_WIDTH, _PIECE_HEIGHT = 800.0, 236.0, 34.0
_TOP, _GAP, _BETWEEN = 30.0, 10.0, 26.0  # head line; between boxes of a column; between two groups


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width


@dataclass(frozen=True)
class Places:
    """The box of every mark, and the height of the whole."""

    boxes: Mapping[str, Box]
    height: float
    columns: tuple[tuple[str, float], ...]


def places_of(scene: Scene) -> Places:
    """Place a scene: people group by group, those of two groups between them; everything else beside its people."""
    boxes: dict[str, Box] = {}
    y = _TOP
    for circle in scene.circles:
        own = [cast for cast in scene.casts if cast.groups == (circle.mark,)]
        height = max(len(own) * _CAST_HEIGHT, _CIRCLE_HEIGHT)
        boxes[circle.mark] = Box(_CIRCLE_X, y + (height - _CIRCLE_HEIGHT) / 2, _CIRCLE_WIDTH, _CIRCLE_HEIGHT)
        start = y + (height - len(own) * _CAST_HEIGHT) / 2
        for number, cast in enumerate(own):
            boxes[cast.mark] = Box(_CAST_X, start + number * _CAST_HEIGHT, _CAST_WIDTH, _CAST_HEIGHT)
        y += height + _BETWEEN / 2
        shared = [cast for cast in scene.casts if len(cast.groups) > 1 and cast.groups[0] == circle.mark]
        for cast in shared:
            boxes[cast.mark] = Box(_CAST_X, y, _CAST_WIDTH, _CAST_HEIGHT)
            y += _CAST_HEIGHT
        y += _BETWEEN / 2
    readers = {
        piece.mark: [boxes[cast.mark].middle for cast in scene.casts for _ in range(cast.reads.get(piece.mark, 0))]
        for piece in scene.pieces
    }
    boxes |= column_of(
        {mark: sum(heights) / len(heights) for mark, heights in readers.items() if heights},
        _PIECE_X,
        _PIECE_WIDTH,
        _PIECE_HEIGHT,
    )
    bought = {plan.mark: [boxes[mark].middle for mark in plan.groups] for plan in scene.plans if plan.groups}
    plans = column_of(
        {mark: sum(heights) / len(heights) for mark, heights in bought.items()}, _PLAN_X, _PLAN_WIDTH, _PLAN_HEIGHT
    )
    y = max((box.y + box.height + _GAP for box in plans.values()), default=_TOP)
    for number, plan in enumerate(plan for plan in scene.plans if not plan.groups):
        plans[plan.mark] = Box(_PLAN_X, y + number * (_ALONE_HEIGHT + _GAP), _PLAN_WIDTH, _ALONE_HEIGHT)
    boxes |= plans
    heads = (("Programs", _PLAN_X), ("Groups", _CIRCLE_X), ("People", _CAST_X), ("Shared content", _PIECE_X))
    return Places(boxes, max((box.y + box.height for box in boxes.values()), default=_TOP) + 6, heads)


def column_of(wanted: Mapping[str, float], x: float, width: float, height: float) -> dict[str, Box]:
    """Put boxes as near to the middles they want as they can stand without touching, in the order of those middles."""
    order = sorted(wanted, key=lambda mark: (wanted[mark], mark))
    tops = _spread([wanted[mark] - height / 2 for mark in order], height + _GAP)
    return {mark: Box(x, top, width, height) for mark, top in zip(order, tops, strict=True)}


def _spread(tops: Sequence[float], pitch: float) -> list[float]:
    """Part positions that are too near: neighbours that touch become a stack around the mean of what they want."""
    stacks: list[tuple[float, list[float]]] = []  # top of the stack, what its boxes want less their place in it
    for top in tops:
        top, wants = max(top, _TOP), [top]
        stacks.append((top, wants))
        while len(stacks) > 1 and stacks[-2][0] + len(stacks[-2][1]) * pitch > stacks[-1][0]:
            _, lower = stacks.pop()
            _, upper = stacks.pop()
            size = len(upper)
            merged = upper + [want - size * pitch for want in lower]
            stacks.append((max(sum(merged) / len(merged), _TOP), merged))
    return [top + number * pitch for top, wants in stacks for number in range(len(wants))]
