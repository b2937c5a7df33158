"""Every stated probability is the sum of its named log-odds, and says what costs most where it is small."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from analysis.episodes.planted import made

from committee.analysis.episodes import calibrate, context_of, score
from committee.analysis.episodes.detect import part_of
from committee.analysis.episodes.explaining import EXPECTED, Explaining
from committee.analysis.episodes.scored import scored
from committee.findings import Findings

WORLDS = [("plain", 8, 3), ("realistic", 6, 5), ("second_realistic", 6, 2), ("unlisted", 6, 9)]


def explained(name, accounts, seed):
    case, seen = made(name, accounts, seed)
    settings = case.settings
    context = context_of(seen, settings.episodes.mass)
    calibration = calibrate(case.market, seen, case.tags, settings, context)
    found = Findings(score(case.market, seen, case.tags, settings, case.families, calibration, context))
    whole = part_of(seen, np.arange(len(seen.account_ids)))
    return Explaining(scored(case.market, whole, case.tags, settings, calibration, context), settings), found


def logistic(value: float) -> float:
    return 1 / (1 + exp(-value))


@pytest.mark.parametrize("world", WORLDS)
def test_the_named_terms_of_every_membership_add_up_to_the_probability_that_is_stated(world):
    why, found = explained(*world)
    rows = found.memberships.to_pylist()
    assert set(why.groups) == set(found.groups.column("group_id").to_pylist())
    assert len(rows) > 10
    for row in rows:
        one = why.standing(row["group_id"], row["contact_id"])
        assert one.member
        terms = [*one.prior.values(), *(odds for touch in one.touches for odds in touch.parts.values()), one.expected]
        terms.append(one.doubt)
        assert (one.doubt <= 1e-9) == (one.probability >= 0.5 - 1e-9)
        assert logistic(sum(terms)) == pytest.approx(row["probability"], abs=2e-6)
        assert all(sum(touch.parts.values()) == pytest.approx(touch.odds, abs=1e-9) for touch in one.touches)
        assert all(touch.odds >= 0 for touch in one.touches)


@pytest.mark.parametrize("world", WORLDS)
def test_whoever_is_not_in_has_a_sum_below_the_line_and_a_term_that_costs_most(world):
    why, found = explained(*world)
    members = {(row["group_id"], row["contact_id"]) for row in found.memberships.to_pylist()}
    outside = 0
    for group in why.groups:
        for one in why.standings(group):
            assert ((group, one.contact_id) in members) == one.member
            assert logistic(one.total) == pytest.approx(one.probability, abs=1e-6)
            if not one.member and one.probability < 0.5:
                outside += 1
                assert one.total < 0
                assert next(iter(one.costs.values())) > 0
                assert list(one.costs.values()) == sorted(one.costs.values(), reverse=True)
    assert outside


def test_whoever_never_touched_anything_has_the_prior_less_the_touches_expected():
    why, found = explained(*WORLDS[0])
    case, _ = made(*WORLDS[0])
    group = found.groups.to_pylist()[0]
    touched = {one.contact_id for one in why.standings(group["group_id"])}
    silent = [
        row["contact_id"]
        for row in case.market.contacts.to_pylist()
        if row["account_id"] == group["account_id"] and row["contact_id"] not in touched
    ]
    one = why.standing(group["group_id"], silent[0])
    assert not one.touches
    assert log(one.probability / (1 - one.probability)) == pytest.approx(sum(one.prior.values()) + one.expected)
    assert EXPECTED in one.costs


def test_what_other_groups_take_from_a_touch_is_told_by_group():
    why, _ = explained(*WORLDS[1])
    shared = [
        touch
        for group in why.groups
        for one in why.standings(group)
        for touch in one.touches
        if touch.parts.get("other groups", 0) < -1
    ]
    assert shared
    for touch in shared:
        assert sum(odds for _, odds in touch.others) == pytest.approx(touch.parts["other groups"], abs=1e-6)


def test_credit_of_an_engagement_is_that_of_the_evidence():
    why, found = explained(*WORLDS[1])
    for row in found.evidence.to_pylist()[:60]:
        share = {one.burst.group_id: one.credit for one in why.shares(row["engagement_id"])}
        assert share[row["group_id"]] == pytest.approx(row["responsibility"], abs=1e-6)
        assert sum(share.values()) <= 1 + 1e-9


def test_programs_of_a_group_sum_to_one_and_what_tells_them_apart_is_named():
    why, found = explained(*WORLDS[0])
    for group in found.groups.to_pylist():
        options = why.programs(group["group_id"])
        assert sum(option.probability for option in options) == pytest.approx(1)
        first, second = options[:2]
        told = sum(first.told.values()) - sum(second.told.values())
        if second.probability > 1e-12:
            assert told == pytest.approx(log(first.probability / second.probability), abs=1e-6)
