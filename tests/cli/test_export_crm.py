"""The command that writes back to a CRM: shown first, written on request, empty the second time, refused in one line."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest
from cli.calling import Answer, called
from markets import small

from committee.findings import Findings

_KINDS = {"contact_id": ("C", "003"), "account_id": ("A", "001")}


def _native(column: str, value: str | None) -> str | None:
    letter, prefix = _KINDS[column]
    return value and f"{prefix}{value.removeprefix(letter).zfill(12)}AAA"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a made-up market whose ids have Salesforce's form, with an open deal for each program."""
    place = tmp_path_factory.mktemp("crm")
    folder = place / "files"
    folder.mkdir()
    for name, table in small().tables.items():
        for column in _KINDS.keys() & set(table.column_names):
            values = [_native(column, one) for one in table.column(column).to_pylist()]
            table = table.set_column(table.column_names.index(column), column, [values])
        pa_csv.write_csv(table, folder / f"{name}.csv")
        if name == "programs":
            deals = {
                "opportunity_id": [f"006{place:012d}AAA" for place in range(table.num_rows)],
                "account_id": table.column("account_id"),
                "program_id": table.column("program_id"),
            }
            pa_csv.write_csv(pa.table(deals), folder / "opportunities.csv")
    assert called("load", folder, "--store", place / "store").code == 0
    assert called("detect", "--store", place / "store", "--as-of", "2026-06-30").code == 0
    assert called("export", "findings", "--store", place / "store", "--out", place / "answers").code == 0
    return place


def exported(store: Path, out: Path, *more: str, name: str = "salesforce") -> Answer:
    return called("export", "crm", "--for", name, "--out", out, "--store", store / "store", *more)


def test_it_is_shown_first_then_written_then_there_is_nothing_new(store: Path, tmp_path: Path):
    out = tmp_path / "out"
    shown = exported(store, out, "--format", "csv")
    assert shown.code == 0, shown.err
    assert "Nothing was written" in shown.err
    assert not out.exists()
    rows = list(csv.DictReader(shown.out.splitlines()))
    assert {row["object"] for row in rows} == {"OpportunityContactRole", "BuyingCommittee"}

    written = exported(store, out, "--write", "--format", "csv")
    assert written.code == 0, written.err
    assert written.out == shown.out
    assert "export-001" in written.err

    again = exported(store, out, "--write", "--format", "csv")
    assert again.code == 0, again.err
    assert list(csv.DictReader(again.out.splitlines())) == []
    assert "Nothing new" in again.err
    assert sorted(path.name for path in out.iterdir()) == ["export-001", "manifest.json"]


def test_what_was_undone_is_marked_and_shown_again_by_the_next_export(store: Path, tmp_path: Path):
    first = exported(store, tmp_path / "out", "--write", "--format", "csv").out
    assert exported(store, tmp_path / "out", "--write", "--undone").code == 2
    marked = exported(store, tmp_path / "out", "--undone")
    assert marked.code == 0
    assert "export-001 is marked as undone" in marked.one_line
    assert exported(store, tmp_path / "out", "--format", "csv").out == first
    assert "no export that is not marked" in exported(store, tmp_path / "out", "--undone").one_line


def test_every_role_is_that_of_a_member_who_may_be_contacted_and_no_name_is_written(store: Path, tmp_path: Path):
    exported(store, tmp_path / "out", "--write")
    with (tmp_path / "out" / "export-001" / "OpportunityContactRole.csv").open(encoding="utf-8") as file:
        people = {row["ContactId"] for row in csv.DictReader(file)}
    members = set(Findings.read(store / "answers").memberships.column("contact_id").to_pylist())
    contacts = small().tables["contacts"].to_pylist()
    stopped = {_native("contact_id", row["contact_id"]) for row in contacts if row["suppressed"] == "true"}
    assert people
    assert people <= members - stopped
    text = "\n".join(path.read_text() for path in (tmp_path / "out").rglob("*") if path.is_file())
    spoken = {row[name] for row in contacts for name in ("name", "email") if row[name]}
    assert not [one for one in spoken if re.search(rf"\b{re.escape(one)}\b", text)]


def test_records_that_are_not_the_systems_are_told_with_their_number(store: Path, tmp_path: Path):
    answer = exported(store, tmp_path / "out", "--write", name="hubspot")
    assert answer.code == 0, answer.err
    assert re.search(r"Not written: \d+ groups?: its account is not known to HubSpot", answer.out)
    assert not (tmp_path / "out").exists()


def test_each_mistake_is_one_line(store: Path, tmp_path: Path):
    unknown = exported(store, tmp_path / "out", name="sugar")
    assert unknown.code != 0
    assert "'sugar' is not one of 'salesforce', 'hubspot'" in unknown.err
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    foreign = exported(store, tmp_path / "out", "--write")
    assert foreign.code == 1
    assert "notes.txt is no file of an export for Salesforce" in foreign.one_line
    called("load", store / "files" / "accounts.csv", "--store", tmp_path / "fresh")
    none = called("export", "crm", "--for", "hubspot", "--out", tmp_path / "new", "--store", tmp_path / "fresh")
    assert none.code == 1
    assert "holds no run yet" in none.one_line
