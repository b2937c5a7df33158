"""The picture of a question: each thing once, read along its arrows, what is left out is said."""

from __future__ import annotations

import re
from typing import Any

from committee.reports.paths import drawn_in, paths_page


def node(label: str, key: str, **properties: Any) -> dict[str, Any]:
    return {"labels": [label], "properties": {"key": key, **properties}}


def arrow(relationship: str, start: str, end: str, **properties: Any) -> dict[str, Any]:
    return {"type": relationship, "start": start, "end": end, "properties": properties}


ADA = node("Contact", "a1", name="Ada <b>Novak</b>", title="Scientist")
DAN = node("Contact", "a4", name="Dan Zahl", suppressed=True)
GROUP = node("BuyingGroup", "run|g1", need="biomarker", status="forming")
HOME = node("Account", "A", name="Adler Bio")
MEMBER = arrow("MEMBER_OF", "a1", "run|g1", persona="program_lead")
ROWS = [
    [[GROUP, arrow("FORMED_IN", "run|g1", "A"), HOME], [ADA, MEMBER, GROUP]],
    [[GROUP, arrow("MEMBER_OF", "a4", "run|g1"), DAN], None],  # walked against the arrow
    [[GROUP, arrow("FORMED_IN", "run|g1", "A"), HOME], None],
]


def test_each_thing_and_each_arrow_is_drawn_once_and_in_its_direction() -> None:
    drawn = drawn_in(ROWS)
    names = {thing.mark: thing.key for thing in drawn.things}
    assert sorted(names.values()) == ["A", "a1", "a4", "g1"]
    assert sorted((names[one.source], one.relationship, names[one.target]) for one in drawn.arrows) == [
        ("a1", "MEMBER_OF", "g1"),
        ("a4", "MEMBER_OF", "g1"),
        ("g1", "FORMED_IN", "A"),
    ]
    assert [one.carries for one in drawn.arrows if names[one.source] == "a1"] == ["program lead"]


def test_the_page_reads_as_sentences_and_shows_names_as_text() -> None:
    page = paths_page("Who is there?", ROWS, 3, 3, "who")
    assert "2 people, 1 group, 1 account." in page
    assert "Ada &lt;b&gt;Novak" in page
    assert "<b>Novak" not in page
    assert "do not contact" in page
    assert "Left out" not in page
    assert len(re.findall(r'id="row-t\d+"', page)) == 4
    assert set(re.findall(r'href="#(row-t\d+)"', page)) == set(re.findall(r'id="(row-t\d+)"', page))


def test_what_is_left_out_is_said() -> None:
    assert "10 rows after the first 15" in paths_page("Who?", ROWS, 15, 25, "who")
    assert "row limit" in paths_page("Who?", ROWS, 3, 3, "who", truncated=True)
    many = [[[node("Contact", f"c{number}", name=f"P {number}")]] for number in range(310)]
    assert len(drawn_in(many).things) == 300
    assert "10 things there was no room for" in paths_page("Who?", many, 310, 310, "who")


def test_nothing_is_a_page_too_and_the_same_rows_are_the_same_page() -> None:
    assert "Nothing was found." in paths_page("Who?", [], 0, 0, "who")
    assert paths_page("Who?", ROWS, 3, 3, "who") == paths_page("Who?", ROWS, 3, 3, "who")


def test_a_thing_of_no_known_label_is_drawn_by_its_key() -> None:
    (thing,) = drawn_in([[[node("Visitor", "v1")]]]).things
    assert thing.name == "v1"
