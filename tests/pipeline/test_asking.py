"""Questions: only what nobody has stated is asked, and what an answer is said to do, it does."""

from __future__ import annotations

from functools import cache

import pytest
from analysis.episodes.planted import made

from committee import pipeline
from committee.analysis.episodes import score
from committee.analysis.episodes.deciding_fact import effect_of
from committee.analysis.touches import touches
from committee.findings import Findings
from committee.market import Market
from committee.pipeline.asking import Question, answered, questions
from committee.pipeline.changing import lines_between
from committee.pipeline.consequences import resolved
from committee.pipeline.rescoring import Frozen, frozen_of
from committee.pipeline.words import families, personas_of, tags_of
from committee.settings import Settings

SETTINGS = Settings.read(environment={}, overrides=["window.shifts=0", "questions.tries=8"])


@cache
def world() -> tuple[Market, Findings, Frozen]:
    case, _ = made("realistic", 4, 5)
    found = pipeline.detect(case.market, case.as_of, SETTINGS)
    frozen = frozen_of(case.market, found)
    assert frozen is not None
    return case.market, found, frozen


@cache
def asked() -> dict[str, list[Question]]:
    market, found, frozen = world()
    groups = found.groups.column("group_id").to_pylist()[:3]
    return {group: questions(market, found, group, 5, frozen) for group in groups}


def test_only_what_nobody_has_stated_is_asked():
    market, found, _ = world()
    said = {row["contact_id"]: row for row in market.contacts.to_pylist()}
    personas = {row["contact_id"]: row["persona"] for row in found.personas.to_pylist()}
    tags = {row["content_id"]: row for row in found.content_tags.to_pylist()}
    facts = [question.fact for group in asked().values() for question in group]
    assert facts
    for fact in facts:
        if fact.kind == "program":
            assert said[fact.id]["program_id"] is None
        elif fact.kind == "persona":
            assert personas[fact.id] == "unknown"
        else:
            known = tags[fact.id]["topic" if fact.kind == "topic" else "therapeutic_area"]
            assert not known or tags[fact.id]["confidence"] < SETTINGS.questions.doubtful


def test_answers_have_probabilities_and_questions_are_ranked_by_what_they_would_change():
    for group in asked().values():
        assert [one.worth for one in group] == sorted((one.worth for one in group), reverse=True)
        for question in group:
            assert sum(one.answer.probability for one in question.tried) <= 1 + 1e-9
            whole = sum(one.answer.probability * one.effect.distance for one in question.tried)
            assert question.worth == pytest.approx(whole)
            assert any(one.effect.changes for one in question.tried)


def test_what_an_answer_is_said_to_do_the_whole_market_scored_again_does():
    market, found, frozen = world()
    group, question = next(
        (group, found[0]) for group, found in asked().items() if found and found[0].fact.kind != "topic"
    )
    account = next(row["account_id"] for row in found.groups.to_pylist() if row["group_id"] == group)
    before = part_of(found, account)
    for tried in question.tried:
        if tried.answer.value is None:
            assert tried.effect.distance == 0
            continue
        changed = answered(market, question.fact, tried.answer.value)
        personas, tags = personas_of(changed.contacts), tags_of(changed.content)
        seen = touches(
            changed,
            resolved(changed["engagements"], changed),
            personas,
            tags,
            window=SETTINGS.window,
            cleaning=SETTINGS.cleaning,
            as_of=frozen.as_of,
        )
        whole = score(changed, seen, tags, SETTINGS, families(), frozen.calibration, frozen.context)
        after = part_of(Findings(whole), account)
        effect = effect_of(before, after, lines_between(before, after), SETTINGS.questions)
        assert effect.distance == pytest.approx(tried.effect.distance, abs=1e-5)
        assert (effect.joined, effect.left, effect.gone) == (tried.effect.joined, tried.effect.left, tried.effect.gone)


def part_of(found: Findings, account: str) -> Findings:
    groups = found.groups.filter([row == account for row in found.groups.column("account_id").to_pylist()])
    ids = set(groups.column("group_id").to_pylist())

    def mine(name: str):
        return found[name].filter([row in ids for row in found[name].column("group_id").to_pylist()])

    return found.with_tables(groups=groups, memberships=mine("memberships"), evidence=mine("evidence"))


def test_the_same_market_asks_the_same_questions_in_the_same_order():
    market, found, frozen = world()
    group, first = next(iter(asked().items()))
    assert questions(market, found, group, 5, frozen) == first
    assert questions(market, found, group, 1, frozen) == first[:1]
    assert questions(market, found, "no such group", 3, frozen) == []
