"""Other rules tried on the past, and windows that lack one persona."""

from __future__ import annotations

from analysis.small_markets import PERSONAS, World, day, touch

from committee.analysis.breadth import breadth, single_threaded
from committee.analysis.replay import nearly_complete, replay

PEOPLE = {f"p{number}": {"persona": persona} for number, persona in enumerate(PERSONAS)} | {
    "b": {"persona": "finance", "account_id": "beta"}
}
OWNED = {"accounts": [{"account_id": "acme", "name": "Acme", "owner": "Olga"}, {"account_id": "beta", "name": "Beta"}]}


def test_a_replay_counts_flags_raised_inside_the_stretch_by_owner() -> None:
    rows = [touch(f"p{who}", start + who) for start in (0, 40, 70) for who in range(3)]
    world = World(PEOPLE, rows, more=OWNED)
    seen = world.touches(as_of=day(132))
    assert replay(seen, world.market, scope="account", personas=3, days=14.0, span_days=90.0).per_owner == {"Olga": 1}
    assert replay(seen, world.market, scope="account", personas=3, days=14.0, span_days=90.001).flags == 2
    assert (
        replay(seen, world.market, scope="account", personas=3, days=14.0, span_days=999.0, quiet_days=30.0).flags == 2
    )
    assert replay(seen, world.market, scope="account", personas=4, days=14.0, span_days=999.0).flags == 0


def test_a_window_that_lacks_one_persona_says_which_would_complete_it_and_until_when() -> None:
    world = World(
        PEOPLE, [touch("p0", 10), touch("p1", 12), touch("p0", 15), touch("b", 15), touch("p2", 0)], more=OWNED
    )
    near = nearly_complete(world.touches(as_of=day(16)), scope="account", personas=3, days=14.0).to_pylist()
    assert [(row["account_id"], row["contact_ids"], row["present"], row["until"]) for row in near] == [
        ("acme", ["p0", "p1"], ["program_lead", "scientific"], day(26))
    ]
    assert set(near[0]["missing"]) == set(PERSONAS) - {"program_lead", "scientific"}


def test_the_persona_named_does_complete_the_window_at_the_last_moment_and_not_later() -> None:
    rows = [touch("p0", 10), touch("p1", 12)]
    for late, flags in ((0.0, 1), (0.0001, 0)):
        world = World(PEOPLE, [*rows, touch("p2", 24 + late)], more=OWNED)
        assert (
            replay(
                world.touches(as_of=day(30)), world.market, scope="account", personas=3, days=14.0, span_days=30.0
            ).flags
            == flags
        )


def test_one_engaged_person_is_single_threaded_whatever_the_volume() -> None:
    world = World(
        PEOPLE,
        [touch("b", at) for at in range(20, 30)] + [touch("p0", 20), touch("p3", 21), touch("p4", 22)],
        more=OWNED,
    )
    seen = world.touches(as_of=day(40))
    assert [
        (row["account_id"], row["contact_id"], row["engagements"])
        for row in single_threaded(seen, days=90.0).to_pylist()
    ] == [("beta", "b", 10)]
    families = {"scientific": "scientific", "finance": "commercial", "legal_regulatory": "governance"}
    assert breadth(seen, families, days=90.0).to_pylist() == [
        {"account_id": "acme", "engagements": 3, "people": 3, "families": ["commercial", "governance", "scientific"]},
        {"account_id": "beta", "engagements": 10, "people": 1, "families": ["commercial"]},
    ]
    assert single_threaded(seen, days=1.0).num_rows == breadth(seen, families, days=1.0).num_rows == 0
