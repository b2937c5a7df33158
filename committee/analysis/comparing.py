"""Where two rankings of accounts disagree, and which evidence makes the difference: found by taking evidence away.

Nothing is guessed from a formula. Each kind of evidence of an account is left out in turn, and both rankings are worked
out again: what brings the two places closest together is what they disagree about. The rules of a published formula are
taken away in the same manner, one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from committee.analysis.baselines.published import Activities, Formula, accounts_of
from committee.analysis.codes import Ints

__all__ = ["Difference", "Piece", "pieces_of", "place_of", "rules_without", "scores_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Piece:
    """Evidence of one account that is left out together.

    Attributes
    ----------
    what : str
        ``activity`` (of one kind, counted here or not for one reason), ``older`` (than the look-back of a formula) or
        ``person``.
    name : str
        The kind, the number of days, or the id of the contact.
    reason : str
        Why it does not count here; empty = it does.
    where : int array
        Positions in `Activities`.
    """

    what: str
    name: str
    reason: str
    where: Ints


@dataclass(frozen=True)
class Difference:
    """What becomes of the places of an account in two rankings when something is left out.

    Attributes
    ----------
    formula : str
    left_out : Piece or str or None
        Evidence, or a rule of the formula; None = nothing is left out.
    score, place : float
        Of the published formula; 1 = first.
    points, own_place : float
        Here.
    closed : float
        How many places the two come closer together; below 0 = they part.
    """

    formula: str
    left_out: Piece | str | None
    score: float
    place: float
    points: float
    own_place: float
    closed: float = 0.0


def place_of(values: Floats, account: int) -> float:
    """Return the place of an account, 1 = first; equals share the middle of their places.

    >>> place_of(np.array([3.0, 9.0, 3.0]), 2)
    2.5
    """
    rounded, own = np.round(values, 9), round(float(values[account]), 9)
    return 1.0 + int((rounded > own).sum()) + (int((rounded == own).sum()) - 1) / 2


def scores_of(formula: Formula, seen: Activities, numbers: Mapping[str, Any], seats: Mapping[str, int]) -> Floats:
    """Return what a published formula gives each account.

    Parameters
    ----------
    numbers : mapping
        Of the formula.
    """
    return formula.score(seen, accounts_of(seen, numbers.get("days")), numbers, seats)


def rules_without(formula: Formula, numbers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the numbers of a formula without each of its rules, by the name of the rule."""
    return {name: {**numbers, **taken} for name, taken in formula.rules.items()}


def pieces_of(
    seen: Activities, account: int, reasons: Mapping[int, str], *, look_backs: Sequence[float], people: int
) -> list[Piece]:
    """Part the evidence of one account: by kind and whether it counts here, by age, and by person.

    Parameters
    ----------
    seen : Activities
    account : int
        Position.
    reasons : mapping of int to str
        Why an engagement, by its row in the market, does not count here; the others do.
    look_backs : sequence of float
        Days.
    people : int
        How many, the most active first.
    """
    mine = np.flatnonzero(seen.account == account)
    kinds = (*seen.kinds, "")
    by_kind: dict[tuple[str, str], list[int]] = {}
    for place in mine.tolist():
        by_kind.setdefault((kinds[seen.kind[place]], reasons.get(int(seen.row[place]), "")), []).append(place)
    found = [
        Piece("activity", kind, reason, np.array(where, np.int64)) for (kind, reason), where in sorted(by_kind.items())
    ]
    for days in sorted(set(look_backs)):
        found.append(Piece("older", f"{days:g}", "", mine[seen.age[mine] > days]))
    who, count = np.unique(seen.contact[mine], return_counts=True)
    for contact in who[np.lexsort((who, -count))][:people].tolist():
        name = seen.contact_ids[contact].as_py()
        found.append(Piece("person", name, "", mine[seen.contact[mine] == contact]))
    return [one for one in found if len(one.where)]
