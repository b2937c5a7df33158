"""From a fit to the Findings tables: groups, memberships, evidence with named log-odds, early, unassigned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from committee.analysis.baselines.program_topic_gap import early_of
from committee.analysis.codes import Ints, distinct, joined_ids, named, runs
from committee.analysis.episodes.fit import Fit
from committee.analysis.episodes.ground import Floats, Ground
from committee.analysis.episodes.reported import WHY_NOT, Reported, stated
from committee.analysis.episodes.terms import reading_terms, session_terms
from committee.analysis.flags import instants
from committee.analysis.touches import UNKNOWN, Touches
from committee.records import digest
from committee.records.computed import Evidence, Group, Membership, Unassigned
from committee.records.tables import typed_table
from committee.settings import EpisodeSettings, GapSettings

__all__ = ["DETECTOR", "group_ids", "tables_of"]

DETECTOR = "episodes/1"
_SMALL = 0.05  # log-odds that are not worth a word


@dataclass(frozen=True)
class _Rows:
    """One row for each engagement of a member that is credited to a group, by group, time and id."""

    group: Ints  # position among the reported ones
    member: Ints
    pair: Ints
    reading: Ints
    touch: Ints


def tables_of(
    ground: Ground,
    touches: Touches,
    fit: Fit,
    verdict: Reported,
    event: Floats,
    passed: Floats,
    settings: EpisodeSettings,
    gap: GapSettings,
    families: Mapping[str, str],
) -> dict[str, pa.Table]:
    """Write the findings.

    Parameters
    ----------
    event, passed : float arrays
        Of every reading: log-odds taken away for mass events, and for pieces passed on.
    gap : GapSettings
        How single people and pairs are told from background.

    Returns
    -------
    dict
        Tables groups (status still "forming"), memberships, evidence, early, unassigned; their rows are put in order when parts are joined.
    """
    chosen = np.flatnonzero(verdict.group)
    rows = _rows(ground, touches, fit, verdict, settings)
    ids = _ids(ground, touches, fit, chosen, rows)
    claimed = np.zeros(len(touches), bool)
    claimed[rows.touch] = True
    rest = replace(touches, relevant=touches.relevant & ~claimed)
    return {
        "groups": _groups(ground, touches, fit, chosen, rows, ids, settings, families),
        "memberships": _memberships(ground, touches, fit, rows, ids, settings),
        "evidence": _evidence(ground, touches, fit, rows, ids, event, passed, settings),
        "early": early_of(rest, gap),
        "unassigned": _unassigned(ground, touches, fit, verdict, rest.relevant, settings),
    }


def group_ids(
    ground: Ground, touches: Touches, fit: Fit, verdict: Reported, settings: EpisodeSettings
) -> dict[int, str]:
    """Return the id of each episode that is reported as a group."""
    chosen = np.flatnonzero(verdict.group)
    rows = _rows(ground, touches, fit, verdict, settings)
    return dict(zip(chosen.tolist(), _ids(ground, touches, fit, chosen, rows), strict=True))


def _rows(ground: Ground, touches: Touches, fit: Fit, verdict: Reported, settings: EpisodeSettings) -> _Rows:
    pairs = fit.pairs
    shown = verdict.group[pairs.episode] & verdict.member[pairs.member]
    shown &= fit.responsibility > settings.groups.responsibility
    pair, reading = pairs.readings(ground)
    kept = shown[pair]
    pair, reading = pair[kept], reading[kept]
    number = np.cumsum(verdict.group) - 1
    group, touch = number[pairs.episode[pair]], ground.touch[reading]
    order = np.lexsort((touches.engagement[touch], touches.first[touch], group))
    pair = pair[order]
    return _Rows(group[order], pairs.member[pair], pair, reading[order], touch[order])


def _ids(ground: Ground, touches: Touches, fit: Fit, chosen: Ints, rows: _Rows) -> list[str]:
    """A function of account, program, need and the first engagement."""
    head = rows.touch[runs(rows.group)[:-1]] if len(rows.group) else rows.touch
    parts_of = zip(
        named(touches.account_ids, ground.row_account[fit.episodes.row[chosen]]).to_pylist(),
        named(touches.program_ids, ground.row_program[fit.episodes.row[chosen]]).to_pylist(),
        named(ground.words.needs, fit.episodes.need[chosen]).to_pylist(),
        named(touches.engagement_ids, touches.engagement[head]).to_pylist(),
        strict=True,
    )
    seen: dict[tuple[str, ...], int] = {}
    ids = []
    for account, program, need, first in parts_of:
        key = (account, program or "", need, first)
        seen[key] = seen.get(key, 0) + 1
        ids.append(digest(["group", DETECTOR, *key, *([str(seen[key])] if seen[key] > 1 else [])]))
    return ids


def _groups(
    ground: Ground,
    touches: Touches,
    fit: Fit,
    chosen: Ints,
    rows: _Rows,
    ids: list[str],
    settings: EpisodeSettings,
    families: Mapping[str, str],
) -> pa.Table:
    episodes, number = fit.episodes, len(chosen)
    row, need = episodes.row[chosen], episodes.need[chosen]
    moment = touches.first[rows.touch]
    sure = fit.responsibility[rows.pair] > settings.groups.forming
    formed, last = np.full(number, np.iinfo(np.int64).max), np.full(number, np.iinfo(np.int64).min)
    np.minimum.at(formed, rows.group[sure], moment[sure])
    np.maximum.at(last, rows.group, moment)
    earliest = np.full(number, np.iinfo(np.int64).max)
    np.minimum.at(earliest, rows.group, moment)
    formed = np.where(formed == np.iinfo(np.int64).max, earliest, formed)
    members = distinct(rows.member)  # each belongs to one group
    of_member = np.full(fit.pairs.members, -1, np.int64)
    of_member[rows.member] = rows.group
    group_of = of_member[members]
    personas: list[set[str]] = [set() for _ in range(number)]
    for group, persona in zip(group_of.tolist(), ground.person_persona[fit.pairs.member_person[members]].tolist(), strict=True):  # fmt: skip
        if persona < len(ground.personas) - 1:
            personas[group].add(ground.personas[persona])
    needs = pa.array([name or None for name in ground.words.needs], pa.string())
    columns = {
        "group_id": ids,
        "lineage_id": ids,
        "account_id": named(touches.account_ids, ground.row_account[row]),
        "program_id": named(touches.program_ids, ground.row_program[row]),
        "need": needs.take(pa.array(need)),
        "status": ["forming"] * number,
        "formed_at": instants(formed),
        "last_active_at": instants(last),
        "people": np.bincount(group_of, minlength=number),
        "personas": [sorted(one) for one in personas],
        "engagements": np.bincount(rows.group, minlength=number),
        "strength": np.round(episodes.strength[chosen], 6),
        "program_alternatives": _alternatives(ground, touches, fit, chosen, settings),
        "detector": [DETECTOR] * number,
        "families": [sorted({families[name] for name in one if name in families}) for one in personas],
    }
    return typed_table(Group, columns)


def _alternatives(
    ground: Ground, touches: Touches, fit: Fit, chosen: Ints, settings: EpisodeSettings
) -> list[list[str]]:
    """Other programs each group may be for, the likeliest first."""
    choice, number = fit.choice, len(fit.episodes)
    episode = np.repeat(np.arange(number), np.diff(choice.start)) if number else np.zeros(0, np.int64)
    place = np.full(number, -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    others = np.flatnonzero(
        (choice.posterior >= settings.groups.alternatives)
        & (choice.row != fit.episodes.row[episode])
        & (place[episode] >= 0)
    )
    others = others[np.lexsort((choice.row[others], -np.round(choice.posterior[others], 9), episode[others]))]
    names = named(touches.program_ids, ground.row_program[choice.row[others]]).to_pylist()
    found: list[list[str]] = [[] for _ in range(len(chosen))]
    for group, name, value in zip(place[episode[others]].tolist(), names, choice.posterior[others].tolist(), strict=True):  # fmt: skip
        found[group].append(f"{name or 'unlisted'}:{value:.2f}")
    return found


def _memberships(
    ground: Ground, touches: Touches, fit: Fit, rows: _Rows, ids: list[str], settings: EpisodeSettings
) -> pa.Table:
    order = np.lexsort((np.arange(len(rows.member)), rows.member, rows.group))
    bounds = runs(joined_ids(rows.group[order], rows.member[order])) if len(order) else np.zeros(1, np.int64)
    head, tail = order[bounds[:-1]], order[bounds[1:] - 1]
    member = rows.member[head]
    person = fit.pairs.member_person[member]
    contact = ground.person_contact[person]
    names = np.append(np.array([*touches.personas, UNKNOWN], object), UNKNOWN)
    columns = {
        "group_id": [ids[group] for group in rows.group[head].tolist()],
        "contact_id": named(touches.contact_ids, contact),
        "account_id": named(touches.account_ids, ground.person_account[person]),
        "persona": names[touches.contact_persona[contact]].tolist(),
        "probability": np.clip(
            np.round(stated(fit.held[member], settings.groups), 6), 1e-6, 1 - 1e-6
        ),  # rounding makes nobody certain
        "first_at": instants(touches.first[rows.touch[head]]),
        "last_at": instants(touches.first[rows.touch[tail]]),
        "engagements": np.diff(bounds),
    }
    return typed_table(Membership, columns)


def _evidence(
    ground: Ground,
    touches: Touches,
    fit: Fit,
    rows: _Rows,
    ids: list[str],
    event: Floats,
    passed: Floats,
    settings: EpisodeSettings,
) -> pa.Table:
    columns = {
        "group_id": [ids[group] for group in rows.group.tolist()],
        "engagement_id": named(touches.engagement_ids, touches.engagement[rows.touch]),
        "contact_id": named(touches.contact_ids, touches.contact[rows.touch]),
        # Rounded down, so that the shares of one engagement never sum to more than 1.
        "responsibility": np.floor(1e6 * fit.responsibility[rows.pair]) / 1e6,
        "reasons": _reasons(ground, fit, rows, event, passed, settings),
    }
    return typed_table(Evidence, columns)


def _reasons(
    ground: Ground, fit: Fit, rows: _Rows, event: Floats, passed: Floats, settings: EpisodeSettings
) -> pa.ListArray:
    """Named log-odds of each row, the strongest first: what was read, when, and what else explains it."""
    found = reading_terms(ground, fit, settings, event, passed, rows.pair, rows.reading)
    found |= session_terms(ground, fit, rows.pair)
    values = np.column_stack(list(found.values()))
    order = np.argsort(-np.abs(np.round(values, 6)), axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    told = np.abs(values) >= _SMALL
    texts = _signed(tuple(found), order[told], values[told])
    return pa.ListArray.from_arrays(pa.array(np.append(0, np.cumsum(told.sum(axis=1))), pa.int32()), texts)


def _signed(names: tuple[str, ...], name: Ints, value: Floats) -> pa.Array:
    """Write names with their values to two decimals; each text is written once."""
    hundredths = np.rint(value * 100).astype(np.int64)
    between = np.abs(np.abs(value * 100 - hundredths) - 0.5) < 1e-6  # rounding the text may go the other way
    for place in np.flatnonzero(between).tolist():
        hundredths[place] = round(100 * float(f"{value[place]:.2f}"))
    low = int(hundredths.min(initial=0))
    width = int(hundredths.max(initial=0)) - low + 1
    word = name * width + hundredths - low
    seen = np.bincount(word, minlength=1) > 0
    texts = [f"{names[one // width]}:{(one % width + low) / 100:+.2f}" for one in np.flatnonzero(seen).tolist()]
    return pa.array(texts, pa.string()).take(pa.array((np.cumsum(seen) - 1)[word]))


def _unassigned(
    ground: Ground, touches: Touches, fit: Fit, verdict: Reported, free: np.ndarray, settings: EpisodeSettings
) -> pa.Table:
    """Every relevant touch that no group claims, with the reason of the episode that came closest."""
    pairs = fit.pairs
    best = np.full(len(ground.session_person), -1, np.int64)
    some = np.flatnonzero(fit.responsibility > settings.groups.responsibility)
    order = some[np.lexsort((pairs.episode[some], fit.responsibility[some]))]
    best[pairs.session[order]] = pairs.episode[order]  # the last one written is the largest
    reasons = (*WHY_NOT, "not_a_member", "background")
    why = np.append(np.where(verdict.why_not < 0, len(WHY_NOT), verdict.why_not), len(WHY_NOT) + 1)[best]
    of_touch = np.full(len(touches), len(reasons) - 1, np.int64)
    of_touch[ground.touch] = why[ground.session]
    rows = np.flatnonzero(free)
    rows = rows[np.argsort(touches.engagement[rows], kind="stable")]
    columns = {
        "engagement_id": named(touches.engagement_ids, touches.engagement[rows]),
        "account_id": named(touches.account_ids, touches.account[rows]),
        "reason": named(reasons, of_touch[rows]),
    }
    return typed_table(Unassigned, columns)
