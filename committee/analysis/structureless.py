"""Markets in which nobody buys together, made from a real one: what a detector still finds there it finds by chance.

Two ways to break what people have in common, and nothing else:

- *shifted*: each person's touches move in time together, by one random offset, and wrap round within the time the person
  is observed. How much everybody reads, about what and in what rhythm stays; that colleagues read at the same time goes.
  A person's own burst on one subject stays too, that of a buyer as well: the more groups there are, the more this
  overstates.
- *exchanged*: the readers of each persona change places between accounts. When things are read stays, so that mailings
  and conferences still move everybody at once; that the readers of an account belong together goes.

What is set aside (machine clicks, crawlers) stays out: shifted, it would look like people.

For the run report buyers' own bursts are left out: what no group claims is shifted, and found again with the numbers that
are in force. On made markets this comes near the number of groups that nothing planted explains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.chance import observed_since
from committee.analysis.codes import Ints, codes_in, distinct, named, plain, runs
from committee.analysis.episodes.calibration import Calibration
from committee.analysis.episodes.context import context_of
from committee.analysis.episodes.detect import part_of, score
from committee.analysis.flags import instants
from committee.analysis.touches import Touches
from committee.market import Market
from committee.settings import Settings

__all__ = [
    "WAYS",
    "Luck",
    "Way",
    "by_luck",
    "exchanged",
    "expected_groups",
    "shifted",
    "without_structure",
]

Way = Literal["shifted", "exchanged", "both"]
WAYS: tuple[Way, ...] = get_args(Way)
_ROUNDS = 100  # in which those who drew their own account change with somebody


def expected_groups(
    find: Callable[[Market, pa.Table], int],
    market: Market,
    actors: pa.Table,
    seen: Touches,
    *,
    way: Way,
    worlds: int,
    seed: int,
) -> float:
    """Estimate how many groups a detector reports by chance: the mean over worlds without structure.

    Parameters
    ----------
    find : callable
        Counts the groups of a market, given with its actors.
    market, actors, seen
        The market, who did each engagement, and what of it counts.
    way : {"shifted", "exchanged", "both"}
    worlds : int
        At least 1.
    seed : int

    Returns
    -------
    float
    """
    counts = [
        find(*without_structure(market, actors, seen, way=way, seed=seed, world=world)) for world in range(worlds)
    ]
    return sum(counts) / len(counts)


def without_structure(
    market: Market, actors: pa.Table, seen: Touches, *, way: Way, seed: int, world: int = 0
) -> tuple[Market, pa.Table]:
    """Make one world without structure; ``world`` numbers those of one seed.

    Returns
    -------
    market, actors
        Only the engagements of ``seen`` are left.
    """
    rng = np.random.default_rng([seed, world])
    first, last = seen.first, seen.last
    account, contact = seen.account, seen.contact
    if way in ("shifted", "both"):
        first, last = shifted(seen, rng)
    if way in ("exchanged", "both"):
        account, contact = exchanged(seen, rng)
    order = np.argsort(seen.engagement, kind="stable")
    rows = market.engagements.take(pa.array(seen.engagement[order]))
    moved = {"occurred_at": instants(first[order]), "occurred_until": instants(last[order])}
    moved |= {
        "contact_id": named(seen.contact_ids, contact[order]),
        "account_id": named(seen.account_ids, account[order]),
    }
    if way != "shifted":
        # What a reader's form or campaign named is a program of the account they came from.
        aimed = market.campaigns.filter(pc.is_valid(market.campaigns.column("program_id"))).column("campaign_id")
        campaign = rows.column("campaign_id").cast(pa.string())
        foreign = pc.is_in(campaign, value_set=aimed.combine_chunks().cast(pa.string()))
        moved["campaign_id"] = pc.if_else(foreign, pa.scalar(None, pa.string()), campaign)
        moved["program_id"] = pa.nulls(rows.num_rows, pa.string())
    for name, column in moved.items():
        place = rows.column_names.index(name)
        rows = rows.set_column(place, name, column.cast(rows.schema.field(name).type))
    who = pa.table(
        {"engagement_id": rows.column("engagement_id"), **{name: moved[name] for name in ("contact_id", "account_id")}}
    )
    return market.with_tables(engagements=rows), who


def _people(seen: Touches) -> tuple[Ints, Ints]:
    """Number the people of each account by their first touch, whatever their ids.

    Returns
    -------
    person : int array
        Number of who made each touch.
    head : int array
        One touch of each person, the first.
    """
    order = np.lexsort((seen.first, seen.contact, seen.account))
    key = seen.account[order] * (len(seen.contact_ids) + 1) + seen.contact[order]
    bounds = runs(key) if len(key) else np.zeros(1, np.int64)
    head = order[bounds[:-1]]
    opened = seen.first[runs(seen.account)[:-1]] if len(seen) else head
    account_opened = np.repeat(opened, np.diff(runs(seen.account))) if len(seen) else head
    rank = np.lexsort((seen.account[head], account_opened[head], seen.first[head]))
    number = np.empty(len(head), np.int64)
    number[rank] = np.arange(len(head))
    person = np.empty(len(seen), np.int64)
    person[order] = np.repeat(number, np.diff(bounds))
    return person, head[rank]


def shifted(seen: Touches, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Move each person's touches together in time, circular within the time the person is observed.

    Returns
    -------
    first, last : int arrays
        Epoch milliseconds of each touch; none before the person is observed or after the day of the report.
    """
    if not len(seen):
        return seen.first, seen.last
    person, head = _people(seen)
    since = observed_since(seen)
    length = np.maximum(seen.as_of - since, 0) + 1
    offset = (rng.random(len(head))[person] * length).astype(np.int64)
    first = since + (seen.first - since + offset) % length
    return first, np.minimum(first + (seen.last - seen.first), seen.as_of)


