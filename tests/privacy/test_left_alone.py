"""Whoever must not be contacted is in no target list, no hand-off action, no export; where they are listed, the row says why."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from cli.calling import called
from privacy.conftest import NOW, SETTINGS
from privacy.world import AS_OF, PEOPLE

from committee import pipeline
from committee.assistant.answers import Answers
from committee.cypher.catalog import questions
from committee.graph.store import open_store

STOPPED = ("4711", "an.na@adler.example", "Ana María Núñez")


@pytest.fixture(scope="module")
def stopped(template: Path, tmp_path_factory) -> Path:
    """Give a store in which a member of the only group, who raised its flag, must not be contacted any more."""
    folder = tmp_path_factory.mktemp("stopped")
    shutil.copytree(template / "store", folder / "store")
    (folder / "contacts.csv").write_text("contact_id,suppressed\n4711,true\n")
    with open_store(str(folder / "store"), SETTINGS.store) as store:
        pipeline.load(store, [folder / "contacts.csv"], SETTINGS, clock=lambda: NOW)
        pipeline.detect_store(store, AS_OF, SETTINGS)
        (group,) = store.findings().groups["group_id"].to_pylist()
        assert "4711" in store.findings().memberships["contact_id"].to_pylist()
    (folder / "group").write_text(group)
    return folder


def asked(stopped: Path, *arguments: str | Path) -> str:
    answer = called(*arguments, "--store", stopped / "store")
    assert answer.code == 0, answer.err
    return answer.out


def names_them(text: str) -> list[str]:
    return [said for said in STOPPED if re.search(rf"(?<![\w-]){re.escape(said)}(?![\w-])", text, re.IGNORECASE)]


def test_a_hand_off_names_them_only_where_it_says_not_to(stopped):
    group = (stopped / "group").read_text()
    facts = json.loads(asked(stopped, "handoff", group, "--format", "json"))
    sections = {section["key"]: section["lines"] for section in facts["sections"]}
    told = [key for key, lines in sections.items() if names_them(json.dumps(lines, ensure_ascii=False))]
    assert told == ["do_not_contact"]
    (row,) = sections["do_not_contact"]
    assert "marked as not to be contacted" in row["text"]
    for form in ("md", "html", "csv"):
        page = asked(stopped, "handoff", group, "--format", form)
        assert "an.na@adler.example" not in page
        lines = [line for line in re.split(r"\n|</tr>|</li>|</p>", page) if "Núñez" in line]
        assert lines
        assert all("not to be contacted" in line or "not contact" in line.lower() for line in lines)


def test_no_work_and_no_alert_names_them(stopped, tmp_path):
    asked(stopped, "route", "--out", tmp_path / "work")
    work = "".join(path.read_text() for path in (tmp_path / "work").iterdir())
    assert "ADL-101" in work
    assert names_them(work) == []
    called("alerts", "--send", "--out", tmp_path / "mails", "--store", stopped / "store", "--set", "alerts.days=3650")
    mails = "".join(path.read_text() for path in (tmp_path / "mails").rglob("*") if path.is_file())
    assert names_them(mails) == []


@pytest.mark.parametrize("form", ["graphml", "gexf", "json", "csv"])
def test_no_network_for_other_tools_names_them(stopped, form):
    text = asked(stopped, "map", (stopped / "group").read_text(), "--format", form)
    assert "Jane" in text
    assert names_them(text) == []
    assert "withheld-1" in text


def test_exported_findings_hold_nobody_of_them_unless_it_is_asked_for(stopped, tmp_path):
    for form in ("csv", "parquet"):
        answer = called("export", "findings", "--out", tmp_path / form, "--files", form, "--store", stopped / "store")
        assert "1 person who must not be contacted: withheld" in answer.err
    for path in (tmp_path / "csv").glob("*.csv"):
        assert names_them(path.read_text()) == [], path.name
    people = {row["contact_id"] for row in csv.DictReader((tmp_path / "csv" / "memberships.csv").open())}
    assert "withheld-1" in people
    assert b"4711" not in (tmp_path / "parquet" / "memberships.parquet").read_bytes()
    asked(stopped, "export", "findings", "--everyone", "--out", tmp_path / "all")
    assert names_them((tmp_path / "all" / "memberships.csv").read_text()) == ["4711"]


def test_every_list_of_people_says_who_must_not_be_contacted(stopped):
    """Questions about contacts by name either leave them out or mark their row; those about the withheld are named so."""
    for name, one in questions().items():
        if not {"contact_id", "name"} <= set(one.returns) or one.audience == "commands":
            continue
        if name.startswith("suppressed_"):
            continue
        assert "do_not_contact" in one.returns, name
    marked = 0
    with open_store(str(stopped / "store"), SETTINGS.store, read_only=True) as store:
        for name, one in questions().items():
            if "do_not_contact" not in one.returns or any(param.required for param in one.params):
                continue
            for row in store.ask(one, one.parameters({})).rows:
                said = dict(zip(one.returns, row, strict=True))
                if "4711" in (said.get("contact_id"), said.get("name")):
                    assert said["do_not_contact"] is True, name
                    marked += 1
    assert marked


def test_lists_and_explanations_mark_them(stopped):
    group = (stopped / "group").read_text()
    for line in (["group", group], ["explain", f"group:{group}"], ["contact", "4711"], ["account", "acc-a"]):
        text = asked(stopped, *line)
        rows = [row for row in text.splitlines() if "Núñez" in row]
        assert rows or line[0] in ("contact", "account"), line
        assert re.search(r"do not contact|not to be contacted|do_not_contact", text), line


def test_an_assistant_is_told_nothing_of_them(stopped):
    from committee.cli.sight import looking

    answers = Answers(lambda: looking(str(stopped / "store"), SETTINGS), 200)
    group = (stopped / "group").read_text()
    told = [
        answers.groups(),
        answers.flags(),
        answers.group(group),
        answers.explain(f"group:{group}"),
        answers.handoff(group),
        answers.account("acc-a"),
    ]
    told += [answers.ask(name, {}) for name, one in questions().items() if not any(p.required for p in one.params)]
    assert names_them(json.dumps(told, ensure_ascii=False)) == []
    assert len(PEOPLE) > 1


def test_the_rows_of_a_table_can_be_read_as_csv(stopped):
    rows = list(csv.DictReader(io.StringIO(asked(stopped, "ask", "people_most_engaged", "--format", "csv"))))
    (mine,) = [row for row in rows if row["contact_id"] == "4711"]
    assert mine["do_not_contact"] == "true"
