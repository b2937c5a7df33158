"""Every question has an answer that was worked out on paper, and gives it on both stores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from cypher import tiny_world
from cypher.tiny_world import THREE, ms

from committee.cypher.catalog import questions
from committee.graph.store import Store, open_store
from committee.settings import Settings

JUNE = 1782863999999

# question, what is given, the rows
ANSWERS: list[tuple[str, dict[str, str], list[list[object]]]] = [
    # g2 and g4 began about 60 days before the run, g3 is closed
    ("groups_forming", {}, [["g1", "Adler Bio", "ADL-101", "biomarker", "forming", ms(6, 1), 3, THREE]]),
    (
        "groups_forming",
        {"days": "61"},
        [
            ["g1", "Adler Bio", "ADL-101", "biomarker", "forming", ms(6, 1), 3, THREE],
            ["g4", "Boreal", "BOR-7", "biomarker", "forming", ms(5, 2), 1, ["scientific"]],
            ["g2", "Adler Bio", "ADL-101", "bioanalysis", "evaluating", ms(5, 1), 2, ["finance", "procurement"]],
        ],
    ),
    ("groups_without", {}, [["g4", "Boreal", "BOR-7", "biomarker", "forming", ["scientific"], 0]]),
    (
        "groups_without",
        {"persona": "finance"},
        [
            ["g1", "Adler Bio", "ADL-101", "biomarker", "forming", THREE, 1],
            ["g3", "Cedar", None, "biomarker", "closed", THREE, 0],
            ["g4", "Boreal", "BOR-7", "biomarker", "forming", ["scientific"], 0],
        ],
    ),
    (
        "groups_without",
        {"persona": "finance", "status": "closed;dormant"},
        [["g3", "Cedar", None, "biomarker", "closed", THREE, 0]],
    ),
    ("groups_without_program", {}, [["g3", "Cedar", "biomarker", "closed", 3, ["PX:0.4"]]]),
    # P2 had a group in the run before only; nobody runs PW
    (
        "programs_without_group",
        {},
        [
            ["P2", "Adler Bio", "ADL-202", None, None, "phase 1", None],
            ["P3", "Adler Bio", "ADL-303", None, None, "preclinical", None],
        ],
    ),
    (
        "programs_without_group",
        {"phase": "preclinical"},
        [["P3", "Adler Bio", "ADL-303", None, None, "preclinical", None]],
    ),
    ("programs_with_two_groups", {}, [["P1", "Adler Bio", "ADL-101", ["g1", "g2"], ["bioanalysis", "biomarker"], 5]]),
    (
        "people_in_two_groups",
        {},
        [["a3", "Cleo Kauf", "Buyer", "Adler Bio", ["g1", "g2"], ["bioanalysis", "biomarker"], False]],
    ),
    ("single_threaded", {}, [["B", "Boreal", "b1", "Bo Lin", "Scientist", 3, ms(6, 11), False]]),
    (
        "single_threaded",
        {"days": "25"},
        [
            ["B", "Boreal", "b1", "Bo Lin", "Scientist", 2, ms(6, 11), False],
            ["C", "Cedar", "c3", "Cy Three", "Buyer", 1, ms(6, 15, 1), False],
        ],
    ),
    ("single_threaded", {"days": "1"}, [["D", "Dorn", "d4", "Di Four", "Controller", 1, JUNE, False]]),
    # Adler's third persona comes exactly 14 days after the first, Cedar's a millisecond later, Dorn's after the run
    ("personas_in_window", {}, [["A", "Adler Bio", ms(6, 15), 10]]),
    ("personas_in_window", {"days": "15"}, [["C", "Cedar", ms(6, 15, 1), 3], ["A", "Adler Bio", ms(6, 15), 10]]),
    ("personas_in_window", {"days": "15", "accounts": "C"}, [["C", "Cedar", ms(6, 15, 1), 3]]),
    ("personas_in_window", {"personas": "2", "accounts": "D"}, [["D", "Dorn", JUNE, 2]]),
    ("personas_in_window", {"personas": "4"}, [["A", "Adler Bio", ms(6, 21), 10]]),
    ("personas_in_window", {"personas": "5"}, []),
    (
        "content_unread_by",
        {},
        [
            ["k3", "Company news", None, None, 2],
            ["k4", "PK methods", "middle", ["bioanalysis"], 0],
            ["k5", "Empty page", None, None, 0],
        ],
    ),
    (
        "content_unread_by",
        {"persona": "program_lead"},
        [
            ["k2", "RFP template", "bottom", ["biomarker"], 4],
            ["k4", "PK methods", "middle", ["bioanalysis"], 0],
            ["k5", "Empty page", None, None, 0],
        ],
    ),
    # Ada read one piece for scientists and three for procurement; Cleo one of hers and two for scientists
    (
        "off_persona",
        {},
        [
            ["a1", "Ada Novak", "Scientist", "scientific", 4, 3, "procurement"],
            ["a3", "Cleo Kauf", "Buyer", "procurement", 3, 2, "scientific"],
        ],
    ),
    ("off_persona", {"least": "4"}, [["a1", "Ada Novak", "Scientist", "scientific", 4, 3, "procurement"]]),
    (
        "evidence_of_member",
        {"group_id": "g2", "contact_id": "a3"},
        [
            ["e00", ms(5, 1), "click", "web", "Assay guide", 1.0, ["topic"]],
            ["e07", ms(6, 20), "click", "web", "Assay guide", 1.0, ["topic"]],
        ],
    ),
    (
        "members_of_group",
        {"group_id": "g1"},
        [
            ["a1", "Ada Novak", "Scientist", "scientific", 0.9, ms(6, 1), ms(6, 1), 1, False],
            ["a2", "Ben Okri", "Program Lead", "program_lead", None, ms(6, 15), ms(6, 15), 1, False],
            ["a3", "Cleo Kauf", "Buyer", "procurement", None, ms(6, 15), ms(6, 15), 1, False],
        ],
    ),
    (
        "members_of_group",
        {"group_id": "g2"},
        [
            ["a3", "Cleo Kauf", "Buyer", "procurement", None, ms(5, 1), ms(6, 20), 2, False],
            ["a4", "Dan Zahl", "Controller", "finance", None, ms(6, 21), ms(6, 21), 1, True],
        ],
    ),
    ("members_of_group", {"group_id": "old2"}, []),  # a group of the run before
    ("suppressed_in_groups", {}, [["a4", "Dan Zahl", "g2", "Adler Bio", "finance"]]),
    (
        "flags_raised",
        {},
        [
            ["f2", "Cedar", None, "account", "possible", JUNE, THREE, 3, 0.5, None],
            ["f1", "Adler Bio", "ADL-101", "program", "certain", ms(6, 15), THREE, 3, 0.25, None],
        ],
    ),
    ("flags_raised", {"days": "15"}, [["f2", "Cedar", None, "account", "possible", JUNE, THREE, 3, 0.5, None]]),
    ("flags_raised", {"days": "0"}, []),
    # Ben's last touch lies exactly ten days before the run, which is too early
    (
        "people_most_engaged",
        {"days": "10"},
        [
            ["a5", "Eve Adams", "Wizard", "unknown", "A", 2, 1, ms(6, 22, 5), False],
            ["a4", "Dan Zahl", "Controller", "finance", "A", 1, 1, ms(6, 21), True],
            ["d1", "Di One", "Scientist", "scientific", "D", 1, 1, ms(6, 28), False],
            ["d2", "Di Two", "Program Lead", "program_lead", "D", 1, 1, ms(6, 29), False],
            ["d4", "Di Four", "Controller", "finance", "D", 1, 1, JUNE, False],
        ],
    ),
    (
        "people_most_engaged",
        {"account_id": "B"},
        [["b1", "Bo Lin", "Scientist", "scientific", "B", 3, 2, ms(6, 11), False]],
    ),
    ("unmapped_titles", {}, [["Wizard", 2, 2], ["Oracle", 1, 0]]),
    ("untagged_content", {}, [["k3", "Company news", "article", 2], ["k5", "Empty page", "article", 0]]),
    (
        "signals_before_groups",
        {},
        [
            ["g1", "Adler Bio", "ADL-101", "s1", "trial_registered", "2026-05-15", "Phase 2 begins", ms(6, 1)],
            ["g2", "Adler Bio", "ADL-101", "s4", "designation", "2026-02-20", "Fast Track", ms(5, 1)],
            ["g3", "Cedar", None, "s2", "funding_round", "2026-05", "Series B", ms(6, 1)],
        ],
    ),
    (
        "deals_beside_groups",
        {},
        [
            ["g1", "Adler Bio", "biomarker", "o1", "Deal one", "proposal", None, True],
            ["g2", "Adler Bio", "bioanalysis", "o1", "Deal one", "proposal", None, True],
            ["g3", "Cedar", "biomarker", "o2", "Deal two", "lost", False, False],
        ],
    ),
    (
        "loads_made",
        {},
        [
            ["load-0", "canonical", "late.csv", ms(7, 3), 0, True],
            ["load-1", "canonical", "engagements.csv", ms(7, 1), 25, True],
        ],
    ),
    (
        "times_in_the_future",
        {},
        [["d03", ms(7, 2), "d3", "D", "load-1", 24], ["e11", ms(7, 5), "b1", "B", "load-1", 12]],
    ),
    (
        "references_that_wait",
        {},
        [
            ["account", "D", "load-1", 5],
            ["campaign", "w2", "load-1", 2],
            ["contact", "w1", "load-1", 12],
            ["engagement", "e12", "load-1", 16],
            ["opportunity", "w4", "load-1", 4],
            ["program", "PW", "load-1", 6],
            ["signal", "w3", "load-1", 6],
        ],
    ),
    (
        "orphans",
        {},
        [
            ["contact", "w1", "account", "load-1"],
            ["engagement", "e12", "person", "load-1"],
            ["program", "PW", "account", "load-1"],
        ],
    ),
    ("runs_made", {}, [["run-june", JUNE, "0.1.0", True, 4, 2], ["run-may", 1780271999999, "0.1.0", False, 3, 0]]),
    # g4 continues oldb as it was
    (
        "changes_of_groups",
        {},
        [
            ["changed", "g2", "old2", "Adler Bio", "bioanalysis", "forming", "evaluating", 1, 2],
            ["gone", None, "oldx", "Adler Bio", "manufacturing", "forming", None, 1, None],
            ["new", "g1", None, "Adler Bio", "biomarker", None, "forming", None, 3],
            ["new", "g3", None, "Cedar", "biomarker", None, "closed", None, 3],
        ],
    ),
    ("newest_engagement", {}, [[ms(7, 5), 25]]),
    ("named_accounts", {"text": "cedar"}, [["C", "Cedar", "C"]]),
    (
        "named_accounts",
        {"text": "r"},
        [["A", "Adler Bio", "A"], ["B", "Boreal", "B"], ["C", "Cedar", "C"], ["D", "Dorn", "D"]],
    ),
    ("named_programs", {"text": "bor"}, [["PB", "BOR-7", "B"]]),
    ("named_contacts", {"text": "cy t"}, [["c2", "Cy Two", "C"], ["c3", "Cy Three", "C"]]),
    ("named_contacts", {"text": "a5"}, [["a5", "Eve Adams", "A"]]),
    ("named_engagements", {"text": "c0"}, [["c01", "click", "C"], ["c02", "click", "C"], ["c03", "click", "C"]]),
    (
        "named_groups",
        {"text": "adl-101, bio"},
        [["g1", "Adler Bio, ADL-101, biomarker", "A"], ["g2", "Adler Bio, ADL-101, bioanalysis", "A"]],
    ),
    (
        "named_groups",
        {"text": "old", "run_id": "run-may"},
        [
            ["old2", "Adler Bio, ADL-101, bioanalysis", "A"],
            ["oldb", "Boreal, BOR-7, biomarker", "B"],
            ["oldx", "Adler Bio, ADL-202, manufacturing", "A"],
        ],
    ),
    ("named_flags", {"text": "f1"}, [["f1", "Adler Bio, ADL-101", "A"]]),
]

# question, what is given, what the paths of its picture hold: the keys of the rows, by label
PICTURES: list[tuple[str, dict[str, str], str, set[str]]] = [
    ("groups_forming", {}, "BuyingGroup", {"g1"}),
    ("people_in_two_groups", {}, "Contact", {"a3"}),
    ("evidence_of_member", {"group_id": "g2", "contact_id": "a3"}, "Engagement", {"e00", "e07"}),
    ("members_of_group", {"group_id": "g1"}, "Contact", {"a1", "a2", "a3"}),
    ("flags_raised", {}, "Flag", {"f1", "f2"}),
]
_ID_OF = {"BuyingGroup": "group_id", "Contact": "contact_id", "Engagement": "engagement_id", "Flag": "flag_id"}


@pytest.fixture
def store(store_uri: str) -> Iterator[Store]:
    with open_store(store_uri, Settings.read(environment={}).store) as opened:
        opened.write(tiny_world.change())
        opened.publish(tiny_world.earlier_findings())
        opened.publish(tiny_world.findings())
        yield opened


def test_every_question_answers_as_worked_out_on_paper(store: Store) -> None:
    wrong = {}
    for name, given, expected in ANSWERS:
        asked = questions()[name]
        answer = store.ask(asked, asked.parameters(given))
        if answer.rows != expected or tuple(answer.columns) != asked.returns:
            wrong[f"{name} {given}"] = answer.rows
        counted = store.ask(asked.counted, asked.parameters(given)).rows
        if counted != [[len(expected)]]:
            wrong[f"count of {name} {given}"] = counted
    assert wrong == {}


def test_a_picture_shows_the_things_its_rows_name(store: Store) -> None:
    wrong = {}
    for name, given, label, expected in PICTURES:
        asked = questions()[name]
        answer = store.ask(replace(asked, text=asked.picture), asked.parameters(given))
        things = [
            thing for row in answer.rows for path in row if path for thing in path if label in thing.get("labels", ())
        ]
        found = {thing["properties"][_ID_OF[label]] for thing in things}
        if found != expected:
            wrong[name] = found
    assert wrong == {}


def test_what_is_ready_to_paste_answers_like_the_question(store: Store) -> None:
    for name, given, expected in ANSWERS:
        asked = questions()[name]
        pasted = replace(asked, text=asked.ready_to_paste(given), params=())
        assert store.ask(pasted, {}).rows == expected, name


POISON = ["' OR 1=1 //", "\\' }) DETACH DELETE n //", '"; MATCH (n) DELETE n', "`", "$run_id"]


def test_a_parameter_is_a_value_whatever_stands_in_it(store: Store) -> None:
    before = store.counts()
    for poison in POISON:
        for name in ("named_accounts", "groups_without", "people_most_engaged"):
            asked = questions()[name]
            text = next(parameter.name for parameter in asked.params if parameter.kind == "text")
            plain = store.ask(asked, asked.parameters({text: poison})).rows
            pasted = replace(asked, text=asked.ready_to_paste({text: poison}), params=())
            assert store.ask(pasted, {}).rows == plain, poison
    assert store.counts() == before


def test_every_question_has_an_expected_answer_and_every_picture_its_things() -> None:
    assert {name for name, _, _ in ANSWERS} == set(questions())
    assert {name for name, *_ in PICTURES} == {name for name, asked in questions().items() if asked.picture}
