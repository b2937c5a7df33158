"""Whom to tell of what: changes of state, at most so many a week for one owner, and not again so soon about one group.

An occasion is a flag that was raised, or a status that a group came into. The first of a group alerts; those within the
quiet period after an alert about the group, and those beyond the owner's budget of the week, go into a digest. So
nothing is lost, and nobody is called more often than agreed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from committee.analysis.touches import epoch_ms
from committee.analysis.verdicts import subject_of
from committee.analysis.windows import DAY_MS
from committee.findings import Findings
from committee.market import Market
from committee.records import digest

__all__ = ["BUDGET", "QUIET", "Occasion", "Sent", "Told", "occasions", "since_the_last", "told", "week_of"]

QUIET, BUDGET = "quiet period", "budget of the week"
_Row = Mapping[str, Any]
_WEEK_MS = 7 * DAY_MS
_FIRST_MONDAY_MS = 4 * DAY_MS  # 5 January 1970


@dataclass(frozen=True, order=True)
class Occasion:
    """A change of state that somebody may be told of; sorted by when it happened.

    Attributes
    ----------
    at : int
        Epoch milliseconds.
    alert_id : str
        A function of what changed and when: the same change has the same id in every run.
    subject : str
        What the quiet period is about: group:LINE, or flag:ID for a flag of no group.
    state : str
        flag, or the status.
    account_id, program_id, group_id, flag_id : str or None
    owner : str
        Owner of the account; empty = nobody.
    cause : str
    stands : bool
        Whether it still holds: the group has the status now, or the flag's group is not closed.
    """

    at: int
    alert_id: str
    subject: str
    state: str
    account_id: str
    program_id: str | None
    group_id: str | None
    flag_id: str | None
    owner: str
    cause: str
    stands: bool = True


@dataclass(frozen=True)
class Told:
    """What becomes of an occasion: an alert, or a line of a digest, and why no alert."""

    occasion: Occasion
    alert: bool
    because: str = ""


@dataclass(frozen=True)
class Sent:
    """What was sent before.

    Attributes
    ----------
    alert_ids : frozenset of str
    states : mapping
        Subject -> the last status it was told to have, and since when.
    quiet_from : mapping
        Subject -> moment of the last occasion that alerted, epoch milliseconds.
    this_week : mapping
        Owner -> alerts sent in the week of the report.
    """

    alert_ids: frozenset[str] = frozenset()
    states: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    quiet_from: Mapping[str, int] = field(default_factory=dict)
    this_week: Mapping[str, int] = field(default_factory=dict)


_NOTHING = Sent()


def week_of(moment: int) -> int:
    """Return the number of the week, Monday to Sunday UTC, of epoch milliseconds.

    >>> week_of(0), week_of(4 * 86_400_000 - 1), week_of(4 * 86_400_000)
    (-1, -1, 0)
    """
    return (moment - _FIRST_MONDAY_MS) // _WEEK_MS


def occasions(
    findings: Findings,
    market: Market,
    *,
    kinds: Collection[str],
    families: Mapping[str, str],
    least_families: int,
    weak: bool,
) -> list[Occasion]:
    """List all occasions of the findings, by time and id.

    Parameters
    ----------
    kinds : collection of str
        ``flag``, and statuses.
    families : mapping
        Function family of each persona.
    least_families : int
        Families that the personas of the flag, or of the group, come from at least.
    weak : bool
        Whether weak flags count.
    """
    owners = _owners(market)
    groups = {row["group_id"]: row for row in findings.groups.to_pylist()}

    def broad(personas: Iterable[str] | None) -> bool:
        return len({families[one] for one in personas or () if one in families}) >= least_families

    found = []
    if "flag" in kinds:
        for row in findings.flags.to_pylist():
            if broad(row["personas"]) and (weak or not row["weak"]):
                found.append(_of_flag(row, groups.get(row["group_id"]), owners))
    rows = sorted(findings.statuses.to_pylist(), key=lambda row: row["since"])
    now = {row["group_id"]: row["since"] for row in rows}
    for row in rows:
        group = groups.get(row["group_id"])
        if row["status"] in kinds and group and broad(group["personas"]):
            found.append(_of_status(row, group, owners, row["since"] == now[row["group_id"]]))
    return sorted(found, key=_in_time)


def _of_flag(row: _Row, group: _Row | None, owners: Mapping[str, str]) -> Occasion:
    return Occasion(
        at=epoch_ms(row["raised_at"]),
        alert_id=digest(["alert", "flag", row["flag_id"]]),
        subject=subject_of("group", group) if group else subject_of("flag", row),
        state="flag",
        account_id=row["account_id"],
        program_id=row["program_id"],
        group_id=group["group_id"] if group else None,
        flag_id=row["flag_id"],
        owner=owners.get(row["account_id"], ""),
        cause=f"{len(row['personas'] or ())} personas: {row['rule']}",
        stands=group is None or group["status"] != "closed",
    )


def _of_status(row: _Row, group: _Row, owners: Mapping[str, str], stands: bool) -> Occasion:
    at, subject = epoch_ms(row["since"]), subject_of("group", group)
    return Occasion(
        at=at,
        alert_id=digest(["alert", subject, row["status"], str(at)]),
        subject=subject,
        state=row["status"],
        account_id=group["account_id"],
        program_id=group["program_id"],
        group_id=group["group_id"],
        flag_id=None,
        owner=owners.get(group["account_id"], ""),
        cause=row["cause"],
        stands=stands,
    )


def _owners(market: Market) -> dict[str, str]:
    rows = market.accounts.select(["account_id", "owner"]).to_pylist()
    return {row["account_id"]: " ".join((row["owner"] or "").split()) for row in rows}


def _in_time(one: Occasion) -> tuple[int, str]:
    return one.at, one.alert_id


def since_the_last(
    found: Sequence[Occasion], findings: Findings, sent: Sent, *, after: int, until: int
) -> list[Occasion]:
    """Return the occasions nobody was told of yet.

    An occasion counts when it still stands and happened later than ``after`` and not later than ``until`` (epoch
    milliseconds). A status that its group was told to have, and has not left since, is no change, even when data that
    came late moved its beginning.
    """
    group_of = {subject_of("group", row): row["group_id"] for row in findings.groups.to_pylist()}
    left: dict[str, list[tuple[str, int]]] = {}
    for row in findings.statuses.to_pylist():
        left.setdefault(row["group_id"], []).append((row["status"], epoch_ms(row["since"])))

    def is_news(one: Occasion) -> bool:
        told_of = sent.states.get(one.subject)
        if one.flag_id is not None or told_of is None or told_of[0] != one.state:
            return True
        history = left.get(group_of.get(one.subject, ""), ())
        return any(status != one.state and told_of[1] < since < one.at for status, since in history)

    return [
        one
        for one in found
        if one.stands and after < one.at <= until and one.alert_id not in sent.alert_ids and is_news(one)
    ]


def told(
    found: Iterable[Occasion], *, quiet_days: float, per_week: int, sent: Sent = _NOTHING, now: int | None = None
) -> list[Told]:
    """Decide what becomes of each occasion, in the order of time.

    Parameters
    ----------
    found : iterable of Occasion
    quiet_days : float
        An occasion alerts when at least so many days went by since the one about its subject that alerted last.
    per_week : int
        Alerts of one owner in one week.
    sent : Sent
        What was sent before.
    now : int, optional
        All is sent at this moment (epoch milliseconds); by default each occasion at its own.
    """
    quiet, last = round(quiet_days * DAY_MS), dict(sent.quiet_from)
    used = Counter({(owner, week_of(now or 0)): number for owner, number in sent.this_week.items()})
    decided = []
    for one in sorted(found, key=_in_time):
        week = (one.owner, week_of(one.at if now is None else now))
        if one.subject in last and one.at - last[one.subject] < quiet:
            decided.append(Told(one, False, QUIET))
        elif used[week] >= per_week:
            decided.append(Told(one, False, BUDGET))
        else:
            used[week] += 1
            last[one.subject] = one.at
            decided.append(Told(one, True))
    return decided
