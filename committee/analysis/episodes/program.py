"""Which program of the account a group is for: every row is tried with the group's people, tags and campaigns.

The stand-in row gets the log-mean-exp over all values of each attribute, its marginal likelihood: it wins only when the
tags agree with each other and with no listed program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from committee.analysis.codes import Ints, runs
from committee.analysis.episodes.ground import EMPTY_AIM, UNTOLD, Floats, Ground, expanded, starts
from committee.analysis.episodes.home import Homes
from committee.analysis.episodes.kernels import people_for_rows, readings_for_rows
from committee.analysis.episodes.membership import Episodes, Pairs, Pools, prior_facts
from committee.analysis.episodes.odds import campaigns_of_rows
from committee.analysis.episodes.scan import need_prior
from committee.analysis.episodes.tables import Tables
from committee.analysis.programs import ATTRIBUTES
from committee.settings import EpisodeSettings

__all__ = ["LEAST_CREDIT", "ProgramChoice", "choose_programs"]

LEAST_CREDIT = 1e-3  # of a reading: less says nothing about the program


@dataclass(frozen=True)
class ProgramChoice:
    """Rows of the account tried for each episode, by episode and row.

    Attributes
    ----------
    start : int array
        Choices of episode g: ``start[g]:start[g + 1]``.
    row : int array
    score : float array
        Log posterior, up to a constant of the episode.
    posterior : float array
        Adds to 1 over the rows of an episode.
    told : dict of float arrays
        What the score is the sum of, by what tells: need, people, therapeutic area, modality, phase, campaigns.
    """

    start: Ints
    row: Ints
    score: Floats
    posterior: Floats
    told: Mapping[str, Floats]


def choose_programs(
    ground: Ground,
    episodes: Episodes,
    pairs: Pairs,
    held: Floats,
    responsibility: Floats,
    tables: Tables,
    homes: Homes,
    pools: Pools,
    settings: EpisodeSettings,
) -> ProgramChoice:
    """Score every row of the account for each episode.

    Parameters
    ----------
    held : float array
        Membership of each member of the pairs.
    responsibility : float array
        Of each pair.
    """
    account = ground.row_account[episodes.row]
    size = ground.rows_of[account]
    episode, row = expanded(ground.row_start[:-1][account], size)
    start = np.append(0, np.cumsum(size))
    cells = len(row)
    told = {"need": np.log(need_prior(ground, settings.scan.listed_needs)[row, episodes.need[episode]])}

    # Who: people as members, and how much of what they touched they did as the program's own people.
    first_row = ground.row_start[:-1][account]
    told["people"], home = people_for_rows(
        start,
        first_row,
        starts(pairs.member_episode, len(episodes)),
        pairs.member_person,
        held,
        pairs.by_member(responsibility),
        episodes.weight,
        *prior_facts(ground, pools, homes, settings.membership),
    )

    # What: counts of each attribute's words, against each row's own word; campaigns.
    word_start = np.cumsum([0, *(len(agrees) + 1 for agrees in ground.agrees)])
    every, campaigns = readings_for_rows(
        start,
        first_row,
        pairs.episode,
        pairs.session,
        responsibility,
        ground.session_start,
        ground.content,
        ground.aim,
        ground.piece_words,
        word_start,
        campaigns_of_rows(ground, tables, settings),
        UNTOLD,
        EMPTY_AIM,
        LEAST_CREDIT,
    )
    listed = ground.row_program[row] >= 0
    for attribute, agrees in enumerate(ground.agrees):
        words = len(agrees)
        counts = every[:, word_start[attribute] : word_start[attribute + 1]]
        untagged, tagged = counts[:, words], counts[:, :words].sum(axis=1)
        if not words:
            continue
        match = np.einsum("ij,jk->ik", counts[:, :words], agrees)  # shape (episodes, words of programs)
        reads, strangers = np.log(tables.reads[attribute]), tables.strangers[attribute]
        odds = reads[None, :] - np.log(strangers + home[:, None] * (tables.own[attribute] - strangers))
        own_word = ground.row_words[row, attribute]
        same = match[episode, own_word]
        value = same * odds[:, 0] + (tagged[episode] - same) * odds[:, 1] + untagged[episode] * odds[:, 2]
        said = np.where(listed & (own_word >= 0), settings.fit.attribute_power * value, 0.0)
        at = np.flatnonzero(~listed)
        alone, e = odds[at], episode[at]
        each = match[e] * alone[:, :1] + (tagged[e][:, None] - match[e]) * alone[:, 1:2] + (untagged[e] * alone[:, 2])[:, None]  # fmt: skip
        known = ground.known[attribute]
        if known:
            said[at] += _log_mean_exp(settings.fit.attribute_power * each[:, :known])
        told[ATTRIBUTES[attribute]] = said

    told["campaigns"] = campaigns
    score = np.asarray(sum(told.values()), float)

    top = np.maximum.reduceat(score, start[:-1]) if cells else score
    likely = np.exp(score - np.repeat(top, size))
    total = np.add.reduceat(likely, start[:-1]) if cells else likely
    return ProgramChoice(start, row, score, likely / np.repeat(total, size), told)


def moved(episodes: Episodes, choice: ProgramChoice, better: float) -> Ints:
    """Return the row of each episode after moving those that another row fits clearly better."""
    if not len(episodes):
        return episodes.row
    size = np.diff(choice.start)
    owner = np.repeat(np.arange(len(episodes)), size)
    order = np.lexsort((choice.row, -np.round(choice.score, 9), owner))
    best = order[runs(owner[order])[:-1]]
    now = choice.score[choice.start[:-1] + episodes.row - choice.row[choice.start[:-1]]]
    return np.where(choice.score[best] > now + better, choice.row[best], episodes.row)


def _log_mean_exp(values: Floats) -> Floats:
    top = values.max(axis=1)
    return np.asarray(top + np.log(np.exp(values - top[:, None]).mean(axis=1)), float)
