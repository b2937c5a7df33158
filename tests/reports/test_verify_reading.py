"""A file that was only saved anew says the same; a file in which one thing was altered says so, with its line."""

from __future__ import annotations

import csv
import io
import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.reports.handoff_check.comparing import Difference, compared_json, compared_rows, compared_units
from committee.reports.handoff_check.csv_text import read_csv
from committee.reports.handoff_check.html_text import read_html
from committee.reports.handoff_check.json_text import Cut, Malformed, read_json
from committee.reports.handoff_check.markdown_text import read_markdown

NAMES = {"dana", "roe", "adler"}
MARKDOWN = """\
<!-- committee brief {"group_id": "g1", "run_id": "0a1b"} -->
# Adler Bio

## Why now

- 3 people of 2 personas engaged within 11 days, 2 Feb 2026 to 13 Feb 2026; the latest touch was by Dana Roe (procurement) on 13 Feb 2026 \\(flag:f1\\)
- No date is near

## Committee

- **Dana Roe** procurement, 97 %, 5 touches
- **Lena Fromm** program lead, 81 %, 12 touches
- **Ana Núñez** scientific, 64 %, 2 touches
"""
PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="committee-brief" content="{&quot;group_id&quot;: &quot;g1&quot;}">
<title>Adler Bio</title><style>p { margin: 0 }</style></head>
<body>
<h1>Adler Bio</h1>
<p data-line="why.1">3 people engaged
  within <b>11</b> days, last 13&nbsp;Feb 2026 <a href="#r1">1</a></p>
