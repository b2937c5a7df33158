"""What reading says of a persona: learned from the market, weaker than a title, silent where little is known."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict

import pytest
from analysis.small_markets import World, settings, touch

from committee.analysis.readings import readings

RULES = {"least_pieces": 3, "least_readers": 4, "prior_pieces": 10.0, "voice": 0.5, "least_probability": 0.6}
WRITTEN = {"s": ("scientific", "top"), "p": ("procurement", "bottom"), "f": ("finance", "middle")}
CONTENT = {
    f"{letter}{number}": {"topic": ["biomarker"], "persona": persona, "stage": stage}
    for letter, (persona, stage) in WRITTEN.items()
    for number in range(8)
} | {"plain": {"topic": ["biomarker"]}}


def market(seed: int = 1, **people: dict) -> World:
    """Six people of each of two personas who mostly read what is written for them, and some more."""
    dice = random.Random(seed)
    everybody: dict[str, dict] = {}
    rows = []
    for persona, letter in (("scientific", "s"), ("procurement", "p")):
        for number in range(6):
            key = f"{persona}{number}"
            everybody[key] = {"persona": persona}
            rows += [(key, f"{letter}{piece}") for piece in dice.sample(range(8), 5)] + [(key, f"f{number}")]
    for key, person in people.items():
        everybody[key] = {"persona": person.get("persona", "unknown")}
        rows += [(key, piece) for piece in person["reads"]]
    touched = [touch(who, 2.0 * number, content_id=what) for number, (who, what) in enumerate(rows)]
    return World(people=everybody, rows=touched, content=CONTENT)


def said(world: World, **rules) -> dict[str, tuple[str, float, int]]:
    chosen = settings(reading=RULES | rules)
    found = readings(world.touches(chosen), world.market, chosen.reading)
    return {row["contact_id"]: (row["persona"], row["probability"], row["pieces"]) for row in found.to_pylist()}


def oracle(world: World, rules: dict) -> dict[str, tuple[str, float, int]]:
    """The same by plain counting."""
    read: dict[str, set[str]] = defaultdict(set)
    for row in world.rows:
        if row["content_id"] != "plain":
            read[row["contact_id"]].add(row["content_id"])
    kinds = {who: Counter(piece[0] for piece in pieces) for who, pieces in read.items()}
    persona = {who: world.people[who].get("persona", "unknown") for who in kinds}
    everybody = sum(kinds.values(), Counter())
    learned = [
        one
        for one in sorted(set(persona.values()) - {"unknown"})
        if list(persona.values()).count(one) >= rules["least_readers"]
    ]
    found = {}
    for who, mine in kinds.items():
        if sum(mine.values()) < rules["least_pieces"] or len(learned) < 2:
            continue
        fit = {}
        for one in learned:
            theirs = sum((kinds[other] for other in kinds if persona[other] == one and other != who), Counter())
            rate = {k: theirs[k] + rules["prior_pieces"] * everybody[k] / everybody.total() for k in everybody}
            fit[one] = sum(times * math.log(rate[k] / sum(rate.values())) for k, times in mine.items())
        weight = {one: math.exp(rules["voice"] * (value - max(fit.values()))) for one, value in fit.items()}
        best = max(learned, key=lambda one: weight[one])
        probability = weight[best] / sum(weight.values())
        if probability >= rules["least_probability"]:
            found[who] = (best, probability, sum(mine.values()))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_readings_are_what_plain_counting_gives(seed):
    world = market(
        seed, x={"reads": ["p1", "p2", "p3", "s1"]}, y={"persona": "scientific", "reads": ["p1", "p2", "p3", "p4"]}
    )
    found, expected = said(world), oracle(world, RULES)
    assert found.keys() == expected.keys()
    for who, (persona, probability, pieces) in expected.items():
        assert found[who] == (persona, pytest.approx(probability), pieces)


def test_a_title_is_contradicted_beside_it_and_never_changed():
    world = market(wrong={"persona": "scientific", "reads": [f"p{number}" for number in range(7)]})
    assert said(world)["wrong"][0] == "procurement"
    assert world.personas.to_pylist()[-1]["persona"] == "scientific"


def test_a_persons_own_reading_does_not_speak_for_itself():
    alone = market(seed=2, odd={"persona": "procurement", "reads": [f"s{number}" for number in range(8)]})
    assert said(alone)["odd"][0] == "scientific"


def test_a_piece_read_ten_times_is_one_piece_and_untagged_pieces_are_none():
    world = market(x={"reads": ["p1"] * 10 + ["plain"] * 5})
    assert "x" not in said(world)
    assert said(market(x={"reads": ["p1", "p2", "p3", "plain"]}))["x"][2] == 3


def test_where_little_is_read_or_known_nothing_is_said():
    world = market(few={"reads": ["p1", "p2"]}, mixed={"reads": ["p1", "p2", "s1", "s2"]})
    assert not {"few", "mixed"} & said(world).keys()
    assert said(world, least_readers=7) == {}
    assert said(World(people={"a": {"persona": "finance"}}, rows=[touch("a", 1)])) == {}
