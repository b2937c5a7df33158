"""How rows leave: exact where a program reads them, readable where a person does, harmless in both."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.cli.options import FORMATS
from committee.cli.output import Rows, iso, show, sized, spoken

MOMENT = datetime(2026, 2, 13, 9, 30, 0, 250000, tzinfo=UTC)
ROWS = [
    {
        "group_id": "g1",
        "formed_at": MOMENT,
        "people": 1200,
        "personas": ["finance", "a;b"],
        "share": 0.25,
        "flagged": True,
    },
    {"group_id": "=cmd()", "formed_at": None, "people": None, "personas": None, "share": None, "flagged": None},
]


def shown(capsys: pytest.CaptureFixture[str], rows: object, form: str = "table", **more: object) -> str:
    show(rows, form, **more)
    return capsys.readouterr().out


def test_a_table_in_a_pipe_is_plain_text_with_headings_in_words(capsys) -> None:
    lines = shown(capsys, ROWS).splitlines()
    assert lines[0].split() == ["group", "id", "formed", "at", "people", "personas", "share", "flagged"]
    assert lines[1] == "g1        2026-02-13 09:30:00   1,200  finance, a;b   0.25  yes"
    assert "\x1b" not in "".join(lines)


def test_csv_says_everything_exactly_and_no_spreadsheet_runs_it(capsys) -> None:
    header, first, second = csv.reader(io.StringIO(shown(capsys, ROWS, "csv")))
    assert header == list(ROWS[0])
    assert first == ["g1", "2026-02-13T09:30:00.250Z", "1200", "finance;a\\;b", "0.25", "true"]
    assert second == ["'=cmd()", "", "", "", "", ""]


def test_json_is_a_list_of_objects_with_iso_times(capsys) -> None:
    first, second = json.loads(shown(capsys, ROWS, "json"))
    assert first == {**ROWS[0], "formed_at": "2026-02-13T09:30:00.250Z"}
    assert second == ROWS[1]


def test_markdown_never_becomes_a_link_or_a_tag(capsys) -> None:
    text = shown(capsys, [{"name": "<b>[x](http://y)|`z`"}], "md")
    assert text.splitlines() == ["| name |", "| --- |", "| &lt;b>\\[x\\](http://y)\\|\\`z\\` |"]


def test_numbers_stand_to_the_right_in_markdown(capsys) -> None:
    assert shown(capsys, [{"people": 3}], "md").splitlines()[1] == "| ---: |"


@pytest.mark.parametrize("form", ["table", "md"])
def test_a_name_cannot_steer_the_terminal_or_break_a_line(capsys, form: str) -> None:
    text = shown(capsys, [{"name": "a\x1b[2Jb\nc\u202ed"}], form)
    assert "a\ufffd" in text
    assert not set("\x1b\u202e") & set(text)
    assert "b c" in text.replace("\\", "").replace("[2J", "")


def test_a_table_cuts_long_names_but_never_ids_and_csv_cuts_nothing(capsys) -> None:
    row = {"program": "x " * 60, "engagement_ids": ["e" * 20] * 6}
    table, text = shown(capsys, [row]), shown(capsys, [row], "csv")
    assert "…" in table
    assert ", ".join(row["engagement_ids"]) in table
    assert row["program"] in text


def test_integer_milliseconds_of_a_store_are_times_only_where_the_column_is_one(capsys) -> None:
    answer = Rows(("formed_at", "people"), ({"formed_at": 1770975000250, "people": 1770975000250},))
    assert json.loads(shown(capsys, answer, "json")) == [
        {"formed_at": "2026-02-13T09:30:00.250Z", "people": 1770975000250}
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_still_have_their_columns(capsys, form: str) -> None:
    text = shown(capsys, [], form, columns=("group_id", "people"))
    assert json.loads(text) == [] if form == "json" else "people" in text


@pytest.mark.parametrize(("form", "on_stdout"), [("table", True), ("md", True), ("csv", False), ("json", False)])
def test_notes_stand_under_what_a_person_reads_and_beside_what_a_program_reads(
    capsys, form: str, on_stdout: bool
) -> None:
    show(Rows(("a",), ({"a": 1},), ("so much for that",)), form)
    out, err = capsys.readouterr()
    assert ("so much for that" in out) is on_stdout
    assert ("so much for that" in err) is not on_stdout


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": st.text(st.characters(exclude_categories=["Cs"])), "n": st.none() | st.integers()}
        )
    )
)
def test_csv_and_json_give_back_what_went_in(rows: list[dict[str, object]]) -> None:
    import contextlib

    def written(form: str) -> str:
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
            show(rows, form, columns=("name", "n"))
        return out.getvalue()

    assert json.loads(written("json")) == rows
    _, *lines = csv.reader(io.StringIO(written("csv"), newline=""))
    plain = [
        [line[0].removeprefix("'") if line[0][1:] == row["name"] else line[0], line[1]]
        for line, row in zip(lines, rows, strict=True)
    ]
    assert plain == [[row["name"], "" if row["n"] is None else str(row["n"])] for row in rows]


def test_a_moment_has_milliseconds_only_where_it_needs_them() -> None:
    assert iso(MOMENT) == "2026-02-13T09:30:00.250Z"
    assert iso(0) == "1970-01-01T00:00:00Z"


def test_counts_are_said_as_people_say_them() -> None:
    assert (sized(1, "group"), sized(2000, "group"), sized(2, "company", "companies")) == (
        "1 group",
        "2,000 groups",
        "2 companies",
    )


def test_a_sentence_names_the_day_alone_where_a_moment_is_the_end_of_it() -> None:
    assert spoken("2026-06-30T23:59:59.999Z") == "2026-06-30"
    assert spoken(MOMENT) == "2026-02-13 09:30:00 UTC"


def test_a_probability_is_never_shown_as_certain_or_impossible_when_it_is_not_quite(capsys) -> None:
    lines = shown(capsys, [{"probability": value} for value in (0.9999, 1.0, 0.0001, 0.0, 0.25)]).splitlines()
    assert [line.strip() for line in lines[1:]] == ["over 0.999", "1", "under 0.001", "0", "0.25"]
