"""What every brief must hold, whatever the market: each fact is a claim, claims fit their text, forms carry the header."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports.crowded_world import crowded
from reports.demo_world import demo
from reports.small_world import crowd, small_findings, small_market
from reports.twin_world import twins

from committee.pipeline.briefing import Asker
from committee.records.cells import unguarded
from committee.reports.handoff import Beside, Brief, Briefs, Options, handoff, render
from committee.reports.handoff.document import KINDS, Claim, Line, Told, list_of, row_of, tell

_ORDINAL = re.compile(r"^\d+[.:]? ?")  # the place of a line in its list
_PLACES = {"call", "introduction", "question", "engagement"}


def _pages() -> list[Brief]:
    found = []
    for market, findings in (demo(), crowded(), crowd(40), (small_market(), small_findings())):
        asker = Asker(market, findings)
        for number, key in enumerate(findings.groups.column("group_id").to_pylist()):
            asked = asker.ask(key, 2 if number < 2 else 0)
            frame = ("bant", "meddic")[number % 2]
            found.append(handoff(key, market, findings, Options(frame, 2), asked, Beside(loads_since_run=number)))
    return found


@pytest.fixture(scope="module")
def pages() -> list[Brief]:
    return _pages()


def lines_of(pages: list[Brief]) -> list[Line]:
    return [line for page in pages for line in page.lines()]


def left_of(line: Line) -> str:
    """The text of a line without what its claims cover."""
    text, end = "", 0
    for one in line.claims:
        text, end = text + line.text[end : one.at] + "\0", one.at + len(one.text)
    return text + line.text[end:]


def test_a_claim_stands_in_its_line_where_it_says_and_none_covers_another(pages):
    for line in lines_of(pages):
        end = 0
        for one in line.claims:
            assert one.at >= end
            assert line.text[one.at : one.at + len(one.text)] == one.text
            assert one.kind in KINDS
            assert one.ids
            assert one.field
            end = one.at + len(one.text)


def test_no_number_and_no_date_stands_outside_a_claim(pages):
    for line in lines_of(pages):
        left = left_of(line)
        if line.role in _PLACES:
            left = _ORDINAL.sub("", left)
        if line.role == "flag" and line.number.startswith("receipts"):
            left = re.sub(r"\d+(, \d+)*", "", left)  # numbers of receipts
        assert not re.search(r"\d", left), (line.text, left)


@pytest.mark.parametrize("world", [demo, lambda: (small_market(), small_findings()), lambda: twins()[:2]])
def test_no_name_of_the_market_stands_outside_a_claim(world):
    market, findings = world()
    named = (
        ("accounts", "name"),
        ("contacts", "name"),
        ("contacts", "email"),
        ("content", "title"),
        ("programs", "name"),
    )
    names = {
        value
        for table, column in named
        for value in market[table].column(column).to_pylist()
        if value and len(value) > 3
    }
    for key in findings.groups.column("group_id").to_pylist():
        for line in handoff(key, market, findings, Options("meddic")).lines():
            left = left_of(line)
            assert not [name for name in names if name in left], (line.text, left)


def test_lines_are_numbered_by_section_and_place(pages):
    for page in pages:
        for section in page.sections:
            assert [line.number for line in section.lines] == [
                f"{section.key}.{place}" for place in range(1, len(section.lines) + 1)
            ]
            assert all(line.text.startswith(line.subject) for line in section.lines)


def headers(text: str, form: str) -> list[dict]:
    if form == "json":
        data = json.loads(text)
        return [one["header"] for one in data.get("briefs", [data])]
    if form == "md":
        return [json.loads(found) for found in re.findall(r"<!-- committee brief (.*?) -->", text)]
    if form == "html":
        return [json.loads(unescape(found)) for found in re.findall(r'name="committee-brief" content="(.*?)"', text)]
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["role"] == "header"]
    groups = list(dict.fromkeys(row["group_id"] for row in rows))
    return [
        {row["line"].removeprefix("header."): unguarded(row["text"]) for row in rows if row["group_id"] == one}
        for one in groups
    ]


@pytest.mark.parametrize("form", ["md", "html", "json", "csv"])
@settings(max_examples=25, deadline=None)
@given(owner=st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)))
def test_every_form_carries_a_header_from_which_the_brief_is_made_again(form, owner):
    market, findings = small_market(), small_findings()
    page = handoff("g2", market, findings, Options("bant", 2, owner), beside=Beside("2026-02-19T08:00:00Z"))
    (found,) = headers(render(page, form), form)
    said = asdict(page.header)
    if form == "csv":
        options = {f"options.{name}": value for name, value in said.pop("options").items()}
        said = {name: "" if value is None else str(value) for name, value in {**said, **options}.items()}
    assert found == said


def test_several_briefs_are_one_document_each_with_its_own_header():
    market, findings = small_market(), small_findings()
    both = Briefs("Kim Sato", tuple(handoff(key, market, findings) for key in ("g1", "g2")))
    for form in ("md", "html", "json", "csv"):
        text = render(both, form)
        assert [one["group_id"] for one in headers(text, form)] == ["g1", "g2"]
    assert render(both, "md").split("\n")[:3] == [
        "# Kim Sato: 2 groups",
        "",
        "1. Adler Bio: biomarker, ADL-101 in gastric cancer (evaluating, flag); "
        "first Lena Fromm: raised a hand (meeting, 13 Feb 2026), program lead",
    ]
    html = render(both, "html")
    anchors = re.findall(r' id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert html.count("<h1>") == 3


def test_the_same_input_gives_the_same_bytes_a_second_time(pages):
    again = _pages()
    for one, other in zip(pages, again, strict=True):
        assert all(render(one, form) == render(other, form) for form in ("md", "html", "json", "csv"))


# --- text with claims ------------------------------------------------------------------------------------------------

parts = st.lists(
    st.builds(
        lambda text, claimed: Told(
            text, (Claim(text, "name", text, "contact", ("c",), "name"),) if claimed and text else ()
        ),
        st.text(max_size=6),
        st.booleans(),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(parts, st.sampled_from(["and", "or"]))
def test_however_text_is_joined_its_claims_stay_at_their_place(some, last):
    for whole in (row_of(some, "; "), list_of(some, last), sum(some, Told())):
        for one in whole.claims:
            assert whole.text[one.at : one.at + len(one.text)] == one.text
        assert [one.text for one in whole.claims] == [one.text for told in some for one in told.claims]


def test_a_brace_in_a_name_is_text():
    name = Told("{x}", (Claim("{x}", "name", "{x}", "contact", ("c",), "name"),))
    assert tell("{who} {{read}} it", who=name).text == "{x} {read} it"