<table><tr><td title="Dana M. Roe">Dana Roe</td><td>97 %</td></tr>
<tr><td>Lena Fromm</td><td>81 %</td></tr></table>
<svg viewBox="0 0 9 9"><circle cx="4" cy="5" r="1"/><text x="1" y="2">Feb</text></svg>
</body>
</html>
"""
TREE = {
    "header": {"group_id": "g1", "run_id": "0a1b"},
    "lines": [
        {"number": "why.1", "text": "3 people engaged within 11 days", "claims": [{"text": "3", "value": 3}]},
        {"number": "why.2", "text": "Dana Roe, 97 %", "claims": [{"text": "97 %", "value": 0.9701}]},
    ],
}
ROWS = [
    ["group_id", "line", "role", "text", "proof"],
    ["g1", "why.1", "why", "3 people engaged, within 11 days", "flag:f1;engagement:e1"],
    ["g1", "why.2", "who", 'Dana "D" Roe, 97 %', "contact:c1"],
    ["g1", "why.3", "odds", "0.970", ""],
]


def as_csv(rows: list[list[str]], **how) -> str:
    text = io.StringIO()
    csv.writer(text, **how).writerows(rows)
    return text.getvalue()


def markdown(said: str, meant: str = MARKDOWN) -> list[Difference]:
    return compared_units(read_markdown(said).units, read_markdown(meant).units, NAMES)


def page(said: str, meant: str = PAGE) -> list[Difference]:
    return compared_units(read_html(said).units, read_html(meant).units, NAMES)


def tree(said: str, meant: object = TREE) -> list[Difference]:
    return compared_json(read_json(said), read_json(json.dumps(meant)), NAMES)


def table(said: str, meant: list[list[str]] = ROWS) -> list[Difference]:
    return compared_rows(read_csv(said), read_csv(as_csv(meant)), NAMES)


# --- what says nothing ----------------------------------------------------------------------------------------------


def test_markdown_with_other_bullets_blanks_and_wrapping_says_the_same():
    assert markdown(MARKDOWN.replace("\n- ", "\n* ")) == []
    assert markdown(MARKDOWN.replace("\n", "   \n")) == []
    assert markdown(MARKDOWN.replace("\\(", "(").replace("\\)", ")")) == []
    wrapped = "\n".join(
        textwrap.fill(line, 50, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in MARKDOWN.split("\n")
    )
    assert wrapped.count("\n") > MARKDOWN.count("\n")
    assert markdown(wrapped) == []


def test_a_page_saved_by_a_browser_says_the_same():
    saved = (
        PAGE.replace("<!doctype html>", "<!DOCTYPE html>\n<!-- saved from url=(0042)file:///tmp/brief 12.html -->")
        .replace('<meta charset="utf-8">', '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">')
        .replace("13&nbsp;Feb", "13\u00a0Feb")
        .replace('href="#r1"', 'href="file:///tmp/brief.html#r1"')
        .replace('<circle cx="4" cy="5" r="1"/>', '<circle r="1" cx="4" cy="5"></circle>')
        .replace("<table><tr>", "<table><tbody><tr>")
        .replace("</table>", "</tbody></table>")
    )
    assert page(saved) == []


def test_json_with_other_indents_order_and_zeros_says_the_same():
    turned = {"lines": [dict(reversed(line.items())) for line in TREE["lines"]], "header": TREE["header"]}
    assert tree(json.dumps(turned, indent=7)) == []
    assert tree(json.dumps(TREE).replace("0.9701", "0.970100").replace('"value": 3', '"value": 3.0')) == []
    assert tree(json.dumps(TREE, ensure_ascii=True).replace("Dana", "\\u0044ana")) == []


def test_rows_saved_by_a_spreadsheet_say_the_same():
    assert table(as_csv(ROWS, quoting=csv.QUOTE_ALL)) == []
    assert table(as_csv(ROWS, delimiter=";", lineterminator="\n")) == []
    assert table(as_csv([[*row, "", ""] for row in ROWS] + [["", "", ""]])) == []
    assert table(as_csv(ROWS).replace("0.970", "0.97")) == []


# --- what is named --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("3 people", "4 people", 6),
        ("13 Feb 2026 \\(", "18 Feb 2026 \\(", 6),
        ("**Dana Roe**", "**Dana Row**", 11),
        ("Núñez", "Nunez", 13),
        ("Fromm", "Frоmm", 12),  # a Cyrillic o
        ("Fromm", "Fro\u200bmm", 12),
        ("0a1b", "0a1c", 1),
        ("81 %", "81  000 %", 12),
    ],
)
def test_each_altered_word_of_markdown_is_named_with_its_line(old, new, line):
    said = MARKDOWN.replace(old, new)
    assert said != MARKDOWN
    (found,) = markdown(said)
    assert (found.line, found.what, found.wrong) == (line, "changed", True)


def test_a_changed_word_in_a_wrapped_line_is_named_with_the_line_it_now_stands_on():
    said = MARKDOWN.replace("the latest touch", "the\n  latest touch").replace(
        "(procurement) on 13", "(procurement) on 14"
    )
    (found,) = markdown(said)
    assert (found.line, found.said, found.meant) == (
        7,
        "… Dana Roe (procurement) on 14 Feb 2026 (flag:f1)"[0:2] + "Roe (procurement) on 14 Feb 2026 (flag:f1)",
        "… Roe (procurement) on 13 Feb 2026 (flag:f1)",
    )


def test_a_lost_a_doubled_and_a_moved_line_are_told_apart():
    lines = MARKDOWN.split("\n")
    (lost,) = markdown("\n".join(lines[:10] + lines[11:]))
    assert (lost.line, lost.what, lost.meant) == (10, "lost", "- **Dana Roe** procurement, 97 %, 5 touches")
    (doubled,) = markdown("\n".join([*lines[:11], lines[10], *lines[11:]]))
    assert (doubled.line, doubled.what) in ((11, "doubled"), (12, "doubled"))
    swapped = markdown("\n".join([*lines[:10], lines[11], lines[10], *lines[12:]]))
    assert {one.what for one in swapped} == {"lost", "moved"}
    assert {one.line for one in swapped} <= {10, 11, 12, 13}


def test_two_swapped_people_are_two_changes():
    said = (
        MARKDOWN.replace("**Dana Roe**", "**X**")
        .replace("**Lena Fromm**", "**Dana Roe**")
        .replace("**X**", "**Lena Fromm**")
    )
    assert [(one.line, one.what) for one in markdown(said)] == [(11, "changed"), (12, "changed")]


def test_a_remark_marked_as_a_note_is_no_mistake_and_an_unmarked_one_with_a_fact_in_it_is():
    lines = MARKDOWN.split("\n")
    for added, what, wrong in (
        ("> note: called Dana Roe on 3 March,\n> she is back on 12 March", "note", False),
        ("- good lead, call soon", "added", False),
        ("- 4 more people", "added", True),
        ("- ask for Kim", "added", True),
        ("- talk to dana", "added", True),
    ):
        (found,) = markdown("\n".join([*lines[:8], added, "", *lines[8:]]))
        assert (found.line, found.what, found.wrong) == (9, what, wrong)


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("<b>11</b>", "<b>12</b>", 8, "changed"),
        ("13&nbsp;Feb", "14&nbsp;Feb", 8, "changed"),
        ("Lena", "Lina", 10, "changed"),
        ("Dana M. Roe", "Dana N. Roe", 9, "changed"),
        ("97 %", "79 %", 9, "changed"),
        ('cx="4"', 'cx="5"', 11, "markup"),
        ("margin: 0", "display: none", 4, "markup"),
        ("<p data", '<p style="display:none" data', 7, "markup"),
        ("&quot;g1&quot;", "&quot;g2&quot;", 3, "changed"),
        (">Feb<", ">Mar<", 11, "changed"),
    ],
)
def test_each_altered_part_of_a_page_is_named_with_its_line(old, new, line, what):
    said = PAGE.replace(old, new)
    assert said != PAGE
    (found,) = page(said)
    assert (found.line, found.what, found.wrong) == (line, what, True)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("Roe, 97 %", "Roe, 98 %", "lines[1].text"),
        ('"0a1b"', '"0a1d"', "header.run_id"),
        ("0.9701", "0.9702", "lines[1].claims[0].value"),
        ("3\n", '"3"\n', "lines[0].claims[0].value"),
        ("Dana Roe", "Dana  Roe", "lines[1].text"),
        ("within 11", "within 12", "lines[0].text"),
        ("3\n", '3,\n"value": 3\n', "lines[0].claims[0].value"),
    ],
)
def test_each_altered_value_of_json_is_named_with_its_path_and_line(old, new, place):
    text = json.dumps(TREE, indent=2)
    said = text.replace(old, new)
    assert said != text
    line = said[: said.index(new) + len(new.rstrip())].count("\n") + 1
    (found,) = tree(said)
    assert (found.line, found.place, found.wrong) == (line, place, True)


def test_a_deleted_a_doubled_and_a_swapped_item_of_json_are_found():
    for lines in ([TREE["lines"][0]], [*TREE["lines"], TREE["lines"][1]], TREE["lines"][::-1]):
        assert any(one.wrong for one in tree(json.dumps({**TREE, "lines": lines}, indent=1)))
    (note,) = tree(json.dumps({**TREE, "note": "called Dana on 3 March"}))
    assert (note.what, note.wrong) == ("note", False)


@pytest.mark.parametrize(
    ("old", "new", "line", "place"),
    [
        ("within 11", "within 12", 2, "why.1 text"),
        ("Roe,", "Row,", 3, "why.2 text"),
        ("0.970", "0.971", 4, "why.3 text"),
        (":e1", ":e2", 2, "why.1 proof"),
    ],
)
def test_each_altered_cell_is_named_with_its_line_and_column(old, new, line, place):
    (found,) = table(as_csv(ROWS).replace(old, new))
    assert (found.line, found.place, found.what) == (line, place, "changed")


def test_a_lost_row_an_added_row_and_a_note_in_a_table():
    (lost,) = table(as_csv([*ROWS[:2], *ROWS[3:]]))
    assert (lost.line, lost.what, lost.number) == (3, "lost", "why.2")
    (doubled,) = table(as_csv([*ROWS, ROWS[1]]))
    assert (doubled.line, doubled.what) == (5, "doubled")
    (note,) = table(as_csv([*ROWS, ["note", "", "", "called on 3 March", ""]]))
    assert (note.what, note.wrong) == ("note", False)


# --- JSON with lines ------------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, st.sampled_from([None, 0, 3]))
def test_json_is_read_as_the_standard_reader_reads_it(value, indent):
    text = json.dumps(value, indent=indent)
    assert same(read_json(text).plain(), json.loads(text))


def same(mine: object, theirs: object) -> bool:
    if isinstance(theirs, dict):
        return isinstance(mine, dict) and mine.keys() == theirs.keys() and all(same(mine[k], theirs[k]) for k in theirs)
    if isinstance(theirs, list):
        return isinstance(mine, list) and len(mine) == len(theirs) and all(map(same, mine, theirs))
    if isinstance(theirs, int | float) and not isinstance(theirs, bool):
        return float(mine) == float(theirs)  # type: ignore[arg-type]
    return mine == theirs and type(mine) is type(theirs)


def test_json_that_ends_early_is_cut_and_json_that_is_wrong_is_malformed_with_its_line():
    text = json.dumps(TREE, indent=2)
    for end in range(1, len(text) - 1):
        with pytest.raises(Cut):
            read_json(text[:end])
    with pytest.raises(Malformed) as wrong:
        read_json(text.replace('"run_id":', '"run_id"'))
    assert not isinstance(wrong.value, Cut)
    assert wrong.value.args[1] == 4
