"""The questions of a brief, on a group that may be for one of two programs: tried, told, or said why not."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from reports.small_world import small_findings, small_market
from reports.twin_world import AS_OF, twins

from committee import pipeline
from committee.findings import Findings
from committee.pipeline.asking import answered
from committee.pipeline.briefing import Asker
from committee.reports.handoff import Brief, Options, handoff
from committee.settings import Settings


@pytest.fixture(scope="module")
def page() -> Brief:
    market, findings, group = twins()
    return handoff(group, market, findings, asked=Asker(market, findings).ask(group, 3))


def test_a_group_that_may_be_for_either_program_says_so_and_talks_of_none(page):
    (line,) = [one for one in page.lines("account") if one.role == "program"]
    named = re.fullmatch(r"Program: likeliest CAS-(\d), else .*\bCAS-(\d) \((\d+) %\).*", line.text)
    assert named
    assert {named[1], named[2]} == {"1", "2"}
    assert int(named[3]) > 20
    assert not any("CAS-" in one.text for one in page.lines("committee"))
    assert any("talking points name no program" in one.text for one in page.lines("confidence"))


def test_three_questions_with_what_each_answer_would_do(page):
    lines = page.lines("questions")
    asked = [one.text for one in lines if one.role == "question"]
    assert len(asked) == 3
    assert all(re.fullmatch(r"\d\. Which program does [\w ]+ work on\?", text) for text in asked)
    answers = [one.text for one in lines if one.role == "answer"]
    assert len(answers) == 6
    (chosen,) = {row["program_id"] for row in twins()[1].groups.to_pylist() if row["group_id"] == twins()[2]}
    other = {"cas-1": "CAS-2", "cas-2": "CAS-1"}[chosen]
    moving = [text for text in answers if "nothing changes" not in text]
    assert len(moving) == 3
    assert all(re.fullmatch(rf"{other} \(\d+ %\): it is for {other}", text) for text in moving)


def test_what_the_first_answer_is_said_to_do_the_market_found_again_does():
    market, findings, group = twins()
    first = Asker(market, findings).ask(group, 1).questions[0]
    moving = {tried.answer.value: tried.effect.reassigned for tried in first.tried if tried.effect.reassigned}
    ((program, ((_, _, after),)),) = moving.items()
    again = pipeline.detect(answered(market, first.fact, str(program)), AS_OF, Settings.read(environment={}))
    (found,) = [row for row in again.groups.to_pylist() if row["account_id"] == "castor"]
    assert after == found["program_id"] == program


def test_asking_nothing_leaves_the_section_out():
    market, findings, group = twins()
    assert handoff(group, market, findings, Options(questions=0)).lines("questions") == []


@pytest.mark.parametrize(
    ("findings", "why"),
    [
        (lambda: small_findings(), "the groups of this run were found by a rule"),
        (lambda: twins()[1].with_learned({}), "the run did not keep the numbers it was concluded with"),
        (lambda: twins()[1].with_learned({"calibration": "{", "context": ""}), "the run did not keep the numbers"),
    ],
)
def test_without_the_numbers_of_the_run_nothing_is_tried_and_the_page_says_why(findings, why):
    found: Findings = findings()
    market = small_market() if found.groups["group_id"][0].as_py() == "g1" else twins()[0]
    group = found.groups["group_id"][0].as_py()
    page = handoff(group, market, found, asked=Asker(market, found).ask(group, 3))
    (line,) = page.lines("questions")
    assert line.text.startswith(f"Not told: {why}")


def test_a_group_whose_sums_changed_since_the_run_says_so():
    market, findings, group = twins()
    gone = market.with_tables(engagements=market.engagements.slice(0, 0))
    assert "what was loaded since the run" in Asker(gone, findings).ask(group, 3).why_not


def test_nobody_is_asked_about_who_must_not_be_contacted():
    market, findings, group = twins()
    stopped = [row | {"suppressed": row["contact_id"] == "t-lead"} for row in market.contacts.to_pylist()]
    barred = market.with_tables(contacts=pa.Table.from_pylist(stopped, schema=market.contacts.schema))
    page = handoff(group, barred, findings, asked=Asker(barred, findings).ask(group, 3))
    assert [one.text for one in page.lines("questions") if one.role == "question"]
    assert not any("Greta" in one.text or "t-lead" in one.proof for one in page.lines("questions"))


def test_a_document_of_many_groups_tries_no_more_answers_than_it_may():
    market, findings, group = twins()
    asker = Asker(market, findings, tries=1)
    assert asker.ask(group, 3).questions
    assert "owner_tries" in asker.ask(group, 3).why_not


def test_why_now_is_another_one_when_the_touch_it_names_never_happened(page):
    market = twins()[0]
    (line,) = [one for one in page.lines("why_now") if one.role == "why"]
    named = [key.partition(":")[2] for key in line.proof if key.startswith("engagement:")]
    assert named
    keep = [row for row in market.engagements.to_pylist() if row["engagement_id"] not in named]
    less = market.with_tables(engagements=pa.Table.from_pylist(keep, schema=market.engagements.schema))
    again = pipeline.detect(less, AS_OF, Settings.read(environment={}))
    (found,) = [row["group_id"] for row in again.groups.to_pylist() if row["account_id"] == "castor"]
    assert [one.text for one in handoff(found, less, again).lines("why_now") if one.role == "why"] != [line.text]
