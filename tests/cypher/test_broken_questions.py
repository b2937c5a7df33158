"""Each question was broken in every place, and its expected answers notice: dropped conditions, turned arrows, changed words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from cypher import tiny_world
from cypher.answers import ANSWERS
from cypher.broken_questions import slips

from committee.cypher.catalog import questions
from committee.errors import CommitteeError
from committee.graph.store import Store

# Slips that change nothing, and why.
_SORTED = {"1 changed": "whatever is not exact is sorted behind what is"}
HARMLESS: dict[str, dict[str, str]] = {
    "newest_engagement": {"n.occurred_at IS NOT NULL dropped": "it lets the server use its index"},
    "named_accounts": _SORTED,
    "named_contacts": _SORTED,
    "named_programs": _SORTED,
    "personas_in_window": {
        "0 changed": "a time is never 0 or 1",
        "1 changed": "-3 is as far from any time as -1",
        "5 changed": "places behind the six personas are never filled",
    },
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with tiny_world.filled(str(tmp_path_factory.mktemp("tiny") / "store")) as opened:
        yield opened


def unnoticed(store: Store, name: str) -> list[str]:
    """The slips after which all the expected answers are still given."""
    asked = questions()[name]
    expected = [(asked.parameters(given), rows) for question, given, rows in ANSWERS if question == name]
    return [
        what for what, text in slips(asked.text) if all(_rows(store, text, given) == rows for given, rows in expected)
    ]


def _rows(store: Store, text: str, given: dict[str, object]) -> object:
    try:
        return store.ask(replace(questions()["what_is_here"], text=text), given).rows
    except CommitteeError:
        return "refused"


@pytest.mark.parametrize("name", questions())
def test_no_slip_in_a_question_goes_unnoticed(store: Store, name: str) -> None:
    assert set(unnoticed(store, name)) == set(HARMLESS.get(name, {}))


def test_a_slip_is_made_in_every_question() -> None:
    assert all(list(slips(asked.text)) for asked in questions().values())
