"""Titles that stand for no persona are ranked by the engagement they cost."""

from __future__ import annotations

from analysis.small_markets import World, actors, touch

from committee.analysis.unmapped import unmapped_titles


def test_titles_without_a_persona_come_by_the_engagement_that_counts_blank_ones_under_the_empty_title():
    people = {
        "a": {"title": "Wizard"},
        "b": {"title": " Wizard ", "account_id": "bolt"},
        "c": {"title": "Bard", "department": "Songs"},
        "d": {"title": None},
        "e": {"title": "Buyer", "persona": "procurement"},
        "f": {"title": "Ghost", "deleted": True},
        "g": {"title": "Idle"},
    }
    rows = [touch(who, 1 + number) for number, who in enumerate("aabbcccddeeef")]
    rows += [touch("c", 40 + number, kind="open") for number in range(9)]
    world = World(people=people, rows=rows)
    ranked = unmapped_titles(world.market, actors(world.market), world.personas, world.touches().set_aside)
    assert [tuple(row.values()) for row in ranked.to_pylist()] == [
        ("Wizard", "", 2, 2, 4),
        ("Bard", "Songs", 1, 1, 3),
        ("", "", 1, 1, 2),
        ("Idle", "", 1, 1, 0),
    ]
