"""The tables of the benchmark: detectors by how well they find groups, and scores by how well they rank accounts."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from committee.analysis.codes import codes_in, milliseconds, plain
from committee.analysis.touches import epoch_ms
from committee.analysis.windows import DAY_MS
from committee.benchmark.detectors.case import Case
from committee.benchmark.detectors.delay import beginning, first_reported, median_wait, replayed, waits
from committee.benchmark.detectors.detector import Detector, numbers
from committee.benchmark.detectors.ranking import active_accounts, area_under_curve, average_precision
from committee.benchmark.detectors.scores import SCORES, activities, of_accounts
from committee.benchmark.scorer import score

__all__ = ["COLUMNS", "RANKING_COLUMNS", "compared", "mean_rows", "ranked"]

FIGURES = {  # by column: what the scorer calls it
    "bcubed_f1": "bcubed_f1",
    "group_f1": "group_f1",
    "group_and_program_f1": "group_program_f1",
    "false_per_account": "false_per_account",
    "merged": "merged_rate",
    "split": "split_rate",
}
COLUMNS = ("world", "detector", *FIGURES, "groups_per_account", "delay_days", "seconds")
RANKING_COLUMNS = ("world", "score", "accounts", "active", "average_precision", "area_under_curve")

Row = dict[str, Any]


def compared(case: Case, detectors: Sequence[Detector], *, weeks: int) -> list[Row]:
    """Run detectors on one case and score them.

    Parameters
    ----------
    case : Case
    detectors : sequence of Detector
    weeks : int
        Weeks replayed for the delay; 0 leaves it out.

    Returns
    -------
    list of dict
        One a detector, with `COLUMNS`: figures of the scorer; groups reported an account; median days from a group's
        beginning to its first report; seconds of the detector itself, the market being loaded and laid out. None where a
        figure cannot be told.
    """
    seen = case.touches()
    rows = []
    for one in detectors:
        begun = time.perf_counter()
        tables = one.find(case, seen)
        seconds = time.perf_counter() - begun
        figures = score(case.truth, tables["groups"].to_pandas(), tables["memberships"].to_pandas())
        rows.append(
            {
                "world": case.name,
                "detector": one.name,
                **{column: _told(figures.get(name)) for column, name in FIGURES.items()},
                "groups_per_account": tables["groups"].num_rows / max(1, len(case.truth.accounts)),
                "delay_days": None,
                "seconds": seconds,
            }
        )
        if not len(case.truth.groups):
            rows[-1] |= dict.fromkeys(("bcubed_f1", "group_f1", "group_and_program_f1", "merged", "split"))
    if weeks:
        _tell_delay(case, detectors, rows, weeks)
    return rows


def _tell_delay(case: Case, detectors: Sequence[Detector], rows: Iterable[Row], weeks: int) -> None:
    needed = {name: numbers()["groups"][name] for name in ("people", "personas")}
    started = beginning(case.truth, weeks, **needed)
    if not len(started):
        return
    answers = replayed(case, detectors, weeks)
    for row in rows:
        found = first_reported(case.truth, started, answers[row["detector"]], match_at=numbers()["delay"]["match_at"])
        row["delay_days"] = _told(median_wait(waits(case.truth, started, found)))


def ranked(case: Case, detectors: Sequence[Detector]) -> list[Row]:
    """Rank the accounts by published scores, and by the people in each detector's active groups.

    Returns
    -------
    list of dict
        One a score, with `RANKING_COLUMNS`; empty when no account, or every one, has an active group.
    """
    own, needed = numbers()["ranking"], numbers()["groups"]
    active = active_accounts(case.truth, days=own["active_days"], people=needed["people"], personas=needed["personas"])
    done = activities(case)
    accounts = done.account_ids.to_pylist()
    wanted = [account in active for account in accounts]
    if not any(wanted) or all(wanted):
        return []
    scores = {name: of_accounts(one, case, done) for name, one in SCORES.items()}
    seen = case.touches()
    for one in detectors:
        scores[one.name] = _people_in_active_groups(case, one.find(case, seen), done.account_ids, own["active_days"])
    return [
        {
            "world": case.name,
            "score": name,
            "accounts": len(accounts),
            "active": sum(wanted),
            "average_precision": average_precision(values, wanted),
            "area_under_curve": area_under_curve(values, wanted),
        }
        for name, values in scores.items()
    ]


def _people_in_active_groups(
    case: Case, tables: Mapping[str, pa.Table], account_ids: pa.Array, days: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    groups = tables["groups"]
    last = np.asarray(milliseconds(groups.column("last_active_at")))
    recent = epoch_ms(case.as_of) - last <= days * DAY_MS
    account = codes_in(plain(groups.column("account_id")), account_ids)
    use = np.flatnonzero(recent & (account >= 0))
    return np.bincount(account[use], np.asarray(groups.column("people"))[use], len(account_ids)).astype(float)


def mean_rows(rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[Row]:
    """Average rows that agree in ``keys``, in the order of their first: figures that none of them tells stay untold."""
    gathered: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        gathered.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [
        {name: value if name in keys else _mean([row[name] for row in together]) for name, value in together[0].items()}
        for together in gathered.values()
    ]


def _mean(values: Sequence[Any]) -> Any:
    told = [value for value in values if value is not None]
    return (told[0] if len(set(told)) == 1 else sum(told) / len(told)) if told else None


def _told(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
