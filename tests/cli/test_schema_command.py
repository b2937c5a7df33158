"""committee schema: the forms it is printed in, and the answer of --check."""

from __future__ import annotations

import json
import shutil

from cli.calling import called

from committee.graph.store import open_store
from committee.settings import Settings


def test_the_model_is_printed_without_any_store():
    rows = json.loads(called("schema", "--format", "json").out)
    (key,) = [row for row in rows if (row["thing"], row["property"]) == ("(:Account)", "key")]
    assert key["rule"] == "unique"
    assert called("schema", "--format", "mermaid").out.startswith("flowchart LR\n")
    assert "```mermaid" in called("schema", "--format", "md").out


def test_the_store_of_the_demo_is_as_the_model_says(demo):
    answer = demo.asked("schema", "--check")
    assert (answer.code, answer.out) == (0, "")
    assert answer.one_line.startswith("The store is as the model says: 17 labels")


def test_a_store_that_differs_ends_with_one_and_a_line_for_each_difference(demo, tmp_path):
    shutil.copytree(demo.folder / "store", tmp_path / "store")
    with open_store(str(tmp_path / "store"), Settings.read(environment={}).store) as store:
        store._bolt.write([("MATCH (f:Flag) SET f.colour = 'red'", {}), ("CREATE (:Stranger {name: 'x'})", {})])
    answer = called("schema", "--check", "--store", tmp_path / "store")
    assert answer.code == 1
    assert answer.out.splitlines() == ["property Flag.colour: not in the model", "label Stranger: not in the model"]
    assert "differs from the model in 2 places" in answer.one_line


def test_a_store_that_is_not_there_is_told(tmp_path):
    answer = called("schema", "--check", "--store", tmp_path / "nowhere")
    assert answer.code == 1
    assert "there is no store" in answer.one_line
