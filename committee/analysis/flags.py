"""Window flags as findings: each with its receipt and how likely luck is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from committee.analysis.chance import Shifts, expected_by_chance, share_flagged_by_chance
from committee.analysis.codes import Flags, Ints, distinct, joined_ids, named, runs
from committee.analysis.receipts import receipts
from committee.analysis.touches import Touches
from committee.analysis.windows import DAY_MS, Scoped, Windows, flagged_windows, scoped
from committee.records import digest
from committee.records.computed import Flag
from committee.records.tables import typed_table
from committee.settings import WindowSettings

__all__ = ["RULE", "WindowFlags", "instants", "lists_of", "rule_name", "window_flags"]

RULE = "window/1"


@dataclass(frozen=True)
class WindowFlags:
    """The flags of one run.

    Attributes
    ----------
    table : pyarrow Table
        Findings table ``flags``, sorted by flag_id; group_id is still empty.
    scopes : int
        Scopes with any relevant touch.
    share_flagged, share_by_chance : float
        Share of them with a flag, and in a world whose people's times are shifted.
    """

    table: pa.Table
    scopes: int
    share_flagged: float
    share_by_chance: float


def rule_name(settings: WindowSettings) -> str:
    """Name the rule with its version and numbers.

    >>> from committee.settings import Settings
    >>> rule_name(Settings.read(environment={}).window)
    'window/1 3 personas in 14 days'
    """
    return f"{RULE} {settings.personas} personas in {settings.days:g} days"


def instants(values: Ints) -> pa.Array:
    """Return epoch milliseconds as moments."""
    return pa.array(values, pa.int64()).cast(pa.timestamp("ms", tz="UTC"))


def lists_of(owner: Ints, items: pa.Array, owners: int) -> pa.ListArray:
    """Gather items, sorted by their owner, into one list for each of ``owners``."""
    offsets = np.searchsorted(owner, np.arange(owners + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), items)


def window_flags(touches: Touches, settings: WindowSettings) -> WindowFlags:
    """Apply the window rule, with receipts and chance.

    Examples
    --------
    A flag's id is a function of its scope, rule, account, program and first engagement: other accounts have no part in it.
    """
    rows = scoped(touches, settings.scope)
    windows = flagged_windows(rows, personas=settings.personas, days=settings.days)
    scopes = len(rows.account)
    flagged = len(distinct(rows.scope[windows.start])) / scopes if scopes else 0.0
    moved = Shifts.of(touches, rows, settings.seed)
    by_chance = share_flagged_by_chance(rows, moved, personas=settings.personas, days=settings.days)
    return WindowFlags(_table(touches, rows, windows, moved, settings), scopes, flagged, by_chance)


def _table(touches: Touches, rows: Scoped, windows: Windows, moved: Shifts, settings: WindowSettings) -> pa.Table:
    number = len(windows)
    proof = receipts(rows, windows, personas=settings.personas, days=settings.days)
    chance = expected_by_chance(
        rows,
        windows,
        moved,
        personas=settings.personas,
        days=settings.days,
        shifts=settings.shifts,
        most_cells=settings.most_shifted,
    )
    scope = rows.scope[windows.start]
    account = named(touches.account_ids, rows.account[scope])
    program = named(touches.program_ids, rows.program[scope])

    def ids(row: Ints) -> pa.Array:
        return named(touches.engagement_ids, touches.engagement[rows.touch[row]])

    rule = rule_name(settings)
    opened = ids(windows.row[runs(windows.flag)[:-1]] if number else windows.row)
    keys = zip(account.to_pylist(), program.to_pylist(), opened.to_pylist(), strict=True)
    known = rows.persona[windows.row] >= 0
    personas = _distinct(windows.flag[known], rows.persona[windows.row][known])
    people = _distinct(windows.flag, touches.contact[rows.touch[windows.row]])
    start, raised = rows.first[windows.start], rows.first[windows.raised]
    end = rows.first[windows.end]
    columns = {
        "flag_id": [digest(["flag", settings.scope, rule, a, p or "", e]) for a, p, e in keys],
        "kind": ["window"] * number,
        "scope": [settings.scope] * number,
        "certainty": np.where(proof.certain, "certain", "possible").tolist(),
        "account_id": account,
        "program_id": program,
        "window_start": instants(start),
        "window_end": instants(end),
        "raised_at": instants(raised),
        "personas": lists_of(personas[0], named(touches.personas, personas[1]), number),
        "contact_ids": lists_of(people[0], named(touches.contact_ids, people[1]), number),
        "engagement_ids": lists_of(windows.flag, ids(windows.row), number),
        "witness_ids": lists_of(proof.witness_flag, ids(proof.witness_row), number),
        "removal_ids": lists_of(proof.removal_flag, ids(proof.removal_row), number),
        "rule": [rule] * number,
        "expected_by_chance": pa.array(chance, mask=np.isnan(chance)),
        "weak": _weak(chance, _quiet(scope, end, raised, settings), settings),
    }
    table = typed_table(Flag, columns)
    return table.take(pa.array(np.argsort(np.array(columns["flag_id"], object), kind="stable")))


def _distinct(owner: Ints, value: Ints) -> tuple[Ints, Ints]:
    """Distinct values of each owner, in order."""
    if not len(owner):
        return owner, value
    pair = joined_ids(owner, value)
    _, example = np.unique(pair, return_index=True)
    return owner[example], value[example]


def _quiet(scope: Ints, end: Ints, raised: Ints, settings: WindowSettings) -> Flags:
    """Flags raised within the quiet period after the flag before them in the same scope."""
    quiet = np.zeros(len(scope), bool)
    soon = raised[1:] - end[:-1] <= settings.quiet_days * DAY_MS
    quiet[1:] = (scope[1:] == scope[:-1]) & soon & (settings.quiet_days > 0)
    return quiet


def _weak(
    chance: np.ndarray[tuple[int, ...], np.dtype[np.float64]], quiet: Flags, settings: WindowSettings
) -> list[str | None]:
    likely = ~np.isnan(chance) & (chance > settings.max_chance)
    return ["by chance" if luck else "quiet period" if soon else None for luck, soon in zip(likely, quiet, strict=True)]
