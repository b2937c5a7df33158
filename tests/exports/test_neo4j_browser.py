"""What dresses Neo4j Browser: each label has a look, each query is one statement, each address is one a browser reads."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

from committee.cypher.catalog import questions
from committee.cypher.reading import parameters_in, statements_in
from committee.exports.neo4j_browser import address, favourites, saved_queries, style_sheet, text_to_save
from committee.graph.model import arrows, nodes
from committee.settings import word_list

LOOK = word_list("browser")


def light(colour: str) -> float:
    """Relative luminance of a colour, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_label_that_an_arrow_meets_has_a_colour_and_a_caption_it_can_show() -> None:
    known = {node.label: node.properties for node in nodes()}
    ends = {label for arrow in arrows() for label in (arrow.source, arrow.target)} - {"Head", "Run", "FindingsColumns"}
    dressed = {node["label"]: node for node in LOOK["nodes"]}
    assert ends <= set(dressed)
    for label, node in dressed.items():
        used = [*re.findall(r"\{(\w+)\}", node["caption"]), *([node["under"]] if node["under"] else [])]
        assert set(used) <= set(known[label]), label
        assert f"node.{label} {{" in style_sheet()


def test_every_arrow_that_is_dressed_is_one_of_the_model_and_its_caption_one_it_carries() -> None:
    carried: dict[str, set[str]] = {}
    for arrow in arrows():
        carried.setdefault(arrow.relationship, set()).update(arrow.properties)
    for arrow in LOOK["arrows"]:
        assert set(re.findall(r"\{(\w+)\}", arrow["caption"])) <= carried[arrow["relationship"]], arrow


def test_the_text_in_a_circle_can_be_read_on_its_colour() -> None:
    for node in LOOK["nodes"]:
        bright, dark = sorted((light(node["color"]), light(node["text"])), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 3, node["label"]


def test_a_saved_query_is_one_statement_with_its_name_first_and_its_defaults_written_in() -> None:
    for name, text in favourites(questions().values()).items():
        first, *_ = text.splitlines()
        assert first.startswith(f"// {name.partition('.')[0]}: "), name
        assert statements_in(text) == 1
        needed = {one.name for one in questions()[name.partition(".")[0]].params if one.required}
        assert parameters_in(text) <= needed
        assert all(f":param {one} =>" in text for one in parameters_in(text)), name


def test_what_only_commands_ask_is_not_saved() -> None:
    assert not any(
        name.startswith(("named_accounts", "newest_engagement")) for name in favourites(questions().values())
    )


def test_the_saved_queries_of_the_new_browser_stand_in_folders_that_are_there() -> None:
    rows = list(csv.DictReader(io.StringIO(saved_queries(questions().values()))))
    folders = {row["id"] for row in rows if row["isFolder"] == "true"}
    queries = [row for row in rows if row["isFolder"] == "false"]
    assert len(folders) == 5
    assert {row["parentId"] for row in queries} == folders
    assert len({row["id"] for row in rows}) == len(rows)
    assert len(queries) == len(favourites(questions().values()))
    asked = questions()["groups_forming"]
    assert next(row["query"] for row in queries if row["name"] == "groups_forming") == text_to_save(
        asked, picture=False
    )


def test_the_address_brings_the_query_back_as_it_was() -> None:
    query = "MATCH (a:Account {name: 'O\\'Hara & Söhne #1'})\nRETURN a + 1 % 2"
    parts = urlsplit(address("bolt://db.example:7999", "http://db.example:7474/", query, password=False))
    given = parse_qs(parts.query, strict_parsing=True)
    assert (parts.netloc, parts.path) == ("db.example:7474", "/browser/")
    assert given["arg"] == [query]
    assert given["dbms"] == ["neo4j://db.example:7999"]
    assert given["preselectAuthMethod"] == ["NO_AUTH"]
    assert "preselectAuthMethod" not in address("neo4j+s://db.example", "https://db.example", query)
    assert "neo4j%2Bs://db.example:7687" in address("neo4j+s://db.example", "https://db.example", query)
