"""What is looked up for speed says the same as what it stands for, worked out plainly."""

from __future__ import annotations

import numpy as np
from analysis.episodes.planted import RULES, fitted

from committee.analysis.episodes.ground import added
from committee.analysis.episodes.home import homes_of
from committee.analysis.episodes.membership import base_rate, expected_touches, forces, gathered_evidence, session_rates
from committee.analysis.episodes.odds import parts, reading_odds


def test_the_whole_log_odds_of_a_reading_are_the_sum_of_the_named_ones() -> None:
    ground, fit = fitted()
    random = np.random.default_rng(1)
    reading = random.integers(0, len(ground.content), 4000)
    account = ground.account[reading]
    row = ground.row_start[account] + random.integers(0, 1 << 30, 4000) % ground.rows_of[account]
    need = random.integers(0, len(ground.words.needs), 4000)
    home, mass = random.uniform(0, 1, 4000), random.uniform(0, 2, len(ground.content))
    named = parts(ground, fit.tables, RULES, mass, reading, row, need, home)
    whole = reading_odds(ground, fit.tables, RULES, mass, reading, row, need, home)
    assert ground.again[reading].any()
    assert np.allclose(whole, sum(named.values()), rtol=0, atol=1e-12)


def test_where_a_person_belongs_counts_every_piece_that_was_read() -> None:
    ground, fit = fitted()
    tables, rules = fit.tables, RULES.home
    found = homes_of(ground, tables, rules)
    without = homes_of(ground, tables, rules.model_copy(update={"reading_power": 0.0}))
    ratio = np.log(tables.own / tables.strangers)
    several = np.flatnonzero((ground.rows_of - 1)[ground.person_account] > 1)
    for person in several[:40].tolist():
        rows = np.arange(*ground.row_start[ground.person_account[person] :][:2])
        value = np.array([float(without.of(np.array([person]), np.array([row]))[0]) for row in rows])
        for piece in ground.content[ground.person == person].tolist():
            if (ground.piece_words[piece] < 0).all():
                continue
            for place, row in enumerate(rows[:-1].tolist()):
                states = [int(one[0]) for one in ground.states(np.array([piece]), np.array([row]))]
                gain = sum(ratio[attribute, state] for attribute, state in enumerate(states) if state < 3)
                value[place] *= (rules.reading_floor + rules.reading_weight * np.exp(gain)) ** rules.reading_power
        assert np.allclose(found.of(np.full(len(rows), person), rows), value / value.sum())


def test_evidence_is_what_each_session_adds_to_it() -> None:
    ground, fit = fitted()
    pairs, rules = fit.pairs, RULES.membership
    rate = session_rates(ground, fit.tables, fit.background, fit.usual, rules)
    own = base_rate(ground, fit.tables, fit.background, rules)[ground.session_person]
    assert np.allclose(rate, own * fit.usual.subject + fit.usual.excited)
    expected = expected_touches(ground, fit.episodes, pairs, fit.tables, rules)
    found = gathered_evidence(pairs, forces(pairs, fit.shape), rate, expected, fit.explained, 0.5)
    odds = np.exp(
        np.minimum(np.log(fit.shape * expected[pairs.member] / rate[pairs.session]) + np.log(pairs.worth), 60.0)
    )
    plainly = added(pairs.member, np.log1p(odds / (1 + 0.5 * fit.explained[pairs.session])), pairs.members) - expected
    assert np.allclose(found, plainly)
