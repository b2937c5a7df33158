from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from committee.graph.columns import NOTHING, array_of, plain_values, sent
from committee.graph.lineage import continued
from committee.graph.packed import packed, unpacked
from committee.graph.schema import free_property
from committee.records import schema_of
from committee.records.computed import Evidence, Flag, Group
from committee.records.tables import typed_table

TEXT = some.text(some.characters(exclude_categories=("Cc", "Cs")), max_size=5)
KINDS = {
    pa.string(): TEXT,
    pa.dictionary(pa.int32(), pa.string()): TEXT,
    pa.int64(): some.integers(-(2**62), 2**62),
    pa.float64(): some.floats(allow_nan=False),
    pa.bool_(): some.booleans(),
    pa.timestamp("ms", tz="UTC"): some.integers(-(10**12), 10**13),
    pa.list_(pa.string()): some.lists(TEXT, max_size=3),
}


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=some.data())
def test_a_column_sent_and_collected_is_the_same_column(kind, data):
    values = data.draw(some.lists(some.none() | KINDS[kind], min_size=1, max_size=8))
    column = pa.array(values, pa.string() if pa.types.is_dictionary(kind) else kind).cast(kind)
    stand_in = {
        "string": "no_text",
        "dictionary": "no_text",
        "int64": "no_whole",
        "timestamp": "no_whole",
        "double": "no_number",
        "bool": "no_yes",
        "list": "no_words",
    }
    name = next(word for prefix, word in stand_in.items() if str(kind).startswith(prefix))
    collected = [NOTHING[name] if value is None else value for value in plain_values(column)]
    assert array_of(collected, kind).to_pylist() == column.to_pylist()


@given(some.lists(some.none() | TEXT, max_size=6), some.data())
def test_rows_packed_into_columns_come_back_as_they_were(texts, data):
    rows = len(texts)
    columns = {
        "flag_id": texts,
        "kind": data.draw(some.lists(some.none() | TEXT, min_size=rows, max_size=rows)),
        "raised_at": data.draw(some.lists(some.none() | some.integers(0, 10**12), min_size=rows, max_size=rows)),
        "personas": data.draw(some.lists(some.none() | some.lists(TEXT, max_size=3), min_size=rows, max_size=rows)),
        "expected_by_chance": data.draw(some.lists(some.none() | some.floats(0, 1), min_size=rows, max_size=rows)),
    }
    columns["raised_at"] = pa.array(columns["raised_at"], pa.int64()).cast(pa.timestamp("ms", tz="UTC"))
    table = typed_table(Flag, columns)
    properties = packed(table)
    assert all(None not in values for values in properties.values())
    back = unpacked(properties, schema_of(Flag), rows)
    assert {name: back.column(name).to_pylist() for name in back.column_names} == {
        name: table.column(name).to_pylist() for name in table.column_names
    }


def test_a_column_that_says_the_same_in_every_row_is_sent_once():
    table = pa.table({"load_id": ["x", "x", "x"], "line": [1, 2, 3], "deleted": pa.nulls(3, pa.bool_())})
    expressions, parameters = sent(table, table.column_names, nulls=False)
    assert expressions == {"load_id": "$c_load_id", "line": "$c_line[i]"}
    assert parameters == {"c_load_id": "x", "c_line": [1, 2, 3]}
    assert sent(table, ["deleted"], nulls=True) == ({"deleted": "null"}, {})


def test_free_columns_of_different_names_never_share_a_property():
    names = ["Größe", "Gr__e", "a b", "a_b", "a-b", "", "x" * 80, "x" * 81]
    assert len({free_property(name) for name in names}) == len(names)
    assert all(free_property(name).replace("_", "").isalnum() and free_property(name).isascii() for name in names)


# --- lineage: by hand -----------------------------------------------------------------------------------------------


def _groups(**accounts: str) -> pa.Table:
    return typed_table(
        Group,
        {
            "group_id": list(accounts),
            "account_id": list(accounts.values()),
            "lineage_id": [f"line {one}" for one in accounts],
        },
    )


def _evidence(**engagements: str) -> pa.Table:
    pairs = [(group, one) for group, several in engagements.items() for one in several]
    return typed_table(
        Evidence, {"group_id": [group for group, _ in pairs], "engagement_id": [one for _, one in pairs]}
    )


def _continued(new, old, accounts_new=None, accounts_old=None) -> dict:
    accounts_new, accounts_old = accounts_new or dict.fromkeys(new, "a"), accounts_old or dict.fromkeys(old, "a")
    table = continued(_groups(**accounts_new), _evidence(**new), _groups(**accounts_old), _evidence(**old), "before")
    return {row["group_id"]: (row["lineage_id"], row["before_key"]) for row in table.to_pylist()}


def test_half_of_the_smaller_group_is_enough_and_less_is_not():
    assert _continued({"n": "abcd"}, {"o": "cdefgh"}) == {"n": ("line o", "before|o")}
    assert _continued({"n": "abcd"}, {"o": "defgh"}) == {"n": ("n", None)}


def test_a_group_of_another_account_is_not_continued():
    assert _continued({"n": "abcd"}, {"o": "abcd"}, {"n": "a"}, {"o": "b"}) == {"n": ("n", None)}


def test_two_parts_of_a_group_do_not_both_continue_it_and_the_larger_share_does():
    assert _continued({"n": "ab", "m": "cde"}, {"o": "abcde"}) == {"m": ("line o", "before|o"), "n": ("n", None)}


def test_of_two_merged_groups_the_one_that_shares_most_is_continued_and_ties_go_to_the_lesser_id():
    assert _continued({"n": "abcdef"}, {"p": "abc", "o": "def"}) == {"n": ("line o", "before|o")}
    assert _continued({"n": "abcdef"}, {"p": "abcd", "o": "ef"}) == {"n": ("line p", "before|p")}
