"""Scores that other systems publish, of accounts and of groups, on the records this product reads.

They see what those systems see: every engagement that names a person and a company, machine clicks and opens included.
None of them tells programs apart, so a group gets what its people did in the account, whatever it was about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from committee.analysis.baselines import ajo, demandbase, influ2
from committee.analysis.codes import Flags, Ints, codes_in, milliseconds, plain, true_cells
from committee.analysis.touches import UNKNOWN
from committee.analysis.windows import DAY_MS
from committee.market import Market

__all__ = ["FORMULAS", "Activities", "Formula", "Units", "accounts_of", "activities", "groups_of"]

Floats = npt.NDArray[np.float64]
_ENDLESS = 1e9


@dataclass(frozen=True)
class Activities:
    """Engagements that name a person and a company, up to a moment.

    Attributes
    ----------
    account_ids, contact_ids : pyarrow arrays of text
    account, contact : int arrays
        Positions in these.
    row : int array
        Position in the engagements of the market.
    kinds, channels : tuple of str
    kind, channel : int arrays
        -1 = not said.
    age : float array
        Days before the moment.
    persona, title : tuple of str
        Of each contact.
    """

    account_ids: pa.Array
    contact_ids: pa.Array
    account: Ints
    contact: Ints
    row: Ints
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    kind: Ints
    channel: Ints
    age: Floats
    persona: tuple[str, ...]
    title: tuple[str | None, ...]

    def kept(self, where: Flags) -> Activities:
        """Return only some of them."""
        names = ("account", "contact", "row", "kind", "channel", "age")
        return replace(self, **{name: getattr(self, name)[where] for name in names})


@dataclass(frozen=True)
class Units:
    """What is scored: accounts, or groups; one entry for each person of each.

    Attributes
    ----------
    number : int
        How many are scored, those without anybody among them.
    unit : int array
    account, contact : int arrays
        Positions in `Activities`: a person counts with what they did in this account.
    """

    number: int
    unit: Ints
    account: Ints
    contact: Ints


@dataclass(frozen=True)
class Formula:
    """One published score.

    Attributes
    ----------
    name, summary : str
    published : str
        Which part of it is published, and which is ours.
    score : callable
        From activities, units, the numbers of the formula and the seats of the usual committee to a score a unit.
    section : str
        Where its numbers stand.
    rules : mapping of str to mapping
        Its rules by name, each with the numbers that take it away.
    """

    name: str
    summary: str
    published: str
    score: Callable[[Activities, Units, Mapping[str, Any], Mapping[str, int]], Floats]
    section: str
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def activities(market: Market, actors: pa.Table, personas: pa.Table, as_of: int) -> Activities:
    """Lay out what people did up to a moment.

    Parameters
    ----------
    market : Market
    actors : pyarrow Table
        engagement_id, contact_id, account_id: who did it, in the order of the market's engagements.
    personas : pyarrow Table
        Findings table.
    as_of : int
        Epoch milliseconds.
    """
    rows = market.engagements
    account_ids, contact_ids = plain(market.accounts.column("account_id")), plain(market.contacts.column("contact_id"))
    account = codes_in(actors.column("account_id"), account_ids)
    contact = codes_in(actors.column("contact_id"), contact_ids)
    at = np.asarray(milliseconds(rows.column("occurred_at")))
    keep = np.flatnonzero((account >= 0) & (contact >= 0) & (at <= as_of) & ~true_cells(rows, "deleted"))
    kinds, channels = (
        tuple(sorted(set(plain(rows.column(name)).drop_null().to_pylist()))) for name in ("kind", "channel")
    )
    persona = dict(zip(*(personas.column(name).to_pylist() for name in ("contact_id", "persona")), strict=True))
    return Activities(
        account_ids,
        contact_ids,
        account[keep],
        contact[keep],
        keep,
        kinds,
        channels,
        codes_in(rows.column("kind"), pa.array(kinds, pa.string()))[keep],
        codes_in(rows.column("channel"), pa.array(channels, pa.string()))[keep],
        (as_of - at[keep]) / DAY_MS,
        tuple(persona.get(person) or UNKNOWN for person in contact_ids.to_pylist()),
        tuple(market.contacts.column("title").to_pylist()),
    )


def accounts_of(seen: Activities, days: float | None = None) -> Units:
    """Return all accounts, each with whoever did something there, in the last ``days`` where they are given."""
    rows = np.arange(len(seen.age)) if days is None else np.flatnonzero(seen.age <= days)
    pairs = np.unique(np.column_stack([seen.account[rows], seen.contact[rows]]), axis=0)
    return Units(len(seen.account_ids), pairs[:, 0], pairs[:, 0], pairs[:, 1])


def groups_of(seen: Activities, groups: pa.Table, memberships: pa.Table) -> Units:
    """Return groups, in the order of their table, each with its members."""
    group = codes_in(memberships.column("group_id"), plain(groups.column("group_id")))
    contact = codes_in(memberships.column("contact_id"), seen.contact_ids)
    account = np.append(codes_in(groups.column("account_id"), seen.account_ids), -1)[group]
    known = np.flatnonzero((group >= 0) & (contact >= 0) & (account >= 0))
    order = known[np.lexsort((contact[known], group[known]))]
    return Units(groups.num_rows, group[order], account[order], contact[order])


def _summed(seen: Activities, units: Units, worth: Floats) -> Floats:
    """What the people of each unit did in its account, added up."""
    width = len(seen.contact_ids)
    pairs, place = np.unique(seen.account * width + seen.contact, return_inverse=True)
    if not len(pairs):
        return np.zeros(units.number)
    sums = np.bincount(place, worth, len(pairs))
    wanted = units.account * width + units.contact
    here = np.minimum(np.searchsorted(pairs, wanted), len(pairs) - 1)
    return np.bincount(units.unit, np.where(pairs[here] == wanted, sums[here], 0.0), units.number).astype(float)


def _by_role(seen: Activities, units: Units) -> dict[int, dict[str, list[int]]]:
    """The people of each unit by persona."""
    found: dict[int, dict[str, list[int]]] = {}
    for unit, contact in zip(units.unit.tolist(), units.contact.tolist(), strict=True):
        found.setdefault(unit, {}).setdefault(seen.persona[contact], []).append(contact)
    return found


def _ajo(seen: Activities, units: Units, own: Mapping[str, Any], _: Mapping[str, int]) -> Floats:
    recent = np.flatnonzero(seen.age <= own["days"])
    kinds = (*seen.kinds, "")
    person = ajo.person_scores(
        seen.contact[recent],
        np.floor(seen.age[recent]).astype(np.int64),
        np.where(seen.kind < 0, len(seen.kinds), seen.kind)[recent],
        [own["weights"].get(kind, own["usual_weight"]) for kind in kinds],
        people=len(seen.contact_ids),
        cap=own["cap"],
        min_max=own["min_max"],
        root=own["person_root"],
    )
    scores = np.zeros(units.number)
    for unit, roles in _by_role(seen, units).items():
        totals = {role: float(person[people].sum()) for role, people in roles.items()}
        scores[unit] = ajo.group_score(totals, {role: own["roles"].get(role, 0.0) for role in totals})
    return ajo.rescaled(np.sqrt(scores))


def _ajo_completeness(seen: Activities, units: Units, _: Mapping[str, Any], seats: Mapping[str, int]) -> Floats:
    scores = np.zeros(units.number)
    needed = {role: number for role, number in seats.items() if number}
    for unit, roles in _by_role(seen, units).items():
        scores[unit] = 100.0 * ajo.completeness({role: len(people) for role, people in roles.items()}, needed)
    return scores


def _influ2(seen: Activities, units: Units, own: Mapping[str, Any], _: Mapping[str, int]) -> Floats:
    impression = _among(seen.kinds, seen.kind, own["impression_kinds"])
    unseen = _among(seen.kinds, seen.kind, own["unseen_kinds"])
    advertisement = _among(seen.channels, seen.channel, own["advertisement_channels"])
    points = np.where(impression, own["impression"], own["visit"] + np.where(advertisement, own["advertisement"], 0.0))
    half_life = np.where(impression, own["impression_half_life"], own["visit_half_life"])
    return _summed(seen, units, influ2.faded(np.where(unseen, 0.0, points), seen.age, half_life))


def _among(words: tuple[str, ...], codes: Ints, wanted: list[str]) -> Flags:
    found: Flags = np.array([*(word in wanted for word in words), False], bool)[codes]
    return found


def _demandbase(seen: Activities, units: Units, own: Mapping[str, Any], _: Mapping[str, int]) -> Floats:
    words = {level: facts["words"] for level, facts in own["levels"].items()}
    weigh = {level: facts["weight"] if own["by_level"] else 1.0 for level, facts in own["levels"].items()}
    weight = np.array([weigh[demandbase.level_of(title, words)] for title in seen.title], float)
    points = {
        **dict.fromkeys(own["outbound_kinds"], own["outbound"]),
        **dict.fromkeys(own["meeting_kinds"], own["meeting_minutes"]),
    }
    of_kind = np.array([*(points.get(kind, own["usual_points"]) for kind in seen.kinds), own["usual_points"]])
    recent = seen.age <= own["days"]
    each = of_kind[seen.kind[recent]] * weight[seen.contact[recent]]
    return _summed(seen.kept(recent), units, each)


FORMULAS = {
    one.name: one
    for one in (
        Formula(
            "ajo",
            "AJO B2B engagement score, 30 days",
            "published: look-back, cap, weights, both roots and rescalings; ours: which of our kinds and personas is which of theirs",
            _ajo,
            "ajo",
            {
                "look-back": {"days": _ENDLESS},
                "cap a day": {"cap": int(_ENDLESS)},
                "min-max normalisation of weights": {"min_max": False},
                "square root of a person's points": {"person_root": False},
            },
        ),
        Formula(
            "ajo_completeness",
            "AJO B2B completeness of the usual committee",
            "published: mean over roles of members by needed; ours: the usual committee as roles; of an account, who was active in the look-back",
            _ajo_completeness,
            "ajo",
            {"look-back": {"days": _ENDLESS}},
        ),
        Formula(
            "influ2",
            "Influ2 behavioural score with half-lives, summed over people",
            "published: points and half-lives of a person; ours: the sum over people, as the score of a group is not published",
            _influ2,
            "influ2",
            {"fading": {"visit_half_life": _ENDLESS, "impression_half_life": _ENDLESS}},
        ),
        Formula(
            "demandbase",
            "Demandbase points by kind and level, 90 days",
            "published: recommended points and level weights, which multiply; ours: 90 days, the minutes of a meeting nobody timed",
            _demandbase,
            "demandbase",
            {"look-back": {"days": _ENDLESS}, "weight of levels": {"by_level": False}},
        ),
    )
}
