"""committee mcp, seen by the official client over stdin and stdout: tools, receipts, refusals, nobody suppressed."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from cli.calling import called, clean_environment

from committee.graph.store import open_store
from committee.settings import Settings

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")
TOOLS = {"questions", "ask", "groups", "flags", "group", "explain", "handoff", "account"}
READS = [
    ("questions", {"words": "two groups"}),
    ("ask", {"question": "groups_forming", "parameters": {"days": 90}}),
    ("ask", {"question": "people_in_two_groups", "rows": 1}),
    ("groups", {}),
    ("flags", {"account": "AstraZeneca"}),
    ("group", {"group": "Daiichi"}),
    ("explain", {"thing": "account:ctgov:daiichi-sankyo"}),
    ("handoff", {"group": "Daiichi"}),
    ("account", {"account": "Daiichi"}),
    ("explain", {"thing": "group:Daiichi"}),
]
REFUSED = [
    ("ask", {"question": "CREATE (:Stranger)"}),
    ("ask", {"question": "groups_forming", "parameters": {"days": "1}) CREATE (:Stranger) //"}}),
    ("ask", {"question": "groups_forming", "parameters": {"nights": 3}}),
    ("explain", {"thing": "contact:CT022"}),
    ("explain", {"thing": "Haruto Mockridge"}),
    ("group", {"group": "no such group"}),
]
FREE = [
    ("cypher", {"text": "MATCH (g:BuyingGroup) RETURN g.group_id AS group_id ORDER BY group_id"}),
    ("cypher", {"text": "MATCH (c:Contact) RETURN c.contact_id AS contact_id, c.name AS name ORDER BY contact_id"}),
    ("cypher", {"text": "CREATE (:Stranger {name: 'x'})"}),
    ("cypher", {"text": "MATCH (g:BuyingGroup) RETURN 1; MATCH (n) DETACH DELETE n"}),
]


@dataclass(frozen=True)
class Said:
    error: bool
    answer: dict[str, Any]
    text: str


@dataclass(frozen=True)
class Talk:
    tools: list[Any]
    said: list[Said]


def talked(store: Any, calls: list[tuple[str, dict[str, Any]]], *options: str) -> Talk:
    """Start the server, list its tools, call them one after the other."""
    line = ["-m", "committee", "mcp", "--store", str(store), *options]

    async def talk() -> Talk:
        start = mcp.StdioServerParameters(command=sys.executable, args=line, env=clean_environment())
        async with mcp.stdio_client(start) as (reading, writing), mcp.ClientSession(reading, writing) as session:
            await session.initialize()
            tools = (await session.list_tools()).tools
            said = []
            for name, arguments in calls:
                got = await session.call_tool(name, arguments)
                text = " ".join(part.text for part in got.content)
                said.append(Said(bool(got.is_error), got.structured_content or {}, text))
            return Talk(tools, said)

    return asyncio.run(talk())


@pytest.fixture(scope="module")
def talk(demo) -> Talk:
    return talked(demo.folder / "store", [*READS, *REFUSED, *FREE], "--allow-cypher")


@pytest.fixture(scope="module")
def plain(demo) -> Talk:
    return talked(demo.folder / "store", FREE[:1])


@pytest.fixture(scope="module")
def run_id(demo) -> str:
    with open_store(str(demo.folder / "store"), Settings.read(environment={}).store, read_only=True) as store:
        return store.runs()[0].run_id


def test_the_tools_are_these_and_say_that_they_only_read(plain, talk):
    assert {tool.name for tool in plain.tools} == TOOLS
    assert {tool.name for tool in talk.tools} == TOOLS | {"cypher"}
    assert all(tool.annotations.read_only_hint and not tool.annotations.destructive_hint for tool in talk.tools)
    assert all(tool.description for tool in talk.tools)


def test_a_text_of_ones_own_is_refused_where_it_was_not_allowed(plain):
    (said,) = plain.said
    assert said.error
    assert said.text == "Unknown tool: cypher"


def test_every_answer_names_its_run(talk, run_id):
    for said in talk.said[: len(READS)]:
        assert not said.error, said.text
        assert said.answer["run"] == {"run_id": run_id, "as_of": "2026-06-30T23:59:59.999Z"}


def test_every_answer_carries_ids_that_the_store_knows(talk, demo):
    known = json.loads(demo.asked("map", "ctgov:daiichi-sankyo", "--format", "json").out)
    ids = {node["id"] for node in known["nodes"]} | {"account:ctgov:daiichi-sankyo"}
    group = talk.said[5].answer
    people = {one for one in group["ids"] if one.startswith("group:")}
    assert people <= ids
    for said in talk.said[1 : len(READS)]:
        assert said.answer["ids"]


def test_the_receipt_of_an_account_proves_line_by_line(talk):
    rows = talk.said[6].answer["rows"]
    assert all(row["proof"] for row in rows if row["part"] not in ("notes",))


def test_a_membership_is_told_as_a_sum_that_adds_up(talk, demo):
    rows = talk.said[len(READS) - 1].answer["rows"]
    plain = json.loads(demo.asked("explain", "group:Daiichi", "--format", "json").out)
    (first, *_) = [row for row in rows if row["part"] == "member" and "withheld" not in row["says"]]
    assert "touch" in first["says"]
    person = first["proof"][0]
    (said,) = talked(demo.folder / "store", [("explain", {"thing": "group:Daiichi", "person": person})]).said
    assert not said.error, said.text
    terms = [row["log_odds"] for row in said.answer["rows"] if not row["term"].startswith(" ") and row["term"] != "sum"]
    (total,) = [row["log_odds"] for row in said.answer["rows"] if row["term"] == "sum"]
    assert sum(terms) == pytest.approx(total, abs=0.01)
    assert plain


def test_an_answer_holds_as_many_rows_as_asked_for(talk):
    assert len(talk.said[2].answer["rows"]) <= 1
    (row, *_) = talk.said[1].answer["rows"]
    assert row["formed_at"].endswith("Z")


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_what_must_not_be_is_refused_in_a_sentence(talk, number):
    said = talk.said[len(READS) + number]
    assert said.error
    assert "Traceback" not in said.text
    assert "\n" not in said.text.strip()


def test_nobody_suppressed_leaves(talk, demo):
    with open_store(str(demo.folder / "store"), Settings.read(environment={}).store, read_only=True) as store:
        contacts = store.market(tables=["contacts"]).contacts.to_pylist()
    barred = [row for row in contacts if row["suppressed"]]
    assert barred
    told = json.dumps([said.answer for said in talk.said]) + " ".join(said.text for said in talk.said)
    for row in barred:
        assert f'"{row["contact_id"]}"' not in told
        assert row["name"] not in told
        assert row["email"] not in told


def test_a_text_of_ones_own_only_reads_where_it_is_allowed(talk, demo):
    groups, people, write, two = talk.said[len(READS) + len(REFUSED) :]
    assert len(groups.answer["ids"]) == len(groups.answer["rows"]) > 0
    assert people.answer["withheld_rows"] > 0
    assert write.error
    assert two.error
    assert "Stranger" not in demo.asked("store", "counts").out


def test_a_question_of_ones_own_is_asked_like_a_shipped_one_and_withholds_as_they_do(demo, tmp_path):
    head = "// asks: Who is called what?\n// grain: one person\n// for: analyst\n// maturity: trial\n"
    head += "// unpictured: a list\n// returns: contact_id, name\n"
    body = "MATCH (c:Contact)\nRETURN c.contact_id AS contact_id, c.name AS name\nORDER BY contact_id\n"
    (tmp_path / "who_is_called_what.cypher").write_text(head + body)
    calls = [("questions", {"words": "called what"}), ("ask", {"question": "who_is_called_what"})]
    listed, asked = talked(demo.folder / "store", calls, "--set", f"ask.folders=['{tmp_path}']").said
    assert [row["name"] for row in listed.answer["rows"]] == ["who_is_called_what"]
    assert asked.answer["withheld_rows"] > 0
    assert all(row["contact_id"] != "CT022" for row in asked.answer["rows"])
    assert f"contact:{asked.answer['rows'][0]['contact_id']}" in asked.answer["ids"]


def test_a_store_that_is_not_there_is_told_at_once(tmp_path):
    answer = called("mcp", "--store", tmp_path / "nowhere")
    assert answer.code == 1
    assert "there is no store" in answer.one_line


def test_without_the_extra_a_sentence_says_what_to_install(demo, monkeypatch):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    answer = demo.asked("mcp")
    assert answer.code == 1
    assert "pip install 'buying-committee[mcp]'" in answer.one_line
