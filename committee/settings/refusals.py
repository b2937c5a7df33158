"""What is wrong with a setting, as a person would say it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from committee.settings.lists import REFERENCE, ListRefused, said

__all__ = ["sentence"]

_FORMS = {
    "int": "must be a whole number",
    "float": "must be a number",
    "finite": "must be a finite number",
    "bool": "must be true or false",
    "string": "must be a text in quotes",
    "tuple": "must be a list in square brackets",
    "list": "must be a list in square brackets",
    "dict": "is a section of several values",
    "model": "is a section of several settings",
}
_LIMITS = {
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "too_short": "must have {min_length} entries at least",
    "too_long": "must have {max_length} entries at most",
    "literal_error": "must be one of {expected}",
}


def sentence(model: type[BaseModel], error: ValidationError) -> tuple[str, str]:
    """Return what is wrong with the first setting that is, and what to do."""
    first = error.errors()[0]
    kind, context = first["type"], first.get("ctx", {})
    keys = [part for part in first["loc"] if part != "[key]"]
    if kind == "extra_forbidden":
        return f"unknown setting {_name(keys)}", _nearest(model, keys)
    if kind == "value_error":
        refused = context["error"]
        if isinstance(refused, ListRefused):
            return refused.what, refused.remedy or "Correct it"
        return f"setting {_name(keys)} has an impossible value: {refused}", "Correct it"
    if kind == "missing":
        return f"setting {_name(keys)} lacks a value", "Give it one"
    form = _LIMITS[kind].format_map(context) if kind in _LIMITS else _FORMS.get(kind.partition("_")[0], "is impossible")
    return f"setting {_name(keys)} has an impossible value: it {form}, not {said(first['input'])}", "Correct it"


def _name(keys: Sequence[int | str]) -> str:
    """The place as it is written: section.key, and which entry of a list."""
    name = ".".join(str(key) for key in keys if isinstance(key, str))
    entries = [key + 1 for key in keys if isinstance(key, int)]
    return f"{name}, entry {entries[0]}," if entries else name


def _nearest(model: type[BaseModel], keys: Sequence[int | str]) -> str:
    """The setting that may be meant: the nearest name of the same section."""
    owner: Any = model
    for key in keys[:-1]:
        owner = owner.model_fields[key].annotation
    near = difflib.get_close_matches(str(keys[-1]), list(owner.model_fields), n=1)
    return f"Did you mean {'.'.join([*map(str, keys[:-1]), near[0]])}?" if near else REFERENCE
