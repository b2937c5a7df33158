"""Concerns and talking points: what they are made from, what is left out, and a slip in a pattern."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
from reports.demo_world import demo
from reports.small_world import SCRIPT_NAME, small_findings, small_market

from committee.errors import BadSettings
from committee.findings import Findings
from committee.market import Market
from committee.reports.handoff import Brief, handoff
from committee.reports.handoff.wording import FIELDS, wording
from committee.settings import Settings, word_list


def said(page: Brief, name: str) -> dict[str, str]:
    """Concern and talking point of a member."""
    lines = page.lines("committee")
    start = next(place for place, one in enumerate(lines) if one.role == "who" and one.subject == name)
    found = {}
    for one in lines[start + 1 :]:
        if one.role == "who":
            break
        found[one.role] = one.rest
    return found


def small_page(market: Market | None = None, findings: Findings | None = None) -> Brief:
    return handoff("g1", market or small_market(), findings or small_findings())


def changed(table: pa.Table, **columns: object) -> pa.Table:
    """The table with whole columns exchanged for one value."""
    return pa.table(table.to_pydict() | {name: [value] * table.num_rows for name, value in columns.items()}).cast(
        table.schema
    )


def test_what_was_read_and_the_persona_make_concern_and_talking_point():
    page = small_page()
    assert said(page, SCRIPT_NAME)["concern"] == "does the method fit, and where is the evidence (biomarker)?"
    assert said(page, SCRIPT_NAME)["say"] == (
        "how is biomarker work done for ADL-101 in gastric cancer today, and what in “Validation guide” would not fit?"
    )
    assert said(page, "Petra Kauf")["concern"] == "which vendors qualify, and on what terms?"
    assert said(page, "Lena Fromm")["say"].startswith("start from the meeting of 13 Feb 2026: ")


def test_a_talking_point_names_its_piece_its_program_and_nothing_that_is_not_in_the_graph():
    market, findings = demo()
    known = {
        *(f"“{value}”" for value in market.content["title"].to_pylist() if value),
        *(value for name in ("name", "registry_id") for value in market.programs[name].to_pylist() if value),
    }
    for key in findings.groups["group_id"].to_pylist():
        for line in handoff(key, market, findings).lines("committee"):
            if line.role == "say":
                assert all(f"“{title}”" in known for title in re.findall("“(.*?)”", line.text))
                assert set(re.findall(r"NCT\d+", line.text)) <= known
                assert line.claims


def test_a_piece_for_another_persona_is_asked_about_and_no_concern_is_read_from_it():
    market = small_market()
    content = market.content.to_pydict()
    content["persona"] = ["finance" if key == "k-valid" else None for key in content["content_id"]]
    elsewhere = market.with_tables(content=pa.table(content).cast(market.content.schema))
    assert "what in “Validation guide”" in said(small_page(), SCRIPT_NAME)["say"]
    told = said(small_page(elsewhere), SCRIPT_NAME)
    assert "Biomarker assays" in told["say"]
    everything = market.with_tables(content=changed(market.content, persona="finance"))
    told = said(small_page(everything), SCRIPT_NAME)
    assert told["concern"] == (
        "usually technical performance, fit of the method and evidence; what was read was written for finance"
    )
    assert told["say"] == "what was “Validation guide” read for, and who asked for it?"


def test_without_a_title_of_the_piece_nothing_is_made_up():
    market = small_market()
    untitled = market.with_tables(content=changed(market.content, title=None))
    assert "say" not in said(small_page(untitled), SCRIPT_NAME)


def test_without_a_topic_no_concern_names_one():
    findings = small_findings()
    untagged = findings.with_tables(content_tags=findings.content_tags.slice(0, 0))
    assert "concern" not in said(small_page(findings=untagged), SCRIPT_NAME)


def test_an_uncertain_program_is_named_in_no_talking_point():
    findings = small_findings()
    rows = findings.groups.to_pylist()
    for others, named in ((["p-202:0.30"], True), (["p-202:0.31"], False)):
        rows[0]["program_alternatives"] = others
        page = small_page(
            findings=findings.with_tables(groups=pa.Table.from_pylist(rows, schema=findings.groups.schema))
        )
        assert any("ADL-101" in one.text or "NCT0999" in one.text for one in page.lines("committee")) is named


# --- patterns of a user's own ----------------------------------------------------------------------------------------


def with_file(path: Path, text: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return Settings.read(environment={}, overrides=[f'handoff.file="{path}"'])


def test_a_file_of_ones_own_changes_what_it_names_and_nothing_else(tmp_path):
    settings = with_file(tmp_path / "mine.toml", '[talking.scientific]\nmiddle = "bring {piece} for {account}"\n')
    before = said(small_page(), "Petra Kauf")
    with settings.in_force():
        assert said(small_page(), SCRIPT_NAME)["say"] == "bring “Validation guide” for Adler Bio"
        assert said(small_page(), "Petra Kauf") == before
        assert wording()["talking"]["scientific"]["top"] == word_list("handoff")["talking"]["scientific"]["top"]


@pytest.mark.parametrize(
    ("text", "told", "remedy"),
    [
        (
            '[talking.scientific]\nmiddle = "bring {pice}"',
            "talking.scientific.middle has a field that is not there: {pice}",
            "Did you mean {piece}?",
        ),
        (
            '[concerns.finance]\ntop = ["{cares}", "{xyz}"]',
            "concerns.finance.top has a field that is not there: {xyz}",
            "There are person, title",
        ),
        (
            '[talking.scientific]\nmiddle = "bring {piece"',
            "talking.scientific.middle has a brace without its other half",
            "Write {field}",
        ),
        ('[talking.scientific]\nmiddle = "bring {person.name}"', "has a field that is not there: {person.name}", ""),
        (
            '[talking.scientifc]\nmiddle = "bring it"',
            "unknown setting talking.scientifc",
            "Did you mean talking.scientific?",
        ),
        ("[talking.scientific]\nmiddle = 3", "talking.scientific.middle has an impossible value", ""),
        ('[order]\nby = ["asked", "fame"]', "order.by has an unknown rule: fame", "There are asked, persona"),
        (
            '[frames.bant.budget]\nquestion = ["Whose is {piece}?"]',
            "frames.bant.budget.question has a field that is not there: {piece}",
            "",
        ),
        (
            '[frames.bant.budget]\nevidence = ["read:nothing"]',
            "has an unknown kind of evidence: read:nothing",
            "read:money",
        ),
        ("[talking", "is no TOML", "Mend"),
    ],
)
def test_a_slip_in_a_pattern_is_one_line_that_names_file_key_and_field(tmp_path, text, told, remedy):
    path = tmp_path / "mine.toml"
    with with_file(path, text).in_force(), pytest.raises(BadSettings) as refused:
        wording()
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert str(path) in sentence
    assert told in sentence
    assert remedy in sentence


def test_a_file_that_is_not_there_is_named():
    settings = Settings.read(environment={}, overrides=["handoff.file=nowhere.toml"])
    with (
        settings.in_force(),
        pytest.raises(BadSettings, match=r"nowhere.toml, which handoff.file names, cannot be read"),
    ):
        wording()


def test_a_slip_in_the_settings_themselves_is_told_by_their_name():
    settings = Settings.read(environment={}, overrides=['handoff.talking.finance.top=["{budget}"]'])
    with settings.in_force(), pytest.raises(BadSettings, match=r"setting handoff.talking.finance.top .* \{budget\}"):
        wording()


def test_every_field_there_is_can_be_used():
    pattern = "".join(f"{{{name}}}" for name in FIELDS)
    settings = Settings.read(environment={}, overrides=[f'handoff.talking.finance.top=["{pattern}"]'])
    with settings.in_force():
        assert wording()["talking"]["finance"]["top"] == [pattern]
