"""Replay: each look is a detection as of that moment, and nothing that came later touches it."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
from analysis.episodes.planted import made

from committee import pipeline
from committee.errors import BadSettings
from committee.pipeline.changing import lines_between
from committee.pipeline.replaying import replay
from committee.reports.replay import replay_rows
from committee.settings import Settings

SETTINGS = Settings.read(environment={}, overrides=["window.shifts=0"])
EVERY = timedelta(days=21)


@cache
def replayed():
    case, _ = made("plain", 5, 3)
    return case, replay(case.market, case.as_of - 3 * EVERY, case.as_of, EVERY, SETTINGS)


def test_a_group_appears_at_the_first_look_whose_own_detection_had_it():
    case, found = replayed()
    assert found.looks == [case.as_of - EVERY * back for back in (3, 2, 1, 0)]
    runs = [pipeline.detect(case.market, moment, SETTINGS) for moment in found.looks]
    groups = runs[-1].groups.column("group_id").to_pylist()
    assert sorted(one.group_id for one in found.appearances) == sorted(groups)
    first = {}
    for moment, run in zip(found.looks, runs, strict=True):
        for group in lines_between(run, runs[-1]):
            first.setdefault(group, moment)
    assert {one.group_id: one.first for one in found.appearances} == first
    assert len(set(first.values())) > 1


def test_what_happened_after_the_last_look_changes_nothing():
    case, _ = replayed()
    until = case.as_of - EVERY
    rows = case.market.engagements
    early = [moment <= until for moment in rows.column("occurred_at").to_pylist()]
    cut = case.market.with_tables(engagements=rows.filter(early))
    assert cut.engagements.num_rows < rows.num_rows
    with_later = replay(case.market, until - EVERY, until, EVERY, SETTINGS)
    without = replay(cut, until - EVERY, until, EVERY, SETTINGS)
    assert with_later.appearances == without.appearances
    assert replay_rows(with_later) == replay_rows(without)


def test_the_delay_counts_from_the_first_and_the_third_member():
    _, found = replayed()
    for one in found.appearances:
        if one.third_member is not None:
            assert one.first_member <= one.third_member
            assert one.days_after(one.third_member) <= one.days_after(one.first_member)


def test_a_replay_that_ends_before_it_begins_or_never_ends_is_refused():
    case, _ = replayed()
    with pytest.raises(BadSettings, match="before"):
        replay(case.market, case.as_of, case.as_of - EVERY, EVERY, SETTINGS)
    with pytest.raises(BadSettings, match="looks"):
        replay(case.market, case.as_of - 40 * EVERY, case.as_of, timedelta(hours=1), SETTINGS)
