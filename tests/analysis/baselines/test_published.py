"""Published scores on markets small enough for a pencil: what each gives accounts and groups, and what others change in it."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

from committee.analysis.baselines.published import FORMULAS, Activities, Units, accounts_of, groups_of
from committee.analysis.comparing import pieces_of, place_of, rules_without, scores_of
from committee.cli.options import PUBLISHED
from committee.settings import word_list

SEATS = {"scientific": 2, "finance": 1}
NUMBERS = word_list("formulas")

# account, contact, kind, channel, days ago
TOUCHES = [
    ("a", "sci", "form", "web", 1.0),
    ("a", "sci", "open", "email", 2.0),
    ("a", "fin", "click", "email", 30.0),
    ("a", "fin", "meeting", "event", 40.0),
    ("b", "bob", "impression", "linkedin", 7.0),
    ("b", "bob", "open", "email", 1.0),
]
PEOPLE = {"bob": ("program_lead", "VP Clinical"), "fin": ("finance", "CFO"), "sci": ("scientific", "Scientist")}


def laid_out(touches: list[tuple]) -> Activities:
    accounts, contacts = sorted({one[0] for one in touches}), sorted({one[1] for one in touches})
    kinds, channels = sorted({one[2] for one in touches}), sorted({one[3] for one in touches})
    return Activities(
        pa.array(accounts),
        pa.array(contacts),
        np.array([accounts.index(one[0]) for one in touches]),
        np.array([contacts.index(one[1]) for one in touches]),
        np.arange(len(touches)),
        tuple(kinds),
        tuple(channels),
        np.array([kinds.index(one[2]) for one in touches]),
        np.array([channels.index(one[3]) for one in touches]),
        np.array([one[4] for one in touches]),
        tuple(PEOPLE.get(one, ("unknown", ""))[0] for one in contacts),
        tuple(PEOPLE.get(one, ("unknown", ""))[1] for one in contacts),
    )


def given(name: str, touches: list[tuple], **numbers: object) -> dict[str, float]:
    seen, formula = laid_out(touches), FORMULAS[name]
    values = scores_of(formula, seen, NUMBERS[formula.section] | numbers, SEATS)
    return dict(zip(seen.account_ids.to_pylist(), values.tolist(), strict=True))


def test_the_commands_offer_the_formulas_there_are():
    assert tuple(FORMULAS) == PUBLISHED


def test_demandbase_multiplies_points_by_the_weight_of_the_level_in_ninety_days():
    # a form 1 x 0.5, an open 0.1 x 0.5; a chief's click 1 x 2 and half an hour's meeting 30 x 2
    assert given("demandbase", TOUCHES)["a"] == pytest.approx(0.5 + 0.05 + 2.0 + 60.0)
    assert given("demandbase", TOUCHES)["b"] == pytest.approx(0.1 * 1.5 * 2)
    assert given("demandbase", TOUCHES, days=35.0)["a"] == pytest.approx(2.55)
    assert given("demandbase", TOUCHES, by_level=False)["a"] == pytest.approx(1.1 + 1 + 30)


def test_influ2_fades_visits_in_thirty_days_and_impressions_in_seven_and_sees_no_open():
    assert given("influ2", TOUCHES)["a"] == pytest.approx(2 * 2 ** (-1 / 30) + 2 * 0.5 + 2 * 2 ** (-40 / 30))
    assert given("influ2", TOUCHES)["b"] == pytest.approx(0.05)


def test_ajo_weighs_an_open_like_a_click_of_a_mail():
    opened = [("a", "sci", "open", "email", 1.0), ("b", "bob", "form", "web", 1.0)]
    clicked = [("a", "sci", "click", "email", 1.0), ("b", "bob", "form", "web", 1.0)]
    assert given("ajo", opened, min_max=False) == given("ajo", clicked, min_max=False)
    assert given("ajo", opened, min_max=False)["a"] > 0


def test_ajo_takes_the_lightest_kind_that_occurs_for_nothing():
    opened = [one for one in TOUCHES if one[2] != "impression"]
    assert given("ajo", opened)["b"] == 0.0
    assert given("ajo", opened, min_max=False)["b"] > 0.0


def test_ajo_sees_thirty_days_and_of_an_account_only_who_did_something_in_them():
    # sci: a form, weight (40 - 30) / (40 - 30) = 1, an open 0; fin: a click, weight 0; of b an open, 0, and an unlisted
    # impression, 1
    a = (100.0 * 60 + 0.0 * 80) / (60 + 80)
    b = 100.0
    expected = [100 * math.sqrt(a / b), 100.0]
    assert list(given("ajo", TOUCHES).values()) == pytest.approx(expected)


def test_completeness_counts_seats_taken_at_most_once():
    # one of two scientists, finance: (1/2 + 1) / 2; b has nobody of either
    assert given("ajo_completeness", TOUCHES) == pytest.approx({"a": 75.0, "b": 0.0})
    assert given("ajo_completeness", TOUCHES, days=10.0) == pytest.approx({"a": 25.0, "b": 0.0})


def test_an_unrelated_account_changes_ajos_score_and_no_other():
    more = [*TOUCHES, ("z", "zoe", "attend", "event", 1.0), ("z", "zoe", "attend", "event", 2.0)]
    for name in PUBLISHED:
        before, after = given(name, TOUCHES), given(name, more)
        same = all(math.isclose(before[account], after[account]) for account in before)
        assert same is (name != "ajo"), name


def test_a_group_gets_what_its_people_did_in_its_account_and_nothing_else():
    touches = [*TOUCHES, ("b", "sci", "meeting", "event", 1.0)]
    seen = laid_out(touches)
    groups = pa.table({"group_id": ["g2", "g1", "none"], "account_id": ["a", "a", "b"]})
    members = pa.table({"group_id": ["g1", "g2", "g2", "gone"], "contact_id": ["fin", "sci", "fin", "sci"]})
    units = groups_of(seen, groups, members)
    values = FORMULAS["demandbase"].score(seen, units, NUMBERS["demandbase"], SEATS)
    assert values.tolist() == pytest.approx([62.55, 62.0, 0.0])
    assert FORMULAS["ajo_completeness"].score(seen, units, {}, SEATS).tolist() == pytest.approx([75.0, 50.0, 0.0])


def test_an_account_in_which_nobody_did_anything_gets_nothing():
    seen = laid_out(TOUCHES).kept(np.zeros(len(TOUCHES), bool))
    for formula in FORMULAS.values():
        values = formula.score(seen, accounts_of(seen), NUMBERS[formula.section], SEATS)
        assert values.tolist() == [0.0, 0.0]
        assert not len(formula.score(seen, Units(0, *[np.zeros(0, int)] * 3), NUMBERS[formula.section], SEATS))


def test_every_rule_of_a_formula_that_can_be_taken_away_is_one_of_its_numbers():
    for formula in FORMULAS.values():
        for name, numbers in rules_without(formula, NUMBERS[formula.section]).items():
            assert numbers.keys() == NUMBERS[formula.section].keys(), name
            assert numbers != NUMBERS[formula.section]


def test_evidence_of_an_account_is_parted_by_kind_and_reason_by_age_and_by_person():
    seen = laid_out(TOUCHES)
    found = pieces_of(seen, 0, {1: "machine_made"}, look_backs=[30.0, 90.0, 30.0], people=1)
    assert [(one.what, one.name, one.reason, one.where.tolist()) for one in found] == [
        ("activity", "click", "", [2]),
        ("activity", "form", "", [0]),
        ("activity", "meeting", "", [3]),
        ("activity", "open", "machine_made", [1]),
        ("older", "30", "", [3]),
        ("person", "fin", "", [2, 3]),
    ]


def test_equal_accounts_share_the_middle_of_their_places():
    values = np.array([5.0, 0.0, 0.0, 0.0, 7.0])
    assert [place_of(values, at) for at in range(5)] == [2, 4, 4, 4, 1]
