"""Neo4j Browser dressed for this graph: a style sheet, the questions as saved queries, the address with a query prepared.

Colours, captions and sizes come from defaults/browser.toml, the queries from the catalog of questions. The classic
Browser takes a saved query as one file each, whose first comment is its name; the new one takes all of them as one CSV.
A style sheet of Browser has one rule for a label: it cannot colour or size by a property, so the status and the
probability are captions and table cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from committee.cypher.catalog import Question
from committee.cypher.parameters import literal
from committee.cypher.reading import with_values
from committee.records.cells import csv_line
from committee.settings import word_list

__all__ = ["address", "favourites", "saved_queries", "style_sheet", "text_to_save"]

_COLUMNS = ("name", "description", "query", "id", "parentId", "isFolder")


def style_sheet() -> str:
    """Return the style sheet (GraSS): one rule a label and a relationship, the general ones first."""
    look = word_list("browser")
    plain = look["look"]["arrow"]
    rules = [
        _rule("node", {"diameter": "50px", "color": plain, "border-color": _darker(plain), "border-width": "2px"}),
        _rule(
            "relationship",
            {"color": plain, "shaft-width": "1px", "font-size": "8px", "padding": "3px"}
            | {"text-color-external": look["look"]["ink"], "text-color-internal": "#FFFFFF", "caption": "'<type>'"},
        ),
    ]
    for node in look["nodes"]:
        values = {
            "diameter": f"{node['diameter']}px",
            "color": node["color"],
            "border-color": _darker(node["color"]),
            "border-width": "2px",
            "text-color-internal": node["text"],
            "font-size": "10px",
            "caption": f"'{node['caption']}'",
        }
        rules.append(_rule(f"node.{node['label']}", values))
    for arrow in look["arrows"]:
        values = {"color": arrow["color"], "shaft-width": f"{arrow['width']}px", "caption": f"'{arrow['caption']}'"}
        rules.append(_rule(f"relationship.{arrow['relationship']}", values))
    return "\n".join(rules)


def _rule(selector: str, values: Mapping[str, str]) -> str:
    return f"{selector} {{\n" + "".join(f"  {name}: {value};\n" for name, value in values.items()) + "}\n"


def _darker(color: str) -> str:
    """The same colour with a quarter less light."""
    parts = [int(color[place : place + 2], 16) * 3 // 4 for place in (1, 3, 5)]
    return "#" + "".join(f"{part:02X}" for part in parts)


def text_to_save(asked: Question, picture: bool) -> str:
    """Return a question as a saved query: its name, what it needs, its text with the defaults written in.

    Parameters that have to be given stay parameters; a comment says how Browser is told them.
    """
    form = f" (picture of the first {asked.first} rows)" if picture else ""
    lines = [f"// {asked.name}: {asked.asks}{form}"]
    needed = [one for one in asked.params if one.required]
    lines += [f"// {one.meaning}: first run  :param {one.name} => '...'" for one in needed]
    literals = {one.name: f"${one.name}" for one in needed}
    literals |= {one.name: literal(one.value_of(one.default)) for one in asked.params if not one.required}
    body = with_values(asked.drawn.text if picture else asked.text, literals)
    return "\n".join([*lines, body]) + "\n"


def favourites(known: Iterable[Question]) -> dict[str, str]:
    """Return a file for each saved query of the classic Browser: its name and its text."""
    found = {}
    for asked in _for_people(known):
        found[f"{asked.name}.cypher"] = text_to_save(asked, picture=False)
        if asked.picture:
            found[f"{asked.name}.picture.cypher"] = text_to_save(asked, picture=True)
    return found


def saved_queries(known: Iterable[Question]) -> str:
    """Return the saved queries of the new Browser as CSV: a folder for each who asks, in it rows and pictures."""
    rows: list[tuple[str, ...]] = []
    asked = sorted(_for_people(known), key=lambda one: (one.audience, one.name))
    for audience in dict.fromkeys(one.audience for one in asked):
        folder = _id(audience)
        rows.append((f"Questions of {audience}", "", "", folder, "", "true"))
        for one in (one for one in asked if one.audience == audience):
            forms = [("", False), (" (picture)", True)] if one.picture else [("", False)]
            rows += [
                (one.name + form, one.asks, text_to_save(one, picture), _id(one.name + form), folder, "false")
                for form, picture in forms
            ]
    return "".join(csv_line(list(row)) for row in (_COLUMNS, *rows))


def _for_people(known: Iterable[Question]) -> list[Question]:
    return [one for one in known if one.audience != "commands"]


def _id(text: str) -> str:
    """An id that stays the same from one writing to the next, so that importing again does not double anything."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def address(store: str, web: str, query: str, *, database: str = "neo4j", password: bool = True) -> str:
    """Return the address of Browser with a query in its editor; one click on Run answers it.

    Parameters
    ----------
    store : str
        Bolt address of the server.
    web : str
        Where Browser is served, such as http://localhost:7474.
    query : str
    database : str
    password : bool
        Whether the server wants one; without, Browser connects by itself.
    """
    parts = urlsplit(store)
    scheme = "neo4j+s" if "+s" in parts.scheme else "neo4j"
    values: dict[str, Any] = {"dbms": f"{scheme}://{parts.hostname}:{parts.port or 7687}", "db": database}
    if not password:
        values["preselectAuthMethod"] = "NO_AUTH"
    values |= {"cmd": "edit", "arg": query}
    told = "&".join(f"{name}={quote(str(value), safe=':/')}" for name, value in values.items())
    return f"{web.rstrip('/')}/browser/?{told}"
