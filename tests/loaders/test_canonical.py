"""The canonical folder: a field is a column, whatever the order, case and company of the columns."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from committee.errors import BadFile
from committee.market import Market
from committee.records import LOADED

ENGAGEMENTS = [
    ("E1", "2026-02-13T09:30:00Z", "C1", "P1", "click"),
    ("E2", "2026-02-13", "C2", "P1", "form"),
    ("E3", "2026-02-14T00:00:00.250+02:00", "C1", "", "open"),
    ("E2", "2026-02-15", "C2", "P2", "form"),
    ("E4", "never", "C3", "P1", "click"),
]


def engagements(rows):
    return "engagement_id,occurred_at,contact_id,content_id,kind\n" + "".join(",".join(row) + "\n" for row in rows)


def test_a_date_alone_is_the_interval_of_that_day(read_files, write):
    incoming = read_files(write("e.csv", engagements(ENGAGEMENTS)))
    times = [(row["occurred_at"], row["occurred_until"]) for row in incoming.tables["engagements"].to_pylist()]
    exact = datetime(2026, 2, 13, 9, 30, tzinfo=UTC)
    assert times[0] == (exact, exact)
    assert times[1] == (datetime(2026, 2, 13, tzinfo=UTC), datetime(2026, 2, 13, 23, 59, 59, 999000, tzinfo=UTC))
    assert times[2][0] == datetime(2026, 2, 13, 22, 0, 0, 250000, tzinfo=UTC)


def test_a_day_and_a_time_without_zone_are_those_of_the_users_zone(read_files, write):
    path = write("e.csv", engagements([("E1", "2026-07-01", "C1", "", ""), ("E2", "2026-01-01 08:00", "C1", "", "")]))
    incoming = read_files(path, timezone="Europe/Zurich")
    first, second = incoming.tables["engagements"].to_pylist()
    assert first["occurred_at"] == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert second["occurred_at"] == datetime(2026, 1, 1, 7, tzinfo=UTC)
    assert "occurred_at: times without a zone, read in Europe/Zurich: 1" in incoming.files[0].notes


def test_a_stated_end_is_kept_and_must_not_lie_before_the_beginning(read_files, write):
    text = "engagement_id,occurred_at,occurred_until,contact_id\nE1,2026-02-13,2026-02-14,C1\nE2,2026-02-13T10:00Z,2026-02-13T09:00Z,C1\n"
    incoming = read_files(write("e.csv", text))
    assert incoming.tables["engagements"]["occurred_until"].to_pylist() == [
        datetime(2026, 2, 14, 23, 59, 59, 999000, tzinfo=UTC)
    ]
    assert incoming.rejects.select(["field", "reason"]).to_pylist() == [
        {"field": "occurred_until", "reason": "out_of_bounds"}
    ]


def test_headers_are_known_in_any_case_order_and_writing(read_files, write, said):
    plain = read_files(write("a.csv", "contact_id,account_id,email,created_at\nC1,A1,a@b.c,2026-01-01\n"))
    other = read_files(write("b.csv", "Created At;E-MAIL;Contact ID;AccountId;\n2026-01-01;a@b.c;C1;A1;\n"))
    assert said(plain, "contacts") == said(other, "contacts")
    assert other.files[0].kind == "contacts"


def test_the_kind_with_more_matching_columns_wins_over_the_name_of_the_file(read_files, write):
    text = "opportunity_id,contact_id,role\nO1,C1,champion\n"
    assert read_files(write("contacts.csv", text)).files[0].kind == "opportunity_roles"


def test_unknown_columns_are_kept_under_a_plain_name_and_told(read_files, write):
    incoming = read_files(write("a.csv", "account_id,name,ICP tier,line,Größe\nA1,Acme,one,oncology,9\n"))
    row = incoming.tables["accounts"].to_pylist()[0]
    assert (row["icp_tier"], row["line_2"], row["grosse"], row["line"]) == ("one", "oncology", "9", 2)
    assert incoming.files[0].notes == (
        "unknown columns kept: Größe (as grosse), ICP tier (as icp_tier), line (as line_2)",
    )


def test_free_columns_of_contacts_are_left_out_unless_allowed(read_files, write):
    path = write("c.csv", "contact_id,email,Lead Score,phone\nC1,a@b.c,7,+41\n")
    closed = read_files(path)
    assert "lead_score" not in closed.tables["contacts"].column_names
    assert "left out as personal data" in closed.files[0].notes[0]
    assert "Lead Score, phone" in closed.files[0].notes[0]
    opened = read_files(path, contact_free_columns=("lead score",))
    assert opened.tables["contacts"]["lead_score"].to_pylist() == ["7"]
    assert "phone" not in opened.tables["contacts"].column_names


def test_an_endless_free_cell_is_left_out_and_its_row_kept(read_files, write):
    incoming = read_files(write("a.csv", f"account_id,name,remark\nA1,Acme,{'x' * 30_000}\n"))
    assert incoming.tables["accounts"]["remark"].to_pylist() == [None]
    assert any("1 cells were left out" in note for note in incoming.files[0].notes)


def test_a_list_cell_splits_at_semicolons_and_keeps_escaped_ones(read_files, write):
    incoming = read_files(write("a.csv", 'account_id,name,domain\nA1,Acme,"a.com; b.com;;a.com;c\\;d"\n'))
    assert incoming.tables["accounts"]["domain"].to_pylist() == [["a.com", "b.com", "c;d"]]


def test_provenance_names_file_line_and_moment(read_files, write):
    incoming = read_files(write("c.csv", "contact_id,email,updated_at\nC1,a@b.c,2026-02-01\nC2,d@e.f,\n"))
    rows = incoming.tables["contacts"].to_pylist()
    report = incoming.files[0]
    assert [(row["line"], row["source_system"], row["load_id"]) for row in rows] == [
        (2, "canonical", report.load_id),
        (3, "canonical", report.load_id),
    ]
    assert [row["updated_at"] for row in rows] == [datetime(2026, 2, 1, tzinfo=UTC), None]
    assert rows[0]["loaded_at"] == datetime(2026, 7, 1, tzinfo=UTC)


def test_a_bad_stamp_is_a_reject(read_files, write):
    incoming = read_files(write("c.csv", "contact_id,email,updated_at\nC1,a@b.c,1970-01-01\n"))
    assert incoming.rejects.select(["field", "reason"]).to_pylist() == [
        {"field": "updated_at", "reason": "time_out_of_range"}
    ]


def test_a_trial_may_end_later_than_any_engagement(read_files, write):
    incoming = read_files(write("p.csv", "program_id,account_id,started_on,ended_on\nP1,A1,1987-03,2051-12-31\n"))
    assert incoming.tables["programs"].select(["started_on", "ended_on"]).to_pylist() == [
        {"started_on": "1987-03", "ended_on": "2051-12-31"}
    ]


def test_employments_and_aliases_need_no_key_of_their_own(read_files, write):
    jobs = read_files(write("j.csv", "contact_id,account_id,from_on,to_on\nC1,A1,2020-01,\nC1,A2,,2019-12\n"))
    assert jobs.tables["employments"]["employment_id"].to_pylist() == ["C1|A1|2020-01", "C1|A2|"]
    aliases = read_files(write("a.csv", "record_table,old_id,kept_id\ncontacts,C9,C1\n"))
    assert aliases.tables["aliases"]["alias_id"].to_pylist() == ["contacts|C9"]


def test_words_become_the_products_own_and_the_source_word_stays_beside(read_files, write):
    class Words:
        def normalise(self, field, value):
            return {("therapeutic_area", "Onc"): "oncology", ("phase", "II"): "phase 2"}.get((field, value))

    path = write(
        "p.csv", "program_id,account_id,therapeutic_area,phase\nP1,A1,Onc,II\nP2,A1,oncology,\nP3,A1,beekeeping,\n"
    )
    rows = read_files(path, words=Words()).tables["programs"].to_pylist()
    assert [(row["therapeutic_area"], row["therapeutic_area_as_stated"]) for row in rows] == [
        ("oncology", "Onc"),
        ("oncology", None),
        ("beekeeping", None),
    ]
    assert [(row["phase"], row["phase_as_stated"]) for row in rows] == [("phase 2", "II"), (None, None), (None, None)]


def test_parquet_reads_like_csv(read_files, write, tmp_path, said):
    rows = ENGAGEMENTS[:1] + ENGAGEMENTS[2:3]
    plain = read_files(write("e.csv", engagements(rows)))
    table = pa.table(
        {
            "engagement_id": ["E1", "E3"],
            "occurred_at": pa.array(
                [datetime(2026, 2, 13, 9, 30, tzinfo=UTC), datetime(2026, 2, 13, 22, 0, 0, 250000, tzinfo=UTC)],
                pa.timestamp("us", tz="UTC"),
            ),
            "contact_id": pa.array(["C1", "C1"]).dictionary_encode(),
            "content_id": ["P1", None],
            "kind": ["click", "open"],
        }
    )
    pq.write_table(table, tmp_path / "e.parquet")
    typed = read_files(tmp_path / "e.parquet")
    assert said(
        plain, "engagements", "engagement_id", "occurred_at", "occurred_until", "contact_id", "content_id", "kind"
    ) == said(
        typed, "engagements", "engagement_id", "occurred_at", "occurred_until", "contact_id", "content_id", "kind"
    )


def test_parquet_numbers_days_and_lists_are_read(read_files, tmp_path):
    table = pa.table(
        {
            "account_id": [1, 2],
            "name": ["Acme", "Beta"],
            "employees": [10.0, None],
            "domain": [["a.com", "b;c"], None],
            "deleted": [True, None],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    rows = read_files(tmp_path / "a.parquet").tables["accounts"].to_pylist()
    assert [(r["account_id"], r["employees"], r["domain"], r["deleted"]) for r in rows] == [
        ("1", 10, ["a.com", "b;c"], True),
        ("2", None, None, None),
    ]
    trials = pa.table(
        {"program_id": ["P"], "account_id": ["A"], "started_on": pa.array([date(2026, 2, 13)], pa.date32())}
    )
    pq.write_table(trials, tmp_path / "p.parquet")
    assert read_files(tmp_path / "p.parquet").tables["programs"]["started_on"].to_pylist() == ["2026-02-13"]


@pytest.mark.parametrize("provenance", [False, True])
def test_what_the_product_writes_it_reads_again(read_files, write, tmp_path, provenance):
    write("in/accounts.csv", 'account_id,name,domain,tier\nA1,\'=Acme,a.com;b.com,x\nA2,"B, C",,\n')
    write("in/contacts.csv", "contact_id,account_id,email,created_at\nC1,A1,a@b.c,2026-01-01\n")
    write("in/engagements.csv", engagements([ENGAGEMENTS[0], ENGAGEMENTS[1], ENGAGEMENTS[2]]))
    first = Market(read_files(tmp_path / "in").tables)
    first.write(tmp_path / "out", provenance=provenance)
    again = Market(read_files(tmp_path / "out").tables)
    assert again == first
    assert again.accounts["name"].to_pylist() == ["=Acme", "B, C"]


def test_neither_row_order_nor_file_order_nor_a_split_matters(read_files, write, said, adds_up):
    rows = ENGAGEMENTS * 3 + [
        (f"N{i}", f"2026-03-{i % 28 + 1:02d}", f"C{i % 7}", f"P{i % 3}", "click") for i in range(60)
    ]
    shuffled = rows[:]
    random.Random(5).shuffle(shuffled)
    whole = adds_up(read_files(write("one.csv", engagements(rows))))
    mixed = adds_up(read_files(write("two.csv", engagements(shuffled))))
    halves = [write("a.csv", engagements(rows[:31])), write("b.csv", engagements(shuffled[:0] + rows[31:]))]
    split, turned = adds_up(read_files(*halves)), adds_up(read_files(*reversed(halves)))
    for other in (mixed, split, turned):
        assert said(other, "engagements") == said(whole, "engagements")
        assert sum(report.rejected for report in other.files) == 3
    assert split.tables["engagements"].equals(turned.tables["engagements"])


def test_reading_twice_gives_the_same_bytes(read_files, write):
    path = write("e.csv", engagements(ENGAGEMENTS))
    one, two = read_files(path), read_files(path)
    assert one.files == two.files
    assert one.tables["engagements"].equals(two.tables["engagements"])
    assert one.rejects.equals(two.rejects)


def test_files_of_one_kind_may_have_different_free_columns(read_files, write):
    paths = [write("a.csv", "account_id,name,tier\nA1,Acme,x\n"), write("b.csv", "account_id,name,zone\nA2,Beta,y\n")]
    table = read_files(*paths).tables["accounts"]
    rows = {row["account_id"]: (row["tier"], row["zone"]) for row in table.to_pylist()}
    assert rows == {"A1": ("x", None), "A2": (None, "y")}


def test_a_folder_is_its_own_files_not_those_below(read_files, write, tmp_path):
    write("f/accounts.csv", "account_id,name\nA1,Acme\n")
    write("f/below/accounts.csv", "account_id,name\nA2,Beta\n")
    assert read_files(tmp_path / "f").tables["accounts"]["account_id"].to_pylist() == ["A1"]


def test_a_folder_of_folders_is_the_files_in_these(read_files, write, tmp_path):
    write("f/one/accounts.csv", "account_id,name\nA1,Acme\n")
    write("f/two/accounts.csv", "account_id,name\nA2,Beta\n")
    assert sorted(read_files(tmp_path / "f").tables["accounts"]["account_id"].to_pylist()) == ["A1", "A2"]


@pytest.mark.parametrize("record", LOADED, ids=lambda record: record.table)
def test_every_kind_is_known_by_its_own_columns(read_files, write, record):
    names = [name for name, _ in record.model_fields.items()]
    assert read_files(write("x.csv", ",".join(names) + "\n")).files[0].kind == record.table


def test_an_id_alone_is_no_file_of_contacts(read_files, write):
    with pytest.raises(BadFile, match="nothing the product knows"):
        read_files(write("x.csv", "contact_id,shoe size\nC1,43\n"))


def test_progress_is_told_in_bytes(load_settings, write):
    from contextlib import contextmanager
    from pathlib import Path

    from committee import loaders

    seen = []

    class Progress:
        @contextmanager
        def step(self, label, total=None):
            seen.append(total)
            yield self

        def advance(self, amount):
            seen.append(-amount)

    path = write("a.csv", "account_id,name\nA1,Acme\n")
    loaders.read([Path(path)], load_settings(), None, lambda _: datetime(2026, 1, 1, tzinfo=UTC), Progress())
    assert sum(seen) == 0
    assert seen[0] == path.stat().st_size
