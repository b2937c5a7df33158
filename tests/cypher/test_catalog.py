"""A question keeps the word of its head, and a file that is no question is told why."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.analysis import status
from committee.cypher import reading
from committee.cypher.catalog import BadParameter, Question, find_questions, question, questions, read_question
from committee.errors import BadFile, NotFound
from committee.records import BOOKKEEPING, COMPUTED, LOADED, PROVENANCE, fields_of
from committee.settings import Settings

HEAD = """// asks: Who is there?
// grain: one person
// for: analyst
// maturity: stable
// param days whole = 30: How long
// param who text: Whose
// returns: id, days
"""
BODY = "MATCH (c:Contact) WHERE c.contact_id = $who\nRETURN c.contact_id AS id, $days AS days\nORDER BY id\n"


def made(head: str = HEAD, body: str = BODY, picture: str = "") -> Question:
    return read_question("who", head + body, picture)


def test_a_question_is_read_from_its_head() -> None:
    asked = made()
    assert (asked.asks, asked.grain, asked.audience, asked.maturity) == (
        "Who is there?",
        "one person",
        "analyst",
        "stable",
    )
    assert asked.returns == ("id", "days")
    assert [(p.name, p.kind, p.default, p.required) for p in asked.params] == [
        ("days", "whole", "30", False),
        ("who", "text", None, True),
    ]
    assert asked.text == BODY.strip()


@pytest.mark.parametrize(
    ("head", "body", "told"),
    [
        ("", BODY, "lacks the line // asks"),
        (HEAD.replace("// grain: one person\n", ""), BODY, "lacks the line // grain"),
        (HEAD.replace("stable", "perfect"), BODY, "maturity is 'perfect'"),
        (HEAD.replace("whole = 30", "number of days"), BODY, "cannot be read"),
        (HEAD.replace("whole = 30", "moment = 30"), BODY, "cannot be read"),
        (HEAD + "// hello\n", BODY, "has the line"),
        (HEAD, BODY + ";\nMATCH (n) RETURN n", "holds 2 statements"),
        (HEAD, "", "holds 0 statements"),
        (HEAD, BODY.replace("RETURN", "SET c.name = 'x' RETURN"), "uses SET"),
        (HEAD, BODY.replace("MATCH", "merge"), "uses MERGE"),
        (HEAD, BODY.replace("RETURN", "DETACH DELETE c RETURN"), "uses DETACH"),
        (HEAD, BODY.replace("RETURN", "CALL db.labels() YIELD label RETURN"), "uses CALL"),
        (HEAD, BODY.replace("RETURN", "FOREACH (x IN [1] | CREATE (:X)) RETURN"), "uses FOREACH"),
        (HEAD, "LOAD CSV FROM 'file:///etc/passwd' AS row " + BODY, "uses LOAD"),
        (HEAD, "USE other " + BODY, "uses USE"),
        (HEAD, "CYPHER 25 " + BODY, "uses CYPHER"),
        (HEAD, BODY.replace("$days", "$weeks"), r"uses \$weeks"),
        (HEAD, BODY.replace("$days AS days", "1 AS days"), "parameter days is used nowhere"),
        (
            HEAD,
            BODY.replace("AS id,", "AS contact,").replace("BY id", "BY contact"),
            "returns contact, days, its head says id, days",
        ),
        (HEAD, BODY.replace("MATCH", "MATCH (:`\\u0041`) MATCH"), "escape"),
        (
            HEAD,
            BODY.replace("RETURN c.contact_id AS id, $days AS days", "WITH c, $days AS days RETURN *"),
            r"returns \*",
        ),
        (HEAD, BODY.replace("= $who", "= $who AND exists(c.name)"), r"who.cypher:8 .* uses exists\( \)"),
        (HEAD, BODY.replace("c.contact_id AS id", "id(c) AS id"), r"who.cypher:9 .* uses id\( \)"),
        (HEAD, BODY.replace("(c:Contact)", "p = SHORTEST 2 (c:Contact)-->()"), "uses SHORTEST"),
        (HEAD, BODY.replace("(c:Contact)", "(c:Contact)-[:SUBSIDIARY_OF*]->()"), "walks any number of steps"),
        (HEAD, BODY.replace("(c:Contact)", "(c:Contact)-[:SUBSIDIARY_OF*2..]->()"), "walks any number of steps"),
        (HEAD, BODY.replace("$days AS days", "apoc.text.join([], '') + $days AS days"), "uses apoc"),
        (HEAD, BODY.replace("$days AS days", "datetime().epochMillis + $days AS days"), r"uses datetime\( \)"),
        (HEAD, BODY.replace("\nORDER BY id", ""), "have no order"),
        (HEAD.replace("= 30", "= @detection.window.weeks"), BODY, "is no shipped setting"),
    ],
)
def test_a_file_that_is_no_question_is_refused_and_told_why(head: str, body: str, told: str) -> None:
    with pytest.raises(BadFile, match=told):
        made(head, body)


def test_a_picture_is_held_to_the_same_rules() -> None:
    seen = "// asks: Seen\n// first: 3\nMATCH p = (c)-->() WHERE c.x = $who RETURN p LIMIT 5"
    assert made(picture=seen).picture == (
        f"CALL () {{\n{BODY.strip()}\nLIMIT 3\n}}\nMATCH p = (c)-->() WHERE c.x = $who RETURN p LIMIT 5"
    )
    for change, told in (
        (("MATCH", "CREATE (n) MATCH"), r"who.picture.cypher:3 .* uses CREATE"),
        (("// first: 3\n", ""), r"who.picture.cypher:1 .* lacks the line // first"),
        ((" LIMIT 5", ""), r"who.picture.cypher:3 .* have no bound"),
        (("$who", "$whom"), r"who.picture.cypher:3 .* uses \$whom"),
    ):
        with pytest.raises(BadFile, match=told):
            made(picture=seen.replace(*change))


def test_words_that_only_look_like_writing_are_allowed() -> None:
    body = """MATCH (c:Contact {contact_id: $who})-[:PART_OF*1..3]->(d) // then SET nothing
    WHERE c.set = 'DELETE me; now' AND c:`CREATE` AND c.`MERGE` IS NULL /* REMOVE; */
    CALL (c) { RETURN "CALL db.labels()" AS said }
    RETURN said AS id, $days AS days ORDER BY id"""
    assert made(body=body)


def test_parameters_get_their_kind_and_their_default() -> None:
    asked = made()
    assert asked.parameters({"who": " a1 "}) == {"days": 30, "who": "a1"}
    assert asked.parameters({"who": "a1", "days": "7"}) == {"days": 7, "who": "a1"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "needs who: Whose. Add --param who=VALUE"),
        ({"who": ""}, "needs who"),
        ({"who": "a", "days": "soon"}, "parameter days takes a whole value, and 'soon' is no number. days: How long"),
        ({"who": "a", "days": "2.5"}, "is no whole number"),
        ({"who": "a", "day": "3"}, "has no parameter day. Did you mean days?"),
    ],
)
def test_a_wrong_parameter_is_told_with_what_it_takes(given: dict[str, str], told: str) -> None:
    with pytest.raises(BadParameter) as error:
        made().parameters(given)
    assert told in str(error.value)


def test_a_day_is_its_first_millisecond_for_a_question() -> None:
    head = HEAD.replace("who text", "who instant")
    assert made(head).parameters({"who": "2026-02-13"})["who"] == 1770940800000


def test_what_is_pasted_holds_the_values_and_only_where_a_parameter_stood() -> None:
    asked = made(
        body="MATCH (c) WHERE c.a = $who AND c.b <> '$who' RETURN c.id AS id, $days AS days ORDER BY id // $who"
    )
    assert asked.ready_to_paste({"who": "O'Hara \\ co"}) == (
        "MATCH (c) WHERE c.a = 'O\\'Hara \\\\ co' AND c.b <> '$who' RETURN c.id AS id, 30 AS days ORDER BY id // $who"
    )


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in reading.tokens(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_value_is_one_string_wherever_it_is_pasted(value: str) -> None:
    pasted = made().ready_to_paste({"who": f"x{value}"})
    strings = [token.text for token in reading.tokens(pasted) if token.kind == "string"]
    assert len(strings) == 1
    assert json.loads('"' + strings[0][1:-1].replace("\\'", "'").replace('"', '\\"') + '"') == f"x{value}".strip()


def test_an_unknown_question_brings_the_nearest() -> None:
    with pytest.raises(NotFound, match="groups_forming"):
        question("grups_forming")


def test_questions_are_found_by_all_of_the_words() -> None:
    assert find_questions(["two", "groups"])[0].name == "people_in_two_groups"
    assert find_questions(["two", "elephants"]) == []


def test_there_are_enough_questions_and_each_has_an_audience() -> None:
    asked = [one for one in questions().values() if one.audience != "commands"]
    assert len(asked) >= 15
    assert {one.audience for one in asked} == {"marketing operations", "ABM manager", "SDR", "BD lead", "analyst"}


def _words(text: str) -> list[reading.Token]:
    return [token for token in reading.tokens(text) if token.kind not in ("comment", "space")]


def test_every_order_is_told_apart_to_the_last_row() -> None:
    ids = {spec.name for record in (*LOADED, *COMPUTED, *BOOKKEEPING) for spec in fields_of(record) if spec.key}
    unique = ids | {"id", "run_id", "before_group_id", "other_group_id", "partner_id", "names", "n.key"}
    unique |= {"title", "persona", "stage", "kind", "month", "thing", "email", "need", "record_id"}  # what a row is
    for asked in questions().values():
        if asked.grain.startswith("one row,"):
            continue
        order = asked.text.rpartition("ORDER BY")[2].partition("LIMIT")[0]
        assert order.split(",")[-1].split()[0] in unique, asked.name


def test_every_label_relationship_and_property_is_one_that_the_records_have() -> None:
    records = (*LOADED, *COMPUTED, *BOOKKEEPING)
    labels = {record.label for record in records} | {"Run", "Head"}
    links = {record.link.relationship for record in records if record.link} | {"CURRENT", "CONTINUES"}
    links |= {spec.reference.relationship for record in records for spec in fields_of(record) if spec.reference}
    properties = {spec.name for record in records for spec in (*fields_of(record), *PROVENANCE)}
    properties |= {"key", "run_id", "as_of_at", "known_at", "place", "version", "waits", "epochMillis", "year", "month"}
    for asked in questions().values():
        for text in (asked.text, asked.picture):
            words = _words(text)
            for before, token in pairwise(words):
                if token.kind != "word" or token.text.isdigit():
                    continue
                if before.text == ":" and token.text[0].isupper():  # "{key: account_id}" is no label
                    assert token.text in labels | links, f"{asked.name}: {token.text}"
                elif before.text == ".":
                    assert token.text in properties, f"{asked.name}: {token.text}"


def test_a_default_may_be_a_shipped_setting() -> None:
    asked = made(HEAD.replace("= 30", "= @detection.window.days").replace("days whole", "days number"))
    assert asked.parameters({"who": "a1"})["days"] == Settings.read(environment={}).window.days


@pytest.mark.parametrize(
    ("kind", "said", "told"),
    [
        ("persona", "procurment", "did you mean procurement"),
        ("persona", "zebra", "one of scientific, program_lead"),
        ("statuses", "forming;sleeping", "'sleeping' is not known"),
    ],
)
def test_a_word_that_nothing_is_called_is_told_with_what_there_is(kind: str, said: str, told: str) -> None:
    with pytest.raises(BadParameter, match=told):
        made(HEAD.replace("who text", f"who {kind}")).parameters({"who": said})


def test_the_statuses_are_those_that_groups_have() -> None:
    asked = made(HEAD.replace("who text", "who statuses"))
    assert asked.parameters({"who": ";".join(status.ORDER)})["who"] == list(status.ORDER)
