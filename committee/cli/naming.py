"""What a person means by a name: an id, the beginning of an id, a name, or a part of one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from committee.errors import AmbiguousName, NotFound

__all__ = ["KINDS", "SHORTEST_PREFIX", "Named", "kinds_in", "meant"]

KINDS = ("group", "flag", "account", "program", "contact", "engagement")
SHORTEST_PREFIX = 4  # shorter beginnings of an id say too little
_SHOWN = 6  # candidates named in a message
_LONGEST_NAME = 60  # characters of a name in a message


@dataclass(frozen=True, order=True)
class Named:
    """A thing with a name: its kind (one of `KINDS`), its id, its name, and the account it belongs to."""

    kind: str
    id: str
    name: str = ""
    account_id: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" + (f" ({_short(self.name)})" if self.name else "")


def _short(name: str) -> str:
    """A name as messages show it: beginning and end, since groups of one account differ in the end."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 :]}"


def kinds_in(text: str, kinds: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Split ``group:ID`` into the kinds it can be and the rest; a text without such a beginning can be any of them.

    Raises
    ------
    NotFound
        The text names a kind that is not asked for here.
    """
    match = re.match(rf"({'|'.join(KINDS)}):(.+)$", text, re.DOTALL)
    if match is None:
        return tuple(kinds), text
    if match[1] not in kinds:
        wanted = " or ".join(kinds)
        raise NotFound(f"{text} is no {wanted}", f"Give the id or the name of a {wanted}")
    return (match[1],), match[2]


def meant(
    text: str,
    kinds: Sequence[str],
    candidates: Iterable[Named],
    all_of_them: Callable[[], Iterable[Named]] | None = None,
    stands: Callable[[Named], Named] = lambda thing: thing,
) -> Named:
    """Return the one thing that a person means.

    Tried in this order, the first that fits anything decides: the id; the beginning of an id (4 characters or more); the
    name, in any case; a part of a name.

    Parameters
    ----------
    text : str
        What the person wrote; ``group:ID`` narrows the kinds.
    kinds : sequence of str
        Kinds that are asked for.
    candidates : iterable of Named
        Whatever may fit.
    all_of_them : callable, optional
        Gives what the nearest names are looked for in when nothing fits; the candidates by default.

    stands : callable, optional
        Gives the thing that stands for another one; things for which one stands are one.

    Raises
    ------
    AmbiguousName
        Several fit; they are in the message.
    NotFound
        None fits; the nearest are in the message.
    """
    allowed, wanted = kinds_in(text, kinds)
    low = wanted.strip().lower()
    there = sorted({candidate for candidate in candidates if candidate.kind in allowed})
    for fits in (
        lambda thing: thing.id == wanted.strip(),
        lambda thing: len(low) >= SHORTEST_PREFIX and thing.id.startswith(wanted.strip()),
        lambda thing: thing.name.lower() == low,
        lambda thing: bool(low) and low in thing.name.lower(),
    ):
        fitting = [stands(thing) for thing in there if fits(thing)]
        found = list({(thing.kind, thing.id): thing for thing in fitting}.values())
        if len(found) == 1:
            return found[0]
        if found:
            more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            listed = ", ".join(str(thing) for thing in found[:_SHOWN])
            raise AmbiguousName(f"'{wanted}' may be {listed}{more}", f"Give one of them as {found[0].kind}:ID")
    wide = there if all_of_them is None else sorted({thing for thing in all_of_them() if thing.kind in allowed})
    near = _nearest(low, wide)
    what = " or ".join(allowed)
    raise NotFound(
        f"no {what} is called '{wanted}'",
        f"Nearest: {', '.join(map(str, near))}" if near else f"Nothing like it is here: {_where(allowed)}",
    )


def _nearest(low: str, things: Sequence[Named]) -> list[Named]:
    by_text: dict[str, Named] = {}
    for thing in things:
        by_text.setdefault(thing.id.lower(), thing)
        if thing.name:
            by_text.setdefault(thing.name.lower(), thing)
    found = difflib.get_close_matches(low, by_text, n=3, cutoff=0.5)
    return list(dict.fromkeys(by_text[text] for text in found))


def _where(kinds: Sequence[str]) -> str:
    lists = {
        "group": "committee groups lists the groups",
        "flag": "committee flags lists the flags",
        "run": "committee ask runs_made lists the runs",
    }
    return lists.get(kinds[0], "committee status says what is loaded")
