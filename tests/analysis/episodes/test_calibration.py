"""A calibration as a text that people read and edit, and what it is good for in other markets."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from analysis.episodes.planted import made
from analysis.small_markets import SETTINGS

from committee.analysis.episodes import Calibration, MarketContext, calibrate, context_of, find_groups
from committee.analysis.episodes.detect import need_shares_of, read_words
from committee.analysis.episodes.words import Words
from committee.benchmark.shipped import averaged
from committee.errors import BadFile
from committee.pipeline.calibrating import learned_from, read_calibration, shipped


@cache
def learned() -> Calibration:
    case, seen = made()
    return calibrate(case.market, seen, case.tags, SETTINGS)


def edited(*path: str, to: object = None, gone: bool = False) -> str:
    facts = json.loads(learned().as_json())
    place = facts
    for name in path[:-1]:
        place = place[name]
    if gone:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return json.dumps(facts)


NEED = learned().needs[0]
WRONG = {
    "not JSON": ("{", "this is no calibration"),
    "empty": ("", "this is no calibration"),
    "another thing": ("[1, 2]", "this is no calibration"),
    "a text": ('"calibration"', "this is no calibration"),
    "another version": (edited("version", to=1), "has version 1, this product reads version 2"),
    "no version": (edited("version", gone=True), "this is no calibration"),
    "a table missing": (edited("reads", gone=True), "without reads"),
    "a table too many": (edited("writes", to={}), "knows no writes"),
    "NaN": (edited("rate", to=float("nan")), "rate is no number"),
    "infinite": (edited("strong_rate", to=float("inf")), "strong_rate is no number"),
    "huge": (edited("rate", to=10**400), "rate is no number"),
    "negative": (edited("touches", "scientific", to=-1.0), "touches.scientific must be above 0, it is -1"),
    "zero": (edited("stage_all", "top", to=0), "stage_all.top must be above 0, it is 0"),
    "a text for a number": (edited("spurt", to="a lot"), "spurt is no number"),
    "yes for a number": (edited("spurt_days", to=True), "spurt_days is no number"),
    "spurt of one": (edited("spurt", to=1.0), "spurt must be 0 or more and less than 1"),
    "no unknown": (edited("touches", "unknown", gone=True), "touches must name unknown"),
    "a need missing in a row": (edited("tag_ratio", NEED, NEED, gone=True), f"tag_ratio.{NEED} does not name '{NEED}'"),
    "a tag missing": (edited("tag_ratio", "untagged", gone=True), "tag_ratio has no row 'untagged'"),
    "a strange tag": (edited("tag_ratio", "strange", to={}), "tag_ratio has a row 'strange' that nothing names"),
    "a piece without a need": (edited("topic", next(iter(learned().topic)), NEED, gone=True), f"does not name '{NEED}'"),
    "a share missing": (edited("need_share", NEED, gone=True), f"need_share does not name '{NEED}'"),
    "a state missing": (edited("own", "phase", "match", gone=True), "own.phase does not name 'match'"),
    "a table as a list": (edited("reads", to=[]), "reads is no table"),
    "a row as a number": (edited("stage_group", to=1), "stage_group is no row of numbers"),
    "needs as a text": (edited("needs", to="biomarker"), "needs must be a list of different texts"),
    "a need twice": (edited("needs", to=[NEED, NEED]), "needs must be a list of different texts"),
    "attributes of numbers": (edited("attributes", "phase", to=[1]), "attributes.phase must be a list"),
    "half an account": (edited("accounts", to=1.5), "accounts must be a whole number"),
    "a name of numbers": (edited("called", to=7), "called is no text"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_calibration_that_is_none_is_refused_in_one_sentence_that_names_the_place(what):
    text, sentence = WRONG[what]
    with pytest.raises(BadFile) as refused:
        Calibration.from_json(text)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "committee calibrate" in str(refused.value)


@pytest.mark.parametrize("what", ["folder", "nothing there", "no text", "empty", "edited"])
def test_a_file_that_is_no_calibration_is_refused_with_its_name(what, tmp_path):
    path = tmp_path / "calibration.json"
    if what == "folder":
        path.mkdir()
    elif what == "no text":
        path.write_bytes(b"\xff\xfe\x00calibration")
    elif what == "empty":
        path.touch()
    elif what == "edited":
        path.write_text(edited("rate", to=-1))
    with pytest.raises(BadFile, match=r"calibration\.json"):
        read_calibration(path)


def test_what_people_call_it_is_no_part_of_its_name():
    one = replace(learned(), called="spring")
    assert one.name == learned().name
    assert Calibration.from_json(one.as_json()).called == "spring"


def test_the_shipped_calibration_names_no_need_no_word_and_no_piece():
    one = shipped()
    assert one.needs == ()
    assert not one.topic
    assert not any(one.attributes.values())
    assert set(one.touches) == set(SETTINGS.episodes.touches)


def test_the_shipped_calibration_is_an_average_of_others():
    other = replace(learned(), rate=3 * learned().rate)
    assert averaged([learned(), other]).rate == pytest.approx(2 * learned().rate, abs=1e-6)
    assert Calibration.from_json(averaged([learned()]).as_json()) == averaged([learned()])


def test_for_a_market_whose_words_it_knows_a_calibration_stays_what_it_is():
    case, seen = made()
    words = read_words(case.market, seen, case.tags)
    assert learned().for_words(words, need_shares_of(seen)) is learned()


def test_for_other_words_a_calibration_says_of_the_rest_what_tags_are_worth_anywhere():
    one = learned().for_words(Words(("a", NEED), ((), (), ())), {"a": 0.25, NEED: 0.75})
    assert set(one.needs) == {*learned().needs, "a"}
    assert sum(one.need_share.values()) == pytest.approx(1)
    assert one.need_share["a"] == pytest.approx(0.25)
    assert one.tag_ratio["a"]["a"] == pytest.approx(learned().topic_trust / one.need_share["a"], rel=1e-6)
    assert one.tag_ratio[NEED][NEED] == learned().tag_ratio[NEED][NEED]
    assert one.origin == learned().name
    assert Calibration.from_json(one.as_json()) == one


def test_for_a_market_that_does_not_say_what_content_is_about_every_piece_is_alike():
    one = learned().for_words(Words(("",), ((), (), ())), {"": 1.0})
    assert one.needs == ("",)
    assert Calibration.from_json(one.as_json()) == one


def test_the_shipped_calibration_finds_groups_in_a_market_of_any_words():
    case, seen = made()
    one = shipped().for_words(read_words(case.market, seen, case.tags), need_shares_of(seen))
    assert find_groups(case.market, seen, case.tags, SETTINGS, case.families, one)[0]["groups"].num_rows > 5


def test_few_data_move_a_prior_by_little():
    case, seen = made("plain", 2, 3)
    prior = replace(shipped(), touches=dict.fromkeys(shipped().touches, 10.0))
    near = calibrate(case.market, seen, case.tags, SETTINGS, prior=prior).touches["executive"]
    far = calibrate(case.market, seen, case.tags, SETTINGS).touches["executive"]
    assert near > 2 * far


def test_a_market_of_three_accounts_gets_the_shipped_numbers_and_keeps_its_own_rate_of_groups():
    case, seen = made("plain", 3, 3)
    few = learned_from(case.market, seen, case.tags, SETTINGS, context_of(seen, SETTINGS.episodes.mass))
    assert (few.called, few.touches, few.reads) == ("shipped", shipped().touches, shipped().reads)
    assert few.strong_rate != shipped().strong_rate
    case, seen = made("plain", 8, 3)
    more = learned_from(case.market, seen, case.tags, SETTINGS, context_of(seen, SETTINGS.episodes.mass))
    assert more == learned()


def test_a_sample_is_spread_evenly_over_the_accounts():
    case, seen = made()
    assert calibrate(case.market, seen, case.tags, SETTINGS, sample=4).accounts == 4
    assert calibrate(case.market, seen, case.tags, SETTINGS, sample=100).accounts == len(np.unique(seen.account))


def test_a_context_whose_baseline_is_kept_counts_what_is_new_and_leaves_the_rest():
    _, seen = made()
    before = context_of(replace(seen, **_first_half(seen)), SETTINGS.episodes.mass)
    after = context_of(seen, SETTINGS.episodes.mass, before)
    assert after.baseline == before.baseline
    assert after.people.sum() > before.people.sum()
    assert (after.days, after.readers) == (before.days, before.readers)
    fresh = context_of(seen, SETTINGS.episodes.mass)
    assert fresh.baseline != before.baseline
    for name in ("piece", "bin", "people"):
        assert len(getattr(fresh, name)) == len(getattr(after, name))
    assert MarketContext.from_json(after.as_json()).as_json() == after.as_json()


def _first_half(seen):
    stays = seen.first < np.median(seen.first)
    names = ("engagement", "account", "contact", "content", "campaign", "program", "program_rule", "first", "last", "kind", "channel", "persona", "stage", "relevant")  # fmt: skip
    return {name: getattr(seen, name)[stays] for name in names}


@pytest.mark.parametrize(
    "text", ["", "{}", '{"version": 1}', "[]", '{"version": 2}'], ids=["empty", "nothing", "old", "list", "bare"]
)
def test_a_context_that_is_none_is_refused(text):
    with pytest.raises(BadFile, match="no market context"):
        MarketContext.from_json(text)
