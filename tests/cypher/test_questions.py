"""Every question has answers that were worked out on paper, and gives them on every engine, in each of its three forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cypher import tiny_world
from cypher.answers import ANSWERS

from committee.cypher.catalog import Question, questions
from committee.graph.store import Store
from committee.records import TABLES

Expected = tuple[str, dict[str, str], list[list[object]]]
FIRST = list({name: (name, given, rows) for name, given, rows in reversed(ANSWERS) if rows}.values())  # one a question
POISON = ["' OR 1=1 //", "\\' }) DETACH DELETE n //", '"; MATCH (n) DELETE n', "`", "$run_id", "x'}) SET a.name = 'y"]


@pytest.fixture
def store(store_uri: str) -> Iterator[Store]:
    with tiny_world.filled(store_uri) as opened:
        yield opened


@pytest.fixture
def store_of_2026(neo4j_2026_database) -> Iterator[tuple[Store, Any]]:
    with tiny_world.filled(neo4j_2026_database.uri) as opened, neo4j_2026_database.driver() as driver:
        yield opened, driver
        driver.execute_query("ALTER DATABASE neo4j SET DEFAULT LANGUAGE CYPHER 5", database_="system")


def wrong_answers(store: Store, counted: Sequence[Expected] = ANSWERS) -> dict[str, object]:
    """What is not as it was worked out: rows, their columns, and the count of some."""
    wrong: dict[str, object] = {}
    for name, given, expected in ANSWERS:
        asked = questions()[name]
        answer = store.ask(asked, asked.parameters(given))
        if answer.rows != expected or tuple(answer.columns) != asked.returns:
            wrong[f"{name} {given}"] = answer.rows
    for name, given, expected in counted:
        asked = questions()[name]
        if (rows := store.ask(asked.counted, asked.parameters(given)).rows) != [[len(expected)]]:
            wrong[f"count of {name} {given}"] = rows
    return wrong


# --- pictures -------------------------------------------------------------------------------------------------------

# Columns that name a thing, by its id or by its name: label and property.
NAMES = {
    **{spec: (record.label, spec) for record in TABLES.values() for spec in (f"{record.label.lower()}_id",)},
    "group_id": ("BuyingGroup", "group_id"),
    "other_group_id": ("BuyingGroup", "group_id"),
    "before_group_id": ("BuyingGroup", "group_id"),
    "groups": ("BuyingGroup", "group_id"),
    "partner_id": ("Account", "account_id"),
    "account_ids": ("Account", "account_id"),
    "account": ("Account", "name"),
    "partner": ("Account", "name"),
    "program": ("Program", "name"),
    "program_ids": ("Program", "program_id"),
    "need": ("Need", "need_id"),
    "content": ("Content", "title"),
    "campaign": ("Campaign", "name"),
    "deal": ("Opportunity", "name"),
    "members": ("Contact", "contact_id"),
    "readers": ("Contact", "contact_id"),
    "bridges": ("Contact", "contact_id"),
    "whom_to_bring_in": ("Contact", "contact_id"),
    "taken_up_by": ("Contact", "contact_id"),
    "flags": ("Flag", "flag_id"),
    "engagement_ids": ("Engagement", "engagement_id"),
}


def drawn(store: Store, asked: Question, parameters: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Label and properties of each thing in the picture."""
    rows = store.ask(asked.drawn, parameters).rows
    parts = [part for row in rows for path in row if path for part in path if "labels" in part]
    return list(
        {
            (part["labels"][0], part["properties"]["key"]): (part["labels"][0], part["properties"]) for part in parts
        }.values()
    )


def unlike_its_rows(asked: Question, rows: list[list[Any]], parameters: Mapping[str, Any], things: Any) -> list[str]:
    """Things that the rows name and the picture lacks, and things it shows that neither rows nor parameters name."""
    cells = [(name, value) for row in rows[: asked.first] for name, value in zip(asked.returns, row, strict=True)]
    named = {
        (*NAMES[name], one)
        for name, value in cells
        if name in NAMES and (name != "need" or asked.name == "needs_without_content")
        for one in (value if isinstance(value, list) else [value])
        if one is not None
    }
    allowed = named | {(*NAMES[name], value) for name, value in parameters.items() if name in NAMES}
    shown = {
        (label, property, value)
        for label, properties in things
        for property, value in properties.items()
        if isinstance(value, str)
    }
    return [f"lacks {one}" for one in sorted(named - shown)] + [
        f"shows {label} {properties['key']}"
        for label, properties in things
        if not any(
            (label, property, value) in allowed for property, value in properties.items() if isinstance(value, str)
        )
    ]


def wrong_pictures(store: Store, some: Sequence[Expected] = ANSWERS) -> dict[str, list[str]]:
    wrong = {}
    for name, given, expected in some:
        asked = questions()[name]
        if asked.picture:
            parameters = asked.parameters(given)
            things = drawn(store, asked, parameters)
            if unlike := unlike_its_rows(asked, expected, parameters, things):
                wrong[f"{name} {given}"] = unlike
    return wrong


