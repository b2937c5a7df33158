"""Market and Findings as values: written, read, compared, and whole or not at all on disk."""

from __future__ import annotations

import os
import resource
import signal
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from committee.errors import WriteFailed
from committee.findings import Findings, Run
from committee.market import Market
from committee.records import COMPUTED, LOADED, TABLES, fields_of, key_of
from committee.records.tables import typed_table, write_atomically

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 6000, tzinfo=UTC)


def market() -> Market:
    return Market(
        {
            "accounts": {
                "account_id": ["b", "a"],
                "name": ['Quote " B', "=HYPERLINK(1)"],
                "domain": [["x;y", "z"], None],
                "Tier": ["1", None],
            },
            "engagements": {"engagement_id": ["e1"], "occurred_at": [MOMENT], "contact_id": ["c\n1"]},
            "opportunities": {"opportunity_id": ["-5"], "account_id": ["a"], "amount_usd": [-1.5], "is_won": [False]},
        }
    )


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_market_written_and_read_back_says_the_same(tmp_path, form):
    market().write(tmp_path, form)
    assert Market.read(tmp_path) == market()
    assert Market.read(tmp_path).fingerprint() == market().fingerprint()


def test_a_text_that_a_spreadsheet_would_run_is_written_behind_an_apostrophe(tmp_path):
    market().write(tmp_path)
    assert '"\'=HYPERLINK(1)"' in (tmp_path / "accounts.csv").read_text()


def test_row_order_and_who_said_it_do_not_matter_to_equality():
    rows = market()["accounts"]
    turned = rows.take(pa.array([1, 0]))
    sourced = typed_table(
        TABLES["accounts"], {name: turned.column(name) for name in turned.column_names} | {"load_id": ["L1", "L2"]}
    )
    assert market().with_tables(accounts=sourced) == market()


@pytest.mark.parametrize(
    "change",
    [
        {"name": ["Quote", "=HYPERLINK(1)"]},
        {"domain": [["x", "y;z"], None]},
        {"Tier": [None, "1"]},
        {"Tier": ["1", ""]},
    ],
)
def test_any_other_word_makes_another_market(change):
    rows = market()["accounts"]  # sorted: a, b
    columns = {name: rows.column(name) for name in rows.column_names}
    turned = {name: list(reversed(values)) for name, values in change.items()}
    other = market().with_tables(accounts=typed_table(TABLES["accounts"], columns | turned))
    assert other != market()
    assert other.fingerprint() != market().fingerprint()


def test_findings_come_back_with_their_run(tmp_path):
    run = Run.of(
        market="m", settings={"a": {"b": 1}}, as_of="2026-01-01T00:00:00Z", known_at="", version="1", calibration="none"
    )
    found = Findings({"groups": {"group_id": ["g"], "people": [3], "personas": [["finance"]]}}, run)
    found.write(tmp_path)
    assert Findings.read(tmp_path) == found
    assert Findings.read(tmp_path).run == run


def test_the_same_input_names_the_same_run_and_any_other_input_another():
    facts = {"market": "m", "settings": {"a": 1}, "as_of": "x", "known_at": "", "version": "1", "calibration": "none"}
    assert Run.of(**facts) == Run.of(**facts)
    for name in facts:
        other = facts | {name: {"a": 2} if name == "settings" else "other"}
        assert Run.of(**other).run_id != Run.of(**facts).run_id, name


def test_a_file_that_does_not_fit_leaves_the_old_one_and_nothing_half_written(tmp_path):
    path = tmp_path / "groups.csv"
    write_atomically(path, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(WriteFailed, match="could not be written"):
            write_atomically(path, b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert os.listdir(tmp_path) == ["groups.csv"]
    assert path.read_bytes() == b"old"


def test_every_field_says_what_it_means_and_every_table_has_a_key():
    for record in (*LOADED, *COMPUTED):
        assert key_of(record), record.table
        assert all(spec.meaning for spec in fields_of(record)), record.table
        for spec in fields_of(record):
            assert spec.reference is None or spec.reference.table in TABLES, (record.table, spec.name)
