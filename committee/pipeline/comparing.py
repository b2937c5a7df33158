"""Published scores of other systems beside the product's own points, and what makes them disagree about an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from committee.analysis.baselines.published import FORMULAS, Activities, activities, groups_of
from committee.analysis.codes import codes_in, plain
from committee.analysis.comparing import Difference, pieces_of, place_of, rules_without, scores_of
from committee.analysis.detect import conclude
from committee.analysis.episodes.detect import score
from committee.analysis.ranking import points_of_groups
from committee.analysis.touches import Touches, epoch_ms
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.changing import lines_between
from committee.pipeline.consequences import resolved
from committee.pipeline.rescoring import Frozen, Part, settings_of
from committee.pipeline.words import families
from committee.progress import SILENT, Progress
from committee.settings import Settings, word_list

__all__ = ["AccountAgain", "Compared", "compared", "differences", "scores_of_groups"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Compared:
    """All accounts in which somebody did something, by the product's points and by published scores.

    Attributes
    ----------
    seen : Activities
    seats : mapping of persona to int
    accounts : int array
        Positions in `seen.account_ids`.
    groups : int array
        Groups of every account of the market.
    points : float array
        The most points of a group, for every account of the market; 0 where there is none.
    scores : mapping of formula to float array
        For every account of the market.
    """

    seen: Activities
    seats: Mapping[str, int]
    accounts: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    points: Floats
    scores: Mapping[str, Floats]


def _told_by(findings: Findings) -> tuple[datetime, Settings]:
    assert findings.run is not None
    return datetime.fromisoformat(findings.run.as_of), settings_of(findings.run, Settings.read())


def _looked_at(market: Market, findings: Findings, as_of: datetime) -> Activities:
    return activities(market, resolved(market["engagements"], market), findings.personas, epoch_ms(as_of))


def scores_of_groups(market: Market, findings: Findings, name: str) -> dict[str, float]:
    """Return the published score of each group by its id.

    Parameters
    ----------
    market : Market
        All of it: some scores are relative to everybody.
    findings : Findings
    name : str
        Of the formula.
    """
    as_of, settings = _told_by(findings)
    seen, formula = _looked_at(market, findings, as_of), FORMULAS[name]
    units = groups_of(seen, findings.groups, findings.memberships)
    values = formula.score(seen, units, word_list("formulas")[formula.section], settings.coverage.seats)
    return dict(zip(findings.groups.column("group_id").to_pylist(), values.tolist(), strict=True))


def compared(market: Market, findings: Findings) -> Compared:
    """Rank all accounts by the product's points and by each published score.

    Parameters
    ----------
    market : Market
        All of it.
    findings : Findings
        Without the groups that are not to be looked at.
    """
    as_of, settings = _told_by(findings)
    seen, seats = _looked_at(market, findings, as_of), settings.coverage.seats
    number = len(seen.account_ids)
    points, groups = np.zeros(number), np.zeros(number, np.int64)
    each = points_of_groups(findings, as_of, settings.coverage.late_personas, word_list("ranking"))
    place = codes_in(findings.groups.column("account_id"), seen.account_ids)
    for account, value in zip(place.tolist(), each.values(), strict=True):
        if account >= 0:
            points[account] = max(points[account], value)
            groups[account] += 1
    numbers = word_list("formulas")
    scores = {name: scores_of(one, seen, numbers[one.section], seats) for name, one in FORMULAS.items()}
    busy = np.bincount(seen.account, minlength=number) > 0
    return Compared(seen, seats, np.flatnonzero(busy | (groups > 0)), groups, points, scores)


def differences(
    found: Compared,
    findings: Findings,
    frozen: Frozen,
    account_id: str,
    names: Sequence[str],
    hidden: frozenset[str] = frozenset(),
    progress: Progress = SILENT,
) -> list[Difference]:
    """Say what makes rankings disagree about one account: each piece of its evidence left out, each rule taken away.

    Parameters
    ----------
    found : Compared
    findings : Findings
        The run; its set_aside says what does not count here.
    frozen : Frozen
        The numbers of the run, with the whole market.
    account_id : str
    names : sequence of str
        Formulas.
    hidden : frozenset of str
        Ids of groups that people dismissed: what continues them gives no points.
    progress : Progress

    Returns
    -------
    list of Difference
        For each formula first the places as they are, then what brings them closest together, down to what parts them.
    """
    told = word_list("formulas")
    seen, account = found.seen, found.seen.account_ids.index(account_id).as_py()
    here = AccountAgain(frozen, account_id, hidden)
    look_backs = [told[FORMULAS[name].section]["days"] for name in names if "days" in told[FORMULAS[name].section]]
    reasons = _reasons(frozen.whole.market, findings, seen.row[seen.account == account])
    pieces = pieces_of(seen, account, reasons, look_backs=look_backs, people=told["compare"]["people"])
    base = float(found.points[account])
    own_place = _place(found, found.points, account)
    lines: dict[str, list[Difference]] = {name: [] for name in names}
    places = {name: _place(found, found.scores[name], account) for name in names}
    with progress.step("Leaving evidence out", len(pieces)) as step:
        for piece in pieces:
            points = found.points.copy()
            points[account] = here.points_without(seen.row[piece.where])
            keep = np.ones(len(seen.age), bool)
            keep[piece.where] = False
            rest = seen.kept(keep)
            own = _place(found, points, account)
            for name in names:
                formula = FORMULAS[name]
                scores = scores_of(formula, rest, told[formula.section], found.seats)
                place = _place(found, scores, account)
                closed = abs(places[name] - own_place) - abs(place - own)
                lines[name].append(
                    Difference(name, piece, float(scores[account]), place, float(points[account]), own, closed)
                )
            step.advance(1)
    for name in names:
        formula = FORMULAS[name]
        for rule, numbers in rules_without(formula, told[formula.section]).items():
            scores = scores_of(formula, seen, numbers, found.seats)
            place = _place(found, scores, account)
            closed = abs(places[name] - own_place) - abs(place - own_place)
            lines[name].append(Difference(name, rule, float(scores[account]), place, base, own_place, closed))
    answer = []
    for name in names:
        answer.append(Difference(name, None, float(found.scores[name][account]), places[name], base, own_place))
        answer += sorted(
            lines[name], key=lambda one: -one.closed
        )  # equals as they were made: kinds, ages, people, rules
    return answer


def _place(found: Compared, values: Floats, account: int) -> float:
    """The place among the accounts that are compared."""
    return place_of(values[found.accounts], int(np.searchsorted(found.accounts, account)))


def _reasons(market: Market, findings: Findings, rows: npt.NDArray[np.int64]) -> dict[int, str]:
    """Why engagements in some rows do not count here; the others do."""
    ids = plain(market.engagements.column("engagement_id")).take(pa.array(rows))
    ours = pc.is_in(plain(findings.set_aside.column("id")), value_set=ids)
    aside = findings.set_aside.filter(
        pc.and_(ours, pc.equal(plain(findings.set_aside.column("record")), "engagements"))
    )
    reason = dict(zip(aside.column("id").to_pylist(), aside.column("reason").to_pylist(), strict=True))
    told = zip(rows.tolist(), ids.to_pylist(), strict=True)
    return {row: reason[one] for row, one in told if one in reason}


class AccountAgain:
    """One account whose groups are found again without some of its evidence, with the numbers of the run frozen."""

    def __init__(self, frozen: Frozen, account_id: str, hidden: frozenset[str]) -> None:
        window = frozen.settings.window.model_copy(update={"shifts": 0})  # how likely luck is gives no points
        self._settings = frozen.settings.model_copy(update={"window": window})
        self._frozen, self._hidden = frozen, hidden
        self._ids = frozen.whole.market.engagements.column("engagement_id")
        self._part = frozen.account(account_id)
        with self._settings.in_force():
            self._families = families()
        self._before = self._found(self._part)

    def points_without(self, rows: npt.NDArray[np.int64]) -> float:
        """The most points of a group, when some engagements of the market had not been."""
        gone = plain(self._ids.take(pa.array(rows)))
        market = self._part.market
        stays = pc.invert(pc.is_in(plain(market.engagements.column("engagement_id")), value_set=gone))
        part = replace(
            self._part,
            market=market.with_tables(engagements=market.engagements.filter(stays)),
            actors=self._part.actors.filter(stays),
        )
        found = self._found(part)
        late = self._frozen.settings.coverage.late_personas
        points = points_of_groups(found, self._frozen.as_of, late, word_list("ranking"))
        if self._hidden:
            continues = lines_between(self._before, found)
            points = {name: value for name, value in points.items() if continues.get(name) not in self._hidden}
        return max(points.values(), default=0.0)

    def _found(self, part: Part) -> Findings:
        def find(market: Market, seen: Touches, tags: pa.Table) -> tuple[dict[str, pa.Table], Mapping[str, Any]]:
            numbers = self._frozen.calibration, self._frozen.context
            return score(market, seen, tags, self._settings, self._families, *numbers), {}

        told = part.market, part.actors, part.personas, part.tags
        tables, _ = conclude(*told, self._settings, self._frozen.as_of, self._families, find=find)
        return Findings(tables)
