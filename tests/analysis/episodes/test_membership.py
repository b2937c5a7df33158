"""Memberships against direct likelihoods, and against cases solved on paper."""

from __future__ import annotations

from math import exp, log, log1p

import numpy as np
from analysis.episodes.planted import RULES, fitted
from scipy.integrate import quad
from scipy.optimize import brentq

from committee.analysis.episodes.kernels import box_densities
from committee.analysis.episodes.membership import Pairs, explained_by, logistic, sweep

WHOLE = RULES.membership


def box(day: np.ndarray, start: np.ndarray, end: np.ndarray, pad: np.ndarray) -> np.ndarray:
    each = np.arange(len(day))
    return box_densities(day, each, each, start, end, pad)


def pairs_of(session: list[int], member: list[int], turn_of_member: list[int]) -> Pairs:
    starts = np.append(np.flatnonzero(np.diff(member, prepend=-1)), len(member))
    return Pairs(
        session=np.array(session),
        episode=np.array(member),
        member=np.array(member),
        worth=np.ones(len(session)),
        member_episode=np.arange(len(turn_of_member)),
        member_person=np.zeros(len(turn_of_member), int),
        member_start=starts,
        turn_member=np.arange(len(turn_of_member) + 1),
    )


def test_evidence_of_one_episode_is_the_ratio_of_two_poisson_likelihoods():
    rate, touches, start, end, pad = 0.01, 4.5, 100.0, 130.0, 7.5
    days = np.array([99.0, 104.0, 118.0, 133.0])
    content = np.array([2.0, 0.5, -1.0, 1.5])
    shape = box(days, *(np.full(4, value) for value in (start, end, pad)))
    ratio = touches * shape * np.exp(content) / rate

    def log_likelihood(extra: float) -> float:
        """Log likelihood of four marked points; the whole rate of a year is integrated by quadrature."""
        mass, _ = quad(
            lambda day: (
                rate + extra * float(box(np.array([day]), np.array([start]), np.array([end]), np.array([pad]))[0])
            ),
            0,
            365,
            points=[start - pad, start, end, end + pad],
            limit=200,
        )
        return sum(log(rate + extra * f * exp(odds)) for f, odds in zip(shape, content, strict=True)) - mass

    pairs = pairs_of([0, 1, 2, 3], [0, 0, 0, 0], [0])
    one = np.ones(1)
    _, _, evidence = sweep(pairs, ratio, touches * one, 0.3 * one, 0 * one, np.zeros(4), 1)
    assert np.isclose(evidence[0], log_likelihood(touches) - log_likelihood(0.0), atol=1e-6)


def test_the_window_with_its_tails_is_a_density():
    whole, _ = quad(
        lambda day: float(box(np.array([day]), np.array([10.0]), np.array([40.0]), np.array([7.5]))[0]),
        0,
        60,
        points=[2.5, 10, 40, 47.5],
    )
    assert np.isclose(whole, 1.0, atol=1e-6)


def test_two_episodes_share_a_persons_touches_as_solved_on_paper():
    # One session fits both alike (a = 50), one fits the first only (a = 80), one the second only (a = 60).
    # With m and n the memberships: logit m = logit p + ln(1 + 50/(1 + 50 n)) + ln 81 - 2, and the same for n with 61.
    prior, expected = 0.3, 2.0
    pairs = pairs_of([0, 1, 0, 2], [0, 0, 1, 1], [0, 1])
    ratio = np.array([50.0, 80.0, 50.0, 60.0])
    two = np.ones(2)
    held, _, _ = sweep(pairs, ratio, expected * two, prior * two, 0 * two, np.zeros(3), 200)

    def first(n: float) -> float:
        return float(logistic(np.array(log(prior / (1 - prior)) + log1p(50 / (1 + 50 * n)) + log(81) - expected)))

    def second(m: float) -> float:
        return float(logistic(np.array(log(prior / (1 - prior)) + log1p(50 / (1 + 50 * m)) + log(61) - expected)))

    n = brentq(lambda value: second(first(value)) - value, 0.0, 1.0)
    assert np.allclose(held, [first(n), n], atol=1e-9)
    assert 0.85 < held[1] < held[0] < 1  # each has a touch of its own: the person is in both


def test_a_second_episode_that_explains_nothing_of_its_own_gets_nobody():
    pairs = pairs_of([0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1], [0, 1])
    ratio = np.array([200.0, 150.0, 90.0, 40.0, 30.0, 20.0])
    two = np.ones(2)
    held, _, alone = sweep(pairs, ratio, 4.0 * two, 0.3 * two, 0 * two, np.zeros(3), 20)
    assert held[0] > 0.99
    assert held[1] < 0.02
    assert alone[1] < 0


def test_where_nothing_is_explained_away_each_episode_is_as_if_it_were_alone():
    pairs = pairs_of([0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1], [0, 1])
    ratio = np.array([200.0, 150.0, 90.0, 40.0, 30.0, 20.0])
    two = np.ones(2)
    _, _, evidence = sweep(pairs, ratio, 4.0 * two, 0.3 * two, 0 * two, np.zeros(3), 20, 0.0)
    assert np.allclose(evidence, np.log1p(ratio).reshape(2, 3).sum(axis=1) - 4.0)


def test_credit_of_a_session_sums_to_at_most_one_and_every_share_is_a_share():
    ground, found = fitted()
    share = found.responsibility
    assert share.min() >= 0
    assert share.max() <= 1
    assert np.bincount(found.pairs.session, share, len(ground.session_person)).max() <= 1 + 1e-12
    assert ((found.held >= 0) & (found.held <= 1)).all()


def test_what_is_explained_of_a_session_is_the_sum_over_its_episodes():
    ground, found = fitted()
    again = np.zeros(len(ground.session_person))
    for session, member, ratio in zip(
        found.pairs.session.tolist(), found.pairs.member.tolist(), found.ratio.tolist(), strict=True
    ):
        again[session] += found.held[member] * ratio
    assert np.allclose(again, explained_by(found.pairs, found.ratio, found.held, len(again)))