def exchanged(seen: Touches, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Let the readers of each persona change places.

    Returns
    -------
    account, contact : int arrays
        Of each touch. Colleagues part: everybody's new place is drawn alone. Nobody keeps the account, unless one
        account has so many of the persona that they find no other places.
    """
    if not len(seen):
        return seen.account, seen.contact
    person, head = _people(seen)
    home = seen.account[head]
    seat = np.arange(len(head))
    for persona in distinct(seen.persona[head]).tolist():
        people = np.flatnonzero(seen.persona[head] == persona)
        taken = rng.permutation(people)
        for _ in range(_ROUNDS):
            stays = np.flatnonzero(home[taken] == home[people])
            if not len(stays):
                break
            for one, other in zip(stays.tolist(), rng.integers(len(people), size=len(stays)).tolist(), strict=True):
                taken[[one, other]] = taken[[other, one]]
        seat[people] = taken
    return home[seat][person], seen.contact[head[seat]][person]


@dataclass(frozen=True)
class Luck:
    """How many groups luck makes.

    Attributes
    ----------
    groups : int
        Groups reported.
    expected : float or None
        Groups of the whole market that appear where what no group claims is shifted; a mean over the worlds. None where
        there are too few accounts to tell, and where nobody wants to know.
    found : int
        Those that were counted, in all worlds together.
    accounts, worlds : int
        How much was looked at: 0 worlds where it was not told. Accounts where it cannot be told: those there are.
    """

    groups: int
    expected: float | None
    found: int
    accounts: int
    worlds: int


def by_luck(
    market: Market,
    seen: Touches,
    tags: pa.Table,
    settings: Settings,
    families: Mapping[str, str],
    found: Mapping[str, pa.Table],
    calibration: Calibration,
) -> Luck:
    """Estimate how many of the groups found are made by luck.

    Parameters
    ----------
    market, seen, tags, settings, families
        What the groups were found in.
    found : mapping
        Findings tables groups and evidence.
    calibration : Calibration
        The numbers they were found with; nothing is learned from the shifted worlds.

    Returns
    -------
    Luck
    """
    rules = settings.chance
    active = distinct(seen.account)
    if not rules.worlds or len(active) < rules.least_accounts:
        return Luck(found["groups"].num_rows, None, 0, len(active), 0)
    sample = active[:: max(1, -(-len(active) // rules.accounts))]
    worlds = max(1, min(rules.worlds, rules.accounts // len(sample)))
    claimed = (
        codes_in(named(seen.engagement_ids, seen.engagement), plain(found["evidence"].column("engagement_id"))) >= 0
    )
    part = part_of(_rows(seen, np.flatnonzero(~claimed)), sample)
    count = 0
    for world in range(worlds):
        moved = _moved(part, np.random.default_rng([rules.seed, world]))
        context = context_of(moved, settings.episodes.mass)
        count += score(market, moved, tags, settings, families, calibration, context)["groups"].num_rows
    expected = round(count / worlds * len(active) / len(sample), 3)
    return Luck(found["groups"].num_rows, expected, count, len(sample), worlds)


_OF_TOUCHES = (
    "engagement", "account", "contact", "content", "campaign", "program", "program_rule", "first", "last", "kind",
    "channel", "persona", "stage", "relevant",
)  # fmt: skip


def _rows(seen: Touches, rows: Ints) -> Touches:
    return replace(seen, **{name: getattr(seen, name)[rows] for name in _OF_TOUCHES})


def _moved(seen: Touches, rng: np.random.Generator) -> Touches:
    """Shift everybody, and put the touches in order again."""
    first, last = shifted(seen, rng)
    moved = replace(seen, first=first, last=last)
    return _rows(moved, np.lexsort((moved.engagement, first, moved.account)))
