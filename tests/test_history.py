"""What is kept, known, and taken out again, against a record-by-record reading of the same rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from committee.history import applied, known_at, merge, without_load
from committee.market import Market
from committee.records import TABLES, Load
from committee.records.tables import typed_table

START = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = ("account_id", "title", "suppressed")


def moment(day: int) -> datetime:
    return START + timedelta(days=day)


def contacts(load_id: str, day: int, rows: list[dict]) -> pa.Table:
    columns = {
        name: [row.get(name) for row in rows] for name in ("contact_id", *FIELDS, "updated_at", "Favourite colour")
    }
    if not any(columns["Favourite colour"]):
        columns.pop("Favourite colour")
    lines = [row.get("line", number) for number, row in enumerate(rows, 2)]
    same = {
        "source_system": ["canonical"] * len(rows),
        "load_id": [load_id] * len(rows),
        "loaded_at": [moment(day)] * len(rows),
    }
    return typed_table(TABLES["contacts"], {**columns, **same, "line": lines})


def loaded(market: Market, files: dict[str, list[dict]], day: int):
    """Load files on a day, as a store would."""
    known = {row["load_id"]: row["loaded_at"] for row in market["loads"].to_pylist()}
    days = {name: (known[name] - START).days if name in known else day for name in files}
    rows = pa.concat_tables(
        [contacts(name, days[name], rows) for name, rows in files.items()], promote_options="permissive"
    )
    outcome = merge(dict(market), {"contacts": rows})
    fresh = [name for name in files if name not in known]
    facts = {"source": ["canonical"] * len(fresh), "file": fresh, "sha256": fresh, "finished": [True] * len(fresh)}
    loads = typed_table(Load, {"load_id": fresh, "loaded_at": [moment(day)] * len(fresh), **facts})
    after = applied(market, outcome.change)
    return after.with_tables(loads=pa.concat_tables([after["loads"], loads])), outcome


cell = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]))
row = st.fixed_dictionaries(
    {
        "contact_id": st.sampled_from(["c1", "c2", "c3"]),
        "account_id": cell,
        "title": cell,
        "suppressed": st.one_of(st.none(), st.booleans()),
        "updated_at": st.one_of(st.none(), st.integers(-30, 20).map(moment)),
    }
)
a_file = st.lists(row, min_size=1, max_size=5)


def read_one_by_one(files: list[tuple[str, int, list[dict]]]) -> dict[str, dict]:
    """The rule, row by row, in plain Python: an independent reading of it, one load after another."""
    state: dict[str, dict] = {}

    def greatest(value: object) -> str:
        return str(value).lower()

    for _name, day, rows in files:
        for said in sorted(rows, key=lambda one: one["updated_at"] or moment(day)):
            record = state.setdefault(said["contact_id"], {})
            for name in FIELDS:
                stamp = said["updated_at"] or moment(day)
                rivals = [
                    one[name]
                    for one in rows
                    if one["contact_id"] == said["contact_id"] and (one["updated_at"] or moment(day)) == stamp
                ]
                value = said[name]
                if value is None or greatest(value) < max(greatest(one) for one in rivals if one is not None):
                    continue
                standing = record.get(name)
                if standing is None:
                    record[name] = (stamp, value)
                elif value == standing[1]:
                    if said["updated_at"] is not None and stamp > standing[0]:
                        record[name] = (stamp, value)
                elif (stamp, str(value).lower()) > (standing[0], str(standing[1]).lower()):
                    record[name] = (stamp, value)
    return {key: {name: record.get(name, (None, None))[1] for name in FIELDS} for key, record in state.items()}


def values(market: Market) -> dict[str, dict]:
    return {row["contact_id"]: {name: row[name] for name in FIELDS} for row in market["contacts"].to_pylist()}


@settings(max_examples=30, deadline=None)
@given(st.lists(a_file, min_size=1, max_size=4))
def test_loads_one_after_another_leave_what_a_row_by_row_reading_leaves(files):
    market = Market()
    for day, rows in enumerate(files):
        market, _ = loaded(market, {f"L{day}": rows}, day)
    assert values(market) == read_one_by_one([(f"L{day}", day, rows) for day, rows in enumerate(files)])


@settings(max_examples=30, deadline=None)
@given(a_file, a_file, st.randoms())
def test_neither_the_order_of_rows_nor_that_of_files_of_one_load_matters(first, second, random):
    files = {
        "A": [one | {"line": n} for n, one in enumerate(first)],
        "B": [one | {"line": n} for n, one in enumerate(second)],
    }
    market, _ = loaded(Market(), files, 0)
    shuffled = {name: random.sample(files[name], len(files[name])) for name in ("B", "A")}
    again, _ = loaded(Market(), shuffled, 0)
    assert again["contacts"].to_pylist() == market["contacts"].to_pylist(), "provenance and origins too"


def test_of_two_values_of_one_load_the_greater_counts_even_where_it_confirms_what_is_kept():
    first, both = [{"contact_id": "c1", "suppressed": True}], [True, False]
    market, _ = loaded(Market(), {"L0": first}, 0)
    for said in (both, both[::-1]):
        after, _ = loaded(market, {"L1": [{"contact_id": "c1", "suppressed": one} for one in said]}, 1)
        assert after["contacts"]["suppressed"].to_pylist() == [True]


@settings(max_examples=30, deadline=None)
@given(st.lists(a_file, min_size=2, max_size=4), st.data())
def test_loading_files_again_changes_nothing(files, data):
    market = Market()
    for day, rows in enumerate(files):
        market, _ = loaded(market, {f"L{day}": rows}, day)
    again = data.draw(st.sampled_from(range(len(files))))
    _, outcome = loaded(market, {f"L{again}": files[again]}, 99)
    assert outcome.change.is_empty()


@settings(max_examples=30, deadline=None)
@given(st.lists(a_file, min_size=2, max_size=4))
def test_what_was_known_at_a_moment_is_what_was_there_at_that_moment(files):
    market, moments = Market(), []
    for day, rows in enumerate(files):
        market, _ = loaded(market, {f"L{day}": rows}, day)
        moments.append(market)
    for day, then in enumerate(moments):
        assert known_at(market, moment(day) + timedelta(hours=1)) == then
        assert known_at(market, moment(day)) == then, "a load is known from its very moment"


@settings(max_examples=30, deadline=None)
@given(st.lists(a_file, min_size=1, max_size=3), a_file)
def test_taking_the_last_load_out_leaves_what_was_there_before_it(files, wrong):
    market = Market()
    for day, rows in enumerate(files):
        market, _ = loaded(market, {f"L{day}": rows}, day)
    after, _ = loaded(market, {"WRONG": wrong}, 9)
    back = applied(after, without_load(after, "WRONG"))
    assert values(back) == values(market)
    assert back["earlier_values"].to_pylist() == market["earlier_values"].to_pylist()
    assert "WRONG" not in str(back["contacts"].to_pylist()) + str(back["loads"].to_pylist())


def test_taking_a_load_out_of_the_middle_keeps_what_later_loads_said():
    market, _ = loaded(Market(), {"A": [{"contact_id": "c1", "title": "x", "account_id": "x"}]}, 0)
    market, _ = loaded(market, {"B": [{"contact_id": "c1", "title": "y"}, {"contact_id": "c2", "title": "y"}]}, 1)
    market, _ = loaded(market, {"C": [{"contact_id": "c1", "title": "z"}, {"contact_id": "c2", "account_id": "z"}]}, 2)
    back = applied(market, without_load(market, "B"))
    assert values(back) == {
        "c1": {"title": "z", "account_id": "x", "suppressed": None},
        "c2": {"title": None, "account_id": "z", "suppressed": None},
    }
    title = known_at(back, moment(1))["contacts"]["title"].to_pylist()
    assert title == ["x"], "without B, the title x was known until C"


def test_an_empty_cell_never_erases():
    market, _ = loaded(Market(), {"A": [{"contact_id": "c1", "title": "x"}]}, 0)
    market, outcome = loaded(market, {"B": [{"contact_id": "c1"}]}, 1)
    assert values(market)["c1"]["title"] == "x"
    assert outcome.outcomes["contacts"].tolist() == [0]


def test_a_conflict_inside_one_load_is_counted_and_decided_by_rule():
    market, outcome = loaded(
        Market(), {"A": [{"contact_id": "c1", "title": "x"}, {"contact_id": "c1", "title": "y"}]}, 0
    )
    assert outcome.conflicts == {"contacts.title": 1}
    assert values(market)["c1"]["title"] == "y"


def test_free_columns_are_kept_beside_the_fields():
    market, _ = loaded(Market(), {"A": [{"contact_id": "c1", "Favourite colour": "red"}]}, 0)
    market, _ = loaded(market, {"B": [{"contact_id": "c2", "title": "x"}]}, 1)
    assert market["contacts"]["Favourite colour"].to_pylist() == ["red", None]


@pytest.mark.parametrize("copies", [1, 2, 5])
def test_a_row_given_several_times_makes_one_record(copies):
    market, outcome = loaded(Market(), {"A": [{"contact_id": "c1", "title": "x"}] * copies}, 0)
    assert market["contacts"].num_rows == 1
    assert outcome.outcomes["contacts"].tolist() == [1] + [0] * (copies - 1)
