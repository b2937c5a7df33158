"""Word lists and numbers of whole files: as shipped, as a user's file changes them, and those in force.

A section of the settings that is a list keeps the form of its shipped file: what is a number there stays a number, what
is a text stays one, and a new entry is made like its neighbours. So a line added to a file needs no line here.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["LISTS", "REFERENCE", "ListRefused", "changed", "in_force", "said", "shipped", "word_list"]

# Files that are one section each; in committee.toml the name of the file stands in front: [vocabulary.needs.sequencing].
LISTS = (
    "personas",
    "vocabulary",
    "channels",
    "content_matrix",
    "signals",
    "companies",
    "people",
    "ranking",
    "formulas",
    "reports",
    "crm",
    "handoff",
)

# Where a user may add entries of their own; elsewhere a key that is not shipped is a mistake.
_OPEN = frozenset(
    {
        "signals",
        "reports.sources",
        "reports.acronyms",
        "vocabulary.needs",
        "vocabulary.therapeutic_areas",
        "vocabulary.modalities",
        "channels.channels",
        "channels.kinds",
        "formulas.ajo.weights",
        "formulas.ajo.roles",
        "formulas.demandbase.levels",
        "companies.names",
        "companies.renamed",
        "companies.owned",
        "companies.different",
    }
)

REFERENCE = "See docs/reference.md for the settings there are"
_LONGEST = 40  # signs of a value that are repeated

_in_force: ContextVar[Mapping[str, Mapping[str, Any]] | None] = ContextVar("lists in force", default=None)


class ListRefused(ValueError):
    """A change of a list that cannot be."""

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what, self.remedy = what, remedy
        super().__init__(what)


@cache
def shipped(name: str) -> dict[str, Any]:
    """Return the shipped ``defaults/NAME.toml`` as it stands; callers must not change it."""
    found = tomllib.loads((files("committee") / "defaults" / f"{name}.toml").read_text(encoding="utf-8"))
    inside = found.get(name)
    return inside if name in LISTS and len(found) == 1 and isinstance(inside, dict) else found


def word_list(name: str) -> dict[str, Any]:
    """Return a list that is in force: as a user's settings change it, else as shipped; callers must not change it."""
    told = _in_force.get()
    return dict(told[name]) if told is not None and name in told else shipped(name)


@contextmanager
def in_force(lists: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Let lists be the ones in force inside the block."""
    token = _in_force.set(lists)
    try:
        yield
    finally:
        _in_force.reset(token)


def changed(name: str, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a shipped list with a user's changes.

    Raises
    ------
    ListRefused
        A key that nobody reads, or a value of another form.
    """
    return _merged(shipped(name), change, name)


def _merged(known: Mapping[str, Any], change: Any, place: str) -> dict[str, Any]:
    if not isinstance(change, Mapping):
        raise _wrong(place, "is a section of several values", change)
    merged = dict(known)
    for key, value in change.items():
        here = f"{place}.{key}"
        if key in known:
            merged[key] = (_merged if isinstance(known[key], Mapping) else _like)(known[key], value, here)
        elif place in _OPEN:
            merged[key] = _new(known, value, here)
        else:
            near = difflib.get_close_matches(str(key), list(known), n=1)
            raise ListRefused(f"unknown setting {here}", f"Did you mean {place}.{near[0]}?" if near else REFERENCE)
    return merged


def _new(siblings: Mapping[str, Any], value: Any, place: str) -> Any:
    """An entry of the user's own: with the keys that all its neighbours have."""
    if not all(isinstance(sibling, Mapping) for sibling in siblings.values()):
        return _like(next(iter(siblings.values())), value, place)
    form: dict[str, Any] = {}
    for sibling in siblings.values():
        form |= sibling
    made = _merged(form, value, place)
    lacking = [key for key in form if key not in value and all(key in sibling for sibling in siblings.values())]
    if lacking:
        raise ListRefused(f"setting {place} lacks {', '.join(lacking)}", "Give it what its neighbours have")
    return {key: made[key] for key in value}


def _like(known: Any, value: Any, place: str) -> Any:
    """The value, if it is of the form of the shipped one."""
    if isinstance(known, list):
        if not isinstance(value, list):
            raise _wrong(place, "must be a list in square brackets", value)
        plain = known and not isinstance(known[0], Mapping)
        return [_like(known[0], one, f"{place}, entry {at},") for at, one in enumerate(value, 1)] if plain else value
    if isinstance(known, bool):
        fits, form = isinstance(value, bool), "must be true or false"
    elif isinstance(known, int | float):
        fits, form = _is_number(value), "must be a number"
        if fits and isinstance(known, int) and value != int(value):
            fits, form = False, "must be a whole number"
        elif fits and value < 0 and not place.endswith(".sign"):
            fits, form = False, "must be 0 or more"
    else:
        fits, form = isinstance(value, str), "must be a text in quotes"
    if not fits:
        raise _wrong(place, form, value)
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _wrong(place: str, form: str, value: Any) -> ListRefused:
    return ListRefused(f"setting {place} has an impossible value: it {form}, not {said(value)}")


def said(value: Any) -> str:
    """Return a value as a refusal repeats it."""
    text = str(value).lower() if isinstance(value, bool) else f"{value!r}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
