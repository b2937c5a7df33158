"""What one reading says for a program and a need: log-odds of a member's reading against anybody's.

``ln((1 - off) S A_area A_modality A_phase A_stage + off) + campaign - mass``: S for the need, A for agreement with the
program's attributes (Fellegi & Sunter 1969). For a program no table lists the three attributes are one constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from committee.analysis.codes import Ints
from committee.analysis.episodes.ground import EMPTY_AIM, UNTOLD, Floats, Ground
from committee.analysis.episodes.kernels import factors_of
from committee.analysis.episodes.tables import Tables
from committee.settings import EpisodeSettings

__all__ = [
    "agreement",
    "agreement_odds",
    "campaign_odds",
    "campaigns_of_rows",
    "parts",
    "reading_facts",
    "reading_odds",
    "stage_odds",
]


def agreement_odds(tables: Tables, home: Floats, state: list[np.ndarray]) -> Floats:
    """Log-odds of each attribute's state, for a reader with the probability ``home`` to be of the program.

    Returns
    -------
    float array, shape (3, pairs)
        0 where the program states nothing.
    """
    return np.stack([agreement(tables, place, home, one) for place, one in enumerate(state)])


def agreement(tables: Tables, place: int, home: Floats, state: np.ndarray) -> Floats:
    """Log-odds of one attribute's state."""
    reads = np.append(tables.reads[place], 1.0)
    strangers = np.append(tables.strangers[place], 1.0)
    difference = np.append(tables.own[place] - tables.strangers[place], 0.0)
    return np.asarray(np.log(reads[state] / (strangers[state] + home * difference[state])), float)


def stage_odds(tables: Tables) -> Floats:
    """Log-odds of each funnel stage; the last entry, 0, is for none."""
    return np.append(np.log(tables.stage_group / tables.stage_all), 0.0)


def campaign_odds(ground: Ground, tables: Tables, settings: EpisodeSettings, reading: Ints, row: Ints) -> Floats:
    """Log-odds of the campaign of each reading, for the row: anybody's campaigns are aimed at any program alike.

    A reading of -1 has none.
    """
    aim = np.append(ground.aim, UNTOLD)[reading]
    by_row = campaigns_of_rows(ground, tables, settings)
    odds = by_row[row, 0]
    some = np.flatnonzero(aim != UNTOLD)  # most readings have no campaign
    aim, row = aim[some], row[some]
    odds[some] = np.where(aim == EMPTY_AIM, 0.0, np.where(aim == row, by_row[row, 1], by_row[row, 2]))
    return np.asarray(odds, float)


def campaigns_of_rows(ground: Ground, tables: Tables, settings: EpisodeSettings) -> Floats:
    """Log-odds of no campaign, of one aimed at the row, and of one aimed elsewhere, shape (rows, 3)."""
    aimed, elsewhere, anybody = tables.campaign
    listed = ground.row_program >= 0
    share = np.where(listed, 1 / np.maximum(ground.rows_of[ground.row_account] - 1, 1), 0.0)
    none = np.where(listed, np.log(1 - aimed - elsewhere), np.log(1 - elsewhere)) - np.log(1 - anybody)
    here = np.log(aimed / anybody) - np.log(np.where(listed, share, 1.0))
    other = np.log(elsewhere / anybody) - np.log(np.where(share < 1, 1 - share, 1.0))
    return np.asarray(settings.campaign.power * np.column_stack([none, here, other]), float)


def parts(
    ground: Ground,
    tables: Tables,
    settings: EpisodeSettings,
    mass: Floats,
    reading: Ints,
    row: Ints,
    need: Ints,
    home: Floats,
) -> dict[str, Floats]:
    """Return the named log-odds of readings for rows and needs; their sum is the evidence.

    Parameters
    ----------
    ground, tables, settings
    mass : float array
        Of every reading of the ground.
    reading, row, need : int arrays
        Of one length.
    home : float array
        Probability that the reader is of the row's program.
    """
    piece = ground.content[reading]
    fresh = ~ground.again[reading]
    listed = ground.row_program[row] >= 0
    agree = agreement_odds(tables, home, ground.states(piece, row)) * listed
    named = {
        "topic": tables.topic[piece, need],
        "area": agree[0],
        "modality": agree[1],
        "phase": agree[2],
        "unlisted program": np.where(listed, 0.0, np.log(settings.unlisted_attributes)),
        "stage": stage_odds(tables)[ground.piece_stage[piece]],
    }
    named = {name: odds * fresh for name, odds in named.items()}
    on_topic = np.sum(list(named.values()), axis=0)
    off = settings.off_topic
    named["off topic"] = (np.log((1 - off) * np.exp(on_topic) + off) - on_topic) * fresh
    named["campaign"] = campaign_odds(ground, tables, settings, reading, row)
    named["mass event"] = -mass[reading]
    return named


def reading_odds(
    ground: Ground,
    tables: Tables,
    settings: EpisodeSettings,
    mass: Floats,
    reading: Ints,
    row: Ints,
    need: Ints,
    home: Floats,
) -> Floats:
    """Return the whole log-odds of readings for rows and needs."""
    each, start = np.arange(len(reading)), np.arange(len(ground.content) + 1)
    worth = factors_of(reading, each, row, need, home, start, *reading_facts(ground, tables, settings, mass))
    return np.asarray(np.log(worth), float)


def reading_facts(ground: Ground, tables: Tables, settings: EpisodeSettings, mass: Floats) -> tuple[Any, ...]:
    """What readings are worth, as tables to look it up in, in the order in which the compiled loops take them."""
    of_piece, of_row, ways = ground.kinds
    stage = stage_odds(tables)[ground.piece_stage]
    return (
        np.exp(-mass),
        ground.content,
        ground.again,
        ground.aim,
        np.exp(tables.topic + stage[:, None]),
        of_piece,
        of_row,
        ground.row_program >= 0,
        ways,
        _agreement_terms(tables, settings),
        np.exp(campaigns_of_rows(ground, tables, settings)),
        settings.off_topic,
        UNTOLD,
        EMPTY_AIM,
    )


def _agreement_terms(tables: Tables, settings: EpisodeSettings) -> Floats:
    """What the three attributes are worth together is 1 over a polynomial of the home probability, for each way they agree.

    Returns
    -------
    float array, shape (65, 4)
        The constant first; the last row is for programs that no table lists.
    """
    ways = np.zeros((65, 4))
    ways[:, 0] = 1.0
    each = np.arange(64)
    for place, shift in enumerate((4, 2, 0)):
        state = (each >> shift) & 3
        reads = np.append(tables.reads[place], 1.0)[state]
        strangers = np.append(tables.strangers[place], 1.0)[state] / reads
        more = np.append(tables.own[place] - tables.strangers[place], 0.0)[state] / reads
        ways[:64, 1:] = ways[:64, 1:] * strangers[:, None] + ways[:64, :-1] * more[:, None]
        ways[:64, 0] *= strangers
    ways[64, 0] = 1 / settings.unlisted_attributes
    return ways
