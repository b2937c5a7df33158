"""Rankings beside one another: all accounts by points and by published scores; and what parts them about one account."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from committee.analysis.comparing import Difference, Piece, place_of
from committee.market import Market
from committee.pipeline.comparing import Compared
from committee.reports.answer import Rows
from committee.reports.lookup import Row, by_id
from committee.reports.ranking import published
from committee.reports.words import count, plain

__all__ = ["compared_rows", "difference_rows"]

_ALIKE = 3  # named where several pieces of evidence make the same difference
_FIRST = 10  # accounts that a rep gets round to


def compared_rows(market: Market, found: Compared, names: Sequence[str]) -> Rows:
    """List accounts with their place by points and by each published score.

    Those come first whose places lie furthest apart as a ratio: second against twentieth tells more than 200th against 250th.
    """
    ids = [found.seen.account_ids[place].as_py() for place in found.accounts.tolist()]
    known = by_id(market.accounts, "account_id", set(ids))
    values = {"points": found.points[found.accounts]} | {name: found.scores[name][found.accounts] for name in names}
    places = {name: [place_of(column, at) for at in range(len(ids))] for name, column in values.items()}
    lines: list[dict[str, Any]] = []
    for at, account_id in enumerate(ids):
        apart = {name: places[name][at] - places["points"][at] for name in names}
        times = {name: abs(math.log(places[name][at] / places["points"][at])) for name in names}
        most = max(names, key=lambda name: times[name])
        lines.append(
            {
                "account": plain(known.get(account_id, {}).get("name")) or account_id,
                "place": places["points"][at],
                **{f"{name}_place": places[name][at] for name in names},
                "times": times[most],
                "apart": apart[most],
                "by": most if apart[most] else None,
                "groups": int(found.groups[found.accounts[at]]),
                "points": float(values["points"][at]),
                **{f"{name}_score": round(float(values[name][at]), 3) for name in names},
                "account_id": account_id,
            }
        )
    lines.sort(key=lambda line: (-line["times"], line["place"], line["account_id"]))
    columns = [
        "account place",
        *(f"{name}_place" for name in names),
        "apart by groups points",
        *(f"{name}_score" for name in names),
        "account_id",
    ]
    return Rows.of(" ".join(columns), lines, _notes(lines, names), needed=len(names) + 4)


def _notes(lines: Sequence[Row], names: Sequence[str]) -> list[str]:
    if not lines:
        return ["Nobody did anything at any account"]
    first = min(_FIRST, len(lines))
    own = _among_the_first(lines, "place", first)
    notes = []
    for name in names:
        shared = len(own & _among_the_first(lines, f"{name}_place", first))
        notes.append(f"{published(name)}: {shared} of the first {first} accounts are the same")
    notes.append(
        "place: by the points of the best group; equals share the middle of their places. apart: how many places further "
        "down (up, where negative) the score in 'by' puts the account. The greatest ratio of places comes first"
    )
    return [*notes, "committee compare ACCOUNT says which evidence makes the difference"]


def _among_the_first(lines: Sequence[Row], name: str, first: int) -> set[str]:
    ordered = sorted(lines, key=lambda line: (line[name], line["account_id"]))
    return {line["account_id"] for line in ordered[:first]}


def difference_rows(
    market: Market, account_id: str, found: Sequence[Difference], accounts: int, shown: int | None
) -> Rows:
    """List what brings the places of an account closest together when it is left out, formula by formula.

    Parameters
    ----------
    accounts : int
        How many are ranked.
    shown : int, optional
        Lines for each formula beside the first; all of them by default.
    """
    people = by_id(market.contacts, "contact_id", {_person(one) for one in found} - {""})
    kept = _kept(found, shown)
    lines = [
        {
            "formula": one.formula,
            "left_out": _said(one.left_out, people),
            "engagements": len(one.left_out.where) if isinstance(one.left_out, Piece) else None,
            "their_place": one.place,
            "our_place": one.own_place,
            "closer_by": None if one.left_out is None else one.closed,
            "their_score": round(one.score, 3),
            "our_points": one.points,
            "contact_id": _person(one) or None,
            "do_not_contact": "yes" if _barred(people.get(_person(one), {})) else None,
        }
        for one in kept
    ]
    columns = (
        "formula left_out engagements their_place our_place closer_by their_score our_points contact_id do_not_contact"
    )
    name = plain(by_id(market.accounts, "account_id", {account_id}).get(account_id, {}).get("name")) or account_id
    return Rows.of(columns, lines, [*_verdicts(name, found, people, accounts), *_how(found, len(kept))], needed=6)


def _kept(found: Sequence[Difference], shown: int | None) -> list[Difference]:
    """The first line of each formula, and so many that bring the places closer together."""
    if shown is None:
        return list(found)
    told: Counter[str] = Counter()
    kept = []
    for one in found:
        if one.left_out is not None:
            told[one.formula] += 1
        if one.left_out is None or (one.closed > 0 and told[one.formula] <= shown):
            kept.append(one)
    return kept


def _verdicts(name: str, found: Sequence[Difference], people: Mapping[str, Row], accounts: int) -> Iterable[str]:
    for formula in dict.fromkeys(one.formula for one in found):
        base, *others = (one for one in found if one.formula == formula)
        places = f"{name} is number {base.own_place:g} here and number {base.place:g} by {formula}, of {count(accounts, 'account')}"
        gap = abs(base.place - base.own_place)
        best = max(others, key=lambda one: one.closed, default=None)
        if not gap:
            yield f"{places}: they agree"
        elif best is None or best.closed <= 0:
            yield f"{places}: nothing that was left out by itself brings them closer"
        else:
            left = f"{gap - best.closed:g} places apart" if gap - best.closed else "at one place"
            alike = [_said(one.left_out, people) for one in others if one.closed == best.closed]
            more = f", or one of {len(alike) - _ALIKE} more" if len(alike) > _ALIKE else ""
            told = f"{' or '.join(alike[:_ALIKE])}{more}"
            yield f"{places}. What makes the most difference: {told}; without it they are {left}"


def _how(found: Sequence[Difference], kept: int) -> list[str]:
    formulas = dict.fromkeys(one.formula for one in found)
    notes = [
        "Each line: both rankings worked out again without this evidence of the account (groups found again, numbers of the "
        "run frozen), or theirs without this rule. Equals share the middle of their places",
        *(published(name) for name in formulas),
    ]
    return notes + ([f"{len(found) - kept} lines are not shown: --all"] if kept < len(found) else [])


def _person(one: Difference) -> str:
    return one.left_out.name if isinstance(one.left_out, Piece) and one.left_out.what == "person" else ""


def _barred(contact: Mapping[str, Any]) -> bool:
    return bool(contact.get("suppressed") or contact.get("deleted"))


def _said(left_out: Piece | str | None, people: Mapping[str, Row]) -> str:
    if left_out is None:
        return "nothing"
    if isinstance(left_out, str):
        return f"their rule: {left_out}"
    if left_out.what == "person":
        return f"all of {plain(people.get(left_out.name, {}).get('name')) or left_out.name}"
    if left_out.what == "older":
        return f"all older than {left_out.name} days"
    kind = left_out.name.replace("_", " ") or "no stated kind"
    reason = left_out.reason.replace("_", " ")
    return f"{kind}, not counted here: {reason}" if reason else f"{kind}, counted here"
