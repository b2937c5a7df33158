"""What groups teach: on a market whose groups are known, against what was planted; campaigns against their definition."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from analysis.episodes.planted import RULES, fitted, laid_out, made

from committee.analysis.episodes.fit import fit
from committee.analysis.episodes.ground import EMPTY_AIM, UNTOLD
from committee.analysis.episodes.odds import campaign_odds
from committee.analysis.episodes.tables import first_tables


def learned(world: str):
    ground, _, event, passing = laid_out(*made(world, 30, 5))
    return fit(ground, event, passing, first_tables(ground, RULES), RULES, learn=True).tables, ground


def test_a_trade_with_other_committees_teaches_other_seats_and_more_strays():
    one, ground = learned("plain")
    other, _ = learned("second")
    place = {name: number for number, name in enumerate(ground.personas)}
    for more in ("program_lead", "procurement", "finance"):  # 2.3, 1.5, 1.1 seats against 2, 1, .6
        assert other.seats[place[more]] > one.seats[place[more]]
    for fewer in ("scientific", "legal_regulatory"):  # 2, .3 against 3.2, .5
        assert other.seats[place[fewer]] < one.seats[place[fewer]]
    assert other.stray > one.stray  # a quarter against a tenth


def test_a_campaign_aimed_at_the_program_counts_for_it_the_more_the_more_programs_there_are():
    ground, found = fitted()
    aimed, elsewhere, anybody = found.tables.campaign
    at = np.flatnonzero(ground.aim >= 0)
    row = ground.aim[at]
    share = 1 / (ground.rows_of[ground.row_account[row]] - 1)
    right = campaign_odds(ground, found.tables, RULES, at, row)
    assert np.allclose(right, np.log(aimed / (anybody * share)))
    assert len(np.unique(share)) > 1
    stand_in = ground.unlisted[ground.row_account[row]]
    assert campaign_odds(ground, found.tables, RULES, at, stand_in) == pytest.approx(log(elsewhere / anybody))


def test_no_campaign_says_little_and_one_that_names_no_program_nothing():
    ground, found = fitted()
    aimed, elsewhere, anybody = found.tables.campaign
    none = np.flatnonzero(ground.aim == UNTOLD)
    row = ground.row_start[ground.account[none]]
    said = campaign_odds(ground, found.tables, RULES, none, row)[ground.row_program[row] >= 0]
    assert said == pytest.approx(log((1 - aimed - elsewhere) / (1 - anybody)))
    empty = np.flatnonzero(ground.aim == EMPTY_AIM)
    assert not campaign_odds(ground, found.tables, RULES, empty, ground.row_start[ground.account[empty]]).any()
