"""Where each group stands, and since when: every change dated, with its cause.

The first that holds, from the top: closed (its deal was won or lost, or its program was stopped), dormant, stalled (no
member touch for so long), evaluating (bottom-of-funnel content read by several personas, or procurement or legal
joined), active (a flag stands), forming. A history begins at the moment a group had become one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.closing import closings
from committee.analysis.codes import Flags, Ints, codes_in, named, plain, runs, sorted_ids
from committee.analysis.days import iso_text
from committee.analysis.flags import instants
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS
from committee.market import Market
from committee.records.computed import STATUSES as ORDER
from committee.records.computed import StatusChange
from committee.records.tables import sorted_by_key, typed_table
from committee.settings import StatusSettings

__all__ = ["ORDER", "flags_with_groups", "latest_statuses", "member_touches", "statuses"]

_NEVER = 1 << 62


def flags_with_groups(flags: pa.Table, evidence: pa.Table) -> pa.Table:
    """Say of each flag to which group it belongs: the one that shares most of its engagements; ties by group id."""
    ids = sorted_ids(evidence.column("engagement_id"))
    groups = sorted_ids(evidence.column("group_id"))
    engagement, group = codes_in(evidence.column("engagement_id"), ids), codes_in(evidence.column("group_id"), groups)
    order = np.argsort(engagement, kind="stable")
    engagement, group = engagement[order], group[order]
    lists = (
        pa.concat_arrays(flags.column("engagement_ids").chunks)
        if flags.num_rows
        else pa.array([], pa.list_(pa.string()))
    )
    wanted = codes_in(lists.flatten(), ids)
    low, high = np.searchsorted(engagement, wanted, "left"), np.searchsorted(engagement, wanted, "right")
    size = np.where(wanted >= 0, high - low, 0)
    flag = np.repeat(np.asarray(pc.list_parent_indices(lists)).astype(np.int64), size)
    claim = np.arange(len(flag)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(low, size)
    width = len(groups) + 1
    pairs, shared = np.unique(flag * width + group[claim], return_counts=True)
    best = np.full(flags.num_rows, -1, np.int64)
    ranked = np.lexsort((-(pairs % width), shared, pairs // width))  # the best of each flag comes last
    best[(pairs // width)[ranked]] = (pairs % width)[ranked]
    return flags.set_column(flags.schema.get_field_index("group_id"), "group_id", named(groups, best))


@dataclass(frozen=True)
class _Story:
    """Member touches of all groups by group, time and id, and the moments that decide about each group."""

    group: Ints
    touch: Ints
    moment: Ints
    became: Ints  # row with which it became a group; the number of rows = never
    joined: Ints  # row with which procurement or legal joined
    read: Ints  # row with which enough personas had read bottom-of-funnel content
    begins: Ints  # milliseconds, as the three below
    evaluating: Ints
    flagged: Ints
    closed: Ints


def statuses(
    touches: Touches,
    market: Market,
    groups: pa.Table,
    evidence: pa.Table,
    flags: pa.Table,
    settings: StatusSettings,
    *,
    people: int,
    personas: int,
) -> pa.Table:
    """Tell the history of each group up to the day of the report.

    Parameters
    ----------
    touches, market
        What the groups were found in.
    groups, evidence, flags : pyarrow Table
        Findings tables, groups sorted by id; flags with their groups.
    settings : StatusSettings
    people, personas : int
        What makes a group one; its history begins with the touch that brought the last of them.

    Returns
    -------
    pyarrow Table
        Findings table ``statuses``. The last change of a group is its status now.
    """
    if not groups.num_rows:
        return typed_table(StatusChange, {})
    ids = plain(groups.column("group_id"))
    flagged, flag_ids = _first_flags(flags, ids)
    closed = closings(market, groups, touches.as_of, settings)
    closed_at = np.array([_NEVER if one is None else one[0] for one in closed], np.int64)
    story = _story(touches, ids, evidence, settings, people, personas, flagged, closed_at)
    who, at = _moments_to_look_at(story, settings, touches.as_of)
    latest = _latest_row(story, who, at)
    state = _states(story, settings, who, at, latest)
    change = np.ones(len(at), bool)
    change[1:] = (who[1:] != who[:-1]) | (state[1:] != state[:-1])
    rows = np.flatnonzero(change)
    tell = _Teller(touches, story, settings, flag_ids, [one[1] if one else "" for one in closed], people, personas)
    before = ""
    causes = []
    for place, row in enumerate(rows.tolist()):
        same_group = place > 0 and who[rows[place - 1]] == who[row]
        name = ORDER[state[row]]
        causes.append(tell.cause(name, before if same_group else "", int(who[row]), int(latest[row])))
        before = name
    columns = {
        "group_id": ids.take(pa.array(who[rows])),
        "status": named(ORDER, state[rows]),
        "since": instants(at[rows]),
        "cause": causes,
    }
    return sorted_by_key(StatusChange, typed_table(StatusChange, columns))


def latest_statuses(changes: pa.Table, groups: pa.Table) -> pa.Table:
    """Return the groups with the status they have now."""
    order = changes.take(pc.sort_indices(changes, sort_keys=[("since", "ascending")]))
    now = dict(zip(order.column("group_id").to_pylist(), order.column("status").to_pylist(), strict=True))
    status = pa.array([now[group] for group in groups.column("group_id").to_pylist()], pa.string()).dictionary_encode()
    return groups.set_column(groups.schema.get_field_index("status"), "status", status)


def _story(
    touches: Touches,
    ids: pa.Array,
    evidence: pa.Table,
    settings: StatusSettings,
    people: int,
    personas: int,
    flagged: Ints,
    closed: Ints,
) -> _Story:
    group, touch = member_touches(touches, ids, evidence)
    moment, persona, number = touches.first[touch], touches.persona[touch], len(ids)
    enough = (_running_distinct(group, touches.contact[touch]) >= people) & (
        _running_distinct(group, persona) >= personas
    )
    became = _first_row(group, enough, number)
    bottom = np.array([stage == settings.evaluating_stage for stage in (*touches.stages, "")], bool)[
        touches.stage[touch]
    ]
    read = _first_row(
        group, _running_distinct(group, np.where(bottom, persona, -1)) >= settings.evaluating_people, number
    )
    deciding = [code for code, name in enumerate(touches.personas) if name in settings.evaluating_personas]
    joined = _first_row(group, np.isin(persona, deciding), number)
    when = np.append(moment, _NEVER)
    begins = np.where(became < len(moment), when[became], moment[runs(group)[:-1]])
    return _Story(group, touch, moment, became, joined, read, begins, when[np.minimum(joined, read)], flagged, closed)


def member_touches(touches: Touches, group_ids: pa.Array, evidence: pa.Table) -> tuple[Ints, Ints]:
    """Return group code and touch of each row of the evidence, by group, time and id."""
    place = np.full(len(touches.engagement_ids) + 1, -1, np.int64)
    place[touches.engagement] = np.arange(len(touches))
    touch = place[codes_in(evidence.column("engagement_id"), touches.engagement_ids)]
    group = codes_in(evidence.column("group_id"), group_ids)
    order = np.lexsort((touches.engagement[touch], touches.first[touch], group))
    return group[order], touch[order]


def _running_distinct(group: Ints, value: Ints) -> Ints:
    """How many distinct values (those of 0 and more) each group has shown up to each row."""
    known = np.flatnonzero(value >= 0)
    fresh = np.zeros(len(group), np.int64)
    if len(known):
        pair = group[known] * (int(value.max()) + 1) + value[known]
        fresh[known[np.unique(pair, return_index=True)[1]]] = 1
    total = np.cumsum(fresh)
    bounds = runs(group)[:-1]
    return total - np.repeat(total[bounds] - fresh[bounds], np.diff(np.append(bounds, len(group))))


def _first_row(group: Ints, holds: Flags, number: int) -> Ints:
    """The first row of each group where something holds; the number of rows where it never does."""
    answer = np.full(number, len(group), np.int64)
    rows = np.flatnonzero(holds)
    found, place = np.unique(group[rows], return_index=True)
    answer[found] = rows[place]
    return answer


def _first_flags(flags: pa.Table, ids: pa.Array) -> tuple[Ints, list[str]]:
    """When the first flag of each group was raised, and its id; flags raised at one moment by id."""
    at, flag_ids = np.full(len(ids), _NEVER, np.int64), [""] * len(ids)
    group = codes_in(flags.column("group_id"), ids)
    names = flags.column("flag_id").to_pylist()
    raised = flags.column("raised_at").cast(pa.int64()).to_pylist()
    for moment, name, one in sorted(zip(raised, names, group.tolist(), strict=True), reverse=True):
        if one >= 0:
            at[one], flag_ids[one] = moment, name
    return at, flag_ids


def _moments_to_look_at(story: _Story, settings: StatusSettings, as_of: int) -> tuple[Ints, Ints]:
    """Group and moment of everything that can change a status, in order."""
    group, moment = story.group, story.moment
    ends = runs(group)[1:] - 1
    following = np.append(moment[1:], as_of)
    following[ends] = as_of
    silence = following - moment
    stall, sleep = _ms(settings.stalled_days), _ms(settings.dormant_days)
    stalls, sleeps = np.flatnonzero(silence >= stall), np.flatnonzero(silence >= sleep)
    woken = np.setdiff1d(stalls, ends) + 1
    every = np.arange(len(story.begins))
    at = [
        story.begins,
        story.evaluating,
        story.flagged,
        story.closed,
        moment[stalls] + stall,
        moment[sleeps] + sleep,
        moment[woken],
    ]
    who = [every, every, every, every, group[stalls], group[sleeps], group[woken]]
    moments, owners = np.concatenate(at), np.concatenate(who)
    # What ended a purchase before the group had become one counts from then on.
    keep = (moments >= story.begins[owners]) & (moments <= as_of)
    order = np.lexsort((moments[keep], owners[keep]))
    return owners[keep][order], moments[keep][order]


def _latest_row(story: _Story, who: Ints, at: Ints) -> Ints:
    """The last member touch at or before each moment."""
    low = min(int(story.moment.min()), int(at.min()))
    stride = max(int(story.moment.max()), int(at.max())) - low + 1
    return np.searchsorted(story.group * stride + story.moment - low, who * stride + at - low, "right") - 1


def _states(story: _Story, settings: StatusSettings, who: Ints, at: Ints, latest: Ints) -> Ints:
    quiet = at - story.moment[latest]
    holds = [
        story.closed[who] <= at,
        quiet >= _ms(settings.dormant_days),
        quiet >= _ms(settings.stalled_days),
        story.evaluating[who] <= at,
        story.flagged[who] <= at,
    ]
    return np.asarray(np.select(holds, range(5), default=5), np.int64)


def _ms(days: float) -> int:
    return round(days * DAY_MS)


@dataclass(frozen=True)
class _Teller:
    """Puts the cause of a change into words."""

    touches: Touches
    story: _Story
    settings: StatusSettings
    flag_ids: list[str]
    closing: list[str]
    people: int
    personas: int

    def cause(self, status: str, before: str, group: int, latest: int) -> str:
        if status == "closed":
            return self.closing[group]
        if status in ("dormant", "stalled"):
            days = self.settings.dormant_days if status == "dormant" else self.settings.stalled_days
            return f"no member touch for {days:g} days; the last was {self._row(latest)}"
        if before in ("dormant", "stalled"):
            return f"a member touched again: {self._row(latest)}"
        if status == "evaluating":
            return self._evaluating(group)
        if status == "active":
            return f"flag {self.flag_ids[group]} was raised"
        row = int(self.story.became[group])
        if row >= len(self.story.touch):
            return "first touch of a member"
        return f"{self.people} people of {self.personas} personas with {self._row(row)}"

    def _evaluating(self, group: int) -> str:
        joined, read = int(self.story.joined[group]), int(self.story.read[group])
        if joined <= read:
            return f"{self.touches.personas[self.touches.persona[self.story.touch[joined]]]} joined with {self._row(joined)}"
        return f"{self.settings.evaluating_people} personas have read {self.settings.evaluating_stage}-of-funnel content with {self._row(read)}"

    def _row(self, row: int) -> str:
        touch = self.story.touch[row]
        return f"{self.touches.engagement_ids[int(self.touches.engagement[touch])].as_py()} at {iso_text(int(self.story.moment[row]))}"
