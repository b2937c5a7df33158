"""Which accounts fit, as an ideal customer profile that was loaded with them says; nothing is guessed where none says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from committee.findings import Findings
from committee.records.columns import whole

__all__ = ["Gate", "fit_gate"]

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%?\s*")


@dataclass(frozen=True)
class Gate:
    """Accounts by what is said of their fit.

    Attributes
    ----------
    fits, not_fit, unsaid : frozenset of str
        Account ids.
    """

    fits: frozenset[str]
    not_fit: frozenset[str]
    unsaid: frozenset[str]

    def through(self, findings: Findings) -> Findings:
        """Return the findings with groups and flags of accounts that fit only."""
        ids = pa.array(sorted(self.fits), pa.string())
        kept = {
            name: findings[name].filter(pc.is_in(whole(findings[name].column("account_id")), value_set=ids))
            for name in ("groups", "flags")
        }
        return findings.with_tables(**kept)


def fit_gate(accounts: pa.Table, column: str, words: Sequence[str], least: float) -> Gate | None:
    """Read from a column of the accounts who fits.

    Parameters
    ----------
    accounts : pyarrow Table
    column : str
        Name of the column, whichever system's prefix stands before it.
    words : sequence of str
        Cells that mean an account fits, in any case.
    least : float
        A cell that is a number means so from this one on.

    Returns
    -------
    Gate or None
        None where there is no such column, or nothing stands in it.
    """
    name = next((one for one in accounts.column_names if one.lower().removeprefix("property_") == column.lower()), None)
    cells = whole(accounts.column(name)).cast(pa.string()).to_pylist() if name else []
    if not any(cell and cell.strip() for cell in cells):
        return None
    wanted = {word.casefold() for word in words}
    found: dict[str, set[str]] = {"fits": set(), "not_fit": set(), "unsaid": set()}
    for account_id, cell in zip(accounts.column("account_id").to_pylist(), cells, strict=True):
        text = (cell or "").strip()
        number = _NUMBER.fullmatch(text)
        good = float(number[1]) >= least if number else text.casefold() in wanted
        found["fits" if good else "not_fit" if text else "unsaid"].add(account_id)
    return Gate(**{kind: frozenset(ids) for kind, ids in found.items()})
