"""Which program a touch was for: the first source that names one, the content last."""

from __future__ import annotations

from typing import Any

import pytest
from analysis.small_markets import World, touch
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from committee.analysis.programs import RULES

AREAS, MODALITIES = ["oncology", "neurology"], ["adc", "vaccine"]
PHASES = {
    "phase 1": {"phase 1"},
    "phase 1/2": {"phase 1", "phase 2"},
    "phase 2": {"phase 2"},
    "phase 2/3": {"phase 2", "phase 3"},
}

attributes = st.fixed_dictionaries(
    {
        "therapeutic_area": st.sampled_from([*AREAS, None]),
        "modality": st.sampled_from([*MODALITIES, None]),
        "phase": st.sampled_from([*PHASES, None]),
    }
)


def answer_of(world: World) -> list[tuple[str | None, str | None]]:
    seen = world.touches()
    ids = seen.program_ids.to_pylist()
    answers = {}
    for engagement, program, rule in zip(
        seen.engagement.tolist(), seen.program.tolist(), seen.program_rule.tolist(), strict=True
    ):
        answers[engagement] = (ids[program] if program >= 0 else None, RULES[rule] if rule >= 0 else None)
    return [answers[place] for place in range(len(world.rows))]


def agrees(name: str, program: str | None, content: str | None) -> bool | None:
    if program is None or content is None:
        return None
    return bool(PHASES[program] & PHASES[content]) if name == "phase" else program == content


@given(
    programs=st.lists(st.tuples(attributes, st.sampled_from(["acme", "beta"])), max_size=6),
    pairs=st.sampled_from([1, 4, 1000]),
    content=st.lists(attributes, min_size=1, max_size=5),
)
@effort(max_examples=100, deadline=None)
def test_content_names_a_program_when_only_one_of_the_account_fits(
    programs: list[Any], content: list[Any], pairs: int
) -> None:
    pieces = {f"c{number}": {"topic": ["safety"], **piece} for number, piece in enumerate(content)}
    listed = {f"P{number}": {"account_id": account, **program} for number, (program, account) in enumerate(programs)}
    world = World({"p": {}}, [touch("p", 1, content_id=piece) for piece in pieces], pieces, listed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("committee.analysis.programs._PAIRS_AT_ONCE", pairs)
        answers = answer_of(world)
    for (program, rule), piece in zip(answers, pieces.values(), strict=True):
        fitting = []
        for name, candidate in listed.items():
            verdicts = [
                agrees(field, candidate[field], piece[field]) for field in ("therapeutic_area", "modality", "phase")
            ]
            if candidate["account_id"] == "acme" and True in verdicts and False not in verdicts:
                fitting.append(name)
        assert (program, rule) == ((fitting[0], "content") if len(fitting) == 1 else (None, None))


PROGRAMS = {
    "own": {},
    "aimed": {},
    "stated": {},
    "fits": {"modality": "adc"},
    "gone": {"deleted": True, "modality": "vaccine"},
}
CONTENT = {
    "paper": {"topic": ["safety"], "modality": "adc"},
    "other": {"topic": ["safety"], "modality": "vaccine"},
    "bare": {"topic": ["safety"]},
}
CAMPAIGNS = {
    "K": {"program_id": "aimed"},
    "none": {},
    "elsewhere": {"program_id": "in no table"},
    "over": {"program_id": "aimed", "deleted": True},
}
PEOPLE = {"told": {"program_id": "stated"}, "p": {}, "left": {"program_id": "gone"}}


@pytest.mark.parametrize(
    ("row", "program", "rule"),
    [
        (touch("told", 1, program_id="own", campaign_id="K"), "own", "engagement"),
        (touch("told", 1, campaign_id="K"), "aimed", "campaign"),
        (touch("told", 1, campaign_id="none"), "stated", "contact"),
        (touch("told", 1, campaign_id="over"), "stated", "contact"),
        (touch("p", 1), "fits", "content"),
        (touch("p", 1, content_id="other"), None, None),
        (touch("p", 1, content_id="bare"), None, None),
        (touch("told", 1, program_id="in no table"), None, None),
        (touch("told", 1, campaign_id="elsewhere"), None, None),
        (touch("left", 1), None, None),
    ],
    ids=[
        "form",
        "campaign",
        "contact",
        "deleted campaign",
        "content",
        "deleted program",
        "says nothing",
        "unlisted on form",
        "unlisted campaign",
        "contact of a deleted one",
    ],
)
def test_the_first_source_that_names_a_program_decides(row: Any, program: str | None, rule: str | None) -> None:
    assert answer_of(World(PEOPLE, [row], CONTENT, PROGRAMS, CAMPAIGNS)) == [(program, rule)]
