"""Erased people stay away, whichever loader reads them, and every row is still accounted for."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from privacy.world import PEOPLE, later_files, write_files

from committee import loaders
from committee.erasure import Tombstones, Traces, person_in
from committee.history import applied, merge, record_ids
from committee.loaders import Incoming
from committee.market import Market
from committee.pipeline.accounting import intake_of, loads_of
from committee.pipeline.staying_away import kept_away
from committee.pipeline.words import loader_words
from committee.records import LOADED
from committee.records.loaded import Contact
from committee.records.tables import empty_table
from committee.settings import Settings

NOW = datetime(2026, 4, 1, tzinfo=UTC)
KEY = b"k" * 32
HUBSPOT = """Record ID,First Name,Last Name,Email,Job Title,Associated Company,Associated Company IDs
501,Petra,"Müller",x@adler.example,Scientist,Adler Bio,77
502,Paul,Other,paul@adler.example,Chemist,Adler Bio,77
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "hubspot.csv").write_text(HUBSPOT, encoding="utf-8")
    return [write_files(folder / "exports"), later_files(folder / "later"), folder / "hubspot.csv"]


@cache
def _read(paths: tuple[Path, ...]) -> Incoming:
    return loaders.read(list(paths), Settings.read(environment={}).load, loader_words(), lambda load_id: NOW)


def market_of(incoming: Incoming) -> tuple[Market, object]:
    merged = merge({}, incoming.tables)
    market = applied(Market({"loads": loads_of(incoming, NOW)}), merged.change)
    ids = {record.table: record_ids(record, market[record.table]) for record in LOADED}
    return market, intake_of(incoming, merged, ids, market)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sets(st.sampled_from([one for one, *_ in PEOPLE]), min_size=1, max_size=4))
def test_nothing_of_them_is_read_and_all_rows_add_up(files, erased):
    incoming = _read(tuple(files))
    before, whole = market_of(incoming)
    people = [person_in(before, ids=[one]) for one in sorted(erased)]
    tombstones = Tombstones(KEY)
    for person in people:
        tombstones = _with(tombstones, person)
    kept, _ = kept_away(incoming, tombstones, empty_table(Contact))
    after, intake = market_of(kept)
    assert all(report.adds_up() for report in intake.files)
    assert sum(report.read for report in intake.files) == sum(report.read for report in whole.files)
    gone = {one for person in people for one in person.ids}
    for person in people:
        traces = Traces(person)
        for name in after:
            for row in after[name].to_pylist():
                for field, value in row.items():
                    told = [value] if isinstance(value, str) else value if isinstance(value, list) else []
                    for text in filter(lambda text: isinstance(text, str), told):
                        assert not list(traces.in_text(text, about_people=field == "contact_id")), (name, field, text)
        assert not any(list(traces.in_text(value or "")) for value in intake.rejects["value"].to_pylist())
    left = [row["contact_id"] for row in before.contacts.to_pylist() if row["contact_id"] not in gone]
    assert after.contacts["contact_id"].to_pylist() == left
    assert after.accounts.to_pylist() == before.accounts.to_pylist()


def _with(tombstones: Tombstones, person) -> Tombstones:
    made = tombstones.decisions(person, NOW, "", {})
    rows = {row["decision_id"]: row for row in [*getattr(tombstones, "rows", []), *made.decisions.to_pylist()]}
    columns = {name: [row[name] for row in rows.values()] for name in made.decisions.column_names}
    found = Tombstones(KEY, type(made)({"decisions": columns}))
    found.rows = list(rows.values())
    return found


def test_a_contact_of_hubspot_stays_away_by_id_and_by_address(files):
    incoming = _read((files[2],))
    market, _ = market_of(incoming)
    person = person_in(market, ids=["hubspot:501"])
    assert person.mails == ("x@adler.example",)
    kept, _ = kept_away(incoming, _with(Tombstones(KEY), person), empty_table(Contact))
    after, intake = market_of(kept)
    assert after.contacts["contact_id"].to_pylist() == ["hubspot:502"]
    assert [(report.read, report.rejected) for report in intake.files] == [(2, 1)]


def test_another_key_knows_nobody(files):
    market, _ = market_of(_read(tuple(files)))
    made = _with(Tombstones(KEY), person_in(market, ids=["4711"]))
    told = made.rows
    assert not any("an.na" in str(value) or "4711" in str(value) for row in told for value in row.values())
    columns = {name: [row[name] for row in told] for name in told[0]}
    from committee.decisions import Decisions

    assert made.holds("mail", "AN.NA@adler.example")
    assert not Tombstones(b"x" * 32, Decisions({"decisions": columns})).holds("mail", "an.na@adler.example")


def test_without_tombstones_the_same_rows_come_back(files):
    incoming = _read(tuple(files))
    assert kept_away(incoming, Tombstones(b""), empty_table(Contact)) == (incoming, set())
