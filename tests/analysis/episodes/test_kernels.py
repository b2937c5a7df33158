"""The compiled loops against the same sums written out plainly, over dictionaries and lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, log1p

import numpy as np
import pytest
from analysis.episodes.planted import RULES, fitted
from hypothesis import given, settings
from hypothesis import strategies as st

from committee.analysis.episodes import kernels
from committee.analysis.episodes.ground import UNTOLD, starts
from committee.analysis.episodes.membership import Pools, pair_up, priors, seats_taken, with_worth
from committee.analysis.episodes.odds import reading_facts, reading_odds
from committee.analysis.episodes.program import choose_programs
from committee.analysis.episodes.scan import counted, need_prior
from committee.analysis.episodes.spurts import Usual
from committee.analysis.episodes.tables import person_is_of_program
from committee.analysis.episodes.terms import prior_terms

MANY = settings(max_examples=60, deadline=None)


@dataclass
class Layout:
    """Sessions of some accounts, episodes over them, and the pairs of both, as lists of plain numbers."""

    account: list[int]
    person: list[int]
    day: list[float]
    accounts: int
    people: list[int]  # of each account
    episodes: list[tuple[int, float, float]]  # account, first and last day

    def pairs(self) -> list[tuple[int, int, int]]:
        """Episode, person and session, sorted."""
        found = []
        for number, (account, low, high) in enumerate(self.episodes):
            for session, day in enumerate(self.day):
                if self.account[session] == account and low <= day <= high:
                    found.append((number, self.person[session], session))
        return sorted(found)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    people = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    base = np.append(0, np.cumsum(people))
    sessions = []
    for account, count in enumerate(people):
        days = sorted(draw(st.lists(st.integers(0, 30), max_size=9)))
        sessions += [(account, float(day), int(base[account]) + draw(st.integers(0, count - 1))) for day in days]
    episodes = []
    for _ in range(draw(st.integers(0, 5))):
        low = draw(st.integers(-3, 30))
        episodes.append((draw(st.integers(0, len(people) - 1)), float(low), float(low + draw(st.integers(-1, 20)))))
    return Layout([one[0] for one in sessions], [one[2] for one in sessions], [one[1] for one in sessions], len(people), people, episodes)  # fmt: skip


def laid_out(one: Layout) -> tuple[np.ndarray, ...]:
    return kernels.sessions_of_windows(
        np.array([low for _, low, _ in one.episodes], float),
        np.array([high for _, _, high in one.episodes], float),
        np.array([account for account, _, _ in one.episodes], np.int64),
        np.searchsorted(np.array(one.account, np.int64), np.arange(one.accounts + 1)),
        np.append(0, np.cumsum(one.people)),
        np.array(one.person, np.int64),
        np.array(one.day, float),
    )


@MANY
@given(layouts())
def test_an_episode_has_the_sessions_of_its_account_between_its_days_by_person_and_time(one: Layout) -> None:
    session, episode, member, of_episode, of_person, start = laid_out(one)
    found = list(zip(episode.tolist(), of_person[member].tolist(), session.tolist(), strict=True))
    assert found == one.pairs()
    assert list(zip(of_episode.tolist(), of_person.tolist(), strict=True)) == sorted({pair[:2] for pair in found})
    assert [member.tolist().count(number) for number in range(len(of_person))] == np.diff(start).tolist()


@MANY
@given(layouts(), st.randoms(use_true_random=False))
def test_the_density_of_a_day_leaves_a_persons_own_touches_out(one: Layout, luck: object) -> None:
    session, episode, member, of_episode, of_person, start = laid_out(one)
    random = np.random.default_rng(len(session))
    share, cells, prior = random.uniform(0, 1, len(session)), 4, 2.5
    begin = np.array([low + 2.0 for _, low, _ in one.episodes], float)
    end = np.array([max(high - 2.0, low + 2.5) for _, low, high in one.episodes], float)
    pad = np.full(len(begin), 2.0)
    smoother = random.uniform(0, 1, (cells, cells))
    found = kernels.day_densities(
        start, of_episode, session, share, np.array(one.day, float), begin, end, pad, smoother, prior
    )
    for pair in range(len(session)):
        mine, who = int(episode[pair]), int(of_person[member[pair]])
        width = (end[mine] - begin[mine] + 2 * pad[mine]) / cells

        def cell(place: int, mine: int = mine, width: float = width) -> int:
            return min(max(int((one.day[session[place]] - begin[mine] + pad[mine]) / width), 0), cells - 1)

        held = [0.0] * cells
        for other in range(len(session)):
            if episode[other] == mine and of_person[member[other]] != who:
                held[cell(other)] += share[other]
        day = one.day[session[pair]]
        outside = max(begin[mine] - day, day - end[mine], 0.0)
        whole = end[mine] - begin[mine] + 2 * 1.0 * (1 - exp(-2.0))
        flat = exp(-outside) / whole if outside <= 2.0 else 0.0
        near = sum(held[place] * smoother[place, cell(pair)] for place in range(cells))
        assert np.isclose(found[pair], (prior * flat + near / width) / (prior + sum(held)))


@dataclass
class Parts:
    """Numbers for the pairs and members of a layout."""

    force: np.ndarray
    rate: np.ndarray
    expected: np.ndarray
    prior: np.ndarray
    held: np.ndarray
    chosen: np.ndarray


def logit_of(prior: np.ndarray) -> np.ndarray:
    return np.log(prior) - np.log1p(-prior)


def parts_for(one: Layout, pairs: int, members: int) -> Parts:
    random = np.random.default_rng(pairs + 7 * members)
    return Parts(
        random.uniform(0, 9, pairs),
        random.uniform(0.1, 2, len(one.day)),
        random.uniform(1, 5, members),
        random.uniform(0.01, 0.9, members),
        random.uniform(0, 1, members),
        random.uniform(0, 1, len(one.episodes)) > 0.3,
    )


@MANY
@given(layouts(), st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 3))
def test_a_sweep_goes_from_episode_to_episode_and_each_sees_what_the_others_explain(
    one: Layout, share: float, times: int
) -> None:
    session, episode, member, of_episode, _, start = laid_out(one)
    given_ = parts_for(one, len(session), len(of_episode))
    most = 40.0
    ratio, explained = kernels.ratios_of(
        given_.chosen, start, of_episode, session, given_.force, given_.rate, given_.expected, given_.held, most
    )
    for pair in range(len(session)):
        plain = min(given_.force[pair] / given_.rate[session[pair]] * given_.expected[member[pair]], most)
        assert np.isclose(ratio[pair], plain if given_.chosen[episode[pair]] else 0.0)
    held, evidence = given_.held.tolist(), [0.0] * len(of_episode)

    def others(pair: int) -> float:
        return sum(
            held[member[other]] * ratio[other]
            for other in range(len(session))
            if session[other] == session[pair] and episode[other] != episode[pair]
        )

    for place in range(len(one.day)):
        plain = sum(held[member[pair]] * ratio[pair] for pair in range(len(session)) if session[pair] == place)
        assert np.isclose(explained[place], plain)
    for _ in range(times):
        for who in range(len(held)):
            if not given_.chosen[of_episode[who]]:
                continue
            mine = range(start[who], start[who + 1])
            evidence[who] = sum(log1p(ratio[pair] / (1 + share * others(pair))) for pair in mine) - given_.expected[who]
            odds = given_.prior[who] / (1 - given_.prior[who]) * exp(evidence[who])
            held[who] = odds / (1 + odds)
    now = given_.held.copy()
    found = kernels.swept(
        given_.chosen,
        start,
        of_episode,
        session,
        ratio,
        given_.expected,
        logit_of(given_.prior),
        now,
        explained,
        times,
        share,
    )
    assert np.allclose(now, held, atol=1e-9)
    assert np.allclose(found, evidence, atol=1e-9)


@MANY
@given(layouts())
def test_evidence_and_size_of_an_episode_are_sums_over_its_people(one: Layout) -> None:
    session, _, member, of_episode, _, start = laid_out(one)
    given_ = parts_for(one, len(session), len(of_episode))
    explained = np.linspace(0, 3, len(one.day))
    found = kernels.evidence_alone(
        start, session, given_.force, given_.rate, given_.expected, explained, 0.5, 30.0
    )  # fmt: skip
    plain = -given_.expected
    for pair, who in enumerate(member.tolist()):
        ratio = min(given_.force[pair] / given_.rate[session[pair]] * given_.expected[who], 30.0)
        plain[who] += log1p(ratio / (1 + 0.5 * explained[session[pair]]))
    assert np.allclose(found, plain)
    size, strength = kernels.weighed(
        of_episode, logit_of(given_.prior), np.log1p(-given_.prior), found, len(one.episodes)
    )
    odds = given_.prior / (1 - given_.prior) * np.exp(found)
    assert np.allclose(size, np.bincount(of_episode, odds / (1 + odds), len(one.episodes)))
    each = np.log(1 - given_.prior + given_.prior * np.exp(found))
    assert np.allclose(strength, np.bincount(of_episode, each, len(one.episodes)))


def test_overwhelming_evidence_stays_finite() -> None:
    one = np.zeros(1, np.int64)
    start, session = np.array([0, 400]), np.arange(400)
    force, rate, explained = np.full(400, 1e300), np.full(400, 1e-3), np.zeros(400)
    most = float(np.exp(60.0))
    found = kernels.evidence_alone(start, session, force, rate, np.ones(1), explained, 1.0, most)
    assert np.isclose(found[0], 400 * 60.0 - 1.0)
    size, strength = kernels.weighed(one, logit_of(np.array([0.3])), np.log1p(np.array([-0.3])), found, 1)
    assert size.tolist() == [1.0]
    assert np.isclose(strength[0], log(0.3) + found[0])


@MANY
@given(layouts(), st.sampled_from([0.02, 0.05, 0.2]))
def test_a_window_holds_the_middle_part_of_the_credit(one: Layout, bound: float) -> None:
    session, episode, _, _, _, _ = laid_out(one)
    share = np.random.default_rng(len(session)).integers(0, 4, len(session)).astype(float)
    start, end = np.full(len(one.episodes), -7.0), np.full(len(one.episodes), -7.0)
    kernels.windows_of_shares(
        np.searchsorted(episode, np.arange(len(start) + 1)), session, share, np.array(one.day), bound, 1.0, start, end
    )
    for number in range(len(start)):
        mine = sorted((int(session[pair]), share[pair]) for pair in np.flatnonzero(episode == number))
        total = sum(credit for _, credit in mine)
        if not total:
            assert (start[number], end[number]) == (-7.0, -7.0)
            continue
        passed = np.cumsum([credit for _, credit in mine]) / total
        days = [one.day[place] for place, _ in mine]
        first = days[next(place for place, part in enumerate(passed) if part >= bound - 1e-9)]
        last = days[next(place for place, part in enumerate(passed) if part >= 1 - bound - 1e-9)]
        assert (start[number], end[number]) == (first - 1.0, last + 1.0)


_ENTRIES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(1, 9)), max_size=14)


@MANY
@given(_ENTRIES, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=14))
def test_what_is_carried_over_is_found_by_episode_and_person(
    known: list[tuple[int, int, int]], asked: list[tuple[int, int]]
) -> None:
    told = {(episode, who): float(value) for episode, who, value in known}
    keys = sorted(told, key=lambda key: key[0])
    wanted = sorted(asked, key=lambda key: key[0])
    found = kernels.carried_over(
        np.array([key[0] for key in keys], np.int64),
        np.array([key[1] for key in keys], np.int64),
        np.array([told[key] for key in keys], float),
        np.array([key[0] for key in wanted], np.int64),
        np.array([key[1] for key in wanted], np.int64),
        6,
    )
    assert found.tolist() == [told.get(key, 0.0) for key in wanted]


@MANY
@given(_ENTRIES, st.lists(st.integers(0, 3), min_size=4, max_size=4), st.booleans())
def test_episodes_that_become_one_share_their_people(
    known: list[tuple[int, int, int]], aims: list[int], add: bool
) -> None:
    told = {(episode, who): float(value) for episode, who, value in known}
    keys = sorted(told)
    into = np.arange(4)
    for one, aim in enumerate(aims):
        if aims[aim] == aim:
            into[one] = aim
    plain: dict[tuple[int, int], list[float]] = defaultdict(list)
    for episode, who in keys:
        plain[int(into[episode]), who].append(told[episode, who])
    start, who, value = kernels.merged(
        into,
        np.searchsorted(np.array([key[0] for key in keys], np.int64), np.arange(5)),
        np.array([key[1] for key in keys], np.int64),
        np.array([told[key] for key in keys], float),
        6,
        add,
    )
    found = {
        (episode, int(who[place])): value[place]
        for episode, (low, high) in enumerate(pairwise(start.tolist()))
        for place in range(low, high)
    }
    assert len(found) == len(who)
    assert found == {key: sum(values) if add else max(values) for key, values in plain.items()}


def test_the_evidence_of_a_session_is_the_sum_over_its_readings() -> None:
    ground, fit = fitted()
    pairs, mass = fit.pairs, np.random.default_rng(2).uniform(0, 2, len(ground.content))
    row, need = fit.episodes.row[pairs.member_episode], fit.episodes.need[pairs.member_episode]
    home = fit.homes.of(pairs.member_person, row)
    found = np.log(
        with_worth(ground, fit.episodes, pairs, fit.homes, reading_facts(ground, fit.tables, RULES, mass)).worth
    )
    pair, reading = pairs.readings(ground)
    of = pairs.member[pair]
    each = reading_odds(ground, fit.tables, RULES, mass, reading, row[of], need[of], home[of])
    assert np.allclose(found, np.bincount(pair, each, len(pairs.session)), atol=1e-9)


def test_a_prior_is_the_sum_of_its_named_log_odds_and_its_chances_are_those_of_the_seats() -> None:
    ground, fit = fitted()
    pairs, rules = fit.pairs, RULES.membership
    pools = Pools.of(ground, fit.tables, fit.homes, RULES)
    person, row = pairs.member_person, fit.episodes.row[pairs.member_episode]
    weight = fit.episodes.weight[pairs.member_episode]
    found = priors(ground, pools, fit.homes, person, row, weight, rules)
    kind = ground.person_persona[person]
    own, stray = seats_taken(ground, pools, fit.homes, person, row, rules)
    for one in range(len(person)):
        home = float(fit.homes.of(person[one : one + 1], row[one : one + 1])[0])
        seats, inside = pools.seats[kind[one]], pools.program[row[one], kind[one]]
        around = pools.account[ground.person_account[person[one]], kind[one]]
        assert np.isclose(own[one], home * min(rules.most_own, (1 - pools.stray) * seats / inside))
        assert np.isclose(stray[one], (1 - home) * min(rules.most_own, pools.stray * seats / max(around - inside, 1.0)))
        plain = own[one] + stray[one]
        if pools.of_program[kind[one]] != 1:
            stated = ground.person_stated[person[one]]
            factor = rules.stated_here if stated == row[one] else rules.stated_elsewhere if stated >= 0 else 1.0
            plain = seats / max(around, 1.0) * factor
        assert np.isclose(found[one], min(max(plain * weight[one], rules.least_prior), rules.most_prior))
    named = prior_terms(ground, pools, fit.homes, person, row, weight, RULES)
    assert np.allclose(sum(named.values()), np.log(found) - np.log1p(-found))


@pytest.fixture(scope="module")
def tried() -> tuple:
    """Rows tried for episodes; every tenth reading was aimed at some row of its account, or at none."""
    ground, fit = fitted()
    pools = Pools.of(ground, fit.tables, fit.homes, RULES)
    chosen = choose_programs(
        ground, fit.episodes, fit.pairs, fit.held, fit.responsibility, fit.tables, fit.homes, pools, RULES
    )
    return ground, fit, pools, chosen


def test_people_speak_for_a_row_with_their_memberships_and_priors(tried: tuple) -> None:
    ground, fit, pools, chosen = tried
    pairs = fit.pairs
    for one in range(len(fit.episodes)):
        members = np.flatnonzero(pairs.member_episode == one)
        for cell in range(chosen.start[one], chosen.start[one + 1]):
            row = np.full(len(members), chosen.row[cell])
            weight = np.full(len(members), fit.episodes.weight[one])
            prior = priors(ground, pools, fit.homes, pairs.member_person[members], row, weight, RULES.membership)
            assert np.isclose(chosen.told["people"][cell], (fit.held[members] * np.log(prior)).sum())


@pytest.mark.parametrize("attributes", [1, 3])
def test_words_and_campaigns_are_counted_with_the_credit_of_their_readings(attributes: int) -> None:
    random = np.random.default_rng(attributes)
    pairs, readings, pieces, rows, words = 30, 50, 9, 5, 4
    session_start = np.sort(random.choice(np.arange(1, readings), 19, replace=False))
    session_start = np.concatenate([[0], session_start, [readings]])
    episode = np.sort(random.integers(0, 3, pairs))
    session = random.integers(0, 20, pairs)
    share = np.where(random.uniform(0, 1, pairs) < 0.2, 1e-4, random.uniform(0, 1, pairs))
    content, aim = random.integers(0, pieces, readings), random.choice([UNTOLD, UNTOLD, -2, -3, 0, 1, 4], readings)
    piece_words = random.integers(-1, words, (pieces, attributes))
    campaign = random.normal(size=(rows, 3))
    start, first_row = np.array([0, 2, 4, 7]), np.array([0, 0, 2])
    counts, told = kernels.readings_for_rows(
        start, first_row, episode, session, share, session_start, content, aim, piece_words,
        np.arange(attributes + 1) * (words + 1), campaign, UNTOLD, -3, 1e-3,
    )  # fmt: skip
    plain, said = np.zeros((3, attributes * (words + 1))), np.zeros(7)
    for pair in range(pairs):
        if share[pair] <= 1e-3:
            continue
        for reading in range(session_start[session[pair]], session_start[session[pair] + 1]):
            for attribute in range(attributes):
                word = int(piece_words[content[reading], attribute])
                plain[episode[pair], attribute * (words + 1) + (words if word < 0 else word)] += share[pair]
            for place, cell in enumerate(range(start[episode[pair]], start[episode[pair] + 1])):
                row = first_row[episode[pair]] + place
                which = {UNTOLD: 0, row: 1, -3: None}.get(int(aim[reading]), 2)
                said[cell] += 0.0 if which is None else share[pair] * campaign[row, which]
    assert np.allclose(counts, plain)
    assert np.allclose(told, said)


@MANY
@given(_ENTRIES, st.lists(st.booleans(), min_size=4, max_size=4), st.lists(st.integers(0, 1), min_size=4, max_size=4))
def test_an_episode_goes_when_most_of_its_people_sit_in_a_bigger_one_of_its_row(
    known: list[tuple[int, int, int]], stays: list[bool], row: list[int]
) -> None:
    told = {(episode, who): value / 10 for episode, who, value in known}
    keys = sorted(told)
    size = [sum(told[key] for key in keys if key[0] == one) for one in range(4)]
    begin, end = [0.0, 5.0, 11.0, 2.0], [4.0, 12.0, 20.0, 6.0]
    gone = [
        stays[one]
        and any(
            stays[other]
            and other != one
            and row[other] == row[one]
            and begin[one] <= end[other]
            and begin[other] <= end[one]
            and (size[other], -other) > (size[one], -one)
            and (shared := sum(told[one, who] * told.get((other, who), 0.0) for at, who in keys if at == one)) > 0
            and shared >= 0.65 * size[one]
            for other in range(4)
        )
        for one in range(4)
    ]
    found = kernels.within_another(
        starts(np.array([key[0] for key in keys], np.int64), 4),
        np.array([key[1] for key in keys], np.int64),
        np.array([told[key] for key in keys], float),
        np.array(size, float),
        np.array(stays),
        np.array(row, np.int64),
        np.array(begin),
        np.array(end),
        6,
        1e-3,
        0.65,
    )
    assert found.tolist() == gone


@pytest.mark.parametrize("alone", [False, True])
def test_a_person_counts_once_a_week_with_the_share_of_the_row_among_the_rows(alone: bool) -> None:
    ground, fit = fitted()
    rules, needs = RULES.scan, len(ground.words.needs)
    mass = np.random.default_rng(5).uniform(0, 2, len(ground.content))
    facts = reading_facts(ground, fit.tables, RULES, mass)
    first, last = (ground.unlisted, ground.unlisted + 1) if alone else (ground.row_start[:-1], ground.unlisted)
    row, need, quiet, counts, usual = counted(ground, fit.tables, fit.homes, facts, RULES, first, last)
    prior, of_program = need_prior(ground, rules.listed_needs), person_is_of_program(ground, RULES)
    since = max(0, int(np.ceil((ground.end - ground.settled) / 7)))
    plain: dict[tuple[int, int, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for reading in range(len(ground.content)):
        person, account = int(ground.person[reading]), int(ground.account[reading])
        rows = np.arange(first[account], last[account])
        week = (
            usual + since - 1 - min(max(int((ground.settled - ground.day[reading]) // 7) + since, 0), usual + since - 1)
        )
        home = fit.homes.of(np.full(len(rows), person), rows)
        for about in np.flatnonzero(ground.topic_share[ground.content[reading], :-1] > 0).tolist():
            same = np.full(len(rows), reading)
            odds = reading_odds(ground, fit.tables, RULES, mass, same, rows, np.full(len(rows), about), home)
            share = np.exp(odds) * prior[rows, about]
            if of_program[ground.person_persona[person]] == 1:
                share *= home + RULES.home.floor
            for one, part in zip(rows.tolist(), (share / share.sum() * exp(-mass[reading])).tolist(), strict=True):
                cell = plain[one, about, week]
                cell[person] = max(cell[person], part)
    whole = np.zeros((len(ground.row_account), needs, usual + since))
    for (one, about, week), people in plain.items():
        whole[one, about, week] = sum(people.values())
    total = whole.sum(axis=2)
    assert sorted(zip(row.tolist(), need.tolist(), strict=True)) == [
        tuple(one) for one in np.argwhere(total >= rules.least_mass).tolist()
    ]
    assert np.allclose(counts, whole[row, need])
    popular = needs * fit.tables.need_share
    level = np.median(total / popular / (usual / 52), axis=1) + rules.quiet_floor
    assert np.allclose(quiet, level[row] * popular[need] / 52)


def test_ways_to_agree_are_counted_over_all_readings_and_programs() -> None:
    ground, fit = fitted()
    weight = np.random.default_rng(4).uniform(0, 1, len(ground.content))
    of_piece, of_row, ways = ground.kinds
    size = (ground.rows_of - 1)[ground.person_account]
    every, own = kernels.ways_read(
        fit.homes.first_row, size, *ground.readings_by_person, ground.content, weight, of_piece, of_row, ways,
        fit.homes.start, fit.homes.value, 64,
    )  # fmt: skip
    plain, mine = np.zeros(64), np.zeros(64)
    for reading in range(len(ground.content)):
        rows = np.arange(*ground.row_start[ground.account[reading] :][:2])[:-1]
        same = np.full(len(rows), reading)
        states = ground.states(ground.content[same], rows)
        way = 16 * states[0].astype(int) + 4 * states[1] + states[2]
        home = fit.homes.of(ground.person[same], rows)
        np.add.at(plain, way, weight[reading])
        np.add.at(mine, way, weight[reading] * home)
    assert np.allclose(every, plain)
    assert np.allclose(own, mine)


def test_a_session_fits_the_subject_of_the_three_before_it() -> None:
    ground, fit = fitted()
    likelier, off, stays = np.exp(fit.tables.topic), RULES.off_topic, RULES.same_subject
    horizon, share_of_need = RULES.spurt.horizon * fit.tables.spurt_days, fit.tables.need_share
    usual = Usual.of(ground, fit.tables, RULES)
    readings = [range(low, high) for low, high in pairwise(ground.session_start.tolist())]
    excited, subject = np.zeros(len(readings)), np.ones(len(readings))
    for person in range(ground.people):
        mine = np.flatnonzero(ground.session_person == person).tolist()
        for place, one in enumerate(mine):
            fresh = [int(ground.content[reading]) for reading in readings[one] if not ground.again[reading]]
            likely = np.minimum(np.prod([(1 - off) * likelier[piece] + off for piece in fresh], axis=0), np.exp(40.0))
            if len(fresh) > 1:
                joint = np.prod([stays * likelier[piece] + 1 - stays for piece in fresh], axis=0)
                subject[one] = max(float((np.minimum(joint, np.exp(40.0)) * share_of_need).sum()), 1.0)
            for before in mine[max(0, place - 3) : place]:
                gap = ground.session_day[one] - ground.session_day[before]
                about = ground.topic_share[[ground.content[reading] for reading in readings[before]]].sum(axis=0)
                about = about / about.sum()
                if gap <= horizon:
                    rate = fit.tables.spurt / fit.tables.spurt_days * exp(-gap / fit.tables.spurt_days)
                    excited[one] += rate * float((about[:-1] * likely).sum() + about[-1])
    assert excited.any()
    assert np.allclose(usual.excited, excited)
    assert np.allclose(usual.subject, subject)


_SPANS = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.integers(0, 20), st.integers(0, 6)), max_size=8)


@MANY
@given(_SPANS)
def test_days_are_shared_with_the_chosen_ones_of_one_account_and_need(spans: list[tuple[int, bool, int, int]]) -> None:
    found = kernels.sharing_days(
        np.array([place for place, _, _, _ in spans], np.int64),
        3,
        np.array([chosen for _, chosen, _, _ in spans], bool),
        np.array([low for _, _, low, _ in spans], float),
        np.array([low + length for _, _, low, length in spans], float),
    )
    plain = [
        any(
            chosen and other == place and low <= begin + long and begin <= low + length
            for other, chosen, begin, long in spans
        )
        for place, _, low, length in spans
    ]
    assert found.tolist() == plain


def test_nothing_in_nothing_out() -> None:
    ground, fit = fitted()
    none = fit.episodes.take(np.zeros(0, np.int64))
    pairs = pair_up(ground, none, RULES.membership)
    assert pairs.members == len(pairs.session) == 0
    assert pairs.member_start.tolist() == [0]


@MANY
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 6), st.integers(0, 5)), max_size=20),
    st.lists(st.tuples(st.integers(0, 3), st.integers(-4, 9)), max_size=9),
)
def test_people_of_neighbouring_bins_count_half(
    known: list[tuple[int, int, int]], asked: list[tuple[int, int]]
) -> None:
    people = {(key, at): float(count) for key, at, count in known}
    keys = sorted(people)
    found = kernels.people_around(
        np.searchsorted(np.array([key for key, _ in keys], np.int64), np.arange(5)),
        np.array([at for _, at in keys], np.int64),
        np.array([people[key] for key in keys], float),
        np.array([key for key, _ in asked], np.int64),
        np.array([at for _, at in asked], np.int64),
    )
    plain = [
        people.get((key, at), 0.0) + 0.5 * people.get((key, at - 1), 0.0) + 0.5 * people.get((key, at + 1), 0.0)
        for key, at in asked
    ]
    assert np.allclose(found, plain)
