"""No tool of the assistant tells of anybody who must not be contacted, under whichever id, whatever is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from cypher import tiny_world
from cypher.answers import ANSWERS

from committee.assistant.answers import Answers
from committee.cli.sight import looking
from committee.cypher.catalog import questions
from committee.errors import CommitteeError
from committee.settings import Settings

SETTINGS = Settings.read(overrides=["groups.detector=program_topic_gap"], environment={})
# Said in the files, or of another record of the same person; a9 was deleted at the source.
BARRED = {"a4": "Dan Zahl", "x3": "Ella Stop", "a2": "Ben Okri", "d4": "Di Four", "x2": "Eli Read", "a9": "Al Gone"}
IDS = {*BARRED, "a2s", "d4s", "x2s"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    store = tmp_path_factory.mktemp("tiny") / "store"
    with tiny_world.filled(str(store)):
        pass
    with looking(str(store), SETTINGS) as sight:
        yield Answers(lambda: nullcontext(sight), 1000, settings=SETTINGS)


def texts_in(said: object) -> Iterator[str]:
    if isinstance(said, dict):
        said = [*said, *said.values()]
    if isinstance(said, list):
        for one in said:
            yield from texts_in(one)
    elif isinstance(said, str):
        yield said


def told_of(said: object) -> set[str]:
    """Names and ids of theirs in an answer, as a word or behind contact:."""
    words = {word for text in texts_in(said) for word in re.split(r"[^\w:]+", text)}
    names = {name for text in texts_in(said) for name in BARRED.values() if name in text}
    return names | {one for one in IDS if {one, f"contact:{one}"} & words}


def everything(answers: Answers) -> Iterator[tuple[str, object]]:
    """Each tool with everything the tiny world has to ask for; what is refused is told of as well."""
    tables = {"group": "g1 g2 g3 g4 g5 g6 g7", "flag": "f1 f2 f3 f4", "account": "A B C D E Y A2 B2"}
    people = sorted({*IDS, "a1", "a3", "a5", "b1", "c1", "d1", "x1"})
    things = [f"{kind}:{one}" for kind, ids in tables.items() for one in ids.split()]
    things += [f"contact:{one}" for one in people] + [f"engagement:{row[0]}" for row in tiny_world.ENGAGEMENTS[::12]]
    calls = [("questions", (word,)) for word in ("", "group")] + [("groups", ()), ("flags", ())]
    calls += [("ask", (name, given)) for name, given, _ in {one[0]: one for one in ANSWERS}.values()]
    calls += [("groups", (one,)) for one in tables["account"].split()] + [("flags", ("A",))]
    calls += [("explain", (thing,)) for thing in things]
    calls += [(tool, (one,)) for tool in ("group", "handoff") for one in things[:5]]
    calls += [("account", (one,)) for one in tables["account"].split()]
    calls += [("explain", (group, person)) for group in things[:1] for person in ("a1", "a2")]
    calls += [("explain", (name,)) for name in BARRED.values()]
    for tool, arguments in calls:
        try:
            yield f"{tool} {arguments}", getattr(answers, tool)(*arguments)
        except CommitteeError as error:
            yield f"{tool} {arguments}", str(error)


def test_no_tool_tells_of_anybody_who_must_not_be_contacted(answers: Answers) -> None:
    told = dict(everything(answers))
    assert {call: found for call, said in told.items() if (found := told_of(said))} == {}
    assert {call.partition(" ")[0] for call, said in told.items() if isinstance(said, dict)} == {
        "questions",
        "ask",
        "groups",
        "flags",
        "group",
        "explain",
        "handoff",
        "account",
    }


def test_what_is_withheld_is_counted_and_the_rest_is_told(answers: Answers) -> None:
    said = answers.ask("members_of_group", {"group_id": "g1"})
    assert [row["contact_id"] for row in said["rows"]] == ["a1", "a3"]
    assert said["withheld_rows"] == 1
    assert answers.ask("late_groups_without", {"persona": "program_lead"})["rows"][0]["whom_to_bring_in"] == [
        "a10",
        "a11",
    ]


def test_a_refusal_about_them_names_nobody(answers: Answers) -> None:
    for name in ("contact:a2", "contact:a2s", "Ella Stop", "contact:a9"):
        with pytest.raises(CommitteeError) as refused:
            answers.explain(name)
        assert not told_of(str(refused.value))


def test_every_question_is_among_what_was_asked() -> None:
    assert {name for name, _, _ in ANSWERS} == set(questions())
