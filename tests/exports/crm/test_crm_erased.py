"""Somebody erased leaves the files of earlier exports, even where their id is a bare number; everybody else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports.crm.test_crm_export import HS, SF, every_byte, exported, read

from committee.erasure import Person, Traces
from committee.privacy.cleaning import clean, intended
from committee.privacy.searching import in_file


@pytest.mark.parametrize(("name", "ids"), [("salesforce", SF), ("hubspot", HS)])
def test_an_erased_person_is_found_in_an_export_and_taken_out_row_by_row(
    tmp_path: Path, name: str, ids: dict[str, str]
):
    exported(tmp_path / "out", name)
    files = [path for path in sorted((tmp_path / "out").rglob("*")) if path.is_file()]
    person = Person(ids=(ids["c-lead"],))
    traces = Traces(person)
    naming = [path for path in files if in_file(path, traces)]
    roles = "OpportunityContactRole.csv" if name == "salesforce" else "contacts.csv"
    assert [path.name for path in naming] == sorted([roles, "diff.csv", "undo.csv"])
    assert {intended(path) for path in naming} == {"loses the rows that name the person"}

    before = {path: read(path) for path in naming}
    clean(naming, person, lambda _: True)
    bare = ids["c-lead"].removeprefix("hubspot:")
    for path, rows in before.items():
        kept = [row for row in rows if bare not in {part for cell in row.values() for part in cell.split("/")}]
        assert len(kept) < len(rows)
        assert read(path) == kept
    assert not [path for path in files if in_file(path, traces)]


def test_the_next_export_goes_on_after_somebody_was_erased(tmp_path: Path):
    _, place = exported(tmp_path / "out")
    person = Person(ids=(SF["c-lead"],))
    clean(sorted(place.glob("*.csv")), person, lambda _: True)
    diff, _ = exported(tmp_path / "out", hide=("c-lead",))  # a person who is gone is as little reachable
    assert len(diff.forgotten) == 1
    assert diff.changes == []
    assert SF["c-lead"].encode() not in every_byte(tmp_path / "out")
