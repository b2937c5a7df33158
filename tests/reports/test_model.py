"""The model for people: every label, every relationship, the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

from committee.graph.model import arrows, nodes
from committee.reports.model import mermaid, model_page, model_rows


def test_the_diagram_names_each_end_and_each_relationship_once():
    drawn = re.findall(r"^    (\w+) -->\|(\w+)\| (\w+)$", mermaid(), re.MULTILINE)
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == {
        (arrow.source, arrow.relationship, arrow.target) for arrow in arrows() if arrow.relationship != "CURRENT"
    }
    assert all(
        re.fullmatch(r"flowchart LR|    \w+\(\[\w+\]\)|    \w+ -->\|\w+\| \w+", line) for line in mermaid().splitlines()
    )


def test_every_property_of_a_label_has_a_row_and_a_meaning():
    rows = model_rows()
    named = {(row["thing"], row["property"]) for row in rows}
    for node in nodes():
        assert {(f"(:{node.label})", name) for name in node.properties} <= named
    assert [
        row
        for row in rows
        if row["property"] and not row["meaning"] and row["thing"].startswith("(:") and "[" not in row["thing"]
    ] == []


def test_the_page_in_the_documentation_is_current():
    page = Path(__file__).parents[2] / "docs" / "model.md"
    assert page.read_text(encoding="utf-8") == model_page()
    assert all(f"`{node.label}`" in model_page() for node in nodes())
