"""Who fits: as a column of the accounts says it, in words or numbers; never by guess."""

from __future__ import annotations

import pyarrow as pa
import pytest
from reports.small_world import small_findings

from committee.analysis.fit_gate import fit_gate

WORDS = ("strong", "moderate")


def gate(*cells: str | None, column: str = "fit"):
    accounts = pa.table(
        {"account_id": [f"a{place}" for place in range(len(cells))], column: pa.array(cells, pa.string())}
    )
    return fit_gate(accounts, "Fit", WORDS, 50.0)


@pytest.mark.parametrize("column", ["fit", "FIT", "property_fit"])
def test_words_and_numbers_say_who_fits_and_an_empty_cell_says_nothing(column: str):
    found = gate("Strong", " moderate ", "weak", "50", "49.9", "81 %", None, " ", "strong-ish", column=column)
    assert found is not None
    assert found.fits == {"a0", "a1", "a3", "a5"}
    assert found.not_fit == {"a2", "a4", "a8"}
    assert found.unsaid == {"a6", "a7"}


def test_without_a_column_or_with_an_empty_one_nobody_says_anything():
    assert gate("strong", column="tier") is None
    assert gate(None, "") is None


def test_only_groups_and_flags_of_accounts_that_fit_go_through():
    found = fit_gate(pa.table({"account_id": ["acc-a", "acc-b"], "fit": ["weak", "strong"]}), "fit", WORDS, 50.0)
    assert found is not None
    through = found.through(small_findings())
    assert (through.groups.num_rows, through.flags.num_rows) == (0, 0)
    assert through.personas.num_rows == small_findings().personas.num_rows
    other = fit_gate(pa.table({"account_id": ["acc-a", "acc-b"], "fit": ["90", "10"]}), "fit", WORDS, 50.0)
    assert other is not None
    assert other.through(small_findings()) == small_findings()
