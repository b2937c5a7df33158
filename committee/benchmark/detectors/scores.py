"""Published account scores of other systems, computed on the same markets; they rank accounts and name no groups.

They see what those systems see: every engagement that names a person and a company, machine clicks and opens included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from committee.analysis.baselines import ajo, demandbase, influ2
from committee.analysis.codes import Ints, codes_in, milliseconds, plain
from committee.analysis.touches import UNKNOWN, epoch_ms
from committee.analysis.windows import DAY_MS
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.detector import numbers

__all__ = ["SCORES", "Activities", "Score", "activities"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Activities:
    """Engagements that name a person and a company, up to a moment.

    Attributes
    ----------
    account_ids, contact_ids : pyarrow arrays of text
    account, contact : int arrays
        Positions in these.
    kinds, channels : tuple of str
    kind, channel : int arrays
        -1 = not said.
    age : float array
        Days before the moment.
    persona : tuple of str
        Of each contact.
    """

    account_ids: pa.Array
    contact_ids: pa.Array
    account: Ints
    contact: Ints
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    kind: Ints
    channel: Ints
    age: Floats
    persona: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """One published score: what each account of the market gets."""

    name: str
    summary: str
    of_accounts: Callable[[Case, Activities], Floats]


def activities(case: Case) -> Activities:
    """Lay out what people did up to the end of the history."""
    rows, market = case.market.engagements, case.market
    account_ids, contact_ids = plain(market.accounts.column("account_id")), plain(market.contacts.column("contact_id"))
    account = codes_in(case.actors.column("account_id"), account_ids)
    contact = codes_in(case.actors.column("contact_id"), contact_ids)
    at = np.asarray(milliseconds(rows.column("occurred_at")))
    keep = np.flatnonzero((account >= 0) & (contact >= 0) & (at <= epoch_ms(case.as_of)))
    kinds, channels = (
        tuple(sorted(set(plain(rows.column(name)).drop_null().to_pylist()))) for name in ("kind", "channel")
    )
    persona = dict(zip(*(case.personas.column(name).to_pylist() for name in ("contact_id", "persona")), strict=True))
    return Activities(
        account_ids,
        contact_ids,
        account[keep],
        contact[keep],
        kinds,
        channels,
        codes_in(rows.column("kind"), pa.array(kinds, pa.string()))[keep],
        codes_in(rows.column("channel"), pa.array(channels, pa.string()))[keep],
        (epoch_ms(case.as_of) - at[keep]) / DAY_MS,
        tuple(persona.get(person) or UNKNOWN for person in contact_ids.to_pylist()),
    )


def _ajo_score(case: Case, seen: Activities) -> Floats:
    own = numbers()["ajo"]
    recent = np.flatnonzero(seen.age <= own["days"])
    kinds = (*seen.kinds, "")
    person = ajo.person_scores(
        seen.contact[recent],
        np.floor(seen.age[recent]).astype(np.int64),
        np.where(seen.kind < 0, len(seen.kinds), seen.kind)[recent],
        [own["weights"].get(kind, own["usual_weight"]) for kind in kinds],
        people=len(seen.contact_ids),
        cap=own["cap"],
    )
    scores = np.zeros(len(seen.account_ids))
    for account, roles in _people_by_role(seen, recent).items():
        totals = {role: float(person[people].sum()) for role, people in roles.items()}
        scores[account] = ajo.group_score(totals, {role: own["roles"][role] for role in totals})
    return ajo.rescaled(np.sqrt(scores))


def _people_by_role(seen: Activities, rows: Ints) -> dict[int, dict[str, list[int]]]:
    """Everybody who did something, by account and persona."""
    found: dict[int, dict[str, list[int]]] = {}
    for account, contact in sorted(set(zip(seen.account[rows].tolist(), seen.contact[rows].tolist(), strict=True))):
        found.setdefault(account, {}).setdefault(seen.persona[contact], []).append(contact)
    return found


def _ajo_completeness(case: Case, seen: Activities) -> Floats:
    recent = np.flatnonzero(seen.age <= numbers()["ajo"]["days"])
    scores = np.zeros(len(seen.account_ids))
    for account, roles in _people_by_role(seen, recent).items():
        members = {role: len(people) for role, people in roles.items()}
        scores[account] = 100.0 * ajo.completeness(members, case.settings.coverage.seats)
    return scores


def _influ2(case: Case, seen: Activities) -> Floats:
    own = numbers()["influ2"]

    def among(words: tuple[str, ...], codes: Ints, wanted: list[str]) -> npt.NDArray[np.bool_]:
        return np.array([*(word in wanted for word in words), False], bool)[codes]

    impression = among(seen.kinds, seen.kind, own["impression_kinds"])
    unseen = among(seen.kinds, seen.kind, own["unseen_kinds"])
    advertisement = among(seen.channels, seen.channel, own["advertisement_channels"])
    points = np.where(impression, own["impression"], own["visit"] + np.where(advertisement, own["advertisement"], 0.0))
    half_life = np.where(impression, own["impression_half_life"], own["visit_half_life"])
    worth = influ2.faded(np.where(unseen, 0.0, points), seen.age, half_life)
    return np.bincount(seen.account, worth, len(seen.account_ids)).astype(float)


def _demandbase(case: Case, seen: Activities) -> Floats:
    own = numbers()["demandbase"]
    words = {level: facts["words"] for level, facts in own["levels"].items()}
    titles = dict(
        zip(*(case.market.contacts.column(name).to_pylist() for name in ("contact_id", "title")), strict=True)
    )
    weight = np.array(
        [own["levels"][demandbase.level_of(titles[person], words)]["weight"] for person in seen.contact_ids.to_pylist()]
    )
    points = {
        **dict.fromkeys(own["outbound_kinds"], own["outbound"]),
        **dict.fromkeys(own["meeting_kinds"], own["meeting_minutes"]),
    }
    of_kind = np.array([*(points.get(kind, own["usual_points"]) for kind in seen.kinds), own["usual_points"]])
    recent = seen.age <= own["days"]
    each = of_kind[seen.kind[recent]] * weight[seen.contact[recent]]
    return np.bincount(seen.account[recent], each, len(seen.account_ids)).astype(float)


SCORES = (
    Score("ajo_score", "AJO B2B engagement score, 30 days", _ajo_score),
    Score("ajo_completeness", "AJO B2B completeness of the usual committee, 30 days", _ajo_completeness),
    Score("influ2", "Influ2 behavioural score with half-lives, summed over people", _influ2),
    Score("demandbase", "Demandbase points by kind and level, 90 days", _demandbase),
)