def half_drawn(store: Store, some: Sequence[Expected] = ANSWERS) -> dict[str, list[tuple[str, str, str]]]:
    """Arrows between things of a picture that it leaves out, while it draws others of that type between such things."""
    wrong = {}
    for name, given, _ in some:
        asked = questions()[name]
        if not asked.picture:
            continue
        rows = store.ask(asked.drawn, asked.parameters(given)).rows
        parts = [part for row in rows for path in row if path for part in path]
        label = {part["properties"]["key"]: part["labels"][0] for part in parts if "labels" in part}
        shown = {(part["type"], part["start"], part["end"]) for part in parts if "type" in part}
        kinds = {(label[start], kind, label[end]) for kind, start, end in shown}
        text = "MATCH (a)-[r]->(b) WHERE a.key IN $keys AND b.key IN $keys AND r.to_on IS NULL RETURN type(r) AS t, a.key AS s, b.key AS e"
        there = {(kind, start, end) for kind, start, end in store._bolt.rows(text, {"keys": sorted(label)})}
        if lacks := sorted(
            (kind, start, end) for kind, start, end in there - shown if (label[start], kind, label[end]) in kinds
        ):
            wrong[f"{name} {given}"] = lacks
    return wrong


# --- on every engine ------------------------------------------------------------------------------------------------


def test_every_question_answers_as_worked_out_on_paper_and_its_picture_shows_what_its_rows_name(
    store: Store, store_uri: str
) -> None:
    some = FIRST if "://" in store_uri else ANSWERS  # a server takes its time to plan each text
    assert wrong_answers(store, some) == {}
    assert wrong_pictures(store, some) == {}


def test_what_is_ready_to_paste_answers_like_the_question(tmp_path: Path) -> None:
    with tiny_world.filled(str(tmp_path / "store")) as store:
        for name, given, expected in ANSWERS:
            asked = questions()[name]
            pasted = replace(asked, text=asked.ready_to_paste(given), params=())
            assert store.ask(pasted, {}).rows == expected, name


def test_the_2026_line_answers_alike_under_both_languages(store_of_2026: tuple[Store, Any]) -> None:
    store, driver = store_of_2026
    for language in ("5", "25"):
        driver.execute_query(f"ALTER DATABASE neo4j SET DEFAULT LANGUAGE CYPHER {language}", database_="system")
        assert wrong_answers(store, FIRST) == {}, language
        assert wrong_pictures(store, FIRST) == {}, language


def test_a_picture_draws_all_arrows_of_a_kind_or_none(tmp_path: Path) -> None:
    with tiny_world.filled(str(tmp_path / "store")) as store:
        assert half_drawn(store) == {}


def test_a_parameter_is_a_value_whatever_stands_in_it(store: Store, store_uri: str) -> None:
    before = store.counts()
    nobody = "nobody is called so"
    for asked in questions().values():
        texts = [one.name for one in asked.params if one.kind in ("text", "words")]
        for poisoned in texts:
            harmless = {one.name: nobody for one in asked.params if one.required or one.name == poisoned}
            plain = store.ask(asked, asked.parameters(harmless)).rows
            for poison in POISON:
                given = harmless | {poisoned: poison.replace(";", ",")}
                assert store.ask(asked, asked.parameters(given)).rows == plain, (asked.name, poison)
            if "://" not in store_uri:
                pasted = asked.ready_to_paste(harmless | {poisoned: "".join(POISON[:2])})
                assert store.ask(replace(asked, text=pasted, params=()), {}).rows == plain, asked.name
    assert store.counts() == before


# --- what holds for all ---------------------------------------------------------------------------------------------


def test_every_question_has_an_answer_with_a_row() -> None:
    assert {name for name, _, rows in ANSWERS if rows} == set(questions())


def test_a_question_has_a_picture_or_says_why_not() -> None:
    for asked in questions().values():
        assert bool(asked.picture) != bool(asked.unpictured), asked.name


def test_every_picture_stays_below_three_hundred_things() -> None:
    """Each row brings a thing for each pattern; a list in a row may bring as many as there are paths, and no more."""
    for asked in questions().values():
        if asked.picture:
            body = asked.picture.partition(f"LIMIT {asked.first}\n}}\n")[2]
            paths, lists = int(body.rpartition("LIMIT")[2]), body.count(" IN ")
            patterns = len(re.findall(r"\((?!:Head)\w*:(?!Run)\w+|\(\w+\)(?=-)", body))
            assert min(paths * patterns, asked.first * patterns + paths * lists) < 300, asked.name


def test_there_are_questions_for_everybody() -> None:
    asked = [one for one in questions().values() if one.audience != "commands"]
    assert len(asked) >= 40
    for audience in ("marketing operations", "ABM manager", "SDR", "BD lead", "analyst"):
        assert sum(one.audience == audience for one in asked) >= 6, audience
    assert {one.audience for one in asked} == {"marketing operations", "ABM manager", "SDR", "BD lead", "analyst"}
